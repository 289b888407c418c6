"""The script on a shop's page, in a real browser: what it shows, how it is used, and what it leaves alone."""

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import ROOT, Answer, Asked, chromium, find_chromium
from tests.support.onsite_page import SCRIPT, WORDS, Endpoint, Visit, note, row, serving, settings, visit

SOURCE = SCRIPT.with_name("attune-onsite.js")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DARK, LIGHT = "rgb(27, 31, 36)", "rgb(255, 255, 255)"
ARABIC = note(
    locale="ar",
    direction="rtl",
    body="هل تحتاج إلى مساعدة؟",
    blocks=[
        {"kind": "paragraph", "items": [row(("هل تحتاج إلى مساعدة في طلبك؟", ""))]},
        {"kind": "button", "items": [row(("اسأل شخصًا", "https://shop.example/help"))]},
    ],
    words={
        "label": "رسالة من Acme",
        "question": "هل هذا مفيد؟",
        "helpful": "نعم",
        "not_helpful": "لا",
        "not_now": "ليس الآن",
        "close": "إغلاق",
    },
)


@dataclass
class SlowToClaim(Endpoint):
    """Keeps a claim waiting until the test allows it an answer, and goes on telling of the other notes."""

    may_answer: threading.Event = field(default_factory=threading.Event)

    def __call__(self, asked: Asked) -> Answer:
        before = self.notes
        answer = super().__call__(asked)
        if asked.method == "POST":
            self.notes = [one for one in before if one["id"] != asked.data["note_id"]]
            self.may_answer.wait(60)
        return answer


@dataclass
class OfTwoPeople(SlowToClaim):
    """Knows the notes of one of two people, by their token, and none of the other."""

    def _answer(self, asked: Asked) -> Answer:
        return super()._answer(asked) if "another" not in asked.headers.get("authorization", "") else Answer(404)


type Opened = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    with ExitStack() as stack:

        def open_page(endpoint: Endpoint | None = None, *, shop: Any = None, **browsing: Any) -> Visit:
            asked = endpoint or Endpoint()
            _, site = stack.enter_context(serving(asked, **(shop or {})))
            context = browser.new_context(**settings(**browsing))
            stack.callback(context.close)
            return visit(context, site.origin, asked)

        yield open_page


def waits(look: Callable[[], bool], visit: Visit) -> bool:
    """Wait for something that no locator sees, up to a minute on the slowest machine."""
    for _ in range(1200):
        if look():
            return True
        visit.page.wait_for_timeout(50)
    return look()


# What it is


def test_it_is_small_and_what_the_build_makes_of_its_source(tmp_path):
    """`npm run onsite` builds it."""
    made = tmp_path / "made.js"
    build = re.search(r'"onsite": "(.*) --output', (ROOT / "package.json").read_text())
    assert build is not None
    command = [str(ROOT / "node_modules/.bin/terser"), *build[1].split()[1:], "--output", str(made)]
    subprocess.run(command, check=True, cwd=ROOT)

    assert SCRIPT.read_bytes() == made.read_bytes()
    assert len(SCRIPT.read_bytes()) <= 6000


def test_it_makes_no_code_or_markup_of_text_and_keeps_nothing():
    code = SOURCE.read_text()

    for never in ("eval", "Function(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", ".style"):
        assert never not in code, never
    for never in ("cookie =", "localStorage", "sessionStorage", "indexedDB", "sendBeacon", "navigator."):
        assert never not in code, never


# Showing a note


def test_a_waiting_note_is_claimed_then_shown_with_its_links_and_has_the_focus(opened):
    visited = opened()

    expect(visited.dialog).to_be_visible()
    expect(visited.dialog).to_have_accessible_name("Message from Acme")
    expect(visited.dialog).to_contain_text("Is ordering not working as it should?")
    expect(visited.dialog.get_by_role("link", name="Ask a person")).to_have_attribute(
        "href", "https://shop.example/help"
    )
    assert visited.focus() == "dialog"
    (claim,) = [asked.data for asked in visited.endpoint.asked if asked.method == "POST"]
    assert (claim["note_id"], claim["answer"]) == ("cart-1#1", "shown")
    assert len(claim["view"]) > 16
    assert {asked.headers["authorization"] for asked in visited.endpoint.asked} == {"Bearer a-token"}
    assert visited.errors == []


@pytest.mark.parametrize(
    ("button", "answer"),
    [("Yes", "helpful"), ("No", "not_helpful"), ("Not now", "not_now"), ("Close", "dismissed")],
)
def test_each_button_gives_its_answer_and_takes_the_note_away(opened, button, answer):
    visited = opened()

    visited.dialog.get_by_role("button", name=button, exact=True).click()

    expect(visited.dialog).to_have_count(0)
    assert waits(lambda: visited.endpoint.answers == ["shown", answer], visited)
    assert visited.errors == []


