"""Carry a change of a stage out: announce it, write it down, let it be live, in the order that it asks for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.change_log import ChangeLog
from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.announcements import Announcement, announcement_of
from attune.domain.changes import Change, change_decision
from attune.domain.clock import ClockScale
from attune.domain.errors import ConflictError
from attune.domain.playbooks import Playbook
from attune.domain.switches import Switches
from attune_cli.errors import CommandError
from attune_cli.stage import Stage

TOPICS = ("product", "support", "sales")
TRIES = 10


@dataclass(frozen=True)
class Office:
    """What changes are carried out with on one stage."""

    stage: str
    log: ChangeLog
    decisions: DecisionsTable
    sns: Any
    topics: dict[str, str]

    @property
    def newest(self) -> Change | None:
        """The last change, if there was any."""
        return self.log.newest()


@dataclass(frozen=True)
class Plan:
    """A change as it is meant, with the versions that its announcement compares.

    `first_announced` says that the announcement goes before the change, and stops it where it fails. What stops harm
    takes effect first.
    """

    change: Change
    playbook: Playbook | None = None
    before: Playbook | None = None
    first_announced: bool = True

    def announcement(self, stage: str) -> Announcement:
        """Return what is told."""
        return announcement_of(self.change, stage=stage, playbook=self.playbook, before=self.before)


def open_office(target: Stage) -> Office:
    """Return what changes are carried out with on a stage."""
    dynamodb = target.session.client("dynamodb")
    log = ChangeLog(
        dynamodb, target.output("PoliciesTable"), target.session.client("ssm"), target.output("SwitchesParameter")
    )
    decisions = DecisionsTable(dynamodb, target.output("DecisionsTable"), Clock(ClockScale()), "attune-cli")
    topics = {name: target.output(f"{name.title()}TopicArn") for name in TOPICS}
    return Office(target.name, log, decisions, target.session.client("sns"), topics)


def numbered(change: Change, newest: Change | None, make: Callable[[Switches], Switches]) -> Change:
    """Return a change as the one after the newest, with the switches that it leads to."""
    number = (newest.number if newest else 0) + 1
    switches = make(newest.switches if newest else Switches())
    return replace(change, number=number, at=datetime.now(UTC), switches=replace(switches, change=number))


def carry_out(office: Office, plan: Plan) -> str:
    """Carry a change out; return a warning where it was not announced after all, or nothing.

    Raises CommandError where it was not carried out, with what has happened by then.
    """
    announcement = plan.announcement(office.stage)
    if plan.first_announced:
        _announce(office, announcement)
    _write(office, plan)
    office.decisions.record(change_decision(plan.change))
    if plan.first_announced:
        return ""
    try:
        _announce(office, announcement)
    except CommandError as error:
        return f"It has taken effect, but {error}"
    return ""


def carry_out_beside(
    office: Office, drafted: Change, announcement: Announcement, act: Callable[[], None], *, first_announced: bool
) -> str:
    """Carry out what is no switch (`act` does it), announced and logged like one; return a warning, or nothing.

    What stops harm (not `first_announced`) has taken effect whatever becomes of the rest.
    """
    if first_announced:
        _announce(office, announcement)
    act()
    warnings = [_note(office, drafted)]
    if not first_announced:
        try:
            _announce(office, announcement)
        except CommandError as error:
            warnings.append(f"It has taken effect, but {error}")
    return "\n".join(filter(None, warnings))


def _note(office: Office, drafted: Change) -> str:
    """Write into the change log what has taken effect; return why it is not there, or nothing."""
    try:
        for _ in range(TRIES):
            try:
                office.log.write(numbered(drafted, office.newest, lambda switches: switches))
            except ConflictError:
                continue  # somebody else's change came first, and ours does not depend on it
            office.log.apply()
            return ""
    except (ClientError, BotoCoreError, ConflictError, ValueError) as error:
        return f"It has taken effect, but attune playbooks log may not tell of it: {error}"
    return "It has taken effect, but attune playbooks log does not tell of it: the log kept changing"


def _write(office: Office, plan: Plan) -> None:
    announced = " The announcement is out already: run the command again, or tell them." if plan.first_announced else ""
    try:
        office.log.write(plan.change)
    except ConflictError as error:
        message = f"somebody else changed something at this moment, and nothing of yours took effect.{announced}"
        raise CommandError(message, "attune playbooks log, then the same command again") from error
    except ValueError as error:
        raise CommandError(f"{error}; nothing took effect.{announced}", "switch on what need not be off") from error
    try:
        office.log.apply()
    except (ClientError, BotoCoreError, ConflictError) as error:
        message = f"change {plan.change.number} is written down, but functions do not hear of it yet: {error}"
        raise CommandError(message, f"attune switch apply --stage {office.stage}") from error


def _announce(office: Office, announcement: Announcement) -> None:
    """Publish to every topic; raise CommandError at the first that does not take it."""
    told: list[str] = []
    for name, arn in office.topics.items():
        try:
            office.sns.publish(TopicArn=arn, Subject=announcement.subject, Message=announcement.text)
        except (ClientError, BotoCoreError) as error:
            others = f" ({' and '.join(told)} heard of it)" if told else ""
            message = f"the announcement to {name} failed{others}: {error}"
            raise CommandError(
                message, "nothing takes effect unannounced: repair the topic and run it again"
            ) from error
        told.append(name)
