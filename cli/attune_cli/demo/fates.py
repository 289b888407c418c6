"""What became of a customer, read from the decisions alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

type Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fate:
    """What became of somebody: a code to count by and a sentence; `reasons` are the log's own words."""

    code: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A fate, and the decisions that are it."""

    code: str
    sentence: str
    tells: Callable[[Row], bool]
    also: Callable[[Sequence[Row]], bool] = lambda _: True


def _is(kind: str, *choices: str, reason: str = "") -> Callable[[Row], bool]:
    def tells(row: Row) -> bool:
        codes = {why["code"] for why in row["reasons"]}
        return row["kind"] == kind and (not choices or row["choice"] in choices) and (not reason or reason in codes)

    return tells


def _sent(rows: Sequence[Row], *, message: str = "") -> bool:
    return any(
        row["kind"] == "contact" and row["choice"] == "sent" and message in ("", row["inputs"].get("message"))
        for row in rows
    )


def _refused(reason: str) -> Callable[[Row], bool]:
    """Return whether a step stopped for this reason, whichever step it was."""
    return lambda row: (
        row["choice"] in ("withheld", "end", "over") and reason in {why["code"] for why in row["reasons"]}
    )


def _nothing_sent(rows: Sequence[Row]) -> bool:
    return not _sent(rows)


def _no_journey(rows: Sequence[Row]) -> bool:
    return not any(row["kind"] == "moment" and row["choice"] == "started" for row in rows)


def _answered(playbook: str) -> Callable[[Row], bool]:
    """Return whether a message of a playbook was sent."""
    return lambda row: row["kind"] == "contact" and row["choice"] == "sent" and row["playbook"] == playbook


RULES: tuple[Rule, ...] = (
    Rule("payment_failure", "heard that the order is kept, and paid", _answered("payment_failure")),
    Rule("delivery_delay", "heard of the delay before having to ask", _answered("delivery_delay")),
    Rule("form_failure", "was offered help with the form, and sent it", _answered("form_failure")),
    Rule("pricing_hesitation", "was asked what is open about the price", _answered("pricing_hesitation")),
    Rule("keyword_mismatch", "was asked once what they look for", _answered("keyword_mismatch")),
    Rule("onboarding_stall", "was offered help with the set-up, and finished it", _answered("onboarding_stall")),
    Rule("post_purchase", "was asked whether all is well, and said so", _answered("post_purchase")),
    Rule("win_back", "was asked one question, and answered it", _answered("win_back")),
    Rule(
        "personal_moment",
        "told us of a trip: whoever looks after them got a suggestion, they got no message",
        _is("personal", "suggested"),
        _nothing_sent,
    ),
    Rule("holdout", "held out: no message, so that the effect of messages can be measured", _is("moment", "holdout")),
    Rule("calm", "at ease: no journey started", _is("moment", "calm"), _no_journey),
    Rule(
        "no_approved_text",
        "no approved text in their language: a person took over",
        _is("escalation", reason="no_approved_text"),
    ),
    Rule("asked_for_help", "asked for help: a person has the whole story", _is("escalation", reason="asked_for_help")),
    Rule("wants_a_person", "asked for a person: one has the whole story", _is("escalation", reason="wants_a_person")),
    Rule("opted_out", "opted out while we waited: nothing was sent", _refused("opted_out"), _nothing_sent),
    Rule(
        "bought_while_waiting",
        "bought while we waited: nothing was sent",
        _refused("goal_reached"),
        _nothing_sent,
    ),
    Rule(
        "last_resort_offer",
        "the price seemed to matter: got the offer, as the last resort",
        lambda row: (
            row["kind"] == "contact" and row["choice"] == "sent" and row["inputs"]["message"] == "cart_last_offer"
        ),
    ),
    Rule(
        "frequency_cap",
        "had enough contacts: the second message was held back",
        _is("contact", "held", "withheld", reason="frequency_cap"),
    ),
    Rule(
        "unknown_time_zone",
        "no text message, because nobody knows their time zone",
        _is("tone", reason="unknown_time_zone"),
    ),
    Rule("no_sms_consent", "never allowed text messages: got an email", _is("tone", reason="no_consent"), _sent),
    Rule("helped", "was helped, and bought", _is("review", "end", reason="goal_reached"), _sent),
    Rule(
        "note_on_site",
        "has a note waiting on the site, as they prefer",
        lambda row: row["kind"] == "contact" and row["choice"] == "sent" and row["inputs"]["channel"] == "onsite",
    ),
    Rule("morning", "held back by quiet hours, and sent in the morning", _is("delay", reason="quiet_hours"), _sent),
    Rule("messaged", "got a message", _is("contact", "sent")),
    Rule("journey_failed", "something broke on the way, and the log says so", _is("journey", "failed")),
    Rule("journey_running", "a journey is under way", _is("moment", "started")),
)

NOTHING = Fate(
    "no_moment",
    "nothing to answer: this playbook's moment never came",
    ("There was nothing to decide, so the log holds no decision about a journey.",),
)


def fate_of(decisions: Iterable[Row]) -> Fate:
    """Return the fate of the customer that these decisions (in time order) are about."""
    rows = list(decisions)
    for rule in RULES:
        telling = [row for row in rows if rule.tells(row)]
        if telling and rule.also(rows):
            return Fate(rule.code, rule.sentence, tuple(why["text"] for why in telling[0]["reasons"]))
    return NOTHING