def test_escape_closes_it_wherever_the_focus_is_and_only_once(opened):
    visited = opened()
    expect(visited.dialog).to_be_visible()

    visited.page.locator("#name").focus()
    visited.page.keyboard.press("Escape")
    visited.page.keyboard.press("Escape")

    expect(visited.dialog).to_have_count(0)
    assert visited.focus() == "name"
    assert waits(lambda: visited.endpoint.answers == ["shown", "dismissed"], visited)


def test_a_page_that_uses_escape_for_itself_keeps_it(opened):
    visited = opened()
    expect(visited.dialog).to_be_visible()
    visited.page.evaluate("addEventListener('keydown', (event) => event.preventDefault(), true)")

    visited.page.keyboard.press("Escape")

    expect(visited.dialog).to_be_visible()


def test_opening_a_link_of_the_note_is_told_and_the_verdict_may_follow(opened):
    visited = opened()
    visited.page.evaluate("addEventListener('click', (event) => event.preventDefault())")

    visited.dialog.get_by_role("link", name="Ask a person").click()
    assert waits(lambda: visited.endpoint.answers == ["shown", "followed"], visited)
    visited.dialog.get_by_role("button", name="Yes").click()

    assert waits(lambda: visited.endpoint.answers == ["shown", "followed", "helpful"], visited)


def test_a_note_that_another_display_has_is_not_shown(opened):
    visited = opened(Endpoint(show=False))

    assert waits(lambda: visited.endpoint.answers == ["shown"], visited)
    visited.page.wait_for_timeout(200)
    expect(visited.dialog).to_have_count(0)


def test_it_is_not_shown_again_when_the_page_is_loaded_again(opened):
    visited = opened()
    visited.dialog.get_by_role("button", name="Close").click()
    expect(visited.dialog).to_have_count(0)

    looks = visited.endpoint.looks
    visited.page.reload()

    assert waits(lambda: visited.endpoint.looks > looks, visited)
    visited.page.wait_for_timeout(200)
    expect(visited.dialog).to_have_count(0)
    assert visited.endpoint.answers.count("shown") == 1


def test_of_two_notes_one_is_shown(opened):
    visited = opened(Endpoint(notes=[note("a"), note("b")]))

    expect(visited.dialog).to_have_count(1)
    visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visited.page.wait_for_timeout(300)
    expect(visited.dialog).to_have_count(1)
    assert visited.endpoint.answers == ["shown"]


def test_while_one_note_is_being_claimed_no_other_is(opened):
    """A second claim would count as shown, and nobody would see the note."""
    endpoint = SlowToClaim(notes=[note("a"), note("b")])
    visited = opened(endpoint)

    assert waits(lambda: endpoint.answers == ["shown"], visited)
    for looks in (2, 3):
        visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert waits(lambda looks=looks: endpoint.looks == looks, visited)
    visited.page.wait_for_timeout(200)
    endpoint.may_answer.set()

    expect(visited.dialog).to_have_count(1)
    assert endpoint.answers == ["shown"]


def test_a_page_that_logs_out_while_a_note_is_being_claimed_does_not_show_it(opened):
    endpoint = SlowToClaim()
    visited = opened(endpoint)

    assert waits(lambda: endpoint.answers == ["shown"], visited)
    visited.page.evaluate("Attune.stop()")
    endpoint.may_answer.set()
    visited.page.wait_for_timeout(200)

    expect(visited.dialog).to_have_count(0)


def starts_again(visited: Visit, token: str) -> None:
    endpoint = visited.page.locator("script[data-endpoint]").get_attribute("data-endpoint")
    visited.page.evaluate("given => Attune.start(given)", {"endpoint": endpoint, "token": token})


def test_a_page_that_starts_it_again_while_a_note_is_being_claimed_shows_that_note(opened):
    """The claim counts as shown: nobody would have seen the note."""
    endpoint = SlowToClaim(notes=[note("a"), note("b")])
    visited = opened(endpoint)

    assert waits(lambda: endpoint.answers == ["shown"], visited)
    starts_again(visited, "a-new-token")
    assert waits(lambda: endpoint.looks == 2, visited)
    endpoint.may_answer.set()

    expect(visited.dialog).to_have_count(1)
    claims = [asked for asked in endpoint.asked if asked.method == "POST"]
    assert [claim.headers["authorization"] for claim in claims] == ["Bearer a-token", "Bearer a-new-token"]
    assert claims[0].data == claims[1].data
    assert claims[0].data["note_id"] == "a"


