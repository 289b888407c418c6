"""How a journey begins: by an event, or by being in a segment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attune.domain.signals import KINDS_BY_EVENT
from attune_cli.importing.accounting import Account, Fate

PLACEHOLDER = "Product Added"
GOAL = "Order Completed"
QUIET = "PT10M"


@dataclass(frozen=True)
class Opening:
    """The trigger's fields, and the segment that somebody has to be in (empty: none)."""

    trigger: dict[str, Any]
    segment: str = ""


def import_opening(tree: Mapping[str, Any], segments: Mapping[str, str], account: Account) -> Opening:
    """Return by what a moment is opened; where Pinpoint began with no event, that is for people to decide."""
    start = tree.get("StartCondition") or {}
    if start.get("Description"):
        account.note("StartCondition/Description", Fate.NONE, "Say it in `purpose` and `moment`.", "write them")
    by_event, by_segment = start.get("EventStartCondition") or {}, start.get("SegmentStartCondition") or {}
    opened = _events(by_event, account) if by_event else []
    segment = ""
    if by_segment.get("SegmentId"):
        segment = _segment(str(by_segment["SegmentId"]), "StartCondition/SegmentStartCondition", segments, account)
    if by_event.get("SegmentId"):
        where = "StartCondition/EventStartCondition/SegmentId"
        segment = _segment(str(by_event["SegmentId"]), where, segments, account)
    if not opened:
        told = (
            f"A playbook begins with an event and a silence after it; {PLACEHOLDER} stands there until you say which."
        )
        _undecided(account, start, told)
    account.note(
        "trigger",
        Fate.DECIDE,
        f"Pinpoint begins at once and knows no goal. Here it begins {QUIET} after the last sign (`quiet_period`), and "
        f"ends with `closed_by`: {GOAL} until you say.",
        "say after what silence it should begin, and after which events nothing more is needed",
    )
    trigger = {"opened_by": opened or [PLACEHOLDER], "closed_by": [GOAL], "quiet_period": QUIET}
    if GOAL in opened:
        trigger["closed_by"] = [PLACEHOLDER]
    return Opening(trigger, segment)


def _undecided(account: Account, start: Mapping[str, Any], told: str) -> None:
    path = "StartCondition" if start else "trigger.opened_by"
    account.note(path, Fate.DECIDE, told, "name an event of the catalogue in `trigger.opened_by`")


def _events(condition: Mapping[str, Any], account: Account) -> list[str]:
    """Return the events of the catalogue that open it; account for each that is not there."""
    where = "StartCondition/EventStartCondition/EventFilter"
    event_filter = condition.get("EventFilter") or {}
    dimensions = event_filter.get("Dimensions") or {}
    known = {_plain(name): name for name in KINDS_BY_EVENT}
    found = []
    asked = dimensions.get("EventType") or {}
    for number, name in enumerate(asked.get("Values") or ()):
        path = f"{where}/Dimensions/EventType/Values/{number}"
        match = known.get(_plain(str(name)))
        if match is None or asked.get("DimensionType") == "EXCLUSIVE":
            told = "No event of this name opens a moment."
            account.note(path, Fate.DECIDE, told, "publish one of the catalogue (docs/events), and name it here")
        else:
            found.append(match)
            account.note(path, Fate.CARRIED, f"trigger.opened_by: {match}.")
    if asked.get("DimensionType"):
        account.note(f"{where}/Dimensions/EventType/DimensionType", Fate.CARRIED, "Any of these events opens it.")
    for part in ("Attributes", "Metrics"):
        for name in dimensions.get(part) or {}:
            told = "A trigger looks at events and silence, not at their attributes."
            account.note(f"{where}/Dimensions/{part}/{name}", Fate.NONE, told, "publish the event only where it holds")
    if event_filter.get("FilterType"):
        told = "Events of users open it, whoever sends them (docs/events)."
        account.note(f"{where}/FilterType", Fate.CHANGED, told)
    return list(dict.fromkeys(found))


def _segment(segment_id: str, path: str, segments: Mapping[str, str], account: Account) -> str:
    name = segments.get(segment_id)
    if name is None:
        told = "This segment is not among the files, so the playbook is for everybody."
        account.note(path, Fate.DECIDE, told, "export it too (`aws pinpoint get-segment`), and import both together")
        return ""
    told = f"audience.segments: {name}. It limits whom a moment is answered for; it begins nothing by itself."
    account.note(path, Fate.CHANGED, told, f"send the trait `segment: {name}` with `identify`")
    return name


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
