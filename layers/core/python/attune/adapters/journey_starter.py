"""Start journeys on the state machine, by a name that can only start once."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from attune.adapters.queues import TouchRun
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
        """Start the journey's first touch, in an execution named after the journey."""
        self.run(first_run(journey, customer_id))

    def run(self, touch: TouchRun) -> None:
        """Start one run of a touch, in an execution of its own name."""
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=touch.name, input=touch.model_dump_json())
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise


def first_run(journey: Journey, customer_id: str) -> TouchRun:
    """Return the run that a journey begins with."""
    return TouchRun(
        journey_id=journey.journey_id,
        customer_id=customer_id,
        playbook=journey.playbook,
        playbook_version=journey.playbook_version,
        key=journey.key,
        touch=1,
    )