def test_a_note_that_was_being_claimed_is_not_shown_to_whom_it_is_not_for(opened):
    endpoint = OfTwoPeople()
    visited = opened(endpoint)

    assert waits(lambda: endpoint.answers == ["shown"], visited)
    starts_again(visited, "another")
    endpoint.may_answer.set()

    assert waits(lambda: endpoint.answers == ["shown", "shown"], visited)
    visited.page.wait_for_timeout(200)
    expect(visited.dialog).to_have_count(0)


def test_it_waits_while_the_page_asks_something_itself(opened):
    visited = opened(shop={"body": "<dialog open id='own'>Choose a size</dialog>"})

    assert waits(lambda: visited.endpoint.looks == 1, visited)
    visited.page.wait_for_timeout(200)
    assert visited.endpoint.answers == []
    visited.page.evaluate("own.close(); document.dispatchEvent(new Event('visibilitychange'))")
    expect(visited.dialog).to_be_visible()


# Keyboard and screen reader


def test_everything_can_be_reached_and_done_by_keyboard_and_the_focus_comes_back(opened):
    visited = opened(Endpoint(notes=[]))
    visited.page.get_by_role("link", name="Example Shop").focus()
    visited.endpoint.notes = [note()]
    visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visited.dialog).to_be_visible()
    assert visited.focus() == "A"

    reached: list[str] = []
    for _ in range(40):
        visited.page.keyboard.press("Tab")
        reached.append(visited.focus())
        if reached[-1] == "Not now":
            break

    assert reached[-6:] == ["Close", "Chat with a person", "Ask a person", "Yes", "No", "Not now"]
    visited.page.keyboard.press("Enter")
    expect(visited.dialog).to_have_count(0)
    assert visited.focus() == "A"
    assert waits(lambda: visited.endpoint.answers[-1] == "not_now", visited)


def test_who_is_typing_goes_on_typing_and_hears_of_the_note(opened):
    visited = opened(Endpoint(notes=[]))
    visited.page.locator("#name").press_sequentially("Ada ")
    visited.endpoint.notes = [note()]
    visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visited.dialog).to_be_visible()
    visited.page.keyboard.type("Lovelace")

    assert visited.page.locator("#name").input_value() == "Ada Lovelace"
    expect(visited.page.get_by_role("status")).to_have_text(
        "Message from Acme: Is ordering not working as it should? A person can help."
    )


def test_the_note_is_in_its_own_language_and_direction(opened):
    visited = opened(Endpoint(notes=[ARABIC]))
    expect(visited.dialog).to_be_visible()
    box = visited.dialog.bounding_box()

    host = visited.page.locator("[data-attune]")
    expect(host).to_have_attribute("lang", "ar")
    expect(host).to_have_attribute("dir", "rtl")
    assert box is not None
    assert box["x"] < 40
    expect(visited.dialog.get_by_role("button", name="إغلاق")).to_be_visible()


