"""What a record of each kind has to hold, and what none may hold; a record that breaks a rule is kept and marked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from attune.domain.decision_groups import GROUPS
from attune.domain.decisions import Decision, DecisionKind, Option, Reason

REMOVED = "[removed]"
_ADDRESS = re.compile(r"[^\s@,;:<>\"'(){}]+@[^\s@,;:<>\"'(){}]+\.[A-Za-z]{2,}|\+[1-9][0-9]{7,14}(?![0-9])")
"""An email address, or a telephone number as providers write it (E.164)."""
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_SUM_OF_CHANCES = (0.98, 1.02)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one kind of record needs: where it stands, what was chosen, and which inputs have to be named."""

    journey: bool = False
    """Journey, playbook, its version, and for a step of it the touch."""
    touch: bool = False
    choices: frozenset[str] = frozenset()
    """Empty where choices are names of texts, arms or the like."""
    inputs: tuple[str, ...] = ()
    by_choice: Mapping[str, tuple[str, ...]] | None = None
    """Inputs that only some choices need."""


_STEP_INPUTS = (*GROUPS, "friction", "friction_level")

RULES: Mapping[DecisionKind, Rules] = {
    DecisionKind.MOMENT: Rules(
        journey=True,
        choices=frozenset({"started", "calm", "holdout", "over", "withheld", "handed_over"}),
        inputs=_STEP_INPUTS,
    ),
    DecisionKind.TONE: Rules(journey=True, touch=True, inputs=_STEP_INPUTS),
    DecisionKind.DELAY: Rules(journey=True, touch=True, inputs=_STEP_INPUTS),
    DecisionKind.CONTACT: Rules(
        choices=frozenset({"sent", "held", "withheld", "failed", "uncertain", "confirmed", "rejected"}),
        inputs=("channel",),
        by_choice={"sent": ("message",), "uncertain": ("message",)},
    ),
    DecisionKind.REVIEW: Rules(journey=True, touch=True, choices=frozenset({"next_touch", "end"}), inputs=_STEP_INPUTS),
    DecisionKind.ESCALATION: Rules(
        choices=frozenset(
            {
                "opened",
                "joined",
                "not_needed",
                "switched_off",
                "claimed",
                "replied",
                "released",
                "resolved",
                "drafted",
                "not_drafted",
                "draft_dropped",
            }
        ),
        inputs=("case_id",),
        by_choice={
            "opened": (*GROUPS, "priority", "due_by"),
            "claimed": (*GROUPS, "trigger", "seconds_open"),
            "resolved": (*GROUPS, "trigger", "seconds_open", "outcome"),
        },
    ),
    DecisionKind.GO_AHEAD: Rules(
        journey=True,
        touch=True,
        choices=frozenset({"asked", "approved", "declined", "not_counted"}),
        inputs=(*GROUPS, "request_id", "contact_id", "channel", "message", "answer_by"),
    ),
    DecisionKind.CONSENT: Rules(choices=frozenset({"granted", "withdrawn"}), inputs=("channels",)),
    DecisionKind.PREFERENCES: Rules(choices=frozenset({"changed"}), inputs=("page",)),
    DecisionKind.JOURNEY: Rules(journey=True, choices=frozenset({"failed", "withdrawn"})),
    DecisionKind.IDENTITY: Rules(choices=frozenset({"merged", "refused", "separated"}), inputs=("identifier_type",)),
    DecisionKind.AUDIENCE: Rules(choices=frozenset({"kept_away"}), inputs=("lists",)),
    DecisionKind.ONSITE: Rules(),
    DecisionKind.OUTCOME: Rules(
        journey=True, inputs=(*GROUPS, "contact_id", "journey_since", "happened_at", "hours_after", "channel", "arm")
    ),
    DecisionKind.PERSONAL: Rules(
        choices=frozenset({"suggested", "followed_up", "withheld"}), inputs=(*GROUPS, "topic")
    ),
    DecisionKind.POLICY: Rules(),
    DecisionKind.FAIRNESS: Rules(),
    DecisionKind.CHANGE: Rules(inputs=("about", "before", "after")),
}


