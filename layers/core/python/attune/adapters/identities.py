"""Find out which customer an event is about, and let two customers become one where that is certain."""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identity_links import IdentityLinks
from attune.domain.customers import Customer, Profile
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError
from attune.domain.identifiers import STRONG, Identifier, IdentifierType, IdentityClaim
from attune.domain.identity import (
    Bond,
    Link,
    claimant,
    contradiction,
    direction,
    identifiers_of,
    known_by,
    mark_of,
    merge,
    moved_sessions,
    own_customer_id,
    parse_handle,
    separate,
    shared_customer_id,
    type_of,
    why_not_merge,
)

TRIES = 40
LONGEST_PAUSE_SECONDS = 0.5
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
    customers: CustomersTable
    decisions: DecisionsTable
    key: str
    _remembered: dict[str, tuple[datetime, Link | None]] = field(default_factory=dict)

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
                _step_aside(attempt)  # somebody claimed or merged at the same moment: look again
                continue
            return Attributed(root.customer_id, root, changed or moved)
        message = f"identifiers of one event kept changing hands for {TRIES} tries"
        raise ConflictError(message)

    def heal(self, customer_id: str) -> None:
        """Move what was written to a customer while a merge took them elsewhere; nothing to do for anybody else."""
        for attempt in range(TRIES):
            stored = self.customers.load_unmerged(customer_id)
            target = self.customers.load(customer_id)
            if stored is None or target is None or not stored.profile.merged_into:
                return
            try:
                for item in merge(target, stored):
                    self.customers.save(target.customer_id, item)
            except ConflictError:
                _step_aside(attempt)
                continue
            # The target may have been merged away in the meantime: then the same holds for it.
            customer_id = target.customer_id
        message = f"customers kept being merged for {TRIES} tries"
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
        self.customers.save(target.customer_id, separate(target.profile, source.profile, marks))
        self.customers.save(source.customer_id, replace(source.profile, merged_into=""))
        why = Reason("separated", "A person undid a merge; sessions and identifiers went back.")
        self._record(target, claim, "separated", why, "")
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
            root = self._update(root, lambda profile: known_by(profile, claim, bound))
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
        weak = [mark for mark in marks if type_of(mark) not in STRONG]
        for mark in weak:
            link = self.links.get(mark)
            if link is not None and link.shared:
                continue
            device_owner = link.customer_id if link else own_customer_id(marks[mark], mark)
            known = self.customers.load(device_owner)
            against = contradiction(known.profile, claimant(claim, marks, known.profile)) if known else ""
            if not known or not against:
                return device_owner
            why = Reason("two_people", f"One device, but two people. {against}")
            self._refuse(known, known, link, mark, claim, why)
        if strong:
            return own_customer_id(marks[strong[0]], strong[0])
        return shared_customer_id(marks[weak[0]], weak[0])

    def _bind(
        self, root: Customer, mark: str, identifier: Identifier, claim: IdentityClaim, marks: Mapping[str, Identifier]
    ) -> tuple[Customer, bool]:
        """Let an identifier belong to a customer, if it may; merge with whoever had it, if that is one person.

        The link is written first: of several customers that claim one identifier at once, one gets it. Should the
        merge not follow (a crash), the next event finds the link without its mark on the profile and merges then.
        """
        link = self.links.get(mark)
        if link is not None and link.shared:
            return root, False
        own = own_customer_id(identifier, mark)
        if link is not None and link.customer_id == root.customer_id:
            former = [own, *(entry.customer_id for entry in link.history)]
        else:
            former = [link.customer_id if link else own]
        owners = [known for known in map(self.customers.load, dict.fromkeys(former)) if known is not None]
        others = [owner for owner in owners if owner.customer_id != root.customer_id]
        for owner in others:
            why = why_not_merge(known_by(root.profile, claim, marks), owner.profile, mark)
            if why is not None:
                self._refuse(root, owner, link, mark, claim, why)
                return root, False
        if link is None or (link.customer_id != root.customer_id and others):
            bond = Bond.MOVED if link else Bond.CLAIMED
            self.links.save((link or Link(mark=mark, customer_id="")).now(bond, root.customer_id, claim))
            self._remembered.pop(mark, None)
        for owner in others:
            stays, goes = direction(root, owner)
            root = self._merge(stays, goes, claim, mark)
        return root, True

    def _refuse(
        self, root: Customer, owner: Customer, link: Link | None, mark: str, claim: IdentityClaim, why: Reason
    ) -> None:
        """Write a refusal down; a device that two people use is nobody's from now on."""
        self._record(root, claim, "refused", why, mark)
        if type_of(mark) not in STRONG:
            shared = link or Link(mark=mark, customer_id=owner.customer_id)
            self.links.save(shared.now(Bond.SHARED, owner.customer_id, claim))
            self._remembered.pop(mark, None)

    def _take_over(self, root: Customer, claim: IdentityClaim) -> Customer:
        """Merge the customer that an alias says this one used to be; an application's word for it is enough."""
        for former_id in (claim.replaces, f"anon:{claim.replaces}"):
            former = self.customers.load(former_id)
            if former is not None and former.customer_id != root.customer_id:
                root = self._merge(root, former, claim, "")
        return root

    def _merge(self, target: Customer, source: Customer, claim: IdentityClaim, mark: str) -> Customer:
        """Copy everything, then point the source to the target, then look whether anything came in between."""
        for item in merge(target, source):
            self.customers.save(target.customer_id, item)
        pointed = replace(source.profile, merged_into=target.customer_id)
        self.customers.save(source.customer_id, pointed)
        target = self._update(target, lambda profile: identifiers_of(profile, source.profile))
        why = Reason("same_person", "Identifiers in common say that two customers are one person.")
        self._record(target, claim, "merged", why, mark)
        # Either may have changed while this went on: the source by a late write, the target by a merge of its own.
        self.heal(source.customer_id)
        return self.customers.load(target.customer_id) or target

    def _update(self, customer: Customer, change: Callable[[Profile], Profile]) -> Customer:
        """Change a profile, over whatever others change in it at the same time."""
        for attempt in range(TRIES):
            changed = change(customer.profile)
            if changed == customer.profile:
                return customer
            try:
                return replace(customer, profile=self.customers.save(customer.customer_id, changed))
            except ConflictError:
                _step_aside(attempt)
                customer = self.customers.load(customer.customer_id) or customer
        message = f"a profile kept changing for {TRIES} tries"
        raise ConflictError(message)

    def _record(self, customer: Customer, claim: IdentityClaim, choice: str, why: Reason, mark: str) -> None:
        subject = customer.profile.subject_key
        self.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#identity#{choice}#{mark}#{claim.message_id}"),
                time=claim.time,
                kind=DecisionKind.IDENTITY,
                subject_key=subject,
                choice=choice,
                reasons=(why,),
                inputs={"identifier_type": type_of(mark).value if mark else ""},
            )
        )

    def _fresh(self, mark: str, now: datetime) -> bool:
        known = self._remembered.get(mark)
        return known is not None and known[0] > now - REMEMBERED_FOR

    def _remember(self, mark: str, link: Link | None, now: datetime) -> None:
        if len(self._remembered) >= REMEMBERED_LINKS:
            self._remembered.clear()
        self._remembered[mark] = (now, link)


def _step_aside(attempt: int) -> None:
    """Wait a little, longer each time and never as long as the others: those who collided must not march in step."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.01 * 2**attempt)))  # noqa: S311 - jitter is no secret
