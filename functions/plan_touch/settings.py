"""What plan_touch is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The table of what the policy has learnt."""

    policies_table: str
