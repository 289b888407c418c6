"""One policy in virtual time: people visit, go quiet, are written to or left alone, and react as assumed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from attune.domain.learning.guard_rails import ArmName
from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.assumptions import Assumptions
from attune_cli.simulating.effects import Effects
from attune_cli.simulating.in_memory import Journal
from attune_cli.simulating.journeys import Journeys
from attune_cli.simulating.learning import Learner
from attune_cli.simulating.population import Population
from attune_cli.simulating.reactions import Reactions
from attune_cli.simulating.setting import Life, Setting
from attune_cli.simulating.shopping import Shopping
from attune_cli.simulating.stage import Rules, StageInMemory, VirtualTime
from attune_cli.simulating.strategies import Strategy
from attune_cli.simulating.tally import Tally

DAY = timedelta(days=1)
LATE_ANSWERS = 2 * DAY
"""After the last journey has ended, somebody may still answer."""


@dataclass(frozen=True)
class Outcome:
    """What came of one policy: the counts, what was written down, and who had a moment worth answering."""

    strategy: Strategy
    tally: Tally
    journal: Journal
    held_out: frozenset[int]
    answered: frozenset[int]
    stopped: tuple[ArmName, ...]


class World:
    """Everything that happens under one policy."""

    def __init__(self, assumptions: Assumptions, population: Population, rules: Rules, strategy: Strategy) -> None:
        """Put everybody's visits on the agenda."""
        self._strategy = strategy
        time = VirtualTime(assumptions.start)
        agenda = Agenda(time)
        self.journeys = Journeys(time, agenda)
        customers = [person.customer for person in population.people]
        self.stage = StageInMemory(rules, strategy.playbook, customers, time, self.journeys.start)
        tally = Tally(len(customers), assumptions.start)
        learner = Learner(self.stage.policies, strategy.playbook, strategy.learns)
        self._setting = Setting(assumptions, population, time, agenda, self.stage, tally, learner)
        self._lives = {
            person.customer.customer_id: Life(number, person) for number, person in enumerate(population.people)
        }
        shopping = Shopping(self._setting)
        effects = Effects(assumptions.messages, assumptions.annoyance)
        reactions = Reactions(self._setting, shopping, self._lives, effects)
        self.journeys.listen(self.stage, reactions.sent)
        self.stage.customers.on_case = reactions.case
        for life in self._lives.values():
            for visit in life.person.visits:
                agenda.at(visit.ends_at, shopping.visited, life, visit)

    def run(self, on_day: Callable[[], None] = lambda: None) -> Outcome:
        """Let all days pass, and so many more that every journey has come to its end."""
        setting = self._setting
        now = setting.assumed.start
        for _ in range(days_to_run(setting.population.days, self._strategy.playbook.expires_after)):
            now += DAY
            setting.agenda.run(now)
            setting.learner.learn(now)
            on_day()
        numbers = {life.person.customer.profile.subject_key: life.number for life in self._lives.values()}
        who = {
            answer: frozenset(
                numbers[moment.subject_key] for moment in self.stage.journal.moments if moment.choice == answer
            )
            for answer in ("holdout", "started")
        }
        return Outcome(
            self._strategy, setting.tally, self.stage.journal, who["holdout"], who["started"], setting.learner.stopped
        )


def days_to_run(days: int, expires_after: timedelta) -> int:
    """Return how many days pass: those with visits, and those in which the last journeys end."""
    return days + -(-(expires_after + LATE_ANSWERS) // DAY)
