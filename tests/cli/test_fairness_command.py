"""`attune fairness` as people type it, its page, its questions to the lake, and the file of its rules."""

import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from attune.adapters.decisions_table import to_row
from attune.adapters.fairness_file import load_fairness
from attune.domain.decisions import DecisionKind
from attune.domain.fairness.judging import judge
from attune.domain.fairness.limits import Dimension, Measure
from attune.domain.fairness.records import records_of
from attune.domain.texts import MalformedTextError
from attune.reporting.fairness import fairness_page, fairness_section
from attune_cli.auditing.queries import load_queries, local_sql
from attune_cli.fairness.tables import fairness_tables
from attune_cli.main import app
from tests.support.fairness import MONDAY, Log, cells, rules

ROOT = Path(__file__).resolve().parents[2]
PYTHON_WITH_DUCKDB = ROOT / ".local/ministack/bin/python"
AS_OF = "2026-11-23"


def a_log(path, *, german_offers=0.2):
    """Two thousand people, alike but for offers in one locale; three speak a language of their own."""
    log = Log(11, start=datetime(2026, 10, 20, tzinfo=UTC))
    for number in range(2003):
        locale = ("de", "en")[number % 2] if number < 2000 else "is"
        at = log.start + timedelta(minutes=17 * number)
        journey = f"j{number}"
        log.row("moment", f"s{number}", "started", at, journey=journey, locale=locale, friction_level="high")
        offer = log.random.random() < (german_offers if locale == "de" else 0.2)
        log.row("contact", f"s{number}", "sent", at + timedelta(hours=30), journey=journey, touch=1, offer=offer, tone="informal",
                channel="email")  # fmt: skip
    path.write_text("\n".join(json.dumps(row) for row in log.rows))
    return log.rows


def run(*words):
    return CliRunner().invoke(app, ["fairness", *map(str, words)])


def test_a_gap_is_shown_in_words_and_figures_and_ends_with_one(tmp_path):
    a_log(tmp_path / "log.ndjson", german_offers=0.35)
    answer = run(tmp_path / "log.ndjson", "--as-of", AS_OF)

    assert answer.exit_code == 1
    assert "1 gap in" in answer.output
    assert "gap: offer by locale, de" in answer.output
    assert "points more (95 %:" in " ".join(answer.output.split())
    assert "Groups too small to be shown: locale 1." in answer.output


@pytest.mark.parametrize("width", [80, 110])
def test_no_figure_of_the_table_is_cut_however_narrow_the_terminal_is(width):
    biased = cells("de-Latn-CH-1996", 300, 1000) + cells("en", 200, 1000)
    console = Console(width=width, file=StringIO())
    console.print(fairness_tables(judge(biased, rules(), MONDAY), everything=True, width=width))
    told = console.file.getvalue()

    assert "+10.0 (+6.2 to +13.8)" in told
    assert "30.0 %" in told
    assert "gap" in told
    assert "…" not in told or width == 80


def test_fair_treatment_ends_with_nothing_to_say(tmp_path):
    a_log(tmp_path / "log.ndjson")
    answer = run(tmp_path / "log.ndjson", "--as-of", AS_OF)

    assert answer.exit_code == 0
    assert answer.output.startswith("No gap in ")


def test_the_day_after_the_last_row_settled_is_taken_where_none_is_named(tmp_path):
    a_log(tmp_path / "log.ndjson", german_offers=0.35)

    assert "gap: offer by locale" in run(tmp_path / "log.ndjson").output


def test_too_few_people_are_said_plainly(tmp_path):
    rows = a_log(tmp_path / "log.ndjson")[:120]
    (tmp_path / "few.ndjson").write_text("\n".join(json.dumps(row) for row in rows))
    answer = run(tmp_path / "few.ndjson", "--as-of", AS_OF, "--by", "locale")

    assert answer.exit_code == 0
    assert "Nothing could be compared: there are not enough people." in answer.output
    assert "too few people" in answer.output


