"""What the message of a schedule asks for: a run as of an instant, which a repeat keeps."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from attune.adapters.clock import Clock


class ScheduledRun(BaseModel):
    """EventBridge's scheduled event, whose `time` says of when a run is; `{}` asks for one as of now."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    at: AwareDatetime | None = Field(default=None, alias="time")

    def on(self, clock: Clock) -> datetime:
        """Return the instant on a stage's clock; the same message again gives the same one."""
        return clock.scale.to_stage(self.at) if self.at else clock.now()
