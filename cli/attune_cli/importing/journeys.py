"""One exported journey as the fields of a playbook, with an account of everything it said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from attune.domain.quiet_hours import find_zone
from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.graph import Planned, Way, walk
from attune_cli.importing.limits import import_limits
from attune_cli.importing.names import as_id
from attune_cli.importing.opening import import_opening
from attune_cli.importing.quiet import import_hours
from attune_cli.importing.times import iso

DAY = timedelta(days=1)
SHORTEST_PATIENCE = timedelta(hours=1)
MARGIN = timedelta(days=3)
"""What the gate may hold messages for, over the whole journey."""
UNKNOWN_ZONE = "UTC"


@dataclass(frozen=True)
class Text:
    """A text that has to be written: its id, the template it was, and the channel it is for."""

    message: str
    template: str
    channel: str


@dataclass(frozen=True)
class Imported:
    """A journey after the import: the playbook's fields (None where there is nothing to send), and the account."""

    place: str
    name: str
    playbook: dict[str, Any] | None
    texts: tuple[Text, ...]
    account: Account


def import_journey(place: str, tree: Mapping[str, Any], segments: Mapping[str, str], taken: set[str]) -> Imported:
    """Turn a journey into a playbook; `segments` are names by id, `taken` the ids of playbooks that exist."""
    account = Account(tree)
    name = str(tree["Name"])
    way = walk(tree, account)
    opening = import_opening(tree, segments, account)
    own_id = as_id(name, prefix="journey", taken=taken)
    account.note("Name", Fate.CARRIED, f"The playbook {own_id}.")
    touches, texts = _touches(way)
    longest = sum((planned.after for planned in way.planned), start=len(way.planned) * DAY + MARGIN)
    limits, re_entry = import_limits(tree, account, expires_after=longest)
    hours = import_hours(tree, {planned.channel for planned in way.planned}, account)
    zone = _zone(tree, account)
    _the_rest(tree, account)
    account.close()
    if not touches:
        told = "There is no email and no SMS on its way: nothing is left for a playbook to say."
        account.note("Name", Fate.NONE, told, "leave it to the service that sends its messages")
        return Imported(place, name, None, (), account)
    taken.add(own_id)
    playbook = {
        "id": own_id,
        "version": "0.1.0",
        "purpose": f"To be written (it was the Pinpoint journey {name!r})",
        "owner": "to-be-named",
        "enabled": False,
        "trigger": opening.trigger,
        "friction_floor": "calm",
        "audience": {
            **({"segments": [opening.segment]} if opening.segment else {}),
            **({"holdout_percent": way.holdout} if way.holdout is not None else {}),
        },
        "re_entry": re_entry,
        "fallback_time_zone": zone,
        "fallback_locale": "en",
        "touches": touches,
        "limits": limits,
        "hours": hours,
        "expires_after": iso(longest),
    }
    return Imported(place, name, {name: value for name, value in playbook.items() if value != {}}, texts, account)


def _touches(way: Way) -> tuple[list[dict[str, Any]], tuple[Text, ...]]:
    """Return touches: the wait between two messages becomes patience with the first and delay of the second."""
    touches: list[dict[str, Any]] = []
    texts: dict[str, Text] = {}
    waited = timedelta()
    for number, planned in enumerate(way.planned):
        after = way.planned[number + 1].after if number + 1 < len(way.planned) else DAY
        patience = min(max(after, SHORTEST_PATIENCE), DAY)
        messages = [_text(template, planned, texts) for template in planned.templates]
        touches.append(
            {
                "messages": list(dict.fromkeys(messages)),
                "channels": [planned.channel],
                "delays": [iso(max(planned.after - waited, timedelta()))],
                "patience": iso(patience),
            }
        )
        waited = patience
    return touches, tuple(texts.values())


def _text(template: str, planned: Planned, texts: dict[str, Text]) -> str:
    """Return the id of a text; the same template on the same channel is the same text."""
    key = f"{planned.channel}/{template}"
    if key not in texts:
        message = as_id(template, prefix="text", taken={text.message for text in texts.values()})
        texts[key] = Text(message, template, planned.channel)
    return texts[key].message


def _zone(tree: Mapping[str, Any], account: Account) -> str:
    """Return the zone of whoever has none of their own."""
    schedule = tree.get("Schedule") or {}
    written = schedule.get("Timezone")
    if written:
        name = _iana(str(written))
        if find_zone(name) is not None:
            told = f"fallback_time_zone: {name}, for whoever's own zone is not known; the others' own zone counts."
            account.note("Schedule/Timezone", Fate.CHANGED, told, "" if name == written else "name a place's zone")
            return name
        told = f"Not an IANA zone; fallback_time_zone is {UNKNOWN_ZONE} until you say."
        account.note("Schedule/Timezone", Fate.DECIDE, told, "name a zone such as Europe/Berlin")
    return UNKNOWN_ZONE


def _iana(written: str) -> str:
    """Return the zone of an offset such as UTC+01; these count westwards, and know no summer time."""
    offset = re.fullmatch(r"UTC([+-])0?(\d{1,2})(?::?00)?", written)
    if offset is None:
        return "UTC" if written.upper() in ("UTC", "GMT") else written
    return f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"


def _the_rest(tree: Mapping[str, Any], account: Account) -> None:
    for name, (fate, told, fix) in _REST.items():
        if tree.get(name) not in (None, "", {}, []):
            account.note(name, fate, told, fix)
    schedule = tree.get("Schedule") or {}
    for name in ("StartTime", "EndTime"):
        if schedule.get(name):
            told = "A playbook runs from when it is switched on until it is switched off."
            account.note(f"Schedule/{name}", Fate.NONE, told, "switch it on and off, or roll it out by percent")


_ZONES = "The zone is what somebody told, where they were seen, or their country's only one; never guessed for SMS."
_SWITCHED_OFF = (
    "Imported switched off (`enabled: false`), whatever it was: read it, approve the texts, then roll it out."
)
_REST: Mapping[str, tuple[Fate, str, str]] = {
    "State": (Fate.CHANGED, _SWITCHED_OFF, "attune check says what is missing"),
    "LocalTime": (Fate.CHANGED, "Hours are always those of the customer.", ""),
    "RefreshFrequency": (Fate.NONE, "Nothing is swept for members: a moment begins a journey when it comes.", ""),
    "RefreshOnSegmentUpdate": (Fate.NONE, "Nothing is swept for members: a moment begins a journey when it comes.", ""),
    "SendingSchedule": (Fate.NONE, "Hours count whenever they are given.", ""),
    "TimezoneEstimationMethods": (Fate.CHANGED, _ZONES, ""),
    "JourneyChannelSettings": (Fate.NONE, "Attune starts no campaigns in a contact centre; it opens cases.", ""),
    "tags": (Fate.NONE, "A playbook has an owner and a purpose; the stage's resources have tags.", "name its owner"),
    "ApplicationId": (Fate.NOTED, "Stands in the file's first lines.", ""),
    "Id": (Fate.NOTED, "Stands in the file's first lines.", ""),
    "CreationDate": (Fate.NOTED, "Version control knows when a playbook was made.", ""),
    "LastModifiedDate": (Fate.NOTED, "Version control knows when a playbook was changed.", ""),
}
