"""How long a replay takes: `python -m bench.replay.run [EVENTS] [EVENTS PER PERSON]`; one core, both versions."""

import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from attune.adapters.playbook_files import load_playbooks
from attune_cli.replaying.recordings import read_recording
from attune_cli.replaying.running import Plan, replay
from bench.replay.made_up import lines, recording

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def main(events: int = 10_000, per_person: int = 10) -> None:
    """Replay cart_abandonment against itself an hour after the silence, with every other playbook beside it."""
    playbooks = dict(load_playbooks(TEMPLATES))
    old = playbooks.pop("cart_abandonment")
    touches = tuple(replace(touch, delays=(timedelta(hours=1),)) for touch in old.touches)
    new = replace(old, version="9.0.0", touches=touches)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.ndjson"
        path.write_text(lines(recording(events, per_person=per_person)), encoding="utf-8")
        wall, processor = time.perf_counter(), time.process_time()
        found = replay(Plan(read_recording(path), new, old, playbooks, TEMPLATES)).found
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    before, after = found["before"], found["after"]
    print(f"{events:,} events of {found['people']:,} people, {1 + len(playbooks)} playbooks, two versions")
    print(f"journeys {sum(before['journeys'].values()):,} and {sum(after['journeys'].values()):,}")
    print(f"messages {sum(before['messages'].values()):,} and {sum(after['messages'].values()):,}")
    print(f"{wall:.1f} s on the clock, {processor:.1f} s of one core")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
