"""Build an agent's desk for a stage: from its outputs, on its clock."""

import os
from datetime import timedelta
from pathlib import Path

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale, parse_scale
from attune_cli.errors import InputError
from attune_cli.stage import Stage
from attune_cli.support.desk import LONGEST_LEASE, Desk
from attune_cli.support.desk_files import DeskFiles
from attune_cli.support.queues import SupportQueues

DESK_FOLDER = Path(os.environ.get("ATTUNE_DESK_HOME") or Path.home() / ".attune" / "desk")


def desk_of(stage: Stage, *, agent_id: str, lease_minutes: float, folder: Path = DESK_FOLDER) -> Desk:
    """Return the desk of an agent; raise InputError where nobody is named, or the lease cannot be kept by SQS."""
    if not agent_id:
        raise InputError("who are you?", "--agent NAME, or export ATTUNE_AGENT=NAME")
    lease = timedelta(minutes=lease_minutes)
    if not timedelta(minutes=1) <= lease <= LONGEST_LEASE:
        raise InputError("a claim lasts from 1 minute to 12 hours", "--lease 30")
    functions = stage.session.client("lambda")
    answer_function = stage.output("AnswerCaseFunction")
    scale = ClockScale()
    if stage.is_local:  # only there may a stage live faster
        described = functions.get_function_configuration(FunctionName=answer_function)
        told = described.get("Environment", {}).get("Variables", {})
        scale = parse_scale(float(told.get("ATTUNE_CLOCK_SPEED") or 1), told.get("ATTUNE_CLOCK_ANCHOR", ""))
    customers = CustomersTable(stage.session.client("dynamodb"), stage.output("CustomersTable"), Clock(scale))
    urls = (stage.output("SupportUrgentQueueUrl"), stage.output("SupportQueueUrl"))
    return Desk(
        agent_id=agent_id,
        queues=SupportQueues(stage.session.client("sqs"), urls),
        customers=customers,
        events=stage.session.client("events"),
        bus=stage.output("BusName"),
        functions=functions,
        answer_function=answer_function,
        files=DeskFiles(folder / stage.name),
        lease=lease,
    )
