"""The columns of a table of visits: their names, what they may hold, and which part of a visit they are."""

import math
from collections.abc import Callable
from dataclasses import dataclass

LABEL = "Revenue"
MONTH = "Month"
UNKNOWN = frozenset({"", "na", "n/a", "nan", "null", "none", "unknown", "?"})
"""Cells that say that a value is not known."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "t": True, "f": False}
_VISITORS = {
    "returning_visitor": True,
    "new_visitor": False,
    "returning": True,
    "new": False,
    "other": None,
}


@dataclass(frozen=True)
class Column:
    """A column by its name in the public data set: the field of a visit it fills, how to read it, what is right."""

    name: str
    field: str
    read: Callable[[str], float | bool | None]
    expected: str
    meaning: str


def _number(cell: str) -> float:
    value = float(cell)
    # Python reads 1_000 and digits of other scripts as numbers; an export that has them means something else.
    if not 0 <= value < math.inf or "_" in cell or not cell.isascii():
        raise ValueError(cell)
    return value


def _share(cell: str) -> float:
    value = _number(cell)
    if value > 1:
        raise ValueError(cell)
    return value


def read_month(cell: str) -> int:
    """Return the number of a month given as "Feb", "June", "September", "9" or "09"; raise ValueError for others."""
    name = cell.casefold().rstrip(".")
    if name in _LONG_MONTHS or name in MONTHS or name == "sept":
        return MONTHS.index(name[:3]) + 1
    number = float(cell)
    if number not in range(1, 13):
        raise ValueError(cell)
    return int(number)


def read_truth(cell: str) -> bool:
    """Return a yes or no; raise ValueError for anything else."""
    try:
        return _TRUTHS[cell.casefold()]
    except KeyError:
        raise ValueError(cell) from None


def _returning(cell: str) -> bool | None:
    try:
        return _VISITORS[cell.casefold().replace(" ", "_")]
    except KeyError:
        raise ValueError(cell) from None


_COUNT = "a number of pages, 0 or more"
_SECONDS = "seconds, 0 or more"
_RATE = "a share between 0 and 1"

COLUMNS = (
    Column("Administrative", "account_pages", _number, _COUNT, "pages of the customer's account that were opened"),
    Column("Administrative_Duration", "account_seconds", _number, _SECONDS, "time on them"),
    Column("Informational", "information_pages", _number, _COUNT, "pages about the shop, help, contact, delivery"),
    Column("Informational_Duration", "information_seconds", _number, _SECONDS, "time on them"),
    Column("ProductRelated", "product_pages", _number, _COUNT, "pages of products and lists of them"),
    Column("ProductRelated_Duration", "product_seconds", _number, _SECONDS, "time on them"),
    Column("BounceRates", "bounce_rate", _share, _RATE, "mean bounce rate of the pages seen, from web analytics"),
    Column("ExitRates", "exit_rate", _share, _RATE, "mean exit rate of the pages seen, from web analytics"),
    Column(MONTH, "month", read_month, "a month such as Feb, June, September or 9", "month of the visit"),
    Column(
        "VisitorType", "returning", _returning, "Returning_Visitor, New_Visitor or Other", "been here before or not"
    ),
    Column("Weekend", "weekend", read_truth, "TRUE or FALSE", "on a Saturday or Sunday"),
)
"""What a visit is read from. A table may lack any of them, and any cell may be empty: then it is not known."""

LABEL_EXPECTED = "TRUE (ended with an order) or FALSE"

LEFT_OUT = {
    "PageValues": "it holds revenue of the visit itself, so it knows the answer",
    "SpecialDay": "a model without it is as good",
    "OperatingSystems": "an anonymous code of one shop",
    "Browser": "an anonymous code of one shop",
    "Region": "an anonymous code of one shop, and where people live stands in for who they are",
    "TrafficType": "an anonymous code of one shop",
}
"""Columns of the public data set that stay out, and why."""
