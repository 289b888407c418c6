"""Chromium without a window, and a small web server for the pages and endpoints it looks at; both on this machine."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SLOWEST = 60_000
"""Milliseconds that a page may take for what must come, on the slowest machine."""
expect.set_options(timeout=SLOWEST)
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


def find_chromium() -> str:
    """Return the browser's path; without one a developer's tests are skipped loudly, and CI's fail."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        message = "no Chromium on this machine: install it (Debian: apt-get install chromium), and run the tests again"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run the browser for the time of a block."""
    path = find_chromium()
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*quiet, *arguments])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Asked:
    """One request as a server got it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What a server answers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes = ""


def file_answer(path: Path, **headers: str) -> Answer:
    """Return a file of the repository as an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, {"content-type": TYPES[path.suffix], **named}, path.read_bytes())


class WebServer(ThreadingHTTPServer):
    """Answers with what a function makes of each request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        """Stay quiet when the browser has left."""


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Asked(self.command, self.path.partition("?")[0], headers, body))
        content = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_OPTIONS(self) -> None:
        self._answer()

    def log_message(self, format, *args) -> None:  # noqa: A002 - the name in the base class
        pass


@contextmanager
def web_server(answer: Callable[[Asked], Answer]) -> Iterator[WebServer]:
    """Serve for the time of a block."""
    server = WebServer(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_cors(answer: Answer, asked: Asked, origins: tuple[str, ...]) -> Answer:
    """Answer as an HTTP API with CORS does: preflights by itself, everything else with the origin if it is allowed."""
    origin = asked.headers.get("origin", "")
    allowed = {"access-control-allow-origin": origin, "vary": "Origin"} if origin in origins else {}
    if asked.method != "OPTIONS":
        return Answer(answer.status, {**answer.headers, **allowed}, answer.body)
    if not allowed:
        return Answer(403)
    more = {"access-control-allow-methods": "GET,POST", "access-control-allow-headers": "authorization,content-type"}
    return Answer(204, {**allowed, **more, "access-control-max-age": "3600"})
