"""What the site is answered with: JSON, and how long it may be kept."""

import json
from collections.abc import Mapping
from typing import Any

type Response = dict[str, Any]

FRESH_SECONDS = 15
"""How long an answer without notes may be used again; one with notes never is, or a note could be shown twice."""


def data(
    content: object, status: int = 200, *, fresh: bool = False, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with JSON; `fresh` lets the customer's own browser use it again for a few seconds."""
    return {
        "statusCode": status,
        "headers": {
            "content-type": "application/json",
            "cache-control": f"private, max-age={FRESH_SECONDS}" if fresh else "no-store",
            "vary": "authorization, origin",
            "x-content-type-options": "nosniff",
            **(headers or {}),
        },
        "body": json.dumps(content, ensure_ascii=False),
    }


def refusal(status: int, message: str, **headers: str) -> Response:
    """Answer that nothing was done, with what to repair."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return data({"error": message}, status, headers=named)
