"""A call of the Segment spec, as Segment, RudderStack and those that speak their language write it."""

from datetime import datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from attune.adapters.senders.values import first, obj

CALL_TYPES = ("identify", "track", "page", "screen", "group", "alias")


class Call(BaseModel):
    """A call of the Segment spec; fields we do not use are left unread."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, defer_build=True)

    type: str
    user_id: str | None = Field(None, validation_alias=AliasChoices("userId", "user_id"))
    anonymous_id: str | None = Field(None, validation_alias=AliasChoices("anonymousId", "anonymous_id"))
    previous_id: str | None = Field(None, validation_alias=AliasChoices("previousId", "previous_id"))
    message_id: str | None = Field(None, validation_alias=AliasChoices("messageId", "message_id"))
    timestamp: datetime | None = None
    original_timestamp: Any = Field(None, validation_alias="originalTimestamp")
    received_at: Any = Field(None, validation_alias=AliasChoices("receivedAt", "sentAt"))
    event: str | None = None
    name: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)
    traits: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    integrations: Any = None

    @field_validator("properties", "traits", "context", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value

    @property
    def own_traits(self) -> dict[str, Any]:
        """What is said about the person: RudderStack writes it into the context; a group's traits are not theirs."""
        inner = obj(self.context.get("traits"))
        return dict(inner) if self.type == "group" else {**inner, **self.traits}

    @property
    def session(self) -> str:
        """The sender's name for the visit, wherever its tools put it; "" if it has none."""
        context, properties, tools = self.context, self.properties, obj(self.integrations)
        google, amplitude = obj(tools.get("Google Analytics 4")), obj(tools.get("Amplitude"))
        return first(
            *(place.get(name) for place in (context, properties) for name in SESSION_FIELDS),
            obj(context.get("session")).get("id"),
            *(google.get(name) for name in ("sessionId", "session_id", "ga_session_id")),
            amplitude.get("session_id"),
            obj(tools.get("Actions Amplitude")).get("session_id"),
        )


SESSION_FIELDS = ("sessionId", "session_id", "ga_session_id", "gaSessionId", "$session_id")
