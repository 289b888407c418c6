"""Tell product, support and sales what a deployment changes, and write it down, before anything of it takes effect."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.change_log import ChangeLog
from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.deployment_store import DeploymentStore
from attune.adapters.logs import Logger
from attune.domain.announcements import Announcement, announcement_of_deployment
from attune.domain.changes import Change, ChangeKind, change_decision
from attune.domain.deployments import Deployed, Effect, effects_of
from attune.domain.errors import AttuneError, ConflictError

WHO = "deployment"
WRITTEN = "written"
TRIES = 10
TAKEN_BACK = """\
What was announced last was taken back: not everybody could be told of it.

Everything is as it was before.
"""

logger = Logger(child=True)


class UnannouncedError(AttuneError):
    """Raised where a deployment could not be announced; nothing of it may take effect."""


@dataclass(frozen=True, kw_only=True)
class DeploymentAnnouncer:
    """Announces deployments of one stage; a run that is repeated goes on where the one before it ended."""

    stage: str
    code_version: str
    store: DeploymentStore
    log: ChangeLog
    decisions: DecisionsTable
    sns: Any
    topics: Mapping[str, str]
    clock: Clock

    def announce(self, deployed: Deployed) -> int:
        """Announce what a deployment changes for customers, and return how much; nothing is told where it changes nothing.

        Raises UnannouncedError where somebody could not be told.
        """
        before = self.store.read()
        newest = self.log.newest()
        effects = effects_of(before, deployed, Change.switches_of(newest))
        if effects:
            by = f"{WHO} of code {self.code_version}"
            told = announcement_of_deployment(effects, stage=self.stage, by=by, is_first=before is None)
            self._tell_and_write(told, effects)
        else:
            self._take_back()
        if before != deployed:
            self.store.write(deployed)
        self.store.forget_notes()
        logger.info("deployment_announced", effects=len(effects))
        return len(effects)

    def _tell_and_write(self, told: Announcement, effects: Sequence[Effect]) -> None:
        name = hashlib.sha256(f"{told.subject}\n{told.text}".encode()).hexdigest()
        done = self.store.done(name)
        for listener, topic in self.topics.items():
            if listener in done:
                continue
            try:
                self.sns.publish(TopicArn=topic, Subject=told.subject, Message=told.text)
            except (BotoCoreError, ClientError) as error:
                message = f"the announcement to {listener} failed, and nothing of the deployment takes effect: {error}"
                raise UnannouncedError(message) from error
            done.add(listener)
            self.store.note(name, done)
        if WRITTEN not in done:
            for effect in effects:
                self._write(effect)
            self.log.apply()
            self.store.note(name, {*done, WRITTEN})

    def _take_back(self) -> None:
        """Tell those who heard of a deployment that was stopped, because others could not be told, that nothing came of it."""
        heard = self.store.noted()
        if WRITTEN in heard:
            return
        for listener in sorted(heard & self.topics.keys()):
            told = Announcement(f"Attune {self.stage}: the deployment does not take effect", TAKEN_BACK)
            try:
                self.sns.publish(TopicArn=self.topics[listener], Subject=told.subject, Message=told.text)
            except (BotoCoreError, ClientError):  # nothing changes, so that nothing has to wait for it
                logger.exception("not_told_that_nothing_came_of_it", listener=listener)

    def _write(self, effect: Effect) -> None:
        for _ in range(TRIES):
            newest = self.log.newest()
            number = (newest.number if newest else 0) + 1
            change = Change(
                kind=ChangeKind.DEPLOYED,
                who=WHO,
                why=f"code {self.code_version}: {'; '.join(effect.lines)}",
                number=number,
                at=self.clock.now(),
                playbook=effect.playbook,
                what="" if effect.playbook else "the stage",
                before=effect.before,
                after=effect.after,
                switches=replace(Change.switches_of(newest), change=number),
            )
            try:
                self.log.write(change)
            except ConflictError:
                continue  # somebody switched something at this very moment: theirs stands, ours comes after it
            self.decisions.record(change_decision(change))
            return
        message = f"the change log kept changing for {TRIES} tries"
        raise UnannouncedError(message)
