"""Why a person takes over, as codes and in sentences, and what a case can be about besides a journey."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from attune.domain.signals import DataRight


class CaseTrigger(StrEnum):
    """Why a person takes over."""

    ASKED_FOR_HELP = "asked_for_help"
    WANTS_A_PERSON = "wants_a_person"
    SENTIMENT_DIP = "sentiment_dip"
    DISTRESS = "distress"
    REPLY = "reply"
    NO_APPROVED_TEXT = "no_approved_text"
    REPEATED_HIGH_FRICTION = "repeated_high_friction"
    VIP = "vip"
    REGULATORY_FLAG = "regulatory_flag"
    AGENT_OF_RECORD = "agent_of_record"
    PLAYBOOK = "playbook"
    DATA_EXPORT = "data_export"
    DATA_DELETION = "data_deletion"
    PERSONAL_MOMENT = "personal_moment"
    FOLLOW_UP = "follow_up"


TRIGGER_SENTENCES: Mapping[str, str] = {
    CaseTrigger.ASKED_FOR_HELP: "The customer asked for help.",
    CaseTrigger.WANTS_A_PERSON: "The customer wants to speak with a person.",
    CaseTrigger.SENTIMENT_DIP: "The customer is very unhappy with us.",
    CaseTrigger.DISTRESS: "The customer writes in distress.",
    CaseTrigger.REPLY: "The customer wrote something that a person should read.",
    CaseTrigger.NO_APPROVED_TEXT: "There is no approved text in the customer's language.",
    CaseTrigger.REPEATED_HIGH_FRICTION: "It is as hard for the customer again as it was a few days ago.",
    CaseTrigger.VIP: "It is hard for a VIP.",
    CaseTrigger.REGULATORY_FLAG: "It is hard for a customer with a regulatory flag.",
    CaseTrigger.AGENT_OF_RECORD: "The agent who looks after the customer asked to be involved.",
    CaseTrigger.PLAYBOOK: "The playbook has a person answer this moment.",
    CaseTrigger.DATA_EXPORT: "The customer asks for a copy of their data. Make sure that it is them, then run "
    "`attune export` with their id and send it to them; the law gives 30 days.",
    CaseTrigger.DATA_DELETION: "The customer asks for their data to be deleted. Make sure that it is them, then run "
    "`attune forget` with their id, which cannot be undone; the law gives 30 days.",
    CaseTrigger.PERSONAL_MOMENT: "The customer told us something that a kind word from you may fit.",
    CaseTrigger.FOLLOW_UP: "A kind word was suggested some weeks ago: how did it go?",
}
"""Why a person takes over, for people."""


DATA_TRIGGERS: Mapping[DataRight, CaseTrigger] = {
    DataRight.EXPORT: CaseTrigger.DATA_EXPORT,
    DataRight.DELETION: CaseTrigger.DATA_DELETION,
}
ASKED_BY_THE_CUSTOMER = frozenset(
    {
        CaseTrigger.ASKED_FOR_HELP,
        CaseTrigger.WANTS_A_PERSON,
        CaseTrigger.DISTRESS,
        CaseTrigger.DATA_EXPORT,
        CaseTrigger.DATA_DELETION,
    }
)
"""What somebody waits for whatever the stage is for: a real person who was answered by nobody is no rehearsal."""
GESTURES = frozenset({CaseTrigger.PERSONAL_MOMENT, CaseTrigger.FOLLOW_UP})
"""Suggestions for whoever looks after a customer; they stop no message and are of no journey."""
MY_DATA = "my_data"
"""What a case is about that somebody opened by a wish about their data; no journey's, however many run."""
DIRECT = "direct"
"""What a case is about that no journey led to."""
DATA_WITHIN = timedelta(hours=72)
"""By when a person should have done it: a tenth of the 30 days that the law gives."""
