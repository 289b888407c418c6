"""Find out which customer an event is about, and let two customers become one where that is certain."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from attune.adapters.customers_table import CustomersTable
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import TRIES, Merges, step_aside
from attune.domain.customers import Customer
from attune.domain.decisions import Reason
from attune.domain.errors import ConflictError
from attune.domain.identifiers import STRONG, Identifier, IdentifierType, IdentityClaim
from attune.domain.identity import (
    Bond,
    Link,
    claimant,
    contradiction,
    former_owners,
    is_certainly,
    known_by,
    mark_of,
    own_customer_id,
    parse_handle,
    shared_customer_id,
    type_of,
    why_not_merge,
)
from attune.domain.merging import direction, moved_sessions, separate, stricter

REMEMBERED_FOR = timedelta(seconds=60)
REMEMBERED_LINKS = 10_000


@dataclass(frozen=True)
class Attributed:
    """Whose an event is: the customer's id now, what was read of them (if anything), and whether that was news."""

    customer_id: str
    customer: Customer | None = None
    changed: bool = False


@dataclass(frozen=True)
class Identities:
    """Resolves handles and claims; `key` is the secret under which identifiers are hashed."""

    links: IdentityLinks
    merges: Merges
    key: str
    _remembered: dict[str, tuple[datetime, Link | None]] = field(default_factory=dict)

    @property
    def customers(self) -> CustomersTable:
        """The table of customers."""
        return self.merges.customers

    def heal(self, customer_id: str) -> None:
        """Move what was written to a customer while a merge took them elsewhere."""
        self.merges.heal(customer_id)

    def prefetch(self, handles: Iterable[str]) -> None:
        """Read the links of many handles in one request, so that attributing them needs none."""
        marks = {mark_of(self.key, parse_handle(handle)) for handle in handles}
        now = self.customers.clock.real_now()
        wanted = {mark for mark in marks if type_of(mark) is not IdentifierType.USER and not self._fresh(mark, now)}
        if wanted:
            found = self.links.get_many(wanted)
            for mark in wanted:
                self._remember(mark, found.get(mark), now)

    def owner(self, handle: str) -> Attributed:
        """Return whose events with this handle are, when nothing else is known."""
        identifier = parse_handle(handle)
        mark = mark_of(self.key, identifier)
        if identifier.type is IdentifierType.USER:
            return Attributed(identifier.value)
        now = self.customers.clock.real_now()
        if not self._fresh(mark, now):
            self._remember(mark, self.links.get(mark), now)
        link = self._remembered[mark][1]
        if link is None:
            return Attributed(own_customer_id(identifier, mark))
        return Attributed(shared_customer_id(identifier, mark) if link.shared else link.customer_id)

    def claim(self, claim: IdentityClaim) -> Attributed:
        """Attribute an event by all its identifiers; merge what is certainly one person, refuse what may be two."""
        marks = {mark_of(self.key, identifier): identifier for identifier in claim.identifiers}
        changed = False
        for attempt in range(TRIES):
            try:
                root, moved = self._settle(claim, marks)
            except ConflictError:
                step_aside(attempt)  # somebody claimed or merged at the same moment: look again
                continue
            return Attributed(root.customer_id, root, changed or moved)
        message = f"identifiers of one event kept changing hands for {TRIES} tries"
        raise ConflictError(message)

    def separate(self, customer_id: str, at: datetime) -> str:
        """Undo the merge of a customer into another; return the id of the other. Raises LookupError if none was."""
        source = self.customers.load_unmerged(customer_id)
        if source is None or not source.profile.merged_into:
            message = f"customer {customer_id!r} was not merged into another"
            raise LookupError(message)
        target = self.customers.load(source.profile.merged_into)
        if target is None:
            message = f"the customer that {customer_id!r} was merged into is gone"
            raise LookupError(message)
        claim = IdentityClaim(message_id=f"separate#{customer_id}", customer_id=customer_id, time=at, identifiers=())
        own = mark_of(self.key, parse_handle(customer_id))
        marks = {own, *source.profile.identifiers}
        for mark in sorted(marks):
            link = self.links.get(mark)
            if link is not None:
                self.links.save(link.now(Bond.RETURNED, source.customer_id, claim))
                self._remembered.pop(mark, None)
        for session in moved_sessions(target, source.customer_id):
            self.customers.delete(target.customer_id, session)
        apart = separate(target.profile, source.profile, marks)
        self.customers.save(target.customer_id, replace(apart, kept_apart=(*apart.kept_apart, customer_id)))
        # What was refused while they were one may have been refused by either: it holds for both.
        consent = stricter(source.consent, target.consent)
        if consent != source.consent:
            self.customers.save(customer_id, consent)
        kept_apart = (*source.profile.kept_apart, target.customer_id)
        self.customers.save(customer_id, replace(source.profile, merged_into="", kept_apart=kept_apart))
        for session in source.sessions.values():
            # Who goes on in it just now leaves the mark, which costs no more than a closer look.
            with suppress(ConflictError):
                self.customers.save(customer_id, replace(session, moved_to=""))
        why = Reason("separated", "A person undid a merge; sessions and identifiers went back.")
        self.merges.record(target, claim, "separated", why, "")
        return target.customer_id

    def _settle(self, claim: IdentityClaim, marks: Mapping[str, Identifier]) -> tuple[Customer, bool]:
        root = self.customers.load_or_create(self._root(claim, marks))
        before = root
        if claim.replaces:
            root = self._take_over(root, claim)
        bound = []
        for mark, identifier in marks.items():
            if identifier.type is IdentifierType.USER:
                continue
            if mark in root.profile.identifiers:
                continue
            root, belongs = self._bind(root, mark, identifier, claim, marks)
            if belongs:
                bound.append(mark)
        if known_by(root.profile, claim, bound) is not root.profile:
            root = self.merges.update(root, lambda profile: known_by(profile, claim, bound))
        return root, root is not before

    def _root(self, claim: IdentityClaim, marks: Mapping[str, Identifier]) -> str:
        """Return who the event is about: its user, else the owner of its strongest identifier, else its device."""
        by_type = {kind: [m for m in marks if type_of(m) is kind] for kind in IdentifierType}
        if by_type[IdentifierType.USER]:
            return marks[by_type[IdentifierType.USER][0]].value
        strong = [
            m for kind in (IdentifierType.EMAIL, IdentifierType.PHONE, IdentifierType.EXTERNAL) for m in by_type[kind]
        ]
        for mark in strong:
            link = self.links.get(mark)
            if link is not None and not link.shared:
                return link.customer_id
        weak = by_type[IdentifierType.ANONYMOUS] or by_type[IdentifierType.CLICK]
        for mark in weak:
            link = self.links.get(mark)
            device_owner = link.customer_id if link else own_customer_id(marks[mark], mark)
            known = self.customers.load(device_owner)
            if link is None or not link.shared:
                against = contradiction(known.profile, claimant(claim, marks, known.profile)) if known else ""
                if not known or not against:
                    return device_owner
                why = Reason("two_people", f"One device, but two people. {against}")
                self._refuse(known, link or Link(mark=mark, customer_id=device_owner), claim, why)
            user = self._user_of_shared(link, known, claim, marks)
            if user:
                return user
        if strong:
            return own_customer_id(marks[strong[0]], strong[0])
        return shared_customer_id(marks[weak[0]], weak[0], claim)

    def _user_of_shared(
        self, link: Link | None, owner: Customer | None, claim: IdentityClaim, marks: Mapping[str, Identifier]
    ) -> str:
        """Return the one user of a shared device whom the claim certainly describes, if there is one."""
        users = [self.customers.load(entry.customer_id) for entry in link.history] if link else [owner]
        known = {user.customer_id: user for user in users if user is not None}
        fitting = [
            customer_id
            for customer_id, user in known.items()
            if is_certainly(user.profile, claimant(claim, marks, user.profile))
        ]
        return fitting[0] if len(fitting) == 1 else ""

    def _bind(
        self, root: Customer, mark: str, identifier: Identifier, claim: IdentityClaim, marks: Mapping[str, Identifier]
    ) -> tuple[Customer, bool]:
        """Let an identifier belong to a customer, if it may; merge with whoever had it, if that is one person.

        The link is written first: of several customers that claim one identifier at once, one gets it. Should the
        merge not follow (a crash), the next event finds the link without its mark on the profile and merges then,
        with whoever ever had it: it may have changed hands more than once without any of the merges being done.
        """
        link = self.links.get(mark)
        if link is not None and link.shared:
            if root.customer_id not in {entry.customer_id for entry in link.history}:
                self.links.save(link.now(Bond.SHARED, root.customer_id, claim))
            return root, False
        former = former_owners(link, own_customer_id(identifier, mark))
        loaded = {one: known for one in former if (known := self.customers.load(one)) is not None}
        owners = {known.customer_id: known for known in loaded.values()}
        others = [owner for owner in owners.values() if owner.customer_id != root.customer_id]
        for one in (one for one, known in loaded.items() if known.customer_id != one):
            self.merges.finish(one)  # whoever merged them may have died over it: the mark would be known otherwise
        for owner in others:
            why = why_not_merge(known_by(root.profile, claim, marks), owner.profile, mark)
            if why is not None:
                self._refuse(root, link or Link(mark=mark, customer_id=owner.customer_id), claim, why)
                return root, False
        if link is None or (link.customer_id != root.customer_id and others):
            bond = Bond.MOVED if link else Bond.CLAIMED
            self.links.save((link or Link(mark=mark, customer_id="")).now(bond, root.customer_id, claim))
            self._remembered.pop(mark, None)
        for owner in others:
            stays, goes = direction(root, owner, names_user=claim.names_user)
            root = self.merges.merge(stays, goes, claim, mark)
        return root, True

    def _refuse(self, about: Customer, link: Link, claim: IdentityClaim, why: Reason) -> None:
        """Write a refusal down; a device that two people use is nobody's from now on."""
        self.merges.record(about, claim, "refused", why, link.mark)
        if type_of(link.mark) not in STRONG:
            self.links.save(link.now(Bond.SHARED, link.customer_id, claim))
            self._remembered.pop(link.mark, None)

    def _take_over(self, root: Customer, claim: IdentityClaim) -> Customer:
        """Merge the customer that an alias says this one used to be; an application's word for it is enough."""
        for former_id in (claim.replaces, f"anon:{claim.replaces}"):
            former = self.customers.load(former_id)
            if former is not None and former.customer_id != root.customer_id:
                root = self.merges.merge(root, former, claim, "")
            elif former is not None and former_id != root.customer_id:
                self.merges.heal(former_id)  # told again, perhaps because whoever merged them died over it
        return root

    def _fresh(self, mark: str, now: datetime) -> bool:
        known = self._remembered.get(mark)
        return known is not None and known[0] > now - REMEMBERED_FOR

    def _remember(self, mark: str, link: Link | None, now: datetime) -> None:
        if len(self._remembered) >= REMEMBERED_LINKS:
            self._remembered.clear()
        self._remembered[mark] = (now, link)
