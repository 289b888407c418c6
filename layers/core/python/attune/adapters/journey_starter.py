"""Start journeys on the state machine, by a name that can only start once."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from attune.domain.journeys import Journey

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class JourneyStarter:
    """Starts executions; starting the same journey again changes nothing."""

    def __init__(self, client: "SFNClient", journey_arn: str) -> None:
        """Keep the client and the state machine (or its alias) to start on."""
        self._client = client
        self._arn = journey_arn

    def start(self, journey: Journey, customer_id: str) -> None:
        """Start the journey's execution, named after the journey."""
        payload = {
            "journey_id": journey.journey_id,
            "customer_id": customer_id,
            "playbook": journey.playbook,
            "playbook_version": journey.playbook_version,
            "key": journey.key,
            "touch": 1,
        }
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=journey.journey_id, input=json.dumps(payload))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
