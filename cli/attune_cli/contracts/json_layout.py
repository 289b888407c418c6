"""JSON as people like to read it: what fits on a line stays on it."""

import json
from typing import Any

WIDTH = 120


def laid_out(value: Any, indent: int = 0) -> str:
    """Return JSON text, without a line end after it, whose lines are short where they can be."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        parts = [laid_out(part, indent + 2) for part in value]
        return "[\n" + ",\n".join(f"{inner}{part}" for part in parts) + f"\n{outer}]"
    pairs = [
        f"{inner}{json.dumps(name, ensure_ascii=False)}: {laid_out(part, indent + 2)}" for name, part in value.items()
    ]
    return "{\n" + ",\n".join(pairs) + f"\n{outer}" + "}"
