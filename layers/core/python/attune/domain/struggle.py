"""Evidence that something is hard for a customer: what is counted, from when on it counts, and who saw it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind

HESITANT_PAGES = frozenset({SignalKind.HELP_VIEWED, SignalKind.PRICING_VIEWED})


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence: how a visit shows it, in a number that only grows, and how to tell a support agent.

    `once` is the sentence where the number is one. `kinds` are the signals it is read from; `counted` says that each of them counts as one, so that a server can vouch.
    """

    measure: Callable[[SessionState], float]
    sentence: str
    once: str
    kinds: frozenset[SignalKind]
    counted: bool = True

    def told(self, value: float) -> str:
        """Return the sentence about so much of it."""
        return self.once if round(value) == 1 else self.sentence.format(n=value)

    def vouched(self, state: SessionState) -> float:
        """Return how much of it a server saw."""
        return sum(state.vouched.get(kind, 0) for kind in self.kinds) if self.counted else 0.0


def _counting(kind: SignalKind, sentence: str, once: str) -> Evidence:
    return Evidence(lambda state: state.count(kind), sentence, once, frozenset({kind}))


EVIDENCE: Mapping[str, Evidence] = {
    "page_reloads": _counting(SignalKind.RELOADED, "Reloaded pages {n:.0f} times.", "Reloaded a page."),
    "form_failures": _counting(
        SignalKind.FORM_FAILED, "A form did not go through ({n:.0f} failed attempts).", "A form did not go through."
    ),
    "payment_failures": _counting(SignalKind.PAYMENT_FAILED, "A payment failed ({n:.0f} times).", "A payment failed."),
    "delivery_delays": _counting(
        SignalKind.DELIVERY_DELAYED, "A delivery is late ({n:.0f} notices).", "A delivery is late."
    ),
    "rage_clicks": _counting(
        SignalKind.RAGE_CLICKED,
        "Clicked again and again in one place ({n:.0f} times).",
        "Clicked again and again in one place.",
    ),
    "error_clicks": _counting(
        SignalKind.ERROR_CLICKED, "Clicks ran into errors ({n:.0f} times).", "Clicks ran into errors."
    ),
    "dead_clicks": _counting(
        SignalKind.DEAD_CLICKED, "Clicked where nothing happened ({n:.0f} times).", "Clicked where nothing happened."
    ),
    "fruitless_searches": _counting(
        SignalKind.SEARCHED_IN_VAIN, "Searched {n:.0f} times and found nothing.", "Searched once and found nothing."
    ),
    "help_visits": _counting(SignalKind.HELP_VIEWED, "Read help pages {n:.0f} times.", "Read a help page."),
    "pricing_returns": _counting(
        SignalKind.PRICING_VIEWED, "Came back to the prices ({n:.0f} views).", "Came back to the prices."
    ),
    "deal_searches": _counting(
        SignalKind.DEAL_SEARCHED,
        "Looked for a coupon or a discount ({n:.0f} searches).",
        "Looked for a coupon or a discount.",
    ),
    "price_sorting": _counting(
        SignalKind.PRICE_SORTED, "Sorted products by price ({n:.0f} times).", "Sorted products by price."
    ),
    "long_dwell": Evidence(
        lambda state: state.browsing.seconds_on(HESITANT_PAGES),
        "Spent {n:.0f} seconds on help or price pages.",
        "Spent a second on help or price pages.",
        HESITANT_PAGES,
        counted=False,
    ),
    "back_and_forth": Evidence(
        lambda state: state.browsing.turns,
        "Went back and forth between cart, prices and help ({n:.0f} times).",
        "Went back and forth between cart, prices and help.",
        frozenset({SignalKind.CART_VIEWED, SignalKind.CHECKOUT_STARTED, *HESITANT_PAGES}),
        counted=False,
    ),
}
"""Everything that may ever count as struggle. Not here, and never to be: typing rhythm, mouse movement, voice, face,
health, hardship or a protected trait; a test holds this list."""


@dataclass(frozen=True)
class Rule:
    """From `threshold` on, this evidence weighs `weight` in log-odds, and up to half as much again as it mounts."""

    threshold: float
    weight: float


@dataclass(frozen=True)
class Struggle:
    """One piece of evidence that counts: its value, what it adds to the log-odds, and whether a server saw enough."""

    term: str
    value: float
    contribution: float
    sentence: str
    vouched: bool


def find_struggle(state: SessionState, rules: Mapping[str, Rule]) -> Iterator[Struggle]:
    """Yield the evidence of a visit that reaches its threshold."""
    for term, rule in rules.items():
        evidence = EVIDENCE[term]
        value = evidence.measure(state)
        if value >= rule.threshold:
            contribution = rule.weight * (1.5 - 0.5 * rule.threshold / value)
            seen = evidence.vouched(state) >= rule.threshold
            yield Struggle(term, value, contribution, evidence.told(value), seen)
