"""Ask a person before a touch that needs their go-ahead, and look whether they have answered."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from attune.adapters.delivering import Delivery
from attune.adapters.go_ahead_records import ASKED, record_asked
from attune.adapters.go_ahead_writing import go_ahead_message
from attune.adapters.journey_steps import JourneySteps, OpenStep
from attune.adapters.outgoing import outgoing_of
from attune.adapters.queues import Outbox
from attune.domain.decisions import Reason
from attune.domain.errors import ConflictError
from attune.domain.go_aheads import GoAhead, Standing, next_look, request_id_for, standing
from attune.domain.texts import Text

ASKED_ANEW = Reason("words_changed", "What would be sent changed since a person was asked, so they are asked anew.")


@dataclass(frozen=True)
class GoAheads:
    """Requests for a go-ahead: each is an item of its customer, and a message on support's queue."""

    steps: JourneySteps
    delivery: Delivery
    support_queue: Outbox

    def standing(self, opened: OpenStep, text: Text) -> Standing:
        """Say where the touch stands with these words; approved where it needs no go-ahead."""
        if not opened.playbook.touches[opened.step.touch - 1].needs_go_ahead:
            return Standing.APPROVED
        channel, now = opened.payload.plan["channel"], opened.situation.now
        return standing(_known(opened), channel=channel, words=text.content_hash, now=now)

    def wait(self, opened: OpenStep, text: Text) -> datetime:
        """Return when to look for an answer again; ask a person first where nobody was asked about these words yet.

        Raises ConflictError where somebody else asked, or closed the request, at the same moment.
        """
        known = _known(opened)
        if self.standing(opened, text) is Standing.TO_ASK or known is None:
            fresh = self._request(opened, text, version=known.version if known else 0)
            known, why = self.steps.customers.save(opened.step.customer_id, fresh), ASKED_ANEW if known else ASKED
            record_asked(self.steps.decisions, opened.situation.customer, known, why=why)
        if not known.queued:  # it is new, or whoever asked died before support had it
            words = self.delivery.words(outgoing_of(opened), text)
            self.support_queue.send(go_ahead_message(opened, known, text, words))
            with suppress(ConflictError):  # somebody answered already: then support has it
                self.steps.customers.save(opened.step.customer_id, replace(known, queued=True))
        return next_look(known, opened.situation.now)

    def close(self, opened: OpenStep, why: str) -> None:
        """Let no answer count any more, where one is still waited for; raises ConflictError if one came this moment."""
        known = _known(opened)
        if known is not None and known.is_open:
            self.steps.customers.save(opened.step.customer_id, known.over(why))

    def _request(self, opened: OpenStep, text: Text, *, version: int) -> GoAhead:
        situation, step, plan = opened.situation, opened.step, opened.payload.plan
        within = opened.playbook.touches[step.touch - 1].approval_within
        secret = situation.customer.profile.subject_secret
        return GoAhead(
            request_id=request_id_for(secret, step.contact_id, text.content_hash, situation.now),
            contact_id=step.contact_id,
            journey_id=step.journey_id,
            touch=step.touch,
            channel=plan["channel"],
            message=plan["message"],
            words=text.content_hash,
            asked_at=situation.now,
            answer_by=min(situation.now + within, situation.expires_at),
            version=version,
        )


def _known(opened: OpenStep) -> GoAhead | None:
    return opened.situation.customer.go_aheads.get(opened.step.contact_id)