@pytest.mark.parametrize(
    "browsing",
    [
        {},
        {"color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 640}},
        {"forced_colors": "active"},
    ],
    ids=["light", "dark", "phone", "forced colours"],
)
@pytest.mark.parametrize("shown", [note(headline="Can we help?"), ARABIC], ids=["en", "ar"])
def test_axe_finds_nothing_to_complain_of(opened, browsing, shown):
    visited = opened(Endpoint(notes=[shown]), **browsing)
    expect(visited.dialog).to_be_visible()
    visited.page.wait_for_timeout(350)  # half transparent while it comes in
    visited.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")

    visited.page.evaluate(AXE.read_text())
    found = visited.page.evaluate("axe.run(document, {resultTypes: ['violations']})")

    assert found["testEngine"]["name"] == "axe-core"
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_axe_sees_into_the_note(opened):
    """Otherwise it would have nothing to complain of whatever stood there."""
    visited = opened(Endpoint(notes=[note(words={**WORDS, "label": "", "close": ""})]))
    expect(visited.page.locator("[data-attune]")).to_be_attached()

    visited.page.evaluate(AXE.read_text())
    found = visited.page.evaluate("axe.run(document, {resultTypes: ['violations']})")

    assert {"aria-dialog-name"} <= {one["id"] for one in found["violations"]}


# Looks


@pytest.mark.parametrize(
    ("scheme", "theme", "background"),
    [("light", "", LIGHT), ("dark", "", DARK), ("dark", "light", LIGHT), ("light", "dark", DARK)],
)
def test_it_is_dark_where_the_visitor_or_the_site_wants_it(opened, scheme, theme, background):
    visited = opened(color_scheme=scheme, shop={"attributes": f'data-theme="{theme}"' if theme else ""})

    expect(visited.dialog).to_have_css("background-color", background)


@pytest.mark.parametrize(("wish", "animation"), [("reduce", "none"), ("no-preference", "in")])
def test_nothing_moves_for_who_wants_no_movement(opened, wish, animation):
    visited = opened(reduced_motion=wish)

    expect(visited.dialog).to_have_css("animation-name", animation)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_at_320_pixels_nothing_is_cut_off_and_the_page_stays_usable(opened, direction):
    words = "Ein ziemlich langes Wort: Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen. " * 8
    long = note(direction=direction, blocks=[{"kind": "paragraph", "items": [row((words, ""))]}])
    visited = opened(Endpoint(notes=[long]), viewport={"width": 320, "height": 568}, reduced_motion="reduce")
    expect(visited.dialog).to_be_visible()
    box = visited.dialog.bounding_box()

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert box["height"] <= 0.6 * 568 + 2
    assert box["y"] + box["height"] <= 568
    assert visited.page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert visited.dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    visited.page.mouse.move(20, 20)
    visited.page.mouse.wheel(0, 400)
    assert waits(lambda: visited.page.evaluate("scrollY") > 0, visited)
    visited.dialog.get_by_role("button", name="Not now").scroll_into_view_if_needed()
    visited.dialog.get_by_role("button", name="Not now").click()
    expect(visited.dialog).to_have_count(0)


def test_a_finger_finds_every_button(opened):
    visited = opened(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    expect(visited.dialog).to_be_visible()

    for button in visited.dialog.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert round(min(box["width"], box["height"])) >= 44


def test_the_pages_own_styles_do_not_reach_it(opened):
    css = "div,p,button{display:none!important;position:static!important;opacity:0!important} *{color:red!important}"
    visited = opened(shop={"css": css})

    expect(visited.dialog).to_be_visible()
    expect(visited.dialog.get_by_role("button", name="Yes")).to_have_css("color", DARK)
    visited.dialog.get_by_role("button", name="Yes").click()
    assert waits(lambda: visited.endpoint.answers[-1] == "helpful", visited)


# What a note may hold


def test_markup_and_links_that_are_none_stay_words(opened):
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    links = [(evil, ""), ("run", "javascript:document.title='owned'"), ("data", "data:text/html,x"), ("rel", "/x")]
    shown = note(
        headline=evil,
        body=evil,
        blocks=[{"kind": "paragraph", "items": [row(*links)]}],
        words={name: f"{evil}{word}" for name, word in WORDS.items()},
    )
    visited = opened(Endpoint(notes=[shown]))

    expect(visited.dialog).to_contain_text("<img src=x onerror=")
    assert visited.dialog.locator("a, img, script").count() == 0
    assert visited.page.title() == "Checkout: Example Shop"
    assert visited.errors == []


# Hints


def test_a_page_is_told_how_to_adapt_and_does(opened):
    visited = opened(Endpoint(notes=[], friction="high", hints=["fewer_choices", "call_back_offer", "form_help"]))

    expect(visited.page.get_by_role("link", name="Shall we call you?")).to_be_visible()
    expect(visited.page.locator(".extras")).to_be_hidden()
    expect(visited.page.locator(".help")).to_be_visible()


def test_hints_are_told_once_and_again_when_they_change(opened):
    visited = opened(Endpoint(notes=[], friction="medium", hints=["fewer_choices"]))
    root = visited.page.locator("html")
    expect(root).to_have_attribute("data-attune-hints", "fewer_choices")
    visited.page.evaluate(
        "window.heard = []; document.addEventListener('attune:hints', ({detail}) => heard.push(detail))"
    )

    def look_again(**changes: Any) -> Any:
        vars(visited.endpoint).update(changes)
        looks = visited.endpoint.looks
        visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert waits(lambda: visited.endpoint.looks > looks, visited)
        visited.page.wait_for_timeout(100)
        return visited.page.evaluate("heard")

    assert look_again() == []
    look_again(friction="calm", hints=[])
    expect(root).to_have_attribute("data-attune-hints", "")
    assert waits(lambda: visited.page.evaluate("heard") == [{"friction": "calm", "hints": []}], visited)


def test_somebody_at_ease_is_left_in_peace(opened):
    visited = opened(Endpoint(notes=[]))

    assert waits(lambda: visited.endpoint.looks == 1, visited)
    visited.page.wait_for_timeout(200)
    assert visited.page.locator("html").get_attribute("data-attune-hints") is None
    expect(visited.page.locator("[data-attune]")).to_have_count(0)


# What goes wrong stays with us


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint(status=500),
        Endpoint(status=401),
        Endpoint(broken="no JSON"),
        Endpoint(broken="{}"),
        Endpoint(broken='{"notes": 7, "friction": null, "hints": {}}'),
        Endpoint(notes=[{"id": "x"}]),
        Endpoint(notes=[note(words=None)]),
    ],
    ids=["down", "no token", "no JSON", "empty", "nonsense", "half a note", "a note without words"],
)
def test_the_page_never_hears_of_an_error(opened, endpoint):
    visited = opened(endpoint)
    visited.page.evaluate(
        "window.broken = []; addEventListener('unhandledrejection', (e) => broken.push(`${e.reason}`))"
    )

    assert waits(lambda: endpoint.looks >= 1, visited)
    visited.page.wait_for_timeout(300)

    assert [error for error in visited.errors if "Failed to load resource" not in error] == []
    assert visited.page.evaluate("broken") == []
    expect(visited.page.get_by_role("button", name="Continue")).to_be_visible()


