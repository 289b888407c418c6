"""One visit in totals: what drop-off risk is judged by, the same whether it comes from a table or from a live session."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Totals of one visit to a shop; None is "not known", which is never the same as zero.

    Pages are counted by their purpose; seconds are the time from a page to the next one, so that the last page of a
    visit has none (as web analytics counts). Rates are shares between 0 and 1 that a tenant's web analytics supplies.
    `special_day` says how near a day of gifts is (0 to 1), `month` is 1 to 12.
    """

    account_pages: float | None = None
    account_seconds: float | None = None
    information_pages: float | None = None
    information_seconds: float | None = None
    product_pages: float | None = None
    product_seconds: float | None = None
    bounce_rate: float | None = None
    exit_rate: float | None = None
    special_day: float | None = None
    month: int | None = None
    returning: bool | None = None
    weekend: bool | None = None
