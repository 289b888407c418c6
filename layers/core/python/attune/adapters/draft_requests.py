"""Ask for a draft of a reply: what is put on the drafts queue, no more of the case than a draft needs."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from attune.domain.cases import CaseFile
from attune.domain.drafts import Grounds


class DraftRequest(BaseModel):
    """One case to draft a reply for: no address, no phone number, no customer id beyond the one it is stored under."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    customer_id: str
    case_id: str
    written_at: datetime
    locale: str
    first_name: str
    wrote: str
    approved: Mapping[str, str]
    facts: tuple[str, ...]
    links: tuple[str, ...]

    @property
    def grounds(self) -> Grounds:
        """What the draft may stand on."""
        return Grounds(
            locale=self.locale,
            first_name=self.first_name,
            wrote=self.wrote,
            approved=self.approved,
            facts=self.facts,
            links=self.links,
        )


def draft_request(file: CaseFile) -> DraftRequest | None:
    """Return what to ask for, None where there is nothing to answer, or no approved text to answer from."""
    # A draft in another language than the approved texts could not be held against them.
    approved = {reply.message: reply.text for reply in file.suggested_replies if reply.locale == _language(file)}
    if not file.wrote.strip() or not approved:
        return None
    return DraftRequest(
        customer_id=file.customer_id,
        case_id=file.case_id,
        written_at=file.opened_at,
        locale=_language(file),
        first_name=file.display_name,
        wrote=file.wrote,
        approved=approved,
        facts=(file.trigger_reason, *(reason.sentence for reason in file.friction_reasons)),
        links=tuple(file.links.values()),
    )


def _language(file: CaseFile) -> str:
    """Return the language of the best approved text, which is the customer's where there is one."""
    return next((reply.locale for reply in file.suggested_replies), "")
