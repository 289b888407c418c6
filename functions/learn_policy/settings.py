"""What learn_policy is told by its environment."""

from attune.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The table that evidence is kept in."""

    policies_table: str
