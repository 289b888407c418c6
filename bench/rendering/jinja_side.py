"""Render the same layout with Jinja2; run by `bench.rendering` in an environment that has it. Reads and prints JSON."""

import json
import sys
import time

from jinja2 import Environment


def main() -> None:
    """Print the milliseconds of one rendering of both parts, compiled beforehand, with escaping on."""
    task = json.load(sys.stdin)
    html = Environment(autoescape=True).from_string(task["html"])
    text = Environment(autoescape=False).from_string(task["text"])  # noqa: S701 - the plain text part has no markup
    rounds = []
    for _ in range(task["rounds"]):
        begun = time.process_time()
        for _ in range(task["times"]):
            html.render(task["values"])
            text.render(task["values"])
        rounds.append((time.process_time() - begun) / task["times"] * 1000)
    json.dump({"ms": min(rounds), "characters": len(html.render(task["values"]))}, sys.stdout)


if __name__ == "__main__":
    main()
