"""Evidence that comes after its day was summed up: wherever a process stops, or another goes on meanwhile, it is counted once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.functions.test_refit_policies import CLOSED, Night, good, late
from tests.support.builders import NOON
from tests.support.crashing import KilledError
from tests.support.learning import stream
from tests.support.tables import create_tables

DAY = NOON.date().isoformat()
STARTED = 60
REQUESTS_OF_THE_LEARNER = 2
"""The evidence, then the marks."""


class Nights(Night):
    """Nights after the one in which a day was summed up: its journeys were contacted, and none was helped until told late."""

    def __init__(self, dynamodb: Any) -> None:
        super().__init__(dynamodb, expires_after=timedelta(days=3), outcome_window=timedelta(days=1))  # few open days
        self._nights = count()
        self._journeys = count()
        self.told = 0
        self.tell(*good("24h", 0, STARTED))
        self.pass_one()

    def pass_one(self) -> int:
        """Let a night pass; return how many of the day's contacts are known to have helped."""
        version = self.refit(CLOSED + timedelta(days=next(self._nights)))
        [arm] = [one for one in self.versions.report(version)["cart"].arms if not one.is_words]
        assert arm.contacts == STARTED
        return arm.helped

    def something_late(self) -> list[dict[str, Any]]:
        """Return the stream's records of one more journey that turns out to have been helped."""
        self.told += 1
        return stream([late(f"cart-24h-{next(self._journeys)}")])

    def requests_of_one(self) -> list[str]:
        """Return what a night with something late asks the table about the day, in order."""
        asked: list[str] = []
        self.learner.learn(self.something_late())
        with self.before_requests(asked.append):
            assert self.pass_one() == self.told
        assert set(asked) == {"Query", "PutItem", "DeleteItem"}
        return asked

    @contextmanager
    def before_requests(self, act: Callable[[str], object]) -> Iterator[None]:
        """Do something just before each request that is about the day's evidence, given the name of the operation."""

        def asked(params: Any, model: Any, **_: object) -> None:
            if DAY in str(params) or "_late#cart" in str(params):
                act(model.name)

        self.dynamodb.meta.events.register("before-parameter-build.dynamodb", asked)
        try:
            yield
        finally:
            self.dynamodb.meta.events.unregister("before-parameter-build.dynamodb", asked)


def at(number: int, act: Callable[[], object]) -> Callable[[str], object]:
    """Return what acts once, at the request of this number."""
    asked = count()
    return lambda _: act() if next(asked) == number else None


def die() -> None:
    raise KilledError


@pytest.fixture(scope="module")
def nights() -> Iterator[Nights]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield Nights(client)


@pytest.mark.parametrize("number", range(REQUESTS_OF_THE_LEARNER))
def test_a_night_between_evidence_and_its_mark_takes_no_mark_of_evidence_that_it_has_not_seen(nights, number):
    with nights.before_requests(at(number, nights.pass_one)):
        nights.learner.learn(nights.something_late())

    assert nights.pass_one() == nights.told
    assert nights.evidence.late_days("cart") == {}


@pytest.mark.parametrize("number", range(REQUESTS_OF_THE_LEARNER))
def test_evidence_whose_writing_stopped_half_way_is_counted_once_it_is_delivered_again(nights, number):
    told = nights.something_late()
    with nights.before_requests(at(number, die)), pytest.raises(KilledError):
        nights.learner.learn(told)
    nights.pass_one()
    nights.learner.learn(told)

    assert nights.pass_one() == nights.told


def test_what_comes_late_at_any_moment_of_a_night_is_counted_by_the_next(nights):
    for number, request in enumerate(nights.requests_of_one()):
        first, second = nights.something_late(), nights.something_late()
        nights.learner.learn(first)
        both = [*second, *first]  # what was delivered before may come again, and may come last
        with nights.before_requests(at(number, partial(nights.learner.learn, both))):
            nights.pass_one()

        assert nights.pass_one() == nights.told, f"before request {number}, {request}"


def test_a_night_that_stops_anywhere_loses_nothing_that_came_late(nights):
    for number, request in enumerate(nights.requests_of_one()):
        nights.learner.learn(nights.something_late())
        with nights.before_requests(at(number, die)), pytest.raises(KilledError):
            nights.pass_one()

        assert nights.pass_one() == nights.told, f"at request {number}, {request}"


def test_a_night_that_sees_a_mark_sees_its_evidence_too_however_old_other_reads_are(nights):
    def asked(params, context, **_):
        context["about"] = str(params.get("ExpressionAttributeValues"))
        context["consistent"] = params.get("ConsistentRead", False)

    def looked_back(parsed, context, **_):
        if "_evidence#" in context["about"] and not context["consistent"]:
            parsed["Items"] = []

    nights.learner.learn(nights.something_late())
    events = nights.dynamodb.meta.events
    events.register("before-parameter-build.dynamodb.Query", asked)
    events.register("after-call.dynamodb.Query", looked_back)
    try:
        assert nights.pass_one() == nights.told
    finally:
        events.unregister("before-parameter-build.dynamodb.Query", asked)
        events.unregister("after-call.dynamodb.Query", looked_back)
