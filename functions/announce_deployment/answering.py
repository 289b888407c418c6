"""Answer CloudFormation, which waits for it with everything else of the deployment."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

LONGEST_REASON = 1000
SECONDS = 10


def answer(event: Mapping[str, Any], *, failed: str = "") -> None:
    """Say that the announcement is out, or why it is not: then CloudFormation takes the deployment back."""
    body = {
        "Status": "FAILED" if failed else "SUCCESS",
        "Reason": failed[:LONGEST_REASON] or "announced",
        "PhysicalResourceId": event.get("PhysicalResourceId") or f"announcement-{event['LogicalResourceId']}",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own signed address
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - see above
        pass
