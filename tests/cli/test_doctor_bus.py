"""`attune doctor` on the bus: who of other accounts is let in, and whether that is what the stage says."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from attune_cli.doctoring.bus import bus_lines
from attune_cli.doctoring.lines import Area, Line
from infra.config import STAGES
from infra.publishers import statement

SHOP = "111122223333"
BUS_ARN = "arn:aws:events:eu-west-1:123456789012:event-bus/bus"


def let_in(account: str, *sources: str) -> dict[str, Any]:
    root = f"arn:aws:iam::{account}:root"
    return statement(principal=root, bus_arn=BUS_ARN, account=account, sources=sources)


def looked(*statements: Any, publishers: dict[str, tuple[str, ...]] | None = None) -> list[Line]:
    client = boto3.client(
        "events", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})} if statements else {}
    with Stubber(client) as stubber:
        stubber.add_response("describe_event_bus", {"Name": "bus", "Arn": BUS_ARN, **policy}, {"Name": "bus"})
        stage = replace(STAGES["prod"], publisher_accounts=publishers or {})
        return list(bus_lines(Area("deployed"), stage, client, {"BusName": "bus"}))


@pytest.mark.parametrize(
    ("statements", "publishers", "states", "word"),
    [
        ((), {}, ["pass"], "nobody of another account"),
        ((let_in(SHOP, "app.shop"),), {SHOP: ("app.shop",)}, ["pass"], "publishes as app.shop"),
        ((let_in(SHOP, "app.b", "app.a"),), {SHOP: ("app.a", "app.b")}, ["pass"], "app.a, app.b"),
        ((), {SHOP: ("app.shop",)}, ["fail"], "may publish as nobody"),
        ((let_in(SHOP, "app.old"),), {SHOP: ("app.shop",)}, ["fail"], "as app.old, which is not"),
        ((let_in(SHOP, "app.shop"),), {}, ["fail"], f"is let in by PublishFrom{SHOP}"),
        (
            (
                let_in(SHOP, "app.shop"),
                {"Sid": "By-Hand", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents"},
            ),
            {SHOP: ("app.shop",)},
            ["pass", "fail"],
            "is let in by By-Hand",
        ),
        (
            ({**let_in(SHOP, "app.shop"), "Condition": {}},),
            {SHOP: ("app.shop",)},
            ["fail"],
            "which is not what the stage says",
        ),
    ],
)
def test_whom_the_bus_lets_in_is_held_against_whom_the_stage_names(
    statements: Any, publishers: Any, states: list[str], word: str
) -> None:
    lines = looked(*statements, publishers=publishers)

    assert [line.state.value for line in lines] == states
    assert word in " ".join(line.seen for line in lines)
    assert all(line.fix for line in lines if line.state.value == "fail")


def test_a_stage_without_a_bus_yet_is_asked_nothing() -> None:
    assert list(bus_lines(Area("deployed"), STAGES["prod"], None, {})) == []
