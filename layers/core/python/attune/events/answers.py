"""What the customer says: these change what Attune may do, take effect at once, and end journeys when they next wake."""

from typing import ClassVar, Literal

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id

Channel = Literal["email", "sms", "onsite"]
Channels = list[Literal["email", "sms", "onsite", "email_tracking", "all"]]


class ConsentGranted(EventFields):
    """The customer allows channels. Without it no email and no SMS is sent.

    `email_tracking` allows a stage that can tell opens and clicks to do so; `all` does not include it here.
    """

    contract: ClassVar = Contract(
        event="Consent Granted",
        version="1.1",
        examples=({"properties": {"channels": ["email", "sms"], "source": "checkout form"}},),
    )

    channels: Channels = Field(description="what is allowed", min_length=1)
    source: str | None = Field(None, description="where it was said; kept as proof")


class ConsentWithdrawn(EventFields):
    """The customer forbids channels."""

    contract: ClassVar = Contract(
        event="Consent Withdrawn",
        version="1.1",
        examples=(
            {"properties": {"channels": ["sms"], "source": "preference page"}},
            {"properties": {"source": "phone call"}},
        ),
    )

    channels: Channels | None = Field(None, description="what is forbidden; none named means all of them")
    source: str | None = Field(None, description="where it was said; kept as proof")


class Unsubscribed(ConsentWithdrawn):
    """The customer unsubscribed; the same as `Consent Withdrawn`."""

    contract: ClassVar = Contract(
        event="Unsubscribed",
        version="1.1",
        examples=({"properties": {"channels": ["email"], "source": "mail client"}},),
    )


class MessageReplied(EventFields):
    """The customer wrote back.

    A wish to stop withdraws the channel (all channels, if none is named). A call for help becomes a case at once, so does
    what a person should read; the writer is told when they are answered. Any reply ends the journey.
    """

    contract: ClassVar = Contract(
        event="Message Replied",
        examples=({"properties": {"channel": "sms", "text": "I need help with the payment"}},),
    )

    text: str | None = Field(None, description="what they wrote: goes to the case only, never into the decision log")
    body: str | None = Field(None, description="the same, as some senders call it")
    channel: Channel | None = Field(None, description="how they wrote")


class ExportRequested(EventFields):
    """The customer asks for a copy of everything that is held about them.

    It becomes a case for a person, who finds out that it is them and runs `attune export`; nothing is handed out on the
    word of an event.
    """

    contract: ClassVar = Contract(
        event="Export Requested", examples=({"properties": {"page": "my_data", "channel": "email"}},)
    )

    page: str | None = Field(None, description="where it was asked for")
    channel: Channel | None = Field(None, description="how they are best answered")


class DeletionRequested(ExportRequested):
    """The customer asks for everything that is held about them to be deleted.

    It becomes a case for a person, who finds out that it is them and runs `attune forget`; nothing is deleted on the word
    of an event, which anybody may have sent.
    """

    contract: ClassVar = Contract(event="Deletion Requested", examples=({"properties": {"page": "account settings"}},))


class FeedbackGiven(EventFields):
    """Whether a message helped. Attune's own feedback page publishes it too."""

    contract: ClassVar = Contract(
        event="Feedback Given",
        examples=({"properties": {"helpful": True, "journey_id": "cart_abandonment-0f3a"}},),
    )

    helpful: bool = Field(description="whether it did")
    journey_id: Id | None = Field(None, description="about which journey, as in the message's link")
