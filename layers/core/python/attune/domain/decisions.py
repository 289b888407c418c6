"""The record of one automated choice, also the choice not to act: what was known, possible, chosen and why."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=90)
"""How long a record stays in the table; the lake keeps it longer."""


class DecisionKind(StrEnum):
    """What was decided about."""

    MOMENT = "moment"
    TONE = "tone"
    DELAY = "delay"
    CONTACT = "contact"
    REVIEW = "review"
    ESCALATION = "escalation"
    GO_AHEAD = "go_ahead"
    CONSENT = "consent"
    PREFERENCES = "preferences"
    JOURNEY = "journey"
    IDENTITY = "identity"
    AUDIENCE = "audience"
    ONSITE = "onsite"
    OUTCOME = "outcome"
    PERSONAL = "personal"
    POLICY = "policy"
    FAIRNESS = "fairness"
    CHANGE = "change"


@dataclass(frozen=True)
class Reason:
    """Why: a code to count by, and a sentence for people. Never holds names, addresses or what people wrote."""

    code: str
    text: str


@dataclass(frozen=True)
class Option:
    """One of the choices there were; `probability` where it was drawn, `permitted` where a rule took it away."""

    name: str
    probability: float | None = None
    permitted: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision about one subject (a keyed hash, never a customer id)."""

    decision_id: str
    time: datetime
    kind: DecisionKind
    subject_key: str
    choice: str
    reasons: tuple[Reason, ...]
    journey_id: str = ""
    playbook: str = ""
    playbook_version: str = ""
    touch: int = 0
    inputs: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    model_version: str = ""
    code_version: str = ""
    automated: bool = True
    dry_run: bool = False


def decision_id(reference: str) -> str:
    """Derive the id from what is decided, so that deciding it again writes the same record, not another."""
    return hashlib.sha256(reference.encode()).hexdigest()[:32]
