"""What events told of an undertaking itself, by its key: a new date, a tracking link; never what somebody wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

KEPT = 16
"""Of so many undertakings a session remembers the details; the oldest news goes first."""


@dataclass(frozen=True, order=True)
class Told:
    """A value, and when it was told."""

    at: datetime
    value: str


type Details = Mapping[str, Mapping[str, Told]]
"""By the undertaking's key, and by name."""


def learnt(known: Details, key: str, values: Mapping[str, str], at: datetime) -> Details:
    """Return what is known after news of an undertaking; later news wins, at the same instant the greater text."""
    before = known.get(key, {})
    told = {name: Told(at, value) for name, value in values.items() if value}
    news = {name: word for name, word in told.items() if name not in before or word > before[name]}
    if not news:
        return known
    after = {**known, key: {**before, **news}}
    latest = sorted(after, key=lambda one: (max(told.at for told in after[one].values()), one))[-KEPT:]
    return {one: after[one] for one in latest}


def told_of(known: Iterable[Details], key: str) -> dict[str, str]:
    """Return what is known of an undertaking from several sessions, the latest word on everything."""
    latest: dict[str, Told] = {}
    for details in known:
        for name, told in details.get(key, {}).items():
            if name not in latest or told > latest[name]:
                latest[name] = told
    return {name: told.value for name, told in latest.items()}
