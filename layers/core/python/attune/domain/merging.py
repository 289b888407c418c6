"""What a merge makes of two customers, and how it is undone."""

from collections.abc import Iterable
from dataclasses import replace

from attune.domain.contacts import Ledger
from attune.domain.customers import Case, ChannelConsent, Consent, Customer, Due, Profile
from attune.domain.go_aheads import GoAhead
from attune.domain.identity import kept_words
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.remembered_ids import fingerprint
from attune.domain.sessions import Session

type Stored = Profile | Consent | Session | Ledger | Journey | Case | OnsiteNote | Due | PersonalNote | GoAhead


def merge(target: Customer, source: Customer) -> tuple[Stored, ...]:
    """Return the items to write so that `target` also is what `source` was; the profile comes last.

    Sessions, contacts, journeys, cases, notes and go-aheads move; the stricter consent wins; traits of the target stay.
    The identifiers come with `identifiers_of`, once the source points to the target: until then a mark that is
    missing on the target is what tells the next event that the merge is not complete. Doing it again changes nothing.
    """
    suffix = fingerprint(source.customer_id)
    items: list[Stored] = []
    for session in source.sessions.values():
        # One that was moved before keeps its id, so that it arrives once by whatever chain of merges it came.
        moved_id = session.session_id if session.origin else f"{session.session_id}~{suffix}"
        before = target.sessions.get(moved_id)
        version = before.version if before else 0
        moved = replace(session, session_id=moved_id, origin=session.name, moved_to="", version=version)
        if moved != before:
            items.append(moved)
    items += [replace(journey, version=0) for key, journey in source.journeys.items() if key not in target.journeys]
    items += [replace(case, version=0) for key, case in source.cases.items() if key not in target.cases]
    items += [replace(note, version=0) for key, note in source.notes.items() if key not in target.notes]
    told = target.personal_notes
    items += [replace(note, version=0) for key, note in source.personal_notes.items() if key not in told]
    items += [replace(due, version=0) for key, due in source.dues.items() if key not in target.dues]
    items += [replace(asked, version=0) for key, asked in source.go_aheads.items() if key not in target.go_aheads]
    contacts = {contact.contact_id: contact for contact in (*source.ledger.contacts, *target.ledger.contacts)}
    if len(contacts) > len(target.ledger.contacts):
        ordered = tuple(sorted(contacts.values(), key=lambda contact: (contact.at, contact.contact_id)))
        items.append(replace(target.ledger, contacts=ordered))
    consent = stricter(target.consent, source.consent)
    if consent != target.consent:
        items.append(consent)
    profile = _joined(target.profile, source.profile)
    if profile != target.profile:
        items.append(profile)
    return tuple(items)


def direction(root: Customer, owner: Customer, *, names_user: bool) -> tuple[Customer, Customer]:
    """Return which of two customers stays and which is merged into it.

    A known user stays; `names_user` says that the event itself makes `root` one. Of two visitors the one with the smaller id does, whoever asks: so two merges at the same
    moment can never point at one another.
    """
    root_is_user = names_user or bool(root.profile.user_id)
    if owner.profile.user_id and not root_is_user:
        return owner, root
    if root_is_user or root.customer_id < owner.customer_id:
        return root, owner
    return owner, root


def separate(target: Profile, source: Profile, marks: Iterable[str]) -> Profile:
    """Return the target's profile without the marks and traits of a source that was merged by mistake."""
    returned = set(marks)
    taken = {
        name: ""
        for name in _FILLED
        if name in source.changed_at
        and source.changed_at[name] == target.changed_at.get(name)
        and getattr(source, name) == getattr(target, name)
    }
    kept_at = {name: at for name, at in target.changed_at.items() if name not in taken}
    identifiers = {mark: at for mark, at in target.identifiers.items() if mark not in returned}
    return replace(
        target,
        **taken,  # type: ignore[arg-type]
        changed_at=kept_at,
        identifiers=identifiers,
        names=tuple(name for name in target.names if name not in source.names),
        birthdays=tuple(day for day in target.birthdays if day not in source.birthdays),
    )


def moved_sessions(target: Customer, source_id: str) -> tuple[Session, ...]:
    """Return the sessions that came to a customer by a merge of `source_id`."""
    suffix = f"~{fingerprint(source_id)}"
    return tuple(session for session in target.sessions.values() if session.session_id.endswith(suffix))


def stricter(one: Consent, other: Consent) -> Consent:
    """Return what both allow: a refusal by either counts; where only one spoke, that word counts."""
    channels: dict[str, ChannelConsent] = dict(one.channels)
    for channel, word in other.channels.items():
        known = channels.get(channel)
        if known is None or (known.granted and not word.granted):
            channels[channel] = word
        elif known.granted == word.granted:
            channels[channel] = max(known, word, key=lambda said: said.at)
    return replace(one, channels=channels)


def _joined(target: Profile, source: Profile) -> Profile:
    blanks = {name: value for name in _FILLED if not getattr(target, name) and (value := getattr(source, name))}
    at = {name: source.changed_at[name] for name in blanks if name in source.changed_at}
    flags = {name: True for name in _STRICT_FLAGS if getattr(source, name)}
    heard = target.heard(source.sentiment, source.distress)
    muted = {topic for topics in (target.muted_topics, source.muted_topics) for topic in topics.split(",") if topic}
    if muted != set(filter(None, target.muted_topics.split(","))):
        blanks["muted_topics"] = ",".join(sorted(muted))
    return replace(
        heard.unhelped(source.not_helpful_at) if source.not_helpful_at else heard,
        **{**blanks, **flags},
        changed_at={**at, **target.changed_at},
    )


def identifiers_of(target: Profile, source: Profile) -> Profile:
    """Return the target with the identifiers, names and birthdays of a source that points to it."""
    return replace(
        target,
        identifiers={**source.identifiers, **target.identifiers},
        names=kept_words(target.names, source.names),
        birthdays=kept_words(target.birthdays, source.birthdays),
    )


_FILLED = (
    "first_name", "email", "phone", "locale", "time_zone", "country", "segment", "lifecycle", "preferred_channel",
    "agent_of_record", "customer_since", "user_id", "region", "cadence", "quiet_from", "quiet_until",
)  # fmt: skip
_STRICT_FLAGS = ("vip", "regulatory_flag", "automation_opt_out")