def find_defects(decision: Decision) -> tuple[str, ...]:
    """Return what is wrong with a record, in words; nothing for one that is whole."""
    return (*_form(decision), *_place(decision), *_needed(decision), *_chances(decision.options))


def without_addresses(decision: Decision) -> Decision:
    """Return a record without email addresses and telephone numbers, which providers like to put into their errors.

    Records of what people changed are about nobody, and name the member of staff who did it.
    """
    if decision.kind in {DecisionKind.POLICY, DecisionKind.CHANGE}:
        return decision
    inputs = {name: _cleaned(value) if isinstance(value, str) else value for name, value in decision.inputs.items()}
    reasons = tuple(Reason(reason.code, _cleaned(reason.text)) for reason in decision.reasons)
    options = tuple(replace(option, note=_cleaned(option.note)) for option in decision.options)
    if (inputs, reasons, options) == (dict(decision.inputs), decision.reasons, decision.options):
        return decision
    return replace(decision, inputs=inputs, reasons=reasons, options=options)


def _cleaned(text: str) -> str:
    return _ADDRESS.sub(REMOVED, text)


def _form(decision: Decision) -> Iterator[str]:
    named = {"decision_id": decision.decision_id, "subject_key": decision.subject_key, "choice": decision.choice}
    yield from (f"{name} is empty" for name, value in named.items() if not value)
    if decision.time.tzinfo is None:
        yield "time has no time zone"
    if not decision.reasons:
        yield "there is no reason"
    for reason in decision.reasons:
        if not _CODE.fullmatch(reason.code):
            yield "a reason's code is not one word"
        if not reason.text.strip():
            yield f"the reason {reason.code} says nothing"
    if without_addresses(decision) is not decision:
        yield "it holds an address or a telephone number"


def _place(decision: Decision) -> Iterator[str]:
    rules = RULES.get(decision.kind, Rules())
    if decision.touch < 0:
        yield "touch is negative"
    if decision.touch and not rules.journey:
        yield from _empty(decision, ("playbook",))
    if rules.journey:
        yield from _empty(decision, ("journey_id", "playbook", "playbook_version"))
    if rules.touch and decision.touch < 1:
        yield "touch is missing"


def _empty(decision: Decision, names: Iterable[str]) -> Iterator[str]:
    return (f"{name} is empty" for name in names if not getattr(decision, name))


def _needed(decision: Decision) -> Iterator[str]:
    rules = RULES.get(decision.kind, Rules())
    if rules.choices and decision.choice not in rules.choices:
        yield f"{decision.kind} cannot be {decision.choice}"
    needed = (*rules.inputs, *(rules.by_choice or {}).get(decision.choice, ()), *_chosen_inputs(decision))
    yield from (f"the input {name} is missing" for name in needed if name not in decision.inputs)


def _chosen_inputs(decision: Decision) -> tuple[str, ...]:
    """Return what a text or a delay that was really chosen has to say besides."""
    match decision.kind:
        case DecisionKind.TONE if decision.choice not in {"end", "skip", "escalate"}:
            return ("tone", "channel", "offer", "text_locale")
        case DecisionKind.DELAY if decision.choice != "end":
            return ("channel", "contact_at", "delay_hours")
        case DecisionKind.CONTACT if decision.journey_id and decision.touch and decision.choice in {"sent", "held"}:
            return (*_STEP_INPUTS, "tone", "text_locale", "offer", "contact_id")
        case _:
            return ()


def _chances(options: Iterable[Option]) -> Iterator[str]:
    drawn = [option for option in options if option.probability is not None]
    chances = [option.probability or 0.0 for option in drawn]
    if any(not 0.0 <= chance <= 1.0 for chance in chances):
        yield "a probability is not between 0 and 1"
    elif chances and not _SUM_OF_CHANCES[0] <= sum(chances) <= _SUM_OF_CHANCES[1]:
        yield "the probabilities do not sum to 1"
