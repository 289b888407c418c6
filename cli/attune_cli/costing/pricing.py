"""What was used, times the dated price list: USD for a million, by service, by playbook, and the largest line."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LIST = Path(__file__).with_name("prices.json")
SERVICES = {
    "eventbridge_events": "EventBridge",
    "sqs_requests": "SQS",
    "lambda_requests": "Lambda",
    "lambda_gb_seconds": "Lambda",
    "dynamodb_read_units": "DynamoDB",
    "dynamodb_write_units": "DynamoDB",
    "state_transitions": "Step Functions",
    "firehose_gb": "Firehose",
    "firehose_parquet_gb": "Firehose",
    "ses_emails": "SES",
    "sms_parts": "SNS",
    "s3_puts": "S3",
    "log_gb": "CloudWatch Logs",
}
GIB = 1024**3


@dataclass(frozen=True)
class Prices:
    """USD for a million of each unit and for a month of what is billed so, what is assumed where nothing can be metered, and the quotas, with their date."""

    as_of: str
    region: str
    per_million: Mapping[str, float]
    per_month: Mapping[str, float]
    assumed: Mapping[str, Any]
    quotas: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls) -> Self:
        """Read the list that is shipped."""
        listed = json.loads(LIST.read_text(encoding="utf-8"))
        return cls(**{name: listed[name] for name in cls.__dataclass_fields__})


def units_of(used: Mapping[str, Any], prices: Prices) -> Counter[str]:
    """Return the billed units of one playbook's part of a story, invocations among them.

    An invocation lasts its own CPU, at the share of a core that its memory buys, and the waits of its calls.
    """
    units: Counter[str] = Counter(used["units"])
    for run in used["functions"].values():
        seconds = run["cpu"] * prices.assumed["vcpu_at_mib"] / run["memory_mib"]
        waits = prices.assumed["waiting_ms"]
        seconds += sum(many * waits[service] / 1000 for service, many in run["calls"].items())
        units["lambda_requests"] += run["runs"]
        units["lambda_gb_seconds"] += seconds * run["memory_mib"] / 1024
        logged = run["log_bytes"] + run["runs"] * prices.assumed["platform_log_bytes"]
        units["log_gb"] += logged / GIB
    return units


def story_cost(story: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """Return USD for a million of what a story is about, by line, by service and by playbook."""
    things = story["things"]
    by_playbook: dict[str, float] = {}
    lines: Counter[str] = Counter()
    for playbook, used in story["playbooks"].items():
        costs = {unit: many * prices.per_million[unit] / things for unit, many in units_of(used, prices).items()}
        by_playbook[playbook or "(none)"] = round(sum(costs.values()), 4)
        for unit, usd in costs.items():
            lines[unit] += usd
    by_service: Counter[str] = Counter()
    for unit, usd in lines.items():
        by_service[SERVICES[unit]] += usd
    largest, usd = lines.most_common(1)[0]
    return {
        "usd_per_million": round(sum(lines.values()), 4),
        "by_service": {name: round(one, 4) for name, one in by_service.most_common()},
        "by_line": {name: round(one, 4) for name, one in lines.most_common()},
        "by_playbook": by_playbook,
        "largest": {"line": largest, "service": SERVICES[largest], "usd_per_million": round(usd, 4)},
    }
