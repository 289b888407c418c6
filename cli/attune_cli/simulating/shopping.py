"""What people do: they visit, leave carts behind, and buy them by themselves or because something moved them."""

from dataclasses import dataclass, replace

from attune.adapters.queues import Watch
from attune.domain.learning.outcomes import Happening
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.sessions import Session, open_moments, state_of
from attune.domain.signals import Signal, SignalKind
from attune_cli.simulating.effects import by_struggle, moved
from attune_cli.simulating.population import SESSION, Visit, remember
from attune_cli.simulating.setting import Life, Setting


@dataclass(frozen=True)
class Shopping:
    """People on the site."""

    setting: Setting

    def visited(self, life: Life, visit: Visit) -> None:
        """Take a visit in as it ends; a cart that is left takes the place of one left before."""
        setting = self.setting
        life.last_seen = visit.ends_at
        session = self._save(life, visit.signals, visit.session)
        if visit.ordered:
            life.cart = None
            self._count_order(life)
        elif visit.cart is not None:
            life.cart, life.shift = visit.cart, 0.0
            self.plan_order(life)
        trigger = setting.population.trigger
        for moment in open_moments(state_of(session, (trigger,)), (trigger,)):
            watch = Watch(
                customer_id=life.customer_id,
                session_id=SESSION,
                playbook=moment.playbook,
                key=moment.key,
                due_at=moment.due_at,
            )
            setting.agenda.at(moment.due_at, setting.stage.watch, watch.model_dump_json())

    def plan_order(self, life: Life) -> None:
        """Decide anew whether and when the open cart is bought.

        The cart's luck stays the same: whoever buys without a message buys with a good one, and the other way round.
        """
        cart = life.cart
        life.plan += 1
        if cart is None:
            return
        alone = by_struggle(self.setting.assumed.buying.later_without_message, cart.struggles)
        if cart.luck >= moved(alone, life.shift):
            return
        now = self.setting.now
        by_themselves = cart.luck < alone and cart.alone_at > now
        self.setting.agenda.at(cart.alone_at if by_themselves else now + cart.takes, self._ordered, life, life.plan)

    def signal(self, life: Life, kind: SignalKind, *, reference: str = "") -> None:
        """Take one thing in that happens outside of the visits drawn beforehand; it is news to this policy alone."""
        life.own_way = True
        name = f"{life.customer_id}-{kind.name}-{self.setting.now.isoformat()}"
        signal = Signal(
            message_id=name,
            customer_id=life.customer_id,
            session_id=SESSION,
            time=self.setting.now,
            kind=kind,
            name=kind.name,
            reference=reference,
            vouched=True,
        )
        self._save(life, (signal,), None)

    def _ordered(self, life: Life, plan: int) -> None:
        if plan != life.plan or life.cart is None:
            return
        self.signal(life, SignalKind.ORDERED, reference=life.cart.key)
        life.cart = None
        self._count_order(life)

    def _count_order(self, life: Life) -> None:
        life.plan += 1
        self.setting.tally.add("orders", life.number, self.setting.now)
        happening = Happening(kind=OutcomeKind.ORDERED, at=self.setting.now)
        self.setting.learner.happened(self.setting.stage.customers[life.customer_id], happening)

    def _save(self, life: Life, signals: tuple[Signal, ...], known: Session | None) -> Session:
        """Write the session; while nothing sets this policy apart it is the one that all policies share."""
        customers = self.setting.stage.customers
        before = customers[life.customer_id].sessions.get(SESSION, Session(SESSION))
        if life.own_way or known is None:
            after = remember(before, signals, self.setting.population.trigger)
        else:
            after = replace(known, version=before.version)
        return customers.save(life.customer_id, after)
