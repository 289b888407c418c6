"""What seal_decisions is told by its environment."""

from attune.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The lake, by Athena, and the bucket that bears witness to it."""

    work_group: str
    lake_database: str
    evidence_bucket: str
    lake_days: int
