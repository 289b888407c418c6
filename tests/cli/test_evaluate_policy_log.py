"""`attune evaluate policy` on Attune's own decision log: rows as the table and the lake hold them."""

import json
import os
import random
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from attune.adapters.decisions_table import to_row
from attune.domain.decisions import Decision, DecisionKind, Option, Reason
from attune_cli.judging.decision_rows import choices_of
from attune_cli.judging.log_files import HOME
from attune_cli.main import app
from tests.support.builders import NOON

OPTIONS = {"24h": 0.5, "48h": 0.3, "none": 0.2}


def row(
    journey: str, kind: str, choice: str, reason: str, hours: float, *, options=(), subject="s-1", touch=1, **changes
):
    decision = Decision(
        decision_id=f"{journey}-{kind}-{choice}-{hours}",
        time=NOON + timedelta(hours=hours),
        kind=DecisionKind(kind),
        subject_key=subject,
        choice=choice,
        reasons=(Reason(reason, "Because."),),
        journey_id=journey,
        playbook="cart",
        touch=touch,
        inputs={"context": "sms#phone#morning#workday#high"},
        options=tuple(options),
    )
    return {**to_row(decision, expires_at=1), **changes}


def delay(journey: str, choice: str = "24h", hours: float = 0, **changes):
    options = [Option(name, probability=chance) for name, chance in OPTIONS.items()]
    options.append(Option("72h", permitted=False))
    return row(journey, "delay", choice, "policy", hours, options=options, **changes)


def outcome(journey: str, reason: str, hours: float = 48, **changes):
    return row(journey, "review", "end", reason, hours, **changes)


@pytest.mark.parametrize(
    ("reason", "reward", "harm"),
    [
        ("goal_reached", 1, 0),
        ("answered", 1, 0),
        ("not_helpful", 0, 1),
        ("opted_out", 0, 1),
        ("nothing_more_to_say", 0, 0),
        ("asked_for_help", 0, 0),
    ],
)
def test_what_became_of_a_delay_is_what_the_journey_says_of_its_touch(reason, reward, harm):
    [choice] = choices_of([delay("j"), outcome("j", reason)], "log").choices

    assert (choice.reward, choice.harm) == (reward, harm)
    assert (choice.action, choice.probability, choice.options) == ("24h", 0.5, ("24h", "48h", "none"))
    assert (choice.person, choice.context) == ("s-1", "sms#phone#morning#workday#high")


def test_each_touch_has_its_own_outcome():
    rows = [
        delay("j"),
        row("j", "review", "next_touch", "no_response", 48),
        delay("j", "none", 48, touch=2),
        row("j", "contact", "withheld", "fatigue", 48, touch=2),
        outcome("j", "goal_reached", 49, touch=2),
    ]

    found = {choice.action: choice.reward for choice in choices_of(rows, "log").choices}

    assert found == {"24h": 0, "none": 1}


def test_a_delay_whose_outcome_is_not_known_yet_is_left_out_and_counted():
    found = choices_of(
        [delay("j"), row("j", "contact", "sent", "sent", 24), delay("k"), outcome("k", "answered")], "log"
    )

    assert [choice.reward for choice in found.choices] == [1]
    assert found.notes == ("1 delays left out: nothing is known of the outcome yet",)


def test_copies_and_dry_runs_do_not_count():
    rows = [delay("j"), delay("j"), outcome("j", "answered"), delay("k", dry_run=True), outcome("k", "answered")]

    assert len(choices_of(rows, "log").choices) == 1


def test_the_order_of_the_rows_does_not_matter():
    rows = [
        delay("j"),
        row("j", "review", "next_touch", "no_response", 48),
        delay("j", "48h", 48, touch=2),
        outcome("j", "answered", 90, touch=2),
    ]
    expected = choices_of(rows, "log").choices

    for seed in range(10):
        mixed = rows[:]
        random.Random(seed).shuffle(mixed)
        assert choices_of(mixed, "log").choices == expected


def log_rows(people: int = 200):
    chance = random.Random(5)
    rows = []
    for number in range(people):
        choice = chance.choices(list(OPTIONS), list(OPTIONS.values()))[0]
        helped = chance.random() < {"24h": 0.5, "48h": 0.2, "none": 0.1}[choice]
        subject = f"s-{number}"
        rows.append(delay(f"j-{number}", choice, subject=subject))
        rows.append(outcome(f"j-{number}", "goal_reached" if helped else "nothing_more_to_say", subject=subject))
    return rows


def written(path, rows):
    match path.suffix:
        case ".ndjson":
            path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        case ".json":
            path.write_text(json.dumps(rows), encoding="utf-8")
        case _:
            import csv  # noqa: PLC0415 - only this form needs it

            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    return path


@pytest.mark.parametrize("name", ["log.ndjson", "log.json", "log.csv"])
def test_an_export_of_the_log_is_judged_in_each_form(tmp_path, name):
    path = written(tmp_path / name, log_rows())

    result = CliRunner().invoke(app, ["evaluate", "policy", str(path), "--policy", "always:24h", "--json"])
    found = json.loads(result.stdout)

    assert result.exit_code == 0
    assert found["people"] == 200
    assert found["reward"]["doubly_robust"]["low"] < 0.5 < found["reward"]["doubly_robust"]["high"]
    assert found["reward"]["gain"]["low"] > 0


def test_parquet_is_read_where_there_is_an_environment_that_can(tmp_path):
    python = HOME / "bin" / "python"
    if not python.exists():
        message = "SKIPPED: there is no training environment; run `make training`"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    import subprocess  # noqa: PLC0415 - only this test writes Parquet

    source = written(tmp_path / "rows.json", log_rows())
    program = "import json,sys,pyarrow as a,pyarrow.parquet as p; p.write_table(a.Table.from_pylist(json.load(open(sys.argv[1]))), sys.argv[2])"
    subprocess.run([str(python), "-c", program, str(source), str(tmp_path / "log.parquet")], check=True)

    both = [
        CliRunner().invoke(app, ["evaluate", "policy", str(path), "--policy", "even", "--json"]).stdout
        for path in (source, tmp_path / "log.parquet")
    ]

    assert json.loads(both[0]) == json.loads(both[1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"decision_id": "x"}]', "a decision without time, kind"),
        ('{"decision_id": "x"\n', "log.json:1: this is not JSON"),
        ("[1]", "row 1: this is no decision"),
        ("[]", "it holds no delay decision"),
    ],
)
def test_a_log_that_cannot_be_used_says_why(tmp_path, text, problem):
    (tmp_path / "log.json").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["evaluate", "policy", str(tmp_path / "log.json")])

    assert result.exit_code == 2
    assert problem in result.stderr.replace("\n", " ")


def test_a_log_without_a_finished_delay_says_so(tmp_path):
    path = written(tmp_path / "log.json", [delay("j")])

    result = CliRunner().invoke(app, ["evaluate", "policy", str(path)])

    assert result.exit_code == 2
    assert "nothing is known of the outcome yet" in result.stderr
