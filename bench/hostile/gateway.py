"""The HTTP API in this process, as WSGI: a request as API Gateway hands it over, to the function that its route leads to."""

import base64
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

from bench.hostile.requests import Route

type StartResponse = Callable[[str, list[tuple[str, str]]], object]
type Handle = Callable[[Mapping[str, Any]], Mapping[str, Any]]

NOT_FOUND: Mapping[str, Any] = {
    "statusCode": 404,
    "headers": {"content-type": "application/json"},
    "body": '{"message":"Not Found"}',
}
"""What API Gateway itself says where no route fits."""
TOKEN = "{token}"  # noqa: S105 - a part of a path


class Gateway:
    """Answers WSGI requests; `answered` keeps what the function gave last, before it became HTTP."""

    def __init__(self, routes: Iterable[Route], handle: Handle) -> None:
        """Know the routes of the document; pages take any method, as they are deployed."""
        self._keys = {(route.method, route.path) for route in routes}
        self._handle = handle
        self.answered: Mapping[str, Any] = {}

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> list[bytes]:
        """Answer one request."""
        request = self._request(environ)
        answer = self.answered = self._handle(request) if request else NOT_FOUND
        status = HTTPStatus(int(answer["statusCode"]))
        headers = {name: str(value) for name, value in answer.get("headers", {}).items()}
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        body = str(answer.get("body", ""))
        return [base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()]

    def _request(self, environ: Mapping[str, Any]) -> dict[str, Any] | None:
        path = str(environ["PATH_INFO"]).encode("latin-1").decode(errors="replace")
        method = str(environ["REQUEST_METHOD"])
        named = self._route(method, path)
        if named is None:
            return None
        key, token = named
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        request: dict[str, Any] = {
            "version": "2.0",
            "routeKey": key,
            "rawPath": path,
            "requestContext": {"http": {"method": method, "path": path}},
            "headers": _headers(environ),
            "isBase64Encoded": bool(body),
        }
        if token is not None:
            request["pathParameters"] = {"token": unquote(token)}
        if query := dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)):
            request["queryStringParameters"] = query
        if body:
            request["body"] = base64.b64encode(body).decode()
        return request

    def _route(self, method: str, path: str) -> tuple[str, str | None] | None:
        """Return the key of the route that a path leads to, and the token in it."""
        if (method, path) in self._keys:
            return f"{method} {path}", None
        first, _, token = path.strip("/").partition("/")
        page = f"/{first}/{TOKEN}"
        if token and "/" not in token and ("GET", page) in self._keys:
            return f"ANY {page}", token
        return None


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {name[5:].lower().replace("_", "-"): str(value) for name, value in environ.items() if name[:5] == "HTTP_"}
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = str(environ["CONTENT_TYPE"])
    return found
