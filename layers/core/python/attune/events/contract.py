"""What a contract with senders is made of: an open model of what an event carries, with its name, version and examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

type CallType = Literal["identify", "track", "page", "screen", "group", "alias"]

Id = Annotated[str, Field(max_length=256)] | int
"""An id of the sender's own: text of at most 256 characters, or a whole number."""

Amount = int | float
"""An amount of money in major units, e.g. 119.0."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What is promised to senders of one event.

    The version is `<major>.<minor>`. A minor version adds; nothing is taken away or given another meaning, for that
    an event gets a new name. Each example is the part of a call that is the event's own.
    """

    call: CallType = "track"
    event: str = ""
    version: str = "1.0"
    examples: tuple[Mapping[str, Any], ...]

    @property
    def title(self) -> str:
        """The name by which people and pages call it: the event's, or the call's."""
        return self.event or self.call

    @property
    def slug(self) -> str:
        """The name by which files and registries call it, e.g. `track.product_added`."""
        return f"track.{self.event.casefold().replace(' ', '_')}" if self.event else self.call


class OpenModel(BaseModel):
    """A part of an event. What a sender adds of its own, or knows from a newer version, is let through."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class EventFields(OpenModel):
    """The `properties` (or `traits`) of one event; the docstring of each model says what the event is for."""

    contract: ClassVar[Contract]
