"""What a stage costs in a month without any event is counted in its templates, and docs/costs.md says the same."""

import re

import pytest

from attune_cli.costing.pricing import Prices
from bench.cost.fixed import UnpricedResourceError, fixed_costs, fixed_units
from tests.infra.templates import ROOT, Synthesised

LABELS = {
    "alarm_metrics": "alarms, by their metrics",
    "dashboards": "dashboard",
    "kms_keys": "KMS keys",
    "metrics": "metrics",
    "polled_queues": "queues that Lambda asks all the time",
    "secrets": "secrets",
}


def test_the_table_of_a_month_without_events_is_that_of_the_templates(prod: Synthesised) -> None:
    units = fixed_units(one for template in prod.templates.values() for one in template["Resources"].values())
    costs = fixed_costs(units, Prices.read())
    page = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8").partition("## Without any event")[2]

    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+ \| [\d.]+ \| [\d.]+) \|$", page, re.MULTILINE))
    price = Prices.read().per_month
    assert rows == {LABELS[name]: f"{many} | {price[name]:.2f} | {costs[name]:.2f}" for name, many in units.items()}
    assert f"| Sum | | | {sum(costs.values()):.2f} |" in page


def test_a_resource_that_nobody_priced_stops_the_count() -> None:
    with pytest.raises(UnpricedResourceError, match="AWS::Telepathy::Endpoint"):
        fixed_units([{"Type": "AWS::Telepathy::Endpoint", "Properties": {}}])


def test_an_alarm_on_an_expression_counts_every_metric_in_it() -> None:
    metrics = [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}]
    alarms = [{"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": metrics}}, {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}]  # fmt: skip

    assert fixed_units(alarms)["alarm_metrics"] == 3
