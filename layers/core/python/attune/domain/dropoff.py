"""How likely a visit is to end without an order, with the exact reasons: lookups in a trained table, and a sum.

The model is additive. Each term looks one feature up, or two together, in bins and reads its score, so the scores are
the explanation. It says how visits of this shape ended elsewhere; it is no measure of how hard something was.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from attune.domain.errors import AttuneError
from attune.domain.visits import FEATURES, Visit, features_of

BASELINE = "baseline"
PAIR = " & "
NO_DIFFERENCE = 0.005
"""A contribution below this changes a probability by less than 0.13 points."""

_FEATURES = {feature.name: feature for feature in FEATURES}


class DropoffModelError(AttuneError):
    """Raised when a model cannot be read; the message names the file, the place in it, and what was expected."""


class DropoffTerm(NamedTuple):
    """One reason: its value (None is "not known"; two values for a pair) and what it adds to the log-odds of leaving."""

    name: str
    value: float | tuple[float | None, float | None] | None
    contribution: float

    @property
    def sentence(self) -> str:
        """The reason in words, for a support agent."""
        if self.name == BASELINE:
            return f"Before anything else is known, {sigmoid(self.contribution):.0%} of visits end without an order."
        names = self.name.split(PAIR)
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        told = " and ".join(_FEATURES[name].told(value) for name, value in zip(names, values, strict=True))
        together = ", taken together" if len(names) > 1 else ""
        return f"{told[0].upper()}{told[1:]}{together}: {_effect(self.contribution)}."


def _effect(contribution: float) -> str:
    if abs(contribution) < NO_DIFFERENCE:
        return "makes no difference"
    return f"such visits end without an order {'more' if contribution > 0 else 'less'} often"


@dataclass(frozen=True)
class BinnedFeature:
    """A feature's bin edges: one fine scale for its own term, one coarse scale for its pairs.

    A value lies in the bin after the last edge that is not above it. The bin before the first is for "not known".
    """

    name: str
    edges: tuple[float, ...]
    pair_edges: tuple[float, ...]


@dataclass(frozen=True)
class ScoredTerm:
    """A feature (or two) by position and its scores by bin: "not known" first; of a pair, row after row."""

    features: tuple[int, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class DropoffTable:
    """A complete additive model for visits of which everything in `needs` is known: terms of one feature, then pairs."""

    name: str
    needs: tuple[str, ...]
    intercept: float
    features: tuple[BinnedFeature, ...]
    terms: tuple[ScoredTerm, ...]

    @cached_property
    def names(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Each term's name and the positions of its features."""
        return tuple((PAIR.join(self.features[at].name for at in t.features), t.features) for t in self.terms)

    @cached_property
    def _singles(self) -> tuple[tuple[int, tuple[float, ...]], ...]:
        return tuple((term.features[0], term.scores) for term in self.terms if len(term.features) == 1)

    @cached_property
    def _pairs(self) -> tuple[tuple[int, int, int, tuple[float, ...]], ...]:
        return tuple(
            (row, column, len(self.features[column].pair_edges) + 2, term.scores)
            for term in self.terms
            if len(term.features) > 1
            for row, column in [term.features]
        )

    @cached_property
    def _scales(self) -> tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]:
        return tuple((feature.name, feature.edges, feature.pair_edges) for feature in self.features)

    def contributions_of(self, values: Mapping[str, float | None]) -> tuple[float, ...]:
        """Return what the baseline and then each term contribute, in the order of `terms`."""
        fine, coarse = [], []
        for name, edges, pair_edges in self._scales:
            value = values[name]
            fine.append(0 if value is None else bisect_right(edges, value) + 1)
            coarse.append(0 if value is None else bisect_right(pair_edges, value) + 1)
        return (
            self.intercept,
            *[scores[fine[at]] for at, scores in self._singles],
            *[scores[coarse[row] * width + coarse[column]] for row, column, width, scores in self._pairs],
        )


@dataclass(frozen=True)
class DropoffReading:
    """The log-odds that a visit ends without an order, and what sums to exactly that, the baseline first."""

    logit: float
    contributions: tuple[float, ...]
    values: Mapping[str, float | None]
    table: DropoffTable
    model_version: str

    @cached_property
    def terms(self) -> tuple[DropoffTerm, ...]:
        """The reasons; put into words only when somebody asks, since a score is read far more often."""
        known = [self.values[feature.name] for feature in self.table.features]
        told = [
            DropoffTerm(
                name, known[places[0]] if len(places) == 1 else (known[places[0]], known[places[1]]), contribution
            )
            for (name, places), contribution in zip(self.table.names, self.contributions[1:], strict=True)
        ]
        return (DropoffTerm(BASELINE, None, self.contributions[0]), *told)

    @property
    def risk(self) -> float:
        """The probability that the visit ends without an order."""
        return sigmoid(self.logit)

    @property
    def intent(self) -> float:
        """The probability that the visit ends with an order."""
        return sigmoid(-self.logit)


@dataclass(frozen=True, kw_only=True)
class DropoffModel:
    """Tables, the one that needs most first, and where they come from.

    `months` are those that were learnt from: any other reads like one that is not known, since nothing is known of it.
    `trained_on` has the sha256 and the number of rows of the training data; `metrics` were measured on rows kept apart.
    """

    version: str
    tables: tuple[DropoffTable, ...]
    months: tuple[int, ...] = ()
    trained_on: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def explain(self, visit: Visit) -> DropoffReading:
        """Return the log-odds that this visit ends without an order and the terms that sum to it."""
        values = features_of(visit)
        if values["month"] not in self.months:
            values["month"] = None
        table = self.table_for(values)
        contributions = table.contributions_of(values)
        return DropoffReading(sum(contributions), contributions, values, table, self.version)

    def table_for(self, values: Mapping[str, float | None]) -> DropoffTable:
        """Return the first table of whose needs everything is known; the last one needs nothing."""
        for table in self.tables:
            if all(values[name] is not None for name in table.needs):
                return table
        raise DropoffModelError(f"model {self.version}: no table is for visits of which so little is known")


def sigmoid(logit: float) -> float:
    """Return the probability of log-odds, without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1 + grown)
