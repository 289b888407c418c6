"""What a stage costs in a month without any event, counted in its synthesised templates.

python -m bench.cost.fixed [stage]
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attune_cli.costing.pricing import Prices

ROOT = Path(__file__).resolve().parents[2]
type Resource = Mapping[str, Any]
EVENTS_COUNTED = ("accepted", "duplicate", "late", "quarantined", "failed")
"""Each is a metric of its own, whose name is put together in ingest."""
FREE_WITHOUT_USE = frozenset(
    f"AWS::{name}"
    for name in (
        "ApiGatewayV2::Api", "ApiGatewayV2::Integration", "ApiGatewayV2::Route", "ApiGatewayV2::Stage",
        "Athena::NamedQuery", "Athena::WorkGroup", "CDK::Metadata", "CodeDeploy::Application",
        "CodeDeploy::DeploymentGroup", "DynamoDB::Table", "EventSchemas::Registry", "EventSchemas::Schema",
        "Events::Archive", "Events::EventBus", "Events::EventBusPolicy", "Events::Rule", "Glue::Database",
        "Glue::Table", "IAM::Policy", "IAM::Role", "KinesisFirehose::DeliveryStream", "Lambda::Alias",
        "Lambda::EventSourceMapping", "Lambda::Function", "Lambda::LayerVersion", "Lambda::Permission",
        "Lambda::Version", "Logs::LogGroup", "Logs::LogStream", "S3::Bucket", "S3::BucketPolicy",
        "SES::ConfigurationSet", "SES::ConfigurationSetEventDestination", "SNS::Subscription", "SNS::Topic",
        "SNS::TopicPolicy", "SQS::Queue", "SQS::QueuePolicy", "SSM::Parameter", "StepFunctions::StateMachine",
        "StepFunctions::StateMachineAlias", "StepFunctions::StateMachineVersion",
    )
) | {"Custom::AttuneAnnouncement"}  # fmt: skip
"""Billed by what is asked of them, stored in them or sent through them, and by nothing else."""


class UnpricedResourceError(Exception):
    """Raised for a resource of which nobody said what it costs: a table that guesses is none."""


def fixed_units(resources: Iterable[Resource]) -> Counter[str]:
    """Count what is billed by the month; raise UnpricedResourceError for a type that is not known."""
    units: Counter[str] = Counter(metrics=len(EVENTS_COUNTED) + len(_metrics_of_code()))
    for resource in resources:
        match resource["Type"]:
            case "AWS::CloudWatch::Alarm":  # one on an expression is billed for every metric in it
                asked = [one for one in resource["Properties"].get("Metrics", ()) if "MetricStat" in one]
                units["alarm_metrics"] += max(1, len(asked))
            case "AWS::CloudWatch::CompositeAlarm":
                units["composite_alarms"] += 1
            case "AWS::CloudWatch::Dashboard":
                units["dashboards"] += 1
            case "AWS::KMS::Key":
                units["kms_keys"] += 1
            case "AWS::Logs::MetricFilter":
                units["metrics"] += len(resource["Properties"]["MetricTransformations"])
            case "AWS::SecretsManager::Secret":
                units["secrets"] += 1
            case free if free in FREE_WITHOUT_USE:
                _count_polling(resource, units)
            case unknown:
                message = f"a stage has {unknown}, and nobody said what that costs in a month"
                raise UnpricedResourceError(message)
    return units


def fixed_costs(units: Mapping[str, float], prices: Prices) -> dict[str, float]:
    """Return USD a month by what is billed."""
    return {name: round(many * prices.per_month[name], 2) for name, many in units.items()}


def _metrics_of_code() -> set[str]:
    """Return the names of what functions count themselves."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "functions").glob("*/*.py"))
    return {name for source in sources for name in re.findall(r'add_metric\(\s*"(\w+)"', source)}


def _count_polling(resource: Resource, units: Counter[str]) -> None:
    """Lambda asks an empty queue all the time: with five pollers, each for twenty seconds at once."""
    source = resource["Properties"].get("EventSourceArn", {}) if "EventSourceMapping" in resource["Type"] else {}
    if source and "StreamArn" not in str(source):  # asking a stream costs nothing
        units["polled_queues"] += 1


def main() -> None:
    """Synthesise a stage and print the table."""
    from aws_cdk import App  # noqa: PLC0415 - starts a Node process, which the test of this table has already
    from aws_cdk.assertions import Template  # noqa: PLC0415

    from infra.app import build  # noqa: PLC0415

    stage = sys.argv[1] if len(sys.argv) > 1 else "prod"
    stacks = build(App(context={"stage": stage, "aws:cdk:bundling-stacks": []}))
    made = [stack for stack in (stacks.state, stacks.service, stacks.operations) if stack is not None]
    units = fixed_units(one for stack in made for one in Template.from_stack(stack).to_json()["Resources"].values())
    costs = fixed_costs(units, Prices.read())
    for name, usd in costs.items():
        print(f"{name.replace('_', ' '):<20}{units[name]:>5}{usd:>9.2f}")
    print(f"{'sum':<25}{sum(costs.values()):>9.2f}")


if __name__ == "__main__":
    main()
