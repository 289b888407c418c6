"""What the pages are asked and what they answer with."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

type Response = dict[str, Any]

LONGEST_BODY = 20_000
"""In characters; a form of ours is a tenth of it."""
MOST_FIELDS = 200
LONGEST_LANGUAGES = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

PAGE_HEADERS: Mapping[str, str] = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
}


def page(html: str, status: int = 200) -> Response:
    """Answer with a web page that nobody caches, frames or scripts."""
    return {"statusCode": status, "headers": dict(PAGE_HEADERS), "body": html}


def asked_for(request: Mapping[str, Any]) -> tuple[str, str]:
    """Return a request's method, and what the link is for: the first part of its path."""
    route_method, _, path = request["routeKey"].partition(" ")
    told = request.get("requestContext", {}).get("http", {}).get("method", "")
    return told or route_method, path.strip("/").partition("/")[0]


def languages_of(request: Mapping[str, Any]) -> list[str]:
    """Return the languages that a browser says its reader knows, the best first; what is none is left out."""
    told = str((request.get("headers") or {}).get("accept-language", ""))[:LONGEST_LANGUAGES]
    return [match[0] for part in told.split(",") if (match := _LANGUAGE.match(part.strip()))]


def without_body(response: Response) -> Response:
    """Return an answer as HEAD gets it."""
    return {**response, "body": ""}


def with_allowed(response: Response, methods: Iterable[str]) -> Response:
    """Return an answer that says what the page may be asked by."""
    return {**response, "headers": {**response["headers"], "allow": ", ".join(methods)}}


def form_of(request: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the fields of a form; what cannot be a form of ours has none."""
    try:
        body = request.get("body") or ""
        text = base64.b64decode(body).decode(errors="replace") if request.get("isBase64Encoded") else body
        return parse_qs(text[:LONGEST_BODY], max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
