"""What score_friction is told by its environment."""

from attune.adapters.wiring import SwitchSettings


class Settings(SwitchSettings):
    """The watch queue, support's requests, and the state machine (or alias) that journeys start on."""

    watch_queue_url: str
    escalations_queue_url: str
    journey_arn: str
