"""Read and write a drop-off model as JSON; reading checks every table, with errors that name file, place and fix."""

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from attune.domain.dropoff import BinnedFeature, DropoffModel, DropoffModelError, DropoffTable, ScoredTerm
from attune.domain.visits import FEATURES

FORMAT = 1
_NAMES = frozenset(feature.name for feature in FEATURES)


class MisfitError(Exception):
    """Raised for a part of a file that is not as it must be; says where, and what is wrong."""


def load_dropoff(path: Path) -> DropoffModel:
    """Read a model; raise DropoffModelError for a file that is missing, no JSON, or not whole."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DropoffModelError(f"{path}: this file cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise DropoffModelError(f"{path}: this is not JSON in UTF-8: {error}") from error
    try:
        return _model(data)
    except MisfitError as misfit:
        message = f"{path}: {misfit}. The file is made by `attune train friction` and not meant to be edited."
        raise DropoffModelError(message) from misfit


def dropoff_text(model: DropoffModel) -> str:
    """Return a model as the text of its file: one line for each feature and each term, so that a diff can be read."""
    head = {
        "format": FORMAT,
        "version": model.version,
        "months": list(model.months),
        "trained_on": model.trained_on,
        "metrics": model.metrics,
    }
    return (
        f'{json.dumps(head, indent=1, ensure_ascii=False)[:-2]},\n "tables": [\n{tables_text(model.tables)}\n ]\n}}\n'
    )


def tables_text(tables: Sequence[DropoffTable]) -> str:
    """Return tables as they stand in the file; the same scores give the same text."""
    return ",\n".join(_table_text(table) for table in tables)


def _table_text(table: DropoffTable) -> str:
    features = ",\n".join(
        f'   {{"name": "{f.name}", "edges": {_plain(f.edges)}, "pair_edges": {_plain(f.pair_edges)}}}'
        for f in table.features
    )
    terms = ",\n".join(
        f'   {{"features": {json.dumps(term.features)}, "scores": {_plain(term.scores)}}}' for term in table.terms
    )
    head = f'"name": {json.dumps(table.name)}, "needs": {json.dumps(table.needs)}, "intercept": {table.intercept}'
    return f'  {{{head},\n  "features": [\n{features}\n  ],\n  "terms": [\n{terms}\n  ]}}'


def _plain(numbers: tuple[float, ...]) -> str:
    """Return numbers without spaces, whole ones without a point: a third of the file."""
    return json.dumps([int(n) if n == int(n) else n for n in numbers], separators=(",", ":"))


def _model(data: Any) -> DropoffModel:
    _object(data, "the file")
    if data.get("format") != FORMAT:
        raise MisfitError(f"format is {data.get('format')!r}, this code reads {FORMAT}")
    tables = tuple(table_of(table, f"tables[{n}]") for n, table in enumerate(_list(data, "tables", "the file")))
    if not tables or tables[-1].needs:
        raise MisfitError("tables: the last one must need nothing, so that there is one for every visit")
    return DropoffModel(
        version=_text(data, "version", "the file"),
        tables=tables,
        months=_months(data),
        trained_on=_object(data.get("trained_on"), "trained_on"),
        metrics=_object(data.get("metrics"), "metrics"),
    )


def _months(data: Mapping[str, Any]) -> tuple[int, ...]:
    months = _list(data, "months", "the file")
    if not all(type(month) is int and month in range(1, 13) for month in months):
        raise MisfitError(f"months: numbers from 1 to 12 expected, found {months}")
    return tuple(months)


def table_of(data: Any, at: str) -> DropoffTable:
    """Read one table, `at` saying where it stands; raise MisfitError where it is not whole."""
    _object(data, at)
    features = tuple(_feature(one, f"{at}.features[{n}]") for n, one in enumerate(_list(data, "features", at)))
    needs = tuple(_list(data, "needs", at))
    if strangers := set(needs) - {feature.name for feature in features}:
        raise MisfitError(f"{at}.needs: not among its features: {', '.join(map(str, strangers))}")
    terms = tuple(_term(one, features, f"{at}.terms[{n}]") for n, one in enumerate(_list(data, "terms", at)))
    if any(len(after.features) < len(before.features) for before, after in pairwise(terms)):
        raise MisfitError(f"{at}.terms: those of one feature must come before the pairs")
    return DropoffTable(
        name=_text(data, "name", at),
        needs=needs,
        intercept=_number(data.get("intercept"), f"{at}.intercept"),
        features=features,
        terms=terms,
    )


def _feature(data: Any, at: str) -> BinnedFeature:
    name = _text(_object(data, at), "name", at)
    if name not in _NAMES:
        raise MisfitError(f"{at}.name: {name!r} is no feature of a visit; known are {', '.join(sorted(_NAMES))}")
    return BinnedFeature(name, _edges(data, "edges", at), _edges(data, "pair_edges", at))


def _edges(data: Mapping[str, Any], key: str, at: str) -> tuple[float, ...]:
    edges = _numbers(data, key, at)
    if any(after <= before for before, after in pairwise(edges)):
        raise MisfitError(f"{at}.{key}: must grow from one to the next")
    return edges


def _term(data: Any, features: tuple[BinnedFeature, ...], at: str) -> ScoredTerm:
    positions = tuple(_list(_object(data, at), "features", at))
    if len(positions) not in {1, 2} or not all(type(n) is int and 0 <= n < len(features) for n in positions):
        raise MisfitError(f"{at}.features: one or two positions among {len(features)} features expected")
    scores = _numbers(data, "scores", at)
    single = len(positions) == 1
    expected = math.prod(len(features[n].edges if single else features[n].pair_edges) + 2 for n in positions)
    if len(scores) != expected:
        raise MisfitError(f"{at}.scores: {expected} numbers expected, one for each bin, found {len(scores)}")
    return ScoredTerm(positions, scores)


def _object(data: Any, at: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise MisfitError(f"{at}: an object expected, found {type(data).__name__}")
    return data


def _list(data: Mapping[str, Any], key: str, at: str) -> list[Any]:
    if not isinstance(data.get(key), list):
        raise MisfitError(f"{at}: a list {key!r} expected")
    return list(data[key])


def _text(data: Mapping[str, Any], key: str, at: str) -> str:
    if not isinstance(data.get(key), str) or not data[key]:
        raise MisfitError(f"{at}: a text {key!r} expected")
    return str(data[key])


def _number(value: Any, at: str) -> float:
    if type(value) not in {int, float} or not math.isfinite(value):
        raise MisfitError(f"{at}: a finite number expected, found {value!r}")
    return float(value)


def _numbers(data: Mapping[str, Any], key: str, at: str) -> tuple[float, ...]:
    values = _list(data, key, at)
    return tuple([_number(value, f"{at}.{key}[{n}]") for n, value in enumerate(values)])
