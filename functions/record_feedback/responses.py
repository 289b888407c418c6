"""What the pages answer with."""

from collections.abc import Mapping
from typing import Any

type Response = dict[str, Any]

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
