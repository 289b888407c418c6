"""`attune report` as people type it: a table, one page for phone, desk and paper, a picture, and errors that say what to do."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from attune.adapters.text_library import load
from attune.domain.fairness.judging import judge
from attune.domain.results.people import Measure
from attune.domain.results.prices import EMAIL, JOURNEY, SILENCE, SMS_PART, TOUCH
from attune.reporting.report import PARTS, Report, report_page
from attune.reporting.words import TITLES
from attune_cli.auditing.queries import load_queries
from attune_cli.main import app
from attune_cli.reporting.reading import report_of_file
from tests.support.browser import chromium
from tests.support.fairness import MONDAY, cells, rules
from tests.support.report_history import UNTIL, Quarter
from tests.support.results import NOW, decision, results_from

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-22"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "shop.ndjson"
    path.write_text(Quarter(4, 2500, holdout=0.3).ndjson())
    return path


@pytest.fixture(scope="module")
def page(log):
    target = log.with_suffix(".html")
    answer = run("--decisions", log, "--as-of", AS_OF, "--html", target)
    assert answer.exit_code == 0, answer.output
    return target.read_text(encoding="utf-8")


def run(*words):
    return CliRunner().invoke(app, ["report", *map(str, words)])


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "line", "rect", "circle", "polygon", "polyline"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_table_names_every_measure_and_what_it_comes_to(log):
    output = run("--decisions", log, "--as-of", AS_OF).output

    for title in TITLES.values():
        assert title in output
    assert "more with messages" in output
    assert "Net promoter score: not measured" in output


def test_the_page_has_every_part_and_closes_what_it_opens(page):
    tags = Tags(page)
    ids = {attrs["id"] for _, attrs in tags.found if "id" in attrs}

    assert not tags.open
    assert ids == set(PARTS)
    assert {attrs["href"] for tag, attrs in tags.found if tag == "a"} == {f"#{name}" for name in PARTS}


RESULTS = {
    "friction-adjusted conversion": "results",
    "support deflection": "results",
    "retention": "results",
    "repeat engagement": "results",
    "Sentiment: ": "results",
    "Net promoter score: not measured": "results",
    "helpful (90": "feedback",
    "half resolved within": "cases",
}
"""Every result that the product names, as its part of the page calls it; what is not measured says so."""


@pytest.mark.parametrize(("words", "part"), RESULTS.items())
def test_every_named_result_is_on_the_page_or_said_not_to_be_measured(page, words, part):
    found = page.partition(f'<section id="{part}">')[2].partition("</section>")[0]

    assert words in found


def test_the_page_loads_nothing(page):
    loading = {"script", "link", "img", "iframe", "object", "embed", "source", "image", "use"}

    assert not {tag for tag, _ in Tags(page).found} & loading
    assert "url(" not in page
    assert "@import" not in page
    assert not [found for found in re.findall(r"[\w+.-]+://[^\s\"'<]+", page) if urlsplit(found).netloc]


def test_numbers_of_nobody_small_become_shares():
    rows = [decision(f"t{number}", "moment", "started") for number in range(19)]
    rows += [decision("t0", "contact", "sent", touch=1, message="m", channel="email", text_locale="is")]
    text = Tags(report_page(a_report(results_from(rows)))).text.partition("Experiments")[2]

    assert "too few to tell" in text
    assert not re.search(r"\d %\s*\(\d", text)


def a_report(results, **changes):
    values = {"title": "Attune test", "results": results, "texts": load(ROOT / "templates"), "made_at": UNTIL}
    return Report(**(values | changes))


def test_a_log_of_nobody_gives_a_page_that_says_so():
    text = Tags(report_page(a_report(results_from([])))).text

    assert "nobody's time is over" in text
    assert "No moment in this time." in text
    assert "No case in this time." in text


@pytest.mark.parametrize("hostile", ['<script>alert("x")</script>', '"><img src=x>', "a&b"])
def test_whatever_stands_in_the_log_is_words_on_the_page(hostile):
    rows = [
        decision("ada", "moment", "started", playbook=hostile),
        decision(
            "ada", "contact", "sent", touch=1, playbook=hostile, message=hostile, channel=hostile, text_locale=hostile
        ),
        decision("ada", "contact", "withheld", touch=2, playbook=hostile, why=hostile),
        decision("ada", "escalation", "opened", playbook=hostile, why=hostile, case_id=hostile),
    ]
    text = report_page(a_report(results_from(rows), title=hostile))

    assert hostile not in text
    assert hostile.replace("_", " ") in Tags(text).text


def test_a_gap_of_fairness_is_on_the_page_in_words_and_at_the_top():
    biased = judge(cells("de", 300, 1000) + cells("en", 200, 1000), rules(), MONDAY)
    text = Tags(report_page(a_report(results_from([]), fairness=biased))).text

    assert "Fairness: 1 gap between groups of people." in text
    assert "30.0 % got an offer" in text


def test_words_are_side_by_side_with_who_approved_them(page):
    text = Tags(page).text

    assert "cart help ways, email: 4 languages" in text
    assert "Attune maintainers (editor, 20" in text
    assert "as today" in text


def test_arms_are_summed_from_the_rows_as_a_refit_sums_them(page):
    text = Tags(page).text

    assert "Message 1, when to write" in text
    assert "after 2 days" in text


def test_prices_are_those_of_the_question_about_cost():
    asked = load_queries()["cost_by_playbook"].sql

    for priced in (
        f"(moments - journeys) * {SILENCE}",
        f"journeys * {JOURNEY}",
        f"touches * {TOUCH}",
        f"emails * {EMAIL:.2f}",
        f"texts * {SMS_PART}",
    ):
        assert priced in asked


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--png"], "--html report.html --png"),
        (["--as-of", AS_OF], "--as-of belongs to --decisions"),
        (["--decisions", "nowhere.ndjson"], "cannot be read"),
        (["--days", "3"], "greater than or equal to 7"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(words, told):
    answer = run(*words)

    assert answer.exit_code != 0
    assert told in " ".join(answer.output.replace("│", " ").split())
    assert "Traceback" not in answer.output


def test_a_row_that_is_no_decision_is_named_by_its_place(tmp_path):
    (tmp_path / "bad.ndjson").write_text(json.dumps({"decision_id": "x"}))
    answer = run("--decisions", tmp_path / "bad.ndjson")

    assert answer.exit_code != 0
    assert "row 1" in answer.output


def test_a_file_without_recent_rows_says_which_days_were_asked_for(log):
    answer = run("--decisions", log, "--as-of", "2027-11-22")

    assert answer.exit_code != 0
    assert "no decision is of the 84 days before 2027-11-22" in " ".join(answer.output.split())


def test_an_order_after_signing_in_counts_for_the_moment_of_before(tmp_path):
    path = tmp_path / "log.ndjson"
    rows = [
        decision("ada-as-a-visitor", "moment", "started", journey="cart-1"),
        decision("ada", "outcome", "ordered", days=2, journey="cart-1", order="1"),
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    results = report_of_file(path, ROOT / "templates", days=90, now=NOW, made_at=NOW).results

    [effect] = [one for one in results.effects if (one.measure, one.playbook) == (Measure.ORDERED, "cart")]
    assert (effect.treated, effect.of_treated) == (1, 1)


def test_a_page_that_cannot_be_written_is_told(log):
    answer = run("--decisions", log, "--as-of", AS_OF, "--html", "/nowhere/report.html")

    assert "cannot write /nowhere/report.html" in " ".join(answer.output.split())


def test_no_part_of_the_page_is_wider_than_a_phone_and_paper_shows_what_is_folded(page, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    table = "document.querySelector('details table').checkVisibility({contentVisibilityAuto: true})"
    shown = f"() => {table}"
    with chromium() as browser:
        tab = browser.new_context(viewport={"width": 360, "height": 700}, offline=True).new_page()
        tab.goto(path.as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        on_screen = tab.evaluate(table)
        tab.emulate_media(media="print")
        tab.wait_for_function(shown, timeout=60_000)  # a busy machine paints a little later

    assert wide <= 360
    assert not on_screen
