"""The policies that can be judged: an even share, one arm always, what Attune would have learnt, or a table in a file."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attune.domain.learning.beliefs import Counts, pooled_belief
from attune.domain.learning.policy import Policy
from attune_cli.errors import InputError
from attune_cli.judging.rows import ChoiceLog, LoggedChoice, Probabilities

LEARNT, EVEN, ALWAYS = "learnt", "even", "always:"
ANY_CONTEXT = "*"
SUM_TOLERANCE = 1e-6

type Target = Callable[[LoggedChoice], Probabilities]


def target_called(name: str, log: ChoiceLog, folds: Mapping[str, int]) -> Target:
    """Return the policy of this name; raise InputError where there is none."""
    if name == LEARNT:
        return learnt_elsewhere(log, folds)
    if name == EVEN:
        return lambda choice: dict.fromkeys(choice.options, 1 / len(choice.options))
    if name.startswith(ALWAYS):
        return always(name.removeprefix(ALWAYS), log)
    if name.endswith(".json"):
        return from_file(Path(name))
    raise InputError(f"there is no policy {name!r}", f"{LEARNT}, {EVEN}, {ALWAYS}ACTION or a JSON file")


def always(action: str, log: ChoiceLog) -> Target:
    """Return the policy that takes one action wherever it is permitted, and shares evenly elsewhere."""
    if not any(action in choice.options for choice in log.choices):
        raise InputError(f"{action!r} is an option of no choice in this log", f"one of {', '.join(log.actions)}")

    def target(choice: LoggedChoice) -> Probabilities:
        if action in choice.options:
            return {action: 1.0}
        return dict.fromkeys(choice.options, 1 / len(choice.options))

    return target


def learnt_elsewhere(log: ChoiceLog, folds: Mapping[str, int]) -> Target:
    """Return Attune's policy as the people of the other folds taught it: nobody is judged by what they taught themselves."""
    if any(choice.reward not in (0.0, 1.0) for choice in log.choices):
        raise InputError(f"--policy {LEARNT} learns from rewards that are 0 or 1", "another --policy")
    policies = [_learnt(log.choices, folds, without=number) for number in range(max(folds.values()) + 1)]
    known: dict[tuple[int, str, tuple[str, ...]], Probabilities] = {}

    def target(choice: LoggedChoice) -> Probabilities:
        key = (folds[choice.person], choice.context, choice.options)
        if key not in known:
            known[key] = policies[key[0]](choice.context).probabilities(choice.options)
        return known[key]

    return target


def _learnt(choices: Sequence[LoggedChoice], folds: Mapping[str, int], *, without: int) -> Callable[[str], Policy]:
    """Return what beliefs the outcomes of all other folds lead to, by context."""
    together: dict[str, Counts] = defaultdict(Counts)
    apart: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    for choice in choices:
        if folds[choice.person] != without:
            harmed = bool(choice.harm)
            counts = Counts(
                float(choice.reward > 0 and not harmed), float(choice.reward <= 0 and not harmed), float(harmed)
            )
            together[choice.action] = together[choice.action].plus(counts)
            apart[choice.context][choice.action] = apart[choice.context][choice.action].plus(counts)

    def policy(context: str) -> Policy:
        here = apart.get(context, {})
        return Policy({arm: pooled_belief([total, here.get(arm, Counts())]) for arm, total in together.items()})

    return policy


def from_file(path: Path) -> Target:
    """Read a table of probabilities by context and action; raise InputError where it cannot be used."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: this is not JSON: {error}") from error
    if not isinstance(table, dict) or not all(isinstance(row, dict) for row in table.values()):
        raise InputError(f"{path}: this is no table of contexts", '{"*": {"24h": 0.7, "48h": 0.3}}')
    for context, row in table.items():
        if (
            any(not isinstance(p, int | float) or p < 0 for p in row.values())
            or abs(sum(row.values()) - 1) > SUM_TOLERANCE
        ):
            raise InputError(f"{path}: the probabilities of context {context!r} are not at least 0 with the sum 1")

    def target(choice: LoggedChoice) -> Probabilities:
        row = table.get(choice.context, table.get(ANY_CONTEXT))
        if row is None:
            raise InputError(
                f"{path}: there is no row for context {choice.context!r}", f"a row {ANY_CONTEXT!r} for all others"
            )
        possible = {action: float(row.get(action, 0.0)) for action in choice.options}
        total = sum(possible.values())
        if not total:
            raise InputError(
                f"{path}: nothing that context {choice.context!r} allows was an option: {', '.join(choice.options)}"
            )
        return {action: chance / total for action, chance in possible.items()}

    return target
