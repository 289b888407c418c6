"""How much processor time one email takes once everything is loaded: `python -m bench.rendering.run`.

What is measured is what `send_message` does: values cleaned, the text's Liquid, its blocks, both parts of the layout. Jinja2
renders the same layout with the blocks ready-made; it runs in the environment of `make training`, which has it.
"""

import argparse
import json
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from attune.adapters.text_library import load
from attune.domain.liquid_sandbox import run_frame
from attune.domain.locales import parse_locale
from attune.domain.rendering import _as_data, render
from attune.domain.text_blocks import plain_text
from attune.domain.texts import Text, TextChannel, TextLibrary
from attune_cli.previewing.values import SENDER, sample_values

ROOT = Path(__file__).resolve().parents[2]
JINJA_PYTHON = ROOT / ".local" / "training" / "bin" / "python"
BUDGET_MS = 1.0


def measure(work: Callable[[], object], *, rounds: int, times: int) -> float:
    """Return the milliseconds of one call in the best round: what else the machine does only ever adds."""
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - begun) / times * 1000)
    return min(found)


def as_jinja(liquid: str) -> str:
    """Return our layout's Liquid as Jinja2: what the two say differently is few words."""
    jinja = re.sub(r"(\S+) != blank", r"\1", liquid).replace("block.items", "block['items']")
    jinja = re.sub(r"{%-? case block\.kind %}\s*{%-? when ('\w+') %}", r"{%- if block.kind == \1 %}", jinja)
    return re.sub(r"{%-? when ('\w+') %}", r"{%- elif block.kind == \1 %}", jinja).replace("endcase", "endif")


def layout_values(library: TextLibrary, text: Text) -> dict[str, object]:
    """Return what the layout is given for a text with its samples."""
    message = render(text, sample_values(text), layout=library.layout)
    return {
        **SENDER,
        "subject": message.subject,
        "words": library.layout.strings[text.locale],
        "locale": text.locale,
        "direction": parse_locale(text.locale).direction,
        "blocks": _as_data(message.blocks),
        "content": plain_text(message.blocks),
    }


def main() -> None:
    """Print the time for every shipped email, and the ratio to Jinja2."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--times", type=int, default=40)
    asked = arguments.parse_args()
    library = load(ROOT / "templates")
    emails = [text for text in library.texts if text.channel is TextChannel.EMAIL]
    each = {
        text.name: measure(
            lambda text=text: render(text, sample_values(text), layout=library.layout), rounds=5, times=10
        )
        for text in emails
    }
    slowest = max(each, key=lambda name: each[name])
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print(
        f"{len(emails)} emails: median {statistics.median(each.values()):.2f} ms, slowest {each[slowest]:.2f} ms ({slowest})"
    )
    text = next(text for text in emails if text.name == "cart_help_ways/email.en.liquid")
    values = layout_values(library, text)
    whole = measure(
        lambda: render(text, sample_values(text), layout=library.layout), rounds=asked.rounds, times=asked.times
    )
    frame = measure(
        lambda: run_frame(library.layout.html, values, name="email"), rounds=asked.rounds, times=asked.times
    )
    verdict = "within" if whole <= BUDGET_MS else "OVER"
    print(f"{text.name}: {whole:.2f} ms ({verdict} {BUDGET_MS:g} ms), of which the HTML frame {frame:.2f} ms")
    if not JINJA_PYTHON.exists():
        print("Jinja2 is not here to compare with: make training")
        return
    task = {
        "html": as_jinja(library.layout.html),
        "text": as_jinja(library.layout.text),
        "values": values,
        "rounds": asked.rounds,
        "times": asked.times,
    }
    side = [JINJA_PYTHON, ROOT / "bench/rendering/jinja_side.py"]
    done = subprocess.run(side, input=json.dumps(task), capture_output=True, text=True, check=True)
    jinja = json.loads(done.stdout)
    size = len(run_frame(library.layout.html, values, name="email"))
    print(
        f"Jinja2, the two parts of the frame only: {jinja['ms']:.3f} ms for {jinja['characters']} characters (ours {size})"
    )
    print(
        f"ratio: a whole email of ours takes {whole / jinja['ms']:.1f} times that, its HTML frame {frame / jinja['ms']:.1f} times"
    )


if __name__ == "__main__":
    main()
