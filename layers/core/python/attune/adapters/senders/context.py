"""Read what a call says about the customer's surroundings: device, zone, language, campaign, page."""

from collections.abc import Mapping
from typing import Any

MAX_VALUE = 200


def read_context(context: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the few short strings a decision or a case may use; whatever is missing stays out."""
    device, campaign, page = (_object(context.get(name)) for name in ("device", "campaign", "page"))
    found = {
        "device": _device(context, device),
        "time_zone": context.get("timezone"),
        "locale": context.get("locale"),
        "campaign_source": campaign.get("source"),
        "campaign_medium": campaign.get("medium"),
        "campaign_keyword": campaign.get("term"),
        "page_path": page.get("path") or properties.get("path"),
        "cart_url": properties.get("cart_url"),
        "cart_value": properties.get("value") or properties.get("cart_value"),
    }
    return {name: str(value)[:MAX_VALUE] for name, value in found.items() if value not in (None, "", [], {})}


def _device(context: Mapping[str, Any], device: Mapping[str, Any]) -> str:
    kind = str(device.get("type") or "").casefold()
    if kind:
        return "phone" if kind in ("ios", "android", "mobile", "phone") else kind
    hints = _object(context.get("userAgentData"))
    agent = str(context.get("userAgent") or "")
    if not agent and not hints:
        return ""
    return "phone" if hints.get("mobile") is True or "Mobile" in agent else "desktop"


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
