"""What export_audience is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The tables, and the bucket for the lists."""

    audience_bucket: str
