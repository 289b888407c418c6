"""What draft_reply is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """Which model drafts, and the guardrail around it: `<id>:<version>`, empty for none."""

    draft_model: str
    draft_guardrail: str
