"""Draft a reply beside a case that support has already: checked, marked as a draft, and written down whatever came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.draft_requests import DraftRequest
from attune.adapters.drafting import BedrockDrafter, Drafted
from attune.domain.clock import format_instant
from attune.domain.customers import Case, Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.draft_checks import why_dropped
from attune.domain.drafts import Draft
from attune.domain.errors import ConflictError
from attune.domain.linting.findings import Finding, Severity

SAVE_TRIES = 5
DRAFTED, DROPPED, NOT_DRAFTED = "drafted", "draft_dropped", "not_drafted"
KEPT = Reason("draft_kept", "The draft passed every check; a person decides what becomes of it.")
OPTED_OUT = Reason("automation_opt_out", "The customer wants no automated decisions about them.")


@dataclass(frozen=True)
class Drafting:
    """Answers messages of the drafts queue."""

    customers: CustomersTable
    decisions: DecisionsTable
    drafter: BedrockDrafter
    templates_dir: Path

    def from_queue(self, body: str) -> str:
        """Draft a reply for one message, once; return what came of it, "" where the case needs none any more."""
        request = DraftRequest.model_validate_json(body)
        customer = self.customers.load(request.customer_id)
        case = _case_of(customer, request.case_id)
        if customer is None or case is None or not _needs_one(case, request):
            return ""
        if customer.profile.automation_opt_out:
            return self._record(request, customer, NOT_DRAFTED, OPTED_OUT, Drafted())
        drafted = self.drafter.draft(request.grounds)
        if drafted.reason is not None:
            return self._record(request, customer, NOT_DRAFTED, drafted.reason, drafted)
        dropped = why_dropped(drafted.text, request.grounds) or self._lint(drafted.text, request)
        if dropped is not None:
            return self._record(request, customer, DROPPED, dropped, drafted)
        if not self._save(request, drafted.text):
            return ""
        return self._record(request, customer, DRAFTED, KEPT, drafted)

    def _lint(self, text: str, request: DraftRequest) -> Reason | None:
        """Return the first error that the lint of approved texts finds in a draft."""
        # Imported here: the rules and word lists of the lint cost more than all else that this function starts with.
        from attune.adapters.reply_lint import lint_reply  # noqa: PLC0415

        found = lint_reply(text, channel="email", locale=request.locale, templates_dir=self.templates_dir)
        return lint_reason(found)

    def _save(self, request: DraftRequest, text: str) -> bool:
        """Put the draft onto the case as it is now; whoever works on it meanwhile is not disturbed."""
        for _ in range(SAVE_TRIES):
            customer = self.customers.load(request.customer_id)
            case = _case_of(customer, request.case_id)
            if customer is None or case is None or not _needs_one(case, request):
                return False
            draft = Draft(
                text=text,
                locale=request.locale,
                model=self.drafter.model,
                at=self.customers.clock.now(),
                for_message=request.written_at,
                based_on=tuple(request.approved),
            )
            try:
                self.customers.save(customer.customer_id, replace(case, draft=draft))
            except ConflictError:
                continue
            return True
        message = f"the case kept changing for {SAVE_TRIES} tries"
        raise ConflictError(message)

    def _record(self, request: DraftRequest, customer: Customer, choice: str, why: Reason, drafted: Drafted) -> str:
        subject = customer.profile.subject_key
        self.decisions.record(
            Decision(
                decision_id=decision_id(
                    f"{subject}#{request.case_id}#draft#{format_instant(request.written_at)}#{choice}"
                ),
                time=self.customers.clock.now(),
                kind=DecisionKind.ESCALATION,
                subject_key=subject,
                choice=choice,
                reasons=(why,),
                inputs={
                    "case_id": request.case_id,
                    "locale": request.locale,
                    "approved_texts": ",".join(request.approved),
                    "input_tokens": drafted.input_tokens,
                    "output_tokens": drafted.output_tokens,
                },
                model_version=self.drafter.model,
            )
        )
        return choice


_EXEMPT = frozenset({"link-host"})
"""A draft's links are those of approved texts, to the letter."""
_FATAL = frozenset({"no-word-list"})
"""Warnings to whoever writes texts; here nobody is there to take the second look."""


def lint_reason(found: Sequence[Finding]) -> Reason | None:
    """Return the first of the lint's findings that a draft must not have, as a reason."""
    wrong = (one.rule for one in found if one.severity is Severity.ERROR or one.rule in _FATAL)
    rule = next((name for name in wrong if name not in _EXEMPT), None)
    return None if rule is None else Reason(f"draft_lint_{rule}", f"The lint refuses the draft: {rule}.")


def _case_of(customer: Customer | None, case_id: str) -> Case | None:
    cases = customer.cases.values() if customer else ()
    return next((case for case in cases if case.case_id == case_id), None)


def _needs_one(case: Case, request: DraftRequest) -> bool:
    """Whether the case is open and has no draft for this message or a later one."""
    return case.resolved_at is None and (case.draft is None or case.draft.for_message < request.written_at)
