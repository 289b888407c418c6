"""A finished visit in a table and the same visit as it happens are the same totals: one definition, two ways in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attune.domain.live_visits import visit_of
from attune.domain.sessions import Session, record, state_of
from attune.domain.signals import Signal
from attune.domain.visits import FEATURES, Visit, features_of
from attune_cli.explaining.sessions import read_facts
from attune_cli.training.visit_table import read_visits

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_shoppers" / "train.csv"
ROWS = 2_000
PAGES = (
    ("account", "/account"),
    ("information", "/about"),
    ("product", "/products/7"),
)
PEOPLE_TAKE, IDLE = 3.0, 25 * 60.0


def playable(visit: Visit) -> bool:
    """Whether pages and time of a row can have come about one after the other, in one visit, the products last."""
    counts = {name: int(getattr(visit, f"{name}_pages")) for name, _ in PAGES}
    seconds = {name: float(getattr(visit, f"{name}_seconds")) for name, _ in PAGES}
    timed = {name: counts[name] - (name == "product") for name in counts}
    return counts["product"] > 0 and all(
        PEOPLE_TAKE <= seconds[name] / timed[name] <= IDLE if timed[name] else seconds[name] == 0 for name in counts
    )


def events(visit: Visit, begun: datetime) -> list[dict]:
    """Return page calls that make up a row: each kind's time spread evenly over its pages."""
    at, calls = begun, []
    for name, path in PAGES:
        count, seconds = int(getattr(visit, f"{name}_pages")), float(getattr(visit, f"{name}_seconds"))
        timed = count - (name == "product")
        for number in range(count):
            calls.append(
                {
                    "type": "page",
                    "userId": "ada",
                    "messageId": f"{name}-{number}",
                    "timestamp": at.isoformat(),
                    "properties": {"path": path},
                }
            )
            at += timedelta(seconds=seconds / timed) if timed else timedelta()
    return calls


def begins(visit: Visit) -> datetime:
    """Return a day in the row's month, at a weekend or not as the row says."""
    day = datetime(2026, visit.month or 1, 1, 9, tzinfo=UTC)
    while (day.weekday() >= 5) is not visit.weekend:
        day += timedelta(days=1)
    return day


def test_live_totals_are_the_tables_totals():
    if not DATA.exists():
        pytest.skip(f"SKIPPED: {DATA} is not here, the real visits cannot be played")
    visits = [visit for visit in read_visits(DATA).visits[:ROWS] if visit.returning is not None and playable(visit)]
    assert len(visits) > 300, "too few rows can be played for this to mean anything"
    for visit in visits:
        calls = events(visit, begins(visit))
        signals = [fact for fact in read_facts(calls) if isinstance(fact, Signal)]
        # A session remembers 64 signals one by one: in one go, as one late batch would come.
        state = state_of(record(Session("s"), signals, ()).session, ())
        live = visit_of(state, zone=None, returning=bool(visit.returning))
        assert live is not None
        unseen = dict.fromkeys({"bounce_rate", "exit_rate"})
        wanted, found = features_of(replace(visit, **unseen)), features_of(live)
        assert found == pytest.approx(wanted, abs=1e-2, nan_ok=True)


def test_the_table_fills_every_feature_and_live_visits_every_one_but_the_rates():
    names = {feature.name for feature in FEATURES}
    live = visit_of(
        state_of(
            record(
                Session("s"), [f for f in read_facts(events(ROW, begins(ROW))) if isinstance(f, Signal)], ()
            ).session,
            (),
        ),
        zone=None,
        returning=True,
    )
    assert live is not None

    assert {name for name, value in features_of(live).items() if value is None} == {"bounce_rate", "exit_rate"}
    assert set(features_of(ROW)) == names


ROW = Visit(
    account_pages=1,
    account_seconds=20.0,
    information_pages=0,
    information_seconds=0.0,
    product_pages=3,
    product_seconds=90.0,
    month=11,
    returning=True,
    weekend=False,
)
