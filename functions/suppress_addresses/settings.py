"""What suppress_addresses is told by its environment."""

from attune.settings import Settings as EverySettings


class Settings(EverySettings):
    """Nothing of its own: the suppression list is the account's."""
