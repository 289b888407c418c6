"""What record_feedback is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The bus it speaks to, the key its links are signed with, and whom its pages speak for."""

    bus_name: str
    link_key_secret: str
    company_name: str
    site_url: str
