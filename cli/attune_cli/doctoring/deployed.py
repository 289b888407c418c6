"""What a deployed stage has: whole stacks, the live alias, secrets that people fill, queues that are read."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from attune.adapters.switch_parameter import parse_switches
from attune_cli.doctoring.bus import bus_lines
from attune_cli.doctoring.lines import Area, Line
from attune_cli.doctoring.wanted import Wanted

FILLED_BY_PEOPLE = {"ZendeskSecret": "webhooks of Zendesk are refused until its signing secret is put here"}
KEYS = ("IdentityKeySecret", "IngestKeysSecret", "SiteTokenKeysSecret", *FILLED_BY_PEOPLE)
CURRENT = "AWSCURRENT"


def deployed_lines(wanted: Wanted) -> list[Line]:
    """Return everything about the deployed stage; one line where it is not deployed yet."""
    area = Area("deployed")
    client = wanted.session.client("cloudformation")
    names = ["state", "service", *(["operations"] if wanted.stage.operations else [])]
    stacks = {name: _stack(client, f"attune-{wanted.stage.name}-{name}") for name in names}
    if not any(stacks.values()):
        told = f"stage {wanted.stage.name} is not deployed here"
        return [area.warned("stacks", told, f"make deploy STAGE={wanted.stage.name}")]
    outputs = {
        one["OutputKey"]: one["OutputValue"] for stack in stacks.values() if stack for one in stack.get("Outputs", [])
    }
    session = wanted.session
    return [
        *_stacks(area, stacks),
        *(
            area.asked("alias", lambda: _alias(area, session.client("stepfunctions"), outputs))
            if wanted.stage.operations
            else ()
        ),
        *area.asked("secrets", lambda: _secrets(area, session.client("secretsmanager"), outputs)),
        *area.asked("forwarders", lambda: _forwarders(area, wanted)),
        *area.asked("queues", lambda: _queues(area, wanted, session.client("lambda"))),
        *area.asked("bus", lambda: bus_lines(area, wanted.stage, session.client("events"), outputs)),
        *area.asked("switches", lambda: _switches(area, session.client("ssm"), outputs)),
    ]


def _stack(client: Any, name: str) -> Any:
    try:
        return client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _stacks(area: Area, stacks: dict[str, Any]) -> Iterator[Line]:
    for name, stack in stacks.items():
        status = stack["StackStatus"] if stack else "not there"
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
            yield area.passed("stacks", f"{name} is {status}")
        elif status == "UPDATE_ROLLBACK_COMPLETE":
            fix = "its events say why the last deployment was taken back (docs/deploying.md)"
            yield area.warned("stacks", f"{name} went back to what was there before", fix)
        elif status.endswith("_IN_PROGRESS"):
            yield area.warned("stacks", f"{name} is {status}", "wait, then ask again")
        else:
            yield area.failed(
                "stacks", f"{name} is {status}", "deploy all stacks; a stack that failed says why in its events"
            )


def _alias(area: Area, client: Any, outputs: dict[str, str]) -> Iterator[Line]:
    machine = outputs.get("JourneyArn", "")
    try:
        found = client.describe_state_machine_alias(stateMachineAliasArn=f"{machine}:live")
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"ResourceNotFound", "StateMachineDoesNotExist"}:
            raise
        fix = "deploy the operations stack: without the alias no journey starts"
        yield area.failed("alias", "the journey has no alias live", fix)
        return
    shares = [f"version {one['stateMachineVersionArn'].rpartition(':')[2]} {one['weight']} %"
              for one in found["routingConfiguration"] if one["weight"]]  # fmt: skip
    if len(shares) > 1:
        yield area.warned("alias", f"live moves: {', '.join(shares)}", "wait ten minutes for the canary")
    else:
        yield area.passed("alias", f"live is {', '.join(shares)}")


def _secrets(area: Area, client: Any, outputs: dict[str, str]) -> Iterator[Line]:
    """Ask about secrets, never for what is in them."""
    for name in KEYS:
        if name not in outputs:
            continue
        found = client.describe_secret(SecretId=outputs[name])
        versions = found.get("VersionIdsToStages", {})
        if found.get("DeletedDate") or not any(CURRENT in stages for stages in versions.values()):
            yield area.failed(
                "secrets", f"{name} has no value", "aws secretsmanager put-secret-value (docs/operations.md)"
            )
        elif name in FILLED_BY_PEOPLE and len(versions) == 1:
            fix = "put it there if you use it (docs/operations.md, keys of senders)"
            yield area.warned("secrets", f"{name} is as it was made: {FILLED_BY_PEOPLE[name]}", fix)
        else:
            yield area.passed("secrets", f"{name} has a value")


def _forwarders(area: Area, wanted: Wanted) -> Iterator[Line]:
    client = wanted.session.client("secretsmanager")
    for forwarder in wanted.stage.forwarders:
        try:
            client.describe_secret(SecretId=forwarder.secret)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            yield area.failed("forwarders", f"there is no secret {forwarder.secret}", "make it (docs/forwarding.md)")
        else:
            yield area.passed("forwarders", f"{forwarder.secret} is there")


def _queues(area: Area, wanted: Wanted, client: Any) -> Iterator[Line]:
    prefix = f"attune-{wanted.stage.name}-service-"
    pages = client.get_paginator("list_event_source_mappings").paginate()
    ours = [one for page in pages for one in page["EventSourceMappings"] if prefix in one.get("FunctionArn", "")]
    idle = sorted(
        one["EventSourceArn"].rpartition(":")[2]
        for one in ours
        if one["State"] not in {"Enabled", "Creating", "Updating"}
    )
    if not ours:
        yield area.failed("queues", "no function reads any queue", "deploy the service stack")
    elif idle:
        fix = "aws lambda update-event-source-mapping --enabled, once you know who switched it off"
        yield area.failed("queues", f"nobody reads {', '.join(idle)}", fix)
    else:
        yield area.passed("queues", f"all {len(ours)} queues and streams of the stage are read")


def _switches(area: Area, client: Any, outputs: dict[str, str]) -> Iterator[Line]:
    if "SwitchesParameter" not in outputs:
        yield area.failed("switches", "the stage has no switches", "deploy this version of Attune")
        return
    text = client.get_parameter(Name=outputs["SwitchesParameter"])["Parameter"]["Value"]
    try:
        switches = parse_switches(text)
    except ValueError as error:
        yield area.failed(
            "switches", f"cannot be read: {error}", "attune switch says how they stand; nothing is sent until then"
        )
        return
    yield area.passed("switches", f"they answer, change {switches.change}")
