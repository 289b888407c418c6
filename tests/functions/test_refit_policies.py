"""The nightly refit: versions that never change, a pointer that people can move, days that are counted once."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.evidence_table import EvidenceTable
from attune.adapters.policies_table import PoliciesTable
from attune.adapters.policy_live import LivePolicy, Pointer
from attune.adapters.policy_versions import PolicyVersions
from attune.domain.clock import ClockScale
from attune.domain.learning.guard_rails import ArmName, Stop
from attune.domain.learning.policy import POLICY_VERSION
from functions.learn_policy.learning import Learner
from functions.refit_policies.refitting import Refitter
from tests.support.builders import NOON, playbook
from tests.support.learning import CONTEXT, stream, told_of
from tests.support.stage import a_stage, handler
from tests.support.tables import create_tables

LATER = NOON + timedelta(days=12)
CLOSED = NOON + timedelta(days=21)


class Night:
    """Tables, a learner and a refitter over them."""

    def __init__(self, dynamodb, **changes):
        self.dynamodb = dynamodb
        clock = Clock(ClockScale(), lambda: NOON)
        self.evidence = EvidenceTable(dynamodb, "policies", clock)
        self.learner = Learner(self.evidence)
        self.live = LivePolicy(dynamodb, "policies")
        self.versions = PolicyVersions(dynamodb, "policies")
        self.refitter = Refitter(
            evidence=self.evidence,
            versions=self.versions,
            live=self.live,
            decisions=DecisionsTable(dynamodb, "decisions", clock, "test"),
            playbooks={"cart": playbook(**changes)},
            clock=clock,
        )

    def tell(self, *journeys):
        self.learner.learn(stream([one for journey in journeys for one in journey]))

    def refit(self, as_of=LATER):
        return self.refitter.refit(as_of).version.number

    def policy(self, now=LATER):
        return PoliciesTable(self.dynamodb, "policies").load("cart", 1, CONTEXT, now=now)

    def rows_of(self, prefix):
        rows = self.dynamodb.scan(TableName="policies")["Items"]
        return sorted(
            ((row["pk"]["S"], row["sk"]["S"], str(row)) for row in rows if row["pk"]["S"].startswith(prefix)),
        )

    def records(self, choice):
        rows = self.dynamodb.scan(TableName="decisions")["Items"]
        return [row for row in rows if row["choice"]["S"] == choice]


@pytest.fixture
def night():
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield Night(client)


def good(arm, count, of, start=0):
    for number in range(start, start + of):
        outcomes = {(1, "helpful"): 1} if number - start < count else {}
        yield told_of(f"cart-{arm}-{number}", arms=(arm,), outcomes=outcomes)


def test_an_arm_that_helps_more_is_preferred_after_the_night(night):
    before = night.policy().probabilities(["24h", "48h"])
    night.tell(*good("24h", 4, 40), *good("48h", 20, 40))
    night.refit()
    after = night.policy().probabilities(["24h", "48h"])

    assert before["48h"] == pytest.approx(0.5, abs=0.01)
    assert after["48h"] > 0.9
    assert night.policy().version == f"{POLICY_VERSION}@1"


def test_a_version_never_changes_whatever_is_learnt_after_it(night):
    night.tell(*good("24h", 4, 10))
    first = night.refit()
    rows = night.rows_of(f"v{first}#") + night.rows_of(f"_reports#{first}")
    night.tell(*good("24h", 10, 10, start=50), *good("48h", 1, 9))
    second = night.refit(LATER + timedelta(days=1))

    assert (first, second) == (1, 2)
    assert rows
    assert night.rows_of(f"v{first}#") + night.rows_of(f"_reports#{first}") == rows
    assert night.policy().version.endswith("@2")


def test_the_same_night_asked_for_twice_makes_one_version_and_one_record(night):
    night.tell(*good("24h", 4, 10))
    body = '{"time": "2026-12-06T02:15:00Z"}'
    numbers = {night.refitter.run(body).version.number for _ in range(3)}

    assert numbers == {1}
    assert len(night.records("refitted")) == 1


def test_redelivered_and_shuffled_evidence_gives_the_same_beliefs(night):
    story = [*good("24h", 4, 10), *good("48h", 2, 10)]
    told = stream([one for journey in story for one in journey])
    night.learner.learn(told)
    night.refit()
    for batch in (told[::-1], told[::3], told[5:]):
        night.learner.learn(batch)
    night.refit(LATER + timedelta(seconds=0.001))

    first, second = night.versions.beliefs(1), night.versions.beliefs(2)
    assert {level: {arm: round(c.helped, 6) for arm, c in arms.items()} for level, arms in first.items()} == {
        level: {arm: round(c.helped, 6) for arm, c in arms.items()} for level, arms in second.items()
    }


def test_a_day_that_is_over_is_read_from_its_sum_and_counted_again_only_for_what_came_late(night):
    night.tell(*good("24h", 4, 10))
    night.refit(CLOSED)
    sums = [row for row in night.rows_of("_days#cart") if row[1].startswith("2026-11-24")]

    night.tell(told_of("cart-lost", arms=("24h",)))  # not marked as late: its day is closed
    night.refit(CLOSED + timedelta(days=1))
    unseen = night.versions.report(2)["cart"].arms[0].contacts

    night.tell([late("cart-24h-9")])
    night.refit(CLOSED + timedelta(days=2))
    seen = night.versions.report(3)["cart"].arms[0]

    assert len(sums) == 1
    assert unseen == 10
    assert (seen.contacts, seen.helped) == (11, 5)
    assert [row[1] for row in night.rows_of("_days#cart") if row[1].startswith("2026-11-24")] == [
        "2026-11-24#0001",
        "2026-11-24#0002",
    ]
    assert night.evidence.late_days("cart") == {}


def late(journey):
    [*_, outcome] = told_of(journey, arms=("24h",), outcomes={(1, "helpful"): 1})
    return replace(outcome, inputs={**outcome.inputs, "late": True})


def test_how_much_is_read_does_not_grow_with_the_past(night):
    def queries(as_of):
        reads = []
        handler = lambda params, **_: reads.append(params)  # noqa: E731 - registered and taken away again
        night.dynamodb.meta.events.register("provide-client-params.dynamodb.Query", handler)
        night.refit(as_of)
        night.dynamodb.meta.events.unregister("provide-client-params.dynamodb.Query", handler)
        return sum("_evidence#" in str(one) for one in reads)

    night.tell(*good("24h", 2, 3))
    first = queries(CLOSED)
    second = queries(CLOSED + timedelta(days=1))
    third = queries(CLOSED + timedelta(days=2))

    assert first > 400
    assert second == third == 4 * 21, "four shards of the days that are still open, and of the one that closes"


def test_who_goes_back_to_a_version_stays_there_until_refits_are_followed_again(night):
    night.tell(*good("24h", 4, 10))
    night.refit()
    night.tell(*good("48h", 4, 10))
    night.refit(LATER + timedelta(days=1))
    back = night.versions.get(1)
    before = night.live.read().pointer
    night.live.move(
        Pointer(version=1, prior=back.prior, pinned=True, since=LATER + timedelta(days=1, hours=1), who="ada"),
        over=before,
    )

    third = night.refit(LATER + timedelta(days=2))
    pinned = night.policy(LATER + timedelta(days=2)).version
    night.live.move(
        Pointer(version=third, prior=back.prior, since=LATER + timedelta(days=3)), over=night.live.read().pointer
    )
    fourth = night.refit(LATER + timedelta(days=4))

    assert (pinned, third, fourth) == (f"{POLICY_VERSION}@1", 3, 4)
    assert night.policy(LATER + timedelta(days=4)).version == f"{POLICY_VERSION}@4"
    assert sorted(row["reason_code"]["S"] for row in night.records("refitted")) == ["live", "live", "live", "pinned"]


def test_old_versions_go_but_never_the_live_one(night):
    night.tell(*good("24h", 4, 10))
    for day in (0, 1, 40):
        night.refit(LATER + timedelta(days=day))
    pinned = night.versions.get(3)
    assert [version.number for version in night.versions.all()] == [3]
    assert night.rows_of("v1#") == night.rows_of("_reports#1") == []

    night.live.move(
        Pointer(version=3, prior=pinned.prior, pinned=True, since=LATER + timedelta(days=41)),
        over=night.live.read().pointer,
    )
    night.refit(LATER + timedelta(days=100))

    assert [version.number for version in night.versions.all()] == [4, 3]


def harmful(arm, harmed, of):
    for number in range(of):
        outcomes = {(1, "unsubscribed"): 1} if number < harmed else {}
        yield told_of(f"cart-{arm}-{number}", arms=(arm,), outcomes=outcomes)


def test_an_arm_that_harms_is_stopped_written_down_and_put_back_by_a_person(night):
    night.tell(*harmful("24h", 20, 80), *harmful("48h", 1, 80))
    stopped = night.refitter.refit(LATER).stopped
    again = night.refitter.refit(LATER + timedelta(days=1)).stopped
    without = night.policy().probabilities(["24h", "48h"])
    alone = night.policy().probabilities(["24h"])

    night.live.settle(
        Stop(name=ArmName("cart", 1, "24h"), stopped=False, since=LATER + timedelta(days=2), why="new text", who="ada")
    )
    back = night.refitter.refit(LATER + timedelta(days=3)).stopped

    assert [name.arm for name, _ in stopped] == ["24h"]
    assert (again, back) == ((), ())
    assert (without["24h"], alone) == (0.0, {"24h": 1.0})
    assert night.policy(LATER + timedelta(days=3)).probabilities(["24h", "48h"])["24h"] > 0
    [record] = night.records("stopped")
    assert "20 of 80 contacts did harm" in record["reasons"]["S"]
    assert record["automated"]["BOOL"] is True


def test_a_stage_without_any_evidence_gets_a_version_that_says_so(night):
    assert night.refit() == 1
    assert night.versions.get(1).contacts == 0
    assert night.policy().beliefs == {}


def test_the_handlers_learn_from_the_stream_and_refit_when_asked(monkeypatch):
    with a_stage(monkeypatch) as stage:
        told = handler("learn_policy").lambda_handler({"Records": stream(told_of("cart-1"))}, None)
        body = '{"time": "2026-11-25T02:15:00Z", "source": "aws.events"}'
        failed = handler("refit_policies").lambda_handler({"Records": [{"messageId": "m", "body": body}]}, None)
        nonsense = {"Records": [{"messageId": "n", "body": '{"time": "tomorrow"}'}]}
        again = handler("refit_policies").lambda_handler(nonsense, None)

        assert told == {"pieces": 4}
        assert failed == {"batchItemFailures": []}
        assert again == {"batchItemFailures": [{"itemIdentifier": "n"}]}
        assert "refitted" in [row["choice"]["S"] for row in stage.rows("decisions")]
