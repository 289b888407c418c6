"""One visit in totals: what drop-off risk is judged by, the same whether it comes from a table or from a live session.

`FEATURES` is the one definition of what the model sees, in training and live. A test holds the list against a literal
one: how somebody types or moves a pointer, and who they are, never becomes a feature.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

_ENDLESS = float("inf")
_MINUTE = 60
_HOUR = 3600
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Totals of one visit to a shop; None is "not known", which is never the same as zero.

    Pages are counted by their purpose; seconds are the time from a page to the next one, so that the last page of a
    visit has none (as web analytics counts). Rates are shares between 0 and 1 that a tenant's web analytics supplies.
    `month` is 1 to 12.
    """

    account_pages: float | None = None
    account_seconds: float | None = None
    information_pages: float | None = None
    information_seconds: float | None = None
    product_pages: float | None = None
    product_seconds: float | None = None
    bounce_rate: float | None = None
    exit_rate: float | None = None
    month: int | None = None
    returning: bool | None = None
    weekend: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing the model sees: its measure on a visit, its unit, and how to say it to a support agent.

    `clause` tells a known value, `{value}` being the value in words; `label` names the feature where it is not known.
    """

    name: str
    measure: Callable[[Visit], float | None]
    unit: str
    label: str
    clause: str

    def told(self, value: float | None) -> str:
        """Return the value as a clause without a full stop, e.g. "looked at 12 pages of products"."""
        if value is None:
            return f"{self.label} not known"
        return self.clause.format(value=IN_WORDS[self.unit](value))


def _pages(value: float) -> str:
    return f"{value:g} {'page' if value == 1 else 'pages'}" if value else "no pages"


def _seconds(value: float) -> str:
    if value < _MINUTE:
        return f"{value:.0f} s"
    if value < _HOUR:
        return f"{value / _MINUTE:.0f} min"
    return f"{value / _HOUR:.1f} h"


IN_WORDS: dict[str, Callable[[float], str]] = {
    "pages": _pages,
    "seconds": _seconds,
    "share": lambda value: f"{value:.1%}",
    "month": lambda value: _MONTHS[int(value) - 1],
    "new or returning": lambda value: "has been here before" if value else "is here for the first time",
    "part of the week": lambda value: "weekend" if value else "working day",
}
"""How a value of each unit is said."""


def _feature(name: str, unit: str, label: str, clause: str) -> Feature:
    return Feature(name=name, measure=attrgetter(name), unit=unit, label=label, clause=clause)


FEATURES: tuple[Feature, ...] = (
    _feature("account_pages", "pages", "pages of their account", "opened {value} of their account"),
    _feature("account_seconds", "seconds", "time on their account", "spent {value} on their account"),
    _feature("information_pages", "pages", "pages about the shop", "read {value} about the shop"),
    _feature("information_seconds", "seconds", "time on pages about the shop", "spent {value} reading about the shop"),
    _feature("product_pages", "pages", "pages of products", "looked at {value} of products"),
    _feature("product_seconds", "seconds", "time on products", "spent {value} on products"),
    _feature(
        "bounce_rate",
        "share",
        "bounce rate of the pages seen",
        "saw pages from which {value} of visitors leave at once",
    ),
    _feature("exit_rate", "share", "exit rate of the pages seen", "saw pages that are the last of a visit in {value}"),
    _feature("month", "month", "month", "it is {value}"),
    _feature("returning", "new or returning", "whether they have been here before", "{value}"),
    _feature("weekend", "part of the week", "part of the week", "it is a {value}"),
)
"""What the model sees of a visit, in the order of its tables."""


def features_of(visit: Visit) -> dict[str, float | None]:
    """Return every feature of a visit by name; what is no number of 0 or more is not known."""
    values = {}
    for feature in FEATURES:
        value = feature.measure(visit)
        values[feature.name] = value if value is not None and 0 <= value < _ENDLESS else None
    return values
