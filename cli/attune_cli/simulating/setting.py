"""What everything in one simulated world shares."""

from dataclasses import dataclass
from datetime import datetime

from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.assumptions import Assumptions
from attune_cli.simulating.learning import Learner
from attune_cli.simulating.population import Cart, Person, Population
from attune_cli.simulating.stage import StageInMemory, VirtualTime
from attune_cli.simulating.tally import Tally


@dataclass
class Life:
    """A person as one policy finds them: the cart that is open, and how far messages have moved its chance.

    `plan` numbers the plans to buy it, of which only the latest counts; `own_way` says that their session holds what
    only happened under this policy.
    """

    number: int
    person: Person
    cart: Cart | None = None
    shift: float = 0.0
    plan: int = 0
    last_seen: datetime | None = None
    own_way: bool = False

    @property
    def customer_id(self) -> str:
        """The customer's id."""
        return self.person.customer.customer_id


@dataclass(frozen=True)
class Setting:
    """The assumptions, the people, the time, the stage, and who counts and learns."""

    assumed: Assumptions
    population: Population
    time: VirtualTime
    agenda: Agenda
    stage: StageInMemory
    tally: Tally
    learner: Learner

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.time.now
