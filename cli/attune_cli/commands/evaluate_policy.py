"""`attune evaluate policy`: what another policy would have earned, from a log of choices, or why the log cannot tell."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attune_cli.console import err, out
from attune_cli.judging.judging import judge
from attune_cli.judging.log_files import read_log
from attune_cli.judging.outcome_model import folds_of
from attune_cli.judging.report import as_data, judgement_table, support_line
from attune_cli.judging.targets import ALWAYS, EVEN, LEARNT, target_called

POLICY_HELP = (
    f"{LEARNT}: Attune's, taught by other people of the log; {EVEN}: an even share; {ALWAYS}ACTION; or a JSON file of"
    " probabilities by context and action."
)
COLUMNS = {
    "action": "what was chosen",
    "probability": "with which it was chosen, above 0 and at most 1",
    "reward": "what came of it, a number; 0 or 1 for --policy learnt",
    "harm (optional)": "whether it did harm, a number",
    "person (optional)": "whom it was about; intervals are over people",
    "options (optional)": "the actions that were permitted, separated by |; all of the file if not given",
}
COLUMNS_HELP = "\n\n".join(
    [
        "LOG is the decision log (rows of the table decisions: JSON, CSV or Parquet), or a CSV with a line for each choice:",
        *(f"* {name}: {meaning}" for name, meaning in COLUMNS.items()),
        "Every other column is part of the context.",
    ]
)


def evaluate_policy(
    log: Annotated[
        Path, typer.Argument(metavar="LOG", help="Choices with their probabilities and outcomes; see below.")
    ],
    *,
    policy: Annotated[str, typer.Option(help=POLICY_HELP)] = LEARNT,
    seed: Annotated[int, typer.Option(help="Of the bootstrap and the folds; the same gives the same.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the estimates as JSON.")] = False,
) -> None:
    """Estimate what a policy would have earned, without trying it on anybody.

    Inverse propensity weighting, plain and self-normalised, and doubly robust, with 95 % intervals by bootstrap over people.
    Where the log does not carry an estimate it is refused: too little support, too small an effective sample size.
    """
    found = read_log(log)
    for note in found.notes:
        err.print(f"note: {note}", style="dim", markup=False)
    folds = folds_of([choice.person for choice in found.choices], seed=seed)
    judgement = judge(found, target_called(policy, found, folds), folds, seed=seed)
    if as_json:
        sys.stdout.write(json.dumps(as_data(policy, judgement), indent=2) + "\n")
        return
    out.print(judgement_table(policy, judgement), "")
    out.print(support_line(judgement), markup=False)