def test_an_origin_that_is_not_the_sites_gets_nothing(opened):
    class Elsewhere(Endpoint):
        def __call__(self, asked):
            self.origins = ("https://shop.example",)
            return super().__call__(asked)

    visited = opened(Elsewhere())
    visited.page.wait_for_timeout(300)

    assert visited.endpoint.asked == []
    expect(visited.dialog).to_have_count(0)


def test_an_answer_that_does_not_get_through_is_sent_once_more(opened):
    visited = opened()
    expect(visited.dialog).to_be_visible()
    visited.endpoint.status = 503
    visited.dialog.get_by_role("button", name="Yes").click()
    assert waits(lambda: visited.endpoint.answers == ["shown", "helpful"], visited)
    visited.endpoint.status = 200

    assert waits(lambda: visited.endpoint.answers == ["shown", "helpful", "helpful"], visited)


def test_it_keeps_nothing_on_the_visitors_device(opened):
    visited = opened()
    visited.dialog.get_by_role("button", name="Yes").click()
    assert waits(lambda: "helpful" in visited.endpoint.answers, visited)

    kept = "[document.cookie, localStorage.length, sessionStorage.length]"
    assert visited.page.evaluate(kept) == ["", 0, 0]
    assert visited.page.evaluate("indexedDB.databases()") == []
    assert visited.page.context.cookies() == []
    assert not any("cookie" in asked.headers for asked in visited.endpoint.asked)


# Starting it by hand


def test_a_single_page_application_starts_it_renews_its_token_and_stops_it(opened):
    visited = opened(Endpoint(status=401), shop={"attributes": "data-every=15"})
    assert waits(lambda: visited.endpoint.looks == 1, visited)
    endpoint = visited.page.locator("script[data-endpoint]").get_attribute("data-endpoint")

    visited.endpoint.status = 200
    visited.page.evaluate(
        "(endpoint) => { window.made = 0; Attune.start({endpoint, token: async () => `token-${++made}`}) }", endpoint
    )
    expect(visited.dialog).to_be_visible()

    assert visited.endpoint.asked[-1].headers["authorization"] == "Bearer token-2"
    visited.page.evaluate("Attune.stop()")
    expect(visited.dialog).to_have_count(0)
    assert visited.endpoint.answers == ["shown"]
    looks = visited.endpoint.looks
    visited.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visited.page.wait_for_timeout(200)
    assert visited.endpoint.looks == looks


def test_stopping_takes_the_hints_back(opened):
    visited = opened(Endpoint(notes=[], friction="high", hints=["fewer_choices", "call_back_offer"]))
    expect(visited.page.locator(".extras")).to_be_hidden()

    visited.page.evaluate("Attune.stop()")

    expect(visited.page.locator(".extras")).to_be_visible()
    expect(visited.page.get_by_role("link", name="Shall we call you?")).to_be_hidden()


def test_without_a_browser_a_developer_is_told_and_ci_fails(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    for ci, outcome in (("", pytest.skip.Exception), ("true", pytest.fail.Exception)):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match="apt-get install chromium"):
            find_chromium()


def test_it_can_be_on_the_page_twice_and_started_wrongly_without_harm(opened):
    visited = opened()
    expect(visited.dialog).to_be_visible()

    for wrong in ("{}", "undefined", "{endpoint: 7, token: 'x'}", "{endpoint: 'x'}", "{endpoint: ':', token: 'x'}"):
        visited.page.evaluate(f"Attune.start({wrong})")
    visited.page.wait_for_timeout(200)

    assert [error for error in visited.errors if "Failed to load" not in error and "violates" not in error] == []
