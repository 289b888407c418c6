"""A page of a shop with the script on it, and an endpoint that answers as the tests say."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from tests.support.browser import ROOT, Answer, Asked, WebServer, file_answer, web_server, with_cors

SCRIPT = ROOT / "onsite" / "attune-onsite.min.js"
SHOP = ROOT / "examples" / "onsite"
WORDS = {
    "label": "Message from Acme",
    "question": "Does this help?",
    "helpful": "Yes",
    "not_helpful": "No",
    "not_now": "Not now",
    "close": "Close",
}


def row(*parts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"text": text, "url": url} for text, url in parts]


def note(note_id: str = "cart-1#1", **changes: Any) -> dict[str, Any]:
    blocks = [
        {"kind": "paragraph", "items": [row(("Is ordering not working as it should? A person can help.", ""))]},
        {
            "kind": "list",
            "items": [row(("Chat with a person", "https://shop.example/chat")), row(("Call +44 20 7946 0000", ""))],
        },
        {"kind": "button", "items": [row(("Ask a person", "https://shop.example/help"))]},
    ]
    plain = {"id": note_id, "locale": "en", "direction": "ltr", "headline": "", "blocks": blocks, "words": WORDS}
    return {**plain, "body": "Is ordering not working as it should? A person can help.", **changes}


@dataclass
class Endpoint:
    """The endpoint of the stage: what it tells, and what it was asked and answered."""

    notes: list[dict[str, Any]] = field(default_factory=lambda: [note()])
    friction: str = "calm"
    hints: list[str] = field(default_factory=list)
    show: bool = True
    status: int = 200
    broken: str | None = None
    origins: tuple[str, ...] = ()
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        if asked.method != "OPTIONS":
            self.asked.append(asked)
        return with_cors(self._answer(asked), asked, self.origins)

    def _answer(self, asked: Asked) -> Answer:
        if self.status != 200 or self.broken is not None:
            return Answer(self.status, body=self.broken or "{}")
        if asked.method == "POST":
            answer = asked.data["answer"]
            self.notes = [] if answer != "shown" or self.show else self.notes
            content: Any = {**asked.data, "show": self.show and answer == "shown"}
        else:
            content = {"notes": self.notes, "friction": self.friction, "hints": self.hints}
        return Answer(200, {"content-type": "application/json", "cache-control": "no-store"}, json.dumps(content))

    @property
    def answers(self) -> list[str]:
        return [asked.data["answer"] for asked in self.asked if asked.method == "POST"]

    @property
    def looks(self) -> int:
        return sum(asked.method == "GET" for asked in self.asked)


@dataclass
class Shop:
    """The shop's own server; its pages allow what they need and nothing else, as a careful shop's do."""

    endpoint: str
    token: str = "a-token"
    attributes: str = ""
    body: str = ""
    css: str = ""

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/attune-onsite.min.js":
            return file_answer(SCRIPT)
        if asked.path == "/shop.css":
            sheet = (SHOP / "shop.css").read_text() + self.css
            return Answer(200, {"content-type": "text/css"}, sheet)
        if asked.path == "/shop.js":
            return file_answer(SHOP / "shop.js")
        if asked.path != "/":
            return Answer(404)
        page = (SHOP / "index.html").read_text().replace("{{ endpoint }}", self.endpoint)
        page = page.replace("{{ token }}", self.token).replace("</main>", f"{self.body}</main>")
        page = page.replace(" defer></script>", f" {self.attributes} defer></script>", 1)
        rules = f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src {self.endpoint}/"
        policy = f"{rules}; require-trusted-types-for 'script'; trusted-types 'none'"
        return Answer(200, {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}, page)


@dataclass(frozen=True)
class Visit:
    """A page that a visitor looks at, with everything that went wrong on it."""

    page: Page
    endpoint: Endpoint
    errors: list[str]

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def focus(self) -> str:
        """Return what has the focus: inside a note its text or role, else the element's id or name."""
        return self.page.evaluate(
            """() => { let e = document.activeElement; const inner = e.shadowRoot && e.shadowRoot.activeElement;
            e = inner || e; return e.getAttribute('role') || e.getAttribute('aria-label') || e.id
            || (inner ? e.textContent : e.tagName) }"""
        )


@contextmanager
def serving(endpoint: Endpoint, **shop: Any) -> Iterator[tuple[WebServer, WebServer]]:
    """Serve the endpoint and the shop, each on an origin of its own."""
    with web_server(endpoint) as api, web_server(Shop(f"{api.origin}/onsite", **shop)) as site:
        endpoint.origins = (site.origin,)
        yield api, site


def visit(context: BrowserContext, url: str, endpoint: Endpoint) -> Visit:
    """Open the page; errors are whatever a console, a policy or a promise complains of."""
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(url)
    return Visit(page, endpoint, errors)


def settings(**changes: Any) -> Mapping[str, Any]:
    """Return what the visitor's browser is set to."""
    return {"viewport": {"width": 1100, "height": 760}, **changes}
