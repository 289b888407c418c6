"""A server on this machine that answers as told, counts who asked and keeps what they sent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CountingServer(ThreadingHTTPServer):
    """Answers every POST with one status and body, after a delay in seconds."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, status: int, body: bytes, delay: float) -> None:
        self.asked = 0
        self.bodies: list[bytes] = []
        self.status, self.body, self.delay = status, body, delay
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def heard(self) -> int:
        """Return how often it was asked, once it has heard at all and had time to hear more: a client may leave before."""
        latest = time.monotonic() + 60
        while not self.asked and time.monotonic() < latest:
            time.sleep(0.01)
        time.sleep(0.2)
        return self.asked

    def handle_error(self, request, client_address) -> None:
        """Stay quiet when a client that did not want to wait has left."""


class _Handler(BaseHTTPRequestHandler):
    server: CountingServer

    def do_POST(self) -> None:
        self.server.asked += 1
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format, *args) -> None:  # noqa: A002 - the name in the base class
        pass


@contextmanager
def serving(status: int = 200, body: bytes = b"{}", delay: float = 0) -> Iterator[CountingServer]:
    """Serve for the time of a block."""
    server = CountingServer(status, body, delay)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