def test_the_data_say_the_same_as_the_table(tmp_path):
    a_log(tmp_path / "log.ndjson", german_offers=0.35)
    data = json.loads(run(tmp_path / "log.ndjson", "--as-of", AS_OF, "--json", "--measure", "offer").stdout)

    assert {one["measure"] for one in data["comparisons"]} == {"offer"}
    (gap,) = [one for one in data["comparisons"] if one["verdict"] == "gap"]
    assert (gap["by"], gap["group"], gap["people"]) == ("locale", "de", 1000)
    assert gap["difference"]["low"] < gap["difference"]["value"] < gap["difference"]["high"]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.links = defaultdict(int), []

    def handle_starttag(self, tag, attrs):
        self.opened[tag] += 1
        self.links += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_needs_nothing_else_and_draws_what_was_compared(tmp_path):
    a_log(tmp_path / "log.ndjson", german_offers=0.35)
    run(tmp_path / "log.ndjson", "--as-of", AS_OF, "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    tags = Tags()
    tags.feed(page)

    assert not tags.links
    assert tags.opened["svg"] == page.count("<circle") > 5
    assert "Gap: offer by locale, de" in page


def test_names_of_groups_cannot_write_into_the_page():
    odd = cells('<script>"de"', 300, 1000) + cells("en", 200, 1000)
    page = fairness_page(judge(odd, rules(), MONDAY))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_look_without_people_is_a_page_too():
    assert "Nothing could be compared yet." in fairness_section(judge([], rules(), MONDAY))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "there is no decision in this file"),
        ("{", "this is not JSON"),
        ('{"decision_id": "a"}', "row 1: a decision without time, kind"),
        ("[1]", "row 1: this is no decision"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(tmp_path, content, said):
    (tmp_path / "log.json").write_text(content)
    answer = run(tmp_path / "log.json")

    assert answer.exit_code == 2
    assert said in " ".join(answer.output.split())


def test_a_day_that_is_none_is_refused(tmp_path):
    a_log(tmp_path / "log.ndjson")

    assert "is no day" in run(tmp_path / "log.ndjson", "--as-of", "tomorrow").output


def test_the_shipped_rules_are_read():
    found = load_fairness(ROOT / "templates")

    assert set(found.groups) == {Dimension.SEGMENT, Dimension.LOCALE, Dimension.DEVICE, Dimension.CHANNEL}
    assert found.limits[Measure.OFFER] == 0.05
    assert (found.weekly_day, found.chance) == (0, 0.05)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  device: []", "  gender: []", "people cannot be grouped by gender"),
        ("  harm: 2", "  harm: 0", "limits.harm"),
        ("compared_from: 100", "compared_from: 31", ""),
        ("compared_from: 100", "compared_from: 3", "compared_from"),
        ("shown_from: 20", "shown_from: 200", "what is compared is shown"),
        ("weekly_on: monday", "weekly_on: someday", "weekly_on"),
        ("  delay: [quiet_hours]", "  tone: [soft]", "the log knows no cause of tone"),
        ("window_days: 28", "window_day: 28", "window_day"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_with_the_field(tmp_path, old, new, said):
    text = (ROOT / "templates/fairness.yaml").read_text()
    assert old in text
    (tmp_path / "fairness.yaml").write_text(text.replace(old, new))

    if not said:
        assert load_fairness(tmp_path).compared_from == 31
        return
    with pytest.raises(MalformedTextError, match=said):
        load_fairness(tmp_path)


ASK = """
import duckdb, json, sys
asked = json.load(sys.stdin)
connection = duckdb.connect()
open(sys.argv[1], "w").write("\\n".join(map(json.dumps, asked["rows"])))
connection.execute(f"CREATE TABLE decisions AS SELECT * FROM read_json('{sys.argv[1]}', format='newline_delimited', "
                   "columns={" + ", ".join(f"{name}: '{'INT' if name == 'touch' else 'VARCHAR'}'" for name in asked["rows"][0]) + "})")
result = connection.execute(asked["sql"])
names = [column[0] for column in result.description]
print(json.dumps([dict(zip(names, row)) for row in result.fetchall()], default=float))
"""


def asked(query, rows, folder):
    sql = local_sql(load_queries()[query], {"since": "2026-10-01"})
    answer = subprocess.run(
        [str(PYTHON_WITH_DUCKDB), "-c", ASK, str(folder / "rows.ndjson")],
        input=json.dumps({"rows": rows, "sql": sql}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


with_duckdb = pytest.mark.skipif(not PYTHON_WITH_DUCKDB.exists(), reason="needs the local AWS's DuckDB: make install")


@with_duckdb
def test_the_lake_says_how_the_people_of_each_group_were_treated_and_names_no_small_one(tmp_path):
    rows = a_log(tmp_path / "log.ndjson")
    offers = sum('"locale": "de"' in row["inputs"] for row in rows)
    by_locale = {
        one["people_group"]: one for one in asked("fairness_people", rows, tmp_path) if one["grouped_by"] == "locale"
    }
    german = {row["subject_key"] for row in rows if '"locale": "de"' in row["inputs"]}
    offered = sum(row["subject_key"] in german and '"offer": true' in row["inputs"] for row in rows)

    assert offers == 1000
    assert set(by_locale) == {"de", "en"}
    assert by_locale["de"]["people"] == 1000
    assert by_locale["de"]["contacted"] == 100.0
    assert by_locale["de"]["offered"] == round(offered / 10, 1)


@with_duckdb
def test_the_lake_lists_what_was_found_when(tmp_path):
    biased = cells("de", 300, 1000) + cells("en", 200, 1000)
    records = records_of(judge(biased, rules(), MONDAY))
    rows = [{**to_row(one, expires_at=0), "dt": "2026-11-23"} for one in records]
    (found,) = asked("fairness_findings", rows, tmp_path)

    assert {one.kind for one in records} == {DecisionKind.FAIRNESS}
    assert (found["found_on"], found["choice"], found["measure"]) == ("2026-11-23", "gap", "offer")
    assert (found["people_group"], found["points"], found["people"]) == ("de", 10.0, 1000)
    assert "30.0 % got an offer" in found["why"]
