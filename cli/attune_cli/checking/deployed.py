"""The lines that look at a stage itself: what watches it, what it holds, and how to go back."""

from typing import Any

from attune.adapters.switch_parameter import parse_switches
from attune.domain.playbooks import Playbook
from attune_cli.checking.lines import Line, failed, not_checked, passed
from attune_cli.errors import CommandError, InputError
from attune_cli.playbooks.shelf import Shelf, require_deployed
from attune_cli.stage import Stage

WITH_A_STAGE = "attune check with --stage"


def stage_lines(playbook: Playbook, shelf: Shelf, target: Stage | None) -> list[Line]:
    """Return the lines about a stage; without one they are not checked."""
    if target is None:
        return [
            not_checked("watched", "no stage was looked at", WITH_A_STAGE),
            not_checked("deployed", "no stage was looked at", WITH_A_STAGE),
            not_checked("rollback", f"{_back_to(playbook, shelf)}; no stage was looked at", WITH_A_STAGE),
        ]
    return [_watched(target), _deployed(playbook, target), _rollback(playbook, shelf, target)]


def _watched(target: Stage) -> Line:
    if target.is_local:
        told = "the local AWS has no dashboards and alarms"
        return not_checked("watched", told, "check a stage in AWS")
    client = target.session.client("cloudwatch")
    name = f"attune-{target.name}"
    boards = client.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    pages = client.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{name}-operations")
    alarms: list[Any] = [alarm for page in pages for alarm in page["MetricAlarms"]]
    seen = f"{len(boards)} dashboards and {len(alarms)} alarms called {name}…"
    if not boards or not alarms:
        return failed("watched", seen, "deploy the operations stack (docs/operations.md)")
    deaf = [alarm["AlarmName"] for alarm in alarms if not alarm.get("AlarmActions") or not alarm["ActionsEnabled"]]
    if deaf:
        return failed("watched", f"{seen}; nobody hears {deaf[0]}", "deploy the operations stack again")
    topics = {action for alarm in alarms for action in alarm["AlarmActions"]}
    if not any(_has_listeners(target, topic) for topic in topics):
        return failed("watched", f"{seen}; their topic has no confirmed subscription", "set `alarm_email`, and confirm")
    ringing = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    if ringing:
        return failed("watched", f"{seen}; {len(ringing)} ring now: {ringing[0]}", "docs/operations.md says what to do")
    return passed("watched", seen)


def _has_listeners(target: Stage, topic: str) -> bool:
    pages = target.session.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return any(one["SubscriptionArn"].startswith("arn:") for page in pages for one in page["Subscriptions"])


def _deployed(playbook: Playbook, target: Stage) -> Line:
    try:
        require_deployed(target, playbook.id, playbook.version)
    except (InputError, CommandError) as error:
        return failed("deployed", str(error), error.hint)
    return passed("deployed", f"stage {target.name} holds {playbook.id} {playbook.version}")


def _rollback(playbook: Playbook, shelf: Shelf, target: Stage) -> Line:
    back = _back_to(playbook, shelf)
    try:
        parameter = target.output("SwitchesParameter")
        text = target.session.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        switches = parse_switches(text)
    except CommandError as error:
        return failed("rollback", str(error), error.hint)
    except ValueError as error:
        return failed("rollback", f"the switches cannot be read: {error}", "attune switch says how they stand")
    return passed("rollback", f"{back}; the switches answer, change {switches.change}")


def _back_to(playbook: Playbook, shelf: Shelf) -> str:
    older = shelf.older(playbook.id, playbook.version)
    return f"version {older} is kept" if older else "the first version: going back is switching it off"
