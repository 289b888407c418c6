"""Choose channel, tone and text for the next touch, or say that a person must take over."""

from dataclasses import dataclass
from typing import Any

from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.adapters.policies_table import PoliciesTable
from attune.domain.case_triggers import CaseTrigger
from attune.domain.channels import ChannelChoice, order_channels
from attune.domain.decisions import DecisionKind, Reason
from attune.domain.gate import ContactRequest
from attune.domain.learning.policy import Policy
from attune.domain.sentiment import sentiment_now
from attune.domain.texts import TextLibrary
from attune.domain.wording import Words, find_words, words_context


@dataclass(frozen=True)
class ToneChooser:
    """Chooses among approved texts."""

    steps: JourneySteps
    library: TextLibrary
    policies: PoliciesTable

    def choose(self, event: dict[str, Any]) -> Result:
        """Return the plan for a touch: message, channel, locale, tone and the text's hash."""
        opened = self.steps.open(event)
        return GONE if opened is None else self.choose_for(opened)

    def choose_for(self, opened: OpenStep) -> Result:
        """Return the plan for an opened step, as `choose` does."""
        situation = opened.situation
        if situation.why_over is not None:
            return self._end(opened, situation.why_over)
        touch = opened.playbook.touches[opened.step.touch - 1]
        failed = situation.customer.ledger.failed_channels(opened.step.contact_id)
        channels = order_channels(_request(opened), touch.channels_for(situation.device), failed=failed)
        if not channels.usable:
            return self._no_channel(opened, channels, tried=bool(failed))
        heard = situation.customer.profile
        sentiment = sentiment_now(heard.sentiment, heard.distress, situation.now)
        words = find_words(situation, touch.messages, channels, self.library, sentiment=sentiment)
        policy = self._policy(opened, words)
        chosen = words.choose(policy, seed=f"{opened.step.contact_id}#words")
        text = chosen.text
        if text is None:
            self.steps.note(opened, DecisionKind.TONE, "escalate", chosen.reasons, options=chosen.options)
            if opened.playbook.escalation.no_approved_text:
                return {"outcome": "escalate", "trigger": CaseTrigger.NO_APPROVED_TEXT.value}
            return self.steps.end(opened, chosen.reasons[0])
        choice = f"{text.message}/{text.channel}.{text.locale}"
        self.steps.note(
            opened,
            DecisionKind.TONE,
            choice,
            chosen.reasons,
            options=chosen.options,
            tone=text.tone,
            text_kind=text.kind.value,
            offer=text.offer,
            text_locale=text.locale,
            channel=text.channel.value,
            sentiment=sentiment,
            hesitant=situation.hesitant,
            context=words_context(situation, text.channel),
            model_version=policy.version,
        )
        plan = {
            "message": text.message,
            "channel": text.channel.value,
            "locale": text.locale,
            "tone": text.tone,
            "text_hash": text.content_hash,
        }
        # What goes to the next channel has waited for its moment already; the gate sees to the hour.
        return {"outcome": "chosen", "plan": plan, "at_once": bool(failed)}

    def _no_channel(self, opened: OpenStep, channels: ChannelChoice, *, tried: bool) -> Result:
        """End the journey, or only this touch if it was tried: a later one may have other channels."""
        why = (
            Reason("no_permitted_channel", "No channel is left." if tried else "No channel may be used."),
            *(refusal.reason for refusal in channels.refusals),
        )
        if not tried:
            return self._end(opened, *why)
        self.steps.note(opened, DecisionKind.TONE, "skip", why, options=channels.options)
        return {"outcome": "skip", "reason": why[0].code}

    def _policy(self, opened: OpenStep, words: Words) -> Policy:
        """Return what was learnt about these texts; there is nothing to ask where only one fits."""
        if len(words.equals) < 2:  # noqa: PLR2004 - one or none
            return Policy()
        context = words_context(opened.situation, words.equals[0].text.channel)
        return self.policies.load(opened.playbook.id, opened.step.touch, context, now=opened.situation.now)

    def _end(self, opened: OpenStep, *reasons: Reason) -> Result:
        self.steps.note(opened, DecisionKind.TONE, "end", reasons)
        return self.steps.end(opened, reasons[0])


def _request(opened: OpenStep) -> ContactRequest:
    situation = opened.situation
    return ContactRequest(
        customer=situation.customer,
        playbook=opened.playbook,
        channel="",
        now=situation.now,
        zone=situation.zone,
        approved=True,
        goal_reached=situation.goal_reached,
        expires_at=situation.expires_at,
    )
