"""What events tell: counted in a stage's log, or by replaying recorded events."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from attune.adapters.senders import read_event
from attune.domain.decisions import DecisionKind
from attune.domain.errors import RejectedEventError
from attune.domain.playbooks import Playbook
from attune.domain.signals import KINDS_BY_EVENT, Signal, SignalKind
from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query, parse_query
from attune_cli.replaying.recordings import Event, read_recording
from attune_cli.replaying.running import Plan
from attune_cli.replaying.stage import Rules
from attune_cli.replaying.world import World

QUESTION = parse_query(
    "launch_check",
    """-- launch_check
-- What was decided for one playbook, and about who is who?
-- Parameters: since (first day, YYYY-MM-DD), playbook
SELECT
  kind,
  choice,
  playbook_version,
  CASE WHEN dry_run THEN 'yes' ELSE 'no' END AS dry,
  count(DISTINCT decision_id) AS decisions
FROM decisions
WHERE dt >= ?
  AND (playbook = ? OR kind = 'identity')
GROUP BY kind, choice, playbook_version, CASE WHEN dry_run THEN 'yes' ELSE 'no' END
""",
)

type Ask = Callable[[Query, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Evidence:
    """Decisions by kind and choice, those of one version that were dry, and where all that was seen."""

    decided: Mapping[tuple[str, str], int]
    dry: int
    seen_in: str
    events: Mapping[str, int] = field(default_factory=dict)
    """How often each event of the trigger came; empty where only decisions are known."""

    @property
    def moments(self) -> int:
        """How many moments of the playbook were found, whatever was answered."""
        return sum(number for (kind, _), number in self.decided.items() if kind == DecisionKind.MOMENT)

    @property
    def outcomes(self) -> int:
        """How many outcomes came after its messages (or would have)."""
        return sum(number for (kind, _), number in self.decided.items() if kind == DecisionKind.OUTCOME)

    def identities(self, choice: str) -> int:
        """How often something was decided about who is who."""
        return self.decided.get((DecisionKind.IDENTITY, choice), 0)


def in_stage(playbook: Playbook, ask: Ask, since: str) -> Evidence:
    """Ask a stage's log."""
    decided: Counter[tuple[str, str]] = Counter()
    dry = 0
    for row in ask(QUESTION, {"since": since, "playbook": playbook.id}).records():
        number, kind = int(row["decisions"] or 0), str(row["kind"])
        decided[kind, str(row["choice"])] += number
        is_dry = row["dry"] == "yes" and row["playbook_version"] == playbook.version
        dry += number if is_dry and kind == DecisionKind.CONTACT else 0
    return Evidence(decided, dry, f"the log since {since}")


def in_recording(playbook: Playbook, path: Path, templates: Path) -> Evidence:
    """Replay recorded events with this playbook alone."""
    recording = read_recording(path)
    plan = Plan(recording, playbook, None, {}, templates)
    played = World(Rules.read(templates), plan.playbooks(playbook), recording.events, seed=plan.seed).run()
    decided = Counter((decision.kind.value, str(decision.choice)) for decision in played.log.all())
    return Evidence(decided, 0, f"{len(recording.events):,} recorded events", _named(playbook, recording.events))


def _named(playbook: Playbook, recorded: Iterable[Event]) -> dict[str, int]:
    """Count the events that the playbook names, by whatever sender they came."""
    kinds: Counter[SignalKind] = Counter()
    for event in recorded:
        with suppress(RejectedEventError):  # a replay names those
            facts = read_event(event.body, event.arrives_at)
            kinds.update({fact.kind for fact in facts if isinstance(fact, Signal)})
    trigger = playbook.trigger
    names = dict.fromkeys((*trigger.opened_by, *trigger.closed_by, *playbook.goals))
    return {name: kinds[KINDS_BY_EVENT[name]] for name in names}
