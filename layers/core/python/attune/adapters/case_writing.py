"""Write a case down for a person: the story, and replies from approved texts in the customer's language."""

from dataclasses import dataclass, replace

from attune.adapters.queues import EscalationRequest
from attune.domain.case_triggers import DATA_TRIGGERS, CaseTrigger
from attune.domain.cases import CaseFile, Priority, SuggestedReply, build_case
from attune.domain.customers import Case
from attune.domain.personal_moments import PERSONAL, PersonalRules, slots_of, why_now
from attune.domain.personal_notes import PersonalNote
from attune.domain.rendering import render
from attune.domain.reply_ranking import rank_replies
from attune.domain.situation import Situation
from attune.domain.texts import Found, TextLibrary, find


@dataclass(frozen=True)
class CaseWriter:
    """Writes cases with the approved texts of a stage and links to its site."""

    library: TextLibrary
    site_url: str

    def write(
        self,
        situation: Situation,
        request: EscalationRequest,
        *,
        case: Case,
        journey_id: str,
    ) -> CaseFile:
        """Return the case that a request opens or adds to, as a person is told it."""
        return build_case(
            situation,
            case_id=case.case_id,
            triggers=case.triggers,
            assigned_to=case.assigned_to,
            wrote=request.text,
            wrote_by=request.channel,
            journey_id=journey_id,
            suggested_replies=self._replies(situation, request),
            links={"cart": self._links["cart_url"], "help": self._links["help_url"]},
        )

    def write_gesture(
        self, situation: Situation, request: EscalationRequest, rules: PersonalRules, *, case: Case
    ) -> CaseFile:
        """Return the case about a kind word: why now, the idea, and approved words for whoever looks after the customer."""
        note = situation.customer.personal_notes.get(request.note_id)
        follow_up = request.trigger == CaseTrigger.FOLLOW_UP
        file = build_case(
            situation,
            case_id=case.case_id,
            triggers=case.triggers,
            assigned_to=case.assigned_to,
            wrote="",
            journey_id="",
            suggested_replies=() if note is None or follow_up else self._kind_words(situation, note, rules),
            links={"help": self._links["help_url"]},
        )
        why = why_now(note, rules, follow_up=follow_up) if note else file.trigger_reason
        return replace(
            file,
            trigger_reason=why,
            playbook=PERSONAL,
            priority=Priority.NORMAL,
            priority_reason="A kind word can wait for its turn.",
            due_by=case.opened_at + rules.answer_within,
            messages_so_far=(),
        )

    def _kind_words(self, situation: Situation, note: PersonalNote, rules: PersonalRules) -> tuple[SuggestedReply, ...]:
        message = rules.topics[note.topic].message
        accepted = (situation.playbook.fallback_locale,)
        found = find(self.library, message=message, channel="agent", locale=situation.locale, accepted=accepted)
        if not isinstance(found, Found):
            return ()
        slots = {"first_name": situation.customer.profile.first_name, **self._links, **slots_of(note)}
        text = render(found.text, slots).text
        why = "Approved words for it; adapt them, and sign with your name."
        return (SuggestedReply(rank=1, message=message, locale=found.text.locale, text=text, why=why),)

    @property
    def _links(self) -> dict[str, str]:
        site = self.site_url.rstrip("/")
        return {"cart_url": f"{site}/cart", "help_url": f"{site}/help"}

    def _replies(self, situation: Situation, request: EscalationRequest) -> list[SuggestedReply]:
        if request.trigger in DATA_TRIGGERS.values():
            return []  # what is answered then is what a person found out
        slots = {"first_name": situation.customer.profile.first_name, **self._links}
        current = situation.customer.current_session(())
        happened = {entry.kind for entry in current[0].tail} if current else set()
        suggested = situation.playbook.escalation.suggested_replies
        replies: list[SuggestedReply] = []
        for ranked in rank_replies(
            suggested, wrote=request.text, happened=happened, price_sensitive=situation.price_sensitive
        ):
            # A person reads these before anybody is sent one, so another language is better than none.
            accepted = (situation.playbook.fallback_locale,)
            found = find(
                self.library, message=ranked.message, channel="agent", locale=situation.locale, accepted=accepted
            )
            if isinstance(found, Found):
                text = render(found.text, slots).text
                replies.append(
                    SuggestedReply(
                        rank=len(replies) + 1,
                        message=ranked.message,
                        locale=found.text.locale,
                        text=text,
                        why=ranked.why,
                    )
                )
        return replies
