"""What a merge makes of two customers, and how it is undone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import BESIDE, Case, ChannelConsent, Consent, Customer, Due, Profile
from attune.domain.dues import MERGED
from attune.domain.go_aheads import GoAhead
from attune.domain.identity import kept_words
from attune.domain.journeys import Journey, JourneyStatus
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.remembered_ids import fingerprint
from attune.domain.sessions import Session

type Stored = Profile | Consent | Session | Ledger | Journey | Case | OnsiteNote | Due | PersonalNote | GoAhead


def merge(target: Customer, source: Customer) -> tuple[Stored, ...]:
    """Return the items to write so that `target` also is what `source` was; the profile comes last.

    Sessions, contacts, journeys, cases, notes and go-aheads move; the stricter consent wins; traits of the target stay.
    The identifiers come with `identifiers_of`, once the source points to the target: until then a mark that is
    missing on the target is what tells the next event that the merge is not complete. Doing it again changes nothing,
    but where the source went on after it was copied (a message was confirmed, a case resolved): then that counts.
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
    items += _moved(target.journeys, _own_journeys(source), _is_further_journey)
    items += _moved_cases(target, source)
    items += _moved(target.notes, source.notes, _is_further_note)
    items += _moved(target.personal_notes, source.personal_notes, _never)
    items += _moved(target.dues, {name: due for name, due in source.dues.items() if name != MERGED}, _never)
    items += _moved(target.go_aheads, source.go_aheads, _is_further_go_ahead)
    ledger = _with_contacts(target.ledger, source.ledger)
    if ledger is not target.ledger:
        items.append(ledger)
    consent = stricter(target.consent, source.consent)
    if consent != target.consent:
        items.append(consent)
    profile = _joined(target.profile, source.profile)
    if profile != target.profile:
        items.append(profile)
    return tuple(items)


def settled_by(customer: Customer) -> Customer:
    """Return a customer without the contacts that are just being made: how they end is known once nobody ends them there."""
    contacts = tuple(one for one in customer.ledger.contacts if one.state is not ContactState.RESERVED)
    return replace(customer, ledger=replace(customer.ledger, contacts=contacts))


def left_behind(source: Customer, target_id: str) -> tuple[Stored, ...]:
    """Return what of a customer who points to another is written again, so that whoever read it before writes in vain.

    That includes the consent and the contacts of somebody who has none: their first must not come to a copy either.
    """
    items = (source.journeys, source.cases, source.notes, source.go_aheads)
    sessions = unmarked_sessions(source, target_id)
    return (*sessions, source.consent, source.ledger, *(item for kind in items for item in kind.values()))


def unmarked_sessions(source: Customer, target_id: str) -> tuple[Session, ...]:
    """Return the sessions of somebody merged that do not say so yet, saying so."""
    there = source.sessions.values()
    return tuple(replace(session, moved_to=target_id) for session in there if session.moved_to != target_id)


def with_what_came_late(target: Customer, sources: Iterable[Customer]) -> Customer:
    """Return a customer with what those who point to them still have alone: their merges are not done, or it came late.

    Whoever writes it again writes it to the target: it is as new there.
    """
    for source in sources:
        target = replace(
            target,
            consent=_with_later_refusals(target.consent, source.consent),
            ledger=_with_contacts(target.ledger, source.ledger),
            journeys={**_as_new(_own_journeys(source)), **target.journeys},
            cases={**target.cases, **{case.about: case for case in _moved_cases(target, source)}},
            go_aheads={**_as_new(source.go_aheads), **target.go_aheads},
        )
    return target


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


def _with_later_refusals(consent: Consent, left: Consent) -> Consent:
    """Return a consent with the refusals left behind that nothing later has answered."""
    late = {
        channel: word
        for channel, word in left.channels.items()
        if not word.granted and ((known := consent.channels.get(channel)) is None or word.weight > known.weight)
    }
    return replace(consent, channels={**consent.channels, **late}) if late else consent


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


def _moved[T: (Journey, Case, OnsiteNote, PersonalNote, Due, GoAhead)](
    target: Mapping[str, T], source: Mapping[str, T], is_further: Callable[[T, T], bool]
) -> list[T]:
    """Return what a target has to take over: what it has not, and what the source has brought further than its copy."""
    news = [replace(item, version=0) for key, item in source.items() if key not in target]
    further = [key for key, item in source.items() if key in target and is_further(item, target[key])]
    return news + [replace(source[key], version=target[key].version) for key in further]


def _own_journeys(customer: Customer) -> dict[str, Journey]:
    """Return a customer's journeys with the secret by which the log knows what came of them, to go on with elsewhere."""
    own = customer.profile.subject_secret
    return {key: replace(one, subject_secret=one.subject_secret or own) for key, one in customer.journeys.items()}


def _as_new[T: (Journey, GoAhead)](items: Mapping[str, T]) -> dict[str, T]:
    return {key: replace(item, version=0) for key, item in items.items()}


def _never(_one: object, _other: object) -> bool:
    return False


def _with_contacts(ledger: Ledger, others: Ledger) -> Ledger:
    """Return a ledger with the contacts of another that it has not, or not as far."""
    known = {contact.contact_id: contact for contact in ledger.contacts}
    news = {
        contact.contact_id: contact
        for contact in others.contacts
        if contact.contact_id not in known or _is_further_contact(contact, known[contact.contact_id])
    }
    if not news:
        return ledger
    ordered = sorted({**known, **news}.values(), key=lambda contact: (contact.at, contact.contact_id))
    return replace(ledger, contacts=tuple(ordered))


def _is_further_contact(one: Contact, other: Contact) -> bool:
    order = (ContactState.RESERVED, ContactState.UNCERTAIN)
    rank = {state: order.index(state) if state in order else len(order) for state in ContactState}
    return rank[one.state] > rank[other.state]


def _is_further_journey(one: Journey, other: Journey) -> bool:
    return (one.status, other.status) == (JourneyStatus.ENDED, JourneyStatus.RUNNING)


def _moved_cases(target: Customer, source: Customer) -> list[Case]:
    """Return the cases to take over: support has them, so that one about what another is about is kept beside it."""
    suffix = f"{BESIDE}{fingerprint(source.customer_id)}"
    named: dict[str, Case] = {}
    for about, case in source.cases.items():
        other = target.cases.get(about)
        if other is None or other.case_id == case.case_id:
            named[about] = case
        elif not set(case.references) <= set(other.references):  # else it was taken over, and opened again since
            named[about + suffix] = replace(case, about=about + suffix)
    return _moved(target.cases, named, lambda one, other: _progress(one) > _progress(other))


def _progress(case: Case) -> tuple[int | bool, ...]:
    known = sum(state is not ContactState.RESERVED for state in case.answers.values())
    return case.resolved_at is not None, len(case.answers), known, case.claimed_at is not None, len(case.references)


def _is_further_note(one: OnsiteNote, other: OnsiteNote) -> bool:
    return (one.settled, one.shows, bool(one.view)) > (other.settled, other.shows, bool(other.view))


def _is_further_go_ahead(one: GoAhead, other: GoAhead) -> bool:
    return one.request_id == other.request_id and other.is_open and not one.is_open


_FILLED = (
    "first_name", "email", "phone", "locale", "time_zone", "country", "segment", "lifecycle", "preferred_channel",
    "agent_of_record", "customer_since", "user_id", "region", "cadence", "quiet_from", "quiet_until",
)  # fmt: skip
_STRICT_FLAGS = ("vip", "regulatory_flag", "automation_opt_out")
