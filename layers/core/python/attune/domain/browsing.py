"""The pages of a visit: how many of each kind, how long they were looked at, and whether somebody went back and forth.

A page lasts until the next one, so that the last page of a visit has no time, as web analytics counts. Whatever
happens on a page, trouble too, changes neither its count nor its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from attune.domain.signals import SignalKind

PRODUCT_PAGES = frozenset(
    {
        SignalKind.VIEWED,
        SignalKind.PAGE_VIEWED,
        SignalKind.PRICING_VIEWED,
        SignalKind.SEARCHED,
        SignalKind.SEARCHED_IN_VAIN,
        SignalKind.DEAL_SEARCHED,
        SignalKind.PRICE_SORTED,
        SignalKind.CART_VIEWED,
    }
)
INFORMATION_PAGES = frozenset({SignalKind.HELP_VIEWED, SignalKind.INFORMATION_VIEWED})
ACCOUNT_PAGES = frozenset({SignalKind.ACCOUNT_VIEWED, SignalKind.CHECKOUT_STARTED})
PAGES = PRODUCT_PAGES | INFORMATION_PAGES | ACCOUNT_PAGES
"""The kinds of signals that are pages, by what the page is for."""
_PURPOSE = {kind: purpose for purpose in (PRODUCT_PAGES, INFORMATION_PAGES, ACCOUNT_PAGES) for kind in purpose}

PAGE_CALLS = frozenset(
    {
        SignalKind.PAGE_VIEWED,
        SignalKind.PRICING_VIEWED,
        SignalKind.HELP_VIEWED,
        SignalKind.INFORMATION_VIEWED,
        SignalKind.ACCOUNT_VIEWED,
    }
)
"""What only a sender that tells of every page tells: with none of these, pages other than products were not told of."""

STATIONS = frozenset(
    {SignalKind.PRICING_VIEWED, SignalKind.HELP_VIEWED, SignalKind.CART_VIEWED, SignalKind.CHECKOUT_STARTED}
)
"""Pages between which somebody undecided goes back and forth; between products everybody does."""

SAME_PAGE = timedelta(seconds=2)
"""Senders tell of one page twice at once: that it was opened, and what product it shows."""


@dataclass(frozen=True)
class Browsing:
    """The pages of one visit: counts and seconds by kind, turns back to the page before last, and where they are."""

    pages: Mapping[SignalKind, int] = field(default_factory=dict)
    seconds: Mapping[SignalKind, float] = field(default_factory=dict)
    turns: int = 0
    here: SignalKind | None = None
    since: datetime | None = None
    before: SignalKind | None = None

    def went_on(self, kind: SignalKind, time: datetime) -> "Browsing":
        """Return the visit after one more signal."""
        if kind not in PAGES:
            return self
        if self.here is None or self.since is None:
            return Browsing(pages={kind: 1}, here=kind, since=time)
        stayed = time - self.since
        if stayed <= SAME_PAGE and _PURPOSE[kind] is _PURPOSE[self.here]:
            return self._named_better(kind)
        return Browsing(
            pages={**self.pages, kind: self.pages.get(kind, 0) + 1},
            seconds={**self.seconds, self.here: self.seconds.get(self.here, 0.0) + stayed.total_seconds()},
            turns=self.turns + _turned(self.before, self.here, kind),
            here=kind,
            since=time,
            before=self.here,
        )

    def _named_better(self, kind: SignalKind) -> "Browsing":
        """Return the same pages, where a second word about the present one says more exactly what it is."""
        if self.here is None or kind not in STATIONS or self.here in STATIONS:
            return self
        pages = {**self.pages, kind: self.pages.get(kind, 0) + 1, self.here: self.pages[self.here] - 1}
        return replace(self, pages={known: count for known, count in pages.items() if count}, here=kind)

    def pages_of(self, kinds: frozenset[SignalKind]) -> int:
        """Return how many pages of these kinds were opened."""
        return sum(count for kind, count in self.pages.items() if kind in kinds)

    def seconds_on(self, kinds: frozenset[SignalKind]) -> float:
        """Return how many seconds pages of these kinds were looked at."""
        return sum(seconds for kind, seconds in self.seconds.items() if kind in kinds)


NO_BROWSING = Browsing()


def _turned(before: SignalKind | None, here: SignalKind, kind: SignalKind) -> bool:
    """Whether somebody is back where they were before the present page."""
    return kind == before and kind != here and {kind, here} <= STATIONS
