"""Accounts that may put events on the bus: who is let in, in whose name, and that nobody else comes in with them."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from attune_cli.cdk import ROOT
from infra.config import STAGES, load_stage
from infra.stage_checks import ConfigError
from tests.infra.everything_on import PUBLISHERS, synthesised

POLICY = "AWS::Events::EventBusPolicy"
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/attune"
EVALUATOR = ROOT / ".local" / "ministack" / "bin" / "python"
ASK = """
import json, sys
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
policy, questions = json.load(sys.stdin)
answers = []
for account, action, bus, sources in questions:
    context = EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/publisher/session", principal_type="AssumedRole",
        principal_account=account, action=action, resource_arn=bus, region="us-east-1",
        service_context={} if sources is None else {"events:source": sources})
    answers.append(evaluate_resource_policy(policy, context).decision)
json.dump(answers, sys.stdout)
"""
"""Asks the local AWS's own reader of policies, which is none of ours; its event bus itself asks no policy."""


def policies() -> list[Mapping[str, Any]]:
    """Return the policies of the bus, of a stage that names publishers."""
    return [one["Properties"] for one in synthesised()["operations"].values() if one["Type"] == POLICY]


def written(value: Any) -> Any:
    """Return a piece of a template with its references filled in."""
    match value:
        case {"Fn::Join": [between, parts]}:
            return between.join(written(part) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::ImportValue": _} | {"Fn::GetAtt": _}:
            return BUS
        case dict():
            return {key: written(inner) for key, inner in value.items()}
        case list():
            return [written(inner) for inner in value]
        case _:
            return value


def decisions(*questions: tuple[str, str, str, str | list[str] | None]) -> list[str]:
    """Return how the bus's policy as a whole answers each question: account, action, bus, sources."""
    whole = {"Version": "2012-10-17", "Statement": [written(policy["Statement"]) for policy in policies()]}
    answer = subprocess.run(
        [str(EVALUATOR), "-c", ASK],
        input=json.dumps([whole, questions]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: list[str] = json.loads(answer.stdout)
    return found


def test_each_account_has_a_statement_of_its_own_for_its_sources_and_for_putting_alone() -> None:
    found = {policy["StatementId"]: written(policy["Statement"]) for policy in policies()}

    assert len(found) == len(PUBLISHERS) == 2
    for account, sources in PUBLISHERS.items():
        statement = found[f"PublishFrom{account}"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
        assert statement["Action"] == "events:PutEvents"
        assert statement["Resource"] == BUS
        assert statement["Condition"] == {
            "ForAllValues:StringEquals": {"events:source": sorted(sources)},
            "Null": {"events:source": "false"},
        }


def test_the_policies_are_on_the_stages_own_bus_and_on_no_other() -> None:
    assert len({json.dumps(policy["EventBusName"], sort_keys=True) for policy in policies()}) == 1
    assert "IntakeBus" in json.dumps(policies()[0]["EventBusName"])


def test_a_named_account_publishes_in_its_own_names_and_every_other_way_in_is_closed() -> None:
    put, other_bus = "events:PutEvents", BUS.replace("attune", "another")
    one, two = PUBLISHERS
    mine, also_mine = PUBLISHERS[one]
    (theirs,) = PUBLISHERS[two]

    assert (
        decisions(
            (one, put, BUS, mine),
            (one, put, BUS, [mine, also_mine]),
            (two, put, BUS, theirs),
        )
        == ["Allow"] * 3
    )
    refused = decisions(
        (one, put, BUS, theirs),
        (one, put, BUS, [mine, theirs]),
        (one, put, BUS, [mine, "attune.pages"]),
        (one, put, BUS, "attune"),
        (one, put, BUS, "attune.onsite"),
        (one, put, BUS, f"{mine}.more"),
        (one, put, BUS, mine.upper()),
        (one, put, BUS, ""),
        (one, put, BUS, None),
        (one, "events:PutRule", BUS, mine),
        (one, "events:PutPermission", BUS, mine),
        (one, put, other_bus, mine),
        ("999988887777", put, BUS, mine),
    )
    assert refused == ["ImplicitDeny"] * len(refused)


@pytest.mark.parametrize(
    ("publishers", "message"),
    [
        ({"1111": ("app.shop",)}, "'1111' publish: an account is its 12 digits"),
        ({111122223333: ("app.shop",)}, "12 digits in quotes"),
        ({"*": ("app.shop",)}, "an account is its 12 digits"),
        ({"arn:aws:iam::111122223333:root": ("app.shop",)}, "an account is its 12 digits"),
        ({"111122223333": ()}, "write one or more"),
        ({"111122223333": "app.shop"}, r"in brackets, as \('app.shop',\)"),
        ({"111122223333": ("app.shop", "attune.pages")}, "'attune.pages': sources that begin with attune or aws"),
        ({"111122223333": ("attune",)}, "begin with attune or aws"),
        ({"111122223333": ("Attune.Http",)}, "begin with attune or aws"),
        ({"111122223333": ("aws.ses",)}, "begin with attune or aws"),
        ({"111122223333": ("aws.partner/shopify.com/1/x",)}, "begin with attune or aws"),
        ({"111122223333": ("app.*",)}, "Patterns would let in what nobody named"),
        ({"111122223333": ("",)}, "a source is written out"),
        ({"111122223333": ("app shop",)}, "a source is written out"),
        ({f"{n:012}": ("app.shop",) for n in range(40)}, "more than the 10,240"),
    ],
)
def test_a_publisher_that_would_let_in_the_wrong_one_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, publishers: Any, message: str
) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], publisher_accounts=publishers))

    with pytest.raises(ConfigError, match=message):
        load_stage("prod")


def test_a_stage_without_the_stack_that_holds_the_policy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAGES, "local", replace(STAGES["local"], publisher_accounts=PUBLISHERS))

    with pytest.raises(ConfigError, match="publisher_accounts but no operations stack"):
        load_stage("local")
