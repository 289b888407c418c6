"""What serve_onsite is told by its environment."""

from attune.adapters.wiring import SwitchSettings


class Settings(SwitchSettings):
    """The bus it speaks to, whom tokens and identifiers are known by, who is speaking, and whether anybody may."""

    bus_name: str
    site_token_keys_secret: str
    identity_key_secret: str
    company_name: str
    dry_run: bool
    sending_enabled: bool
