"""Read what a call says about the customer's surroundings: device, zone, language, campaign, page, search."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attune.adapters.senders.bots import is_bot
from attune.adapters.senders.values import first, obj, objects, text

MAX_VALUE = 200
CLICK_PARAMETERS = ("gclid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id")
"""Names under which ad networks put the id of a click into a URL; those that stand for many clicks are left out."""
UTM_PARAMETERS = {
    "campaign_source": "utm_source",
    "campaign_medium": "utm_medium",
    "campaign_name": "utm_campaign",
    "campaign_keyword": "utm_term",
}
_LONGEST_URL = 4_000


def read_context(
    context: Mapping[str, Any], properties: Mapping[str, Any], traits: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the few short strings a decision or a case may use; whatever is missing stays out."""
    device, campaign, page = (obj(context.get(name)) for name in ("device", "campaign", "page"))
    query = _query(context, properties)
    search = first(page.get("search"), properties.get("search"))
    clicks = click_ids(context, properties)
    person = {**obj(context.get("traits")), **(traits or {})}
    arrived = {
        "campaign_source": first(campaign.get("source"), query.get("utm_source")),
        "campaign_medium": first(campaign.get("medium"), query.get("utm_medium")),
        "campaign_name": first(campaign.get("name"), query.get("utm_campaign")),
        "campaign_keyword": first(campaign.get("term"), query.get("utm_term"), properties.get("keyword")),
        "click_id": clicks[0] if clicks else "",
    }
    path = first(page.get("path"), properties.get("path"))
    landing = first(properties.get("landing_page"), path if any(arrived.values()) else "")
    return short(
        {
            "device": _device(context, device),
            "bot": "yes" if is_bot(_agent(context)) else "",
            "time_zone": first(context.get("timezone"), context.get("timeZone")),
            "locale": context.get("locale"),
            "country": first(obj(context.get("location")).get("country"), context.get("country")),
            "currency": first(properties.get("currency"), obj(context.get("location")).get("currency")).upper(),
            **arrived,
            "landing_page": landing,
            "page_path": path,
            "page_search": search,
            "referrer": _without_query(first(page.get("referrer"), properties.get("referrer"))),
            "search_query": first(properties.get("query"), properties.get("search_term")),
            "results_count": first(properties.get("results_count"), properties.get("result_count")),
            "time_on_page": first(properties.get("time_on_page"), properties.get("timeOnPage")),
            "segment": person.get("segment"),
            "lifecycle": first(person.get("lifecycle"), person.get("lifecycle_stage")),
            "cart_url": properties.get("cart_url"),
            "cart_value": first(properties.get("value"), properties.get("cart_value")),
        }
    )


def short(found: Mapping[str, object]) -> dict[str, str]:
    """Return what is a text or a number, as short strings; everything else stays out."""
    return {name: given[:MAX_VALUE] for name, value in found.items() if (given := text(value))}


def surroundings(user_agent: object) -> dict[str, str]:
    """Return what a user agent alone tells: the device, and whether anybody sits at it."""
    agent = text(user_agent)
    return short({"device": _device_of(agent) if agent else "", "bot": "yes" if is_bot(agent) else ""})


def click_ids(context: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of ad clicks that an event carries, each with the name of its parameter: `gclid:Cj0K…`."""
    places = [
        obj(context.get("campaign")),
        obj(context.get("referrer")),
        context,
        properties,
        _query(context, properties),
    ]
    found = [
        f"{name}:{value}"
        for place in places
        for name in CLICK_PARAMETERS
        if (value := first(place.get(name))) and len(value) <= MAX_VALUE
    ]
    # analytics.js reads the click ids of two ad networks into context.referrer as an id with a type.
    referrer = obj(context.get("referrer"))
    kind, value = text(referrer.get("type")), text(referrer.get("id"))
    if kind and value and len(kind) + len(value) < MAX_VALUE:
        found.append(f"{kind}:{value}")
    return tuple(dict.fromkeys(found))


def _query(context: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of the page's URL and of where the customer came from, the page's first."""
    parameters: dict[str, str] = {}
    for url in _urls(context, properties):
        for name, value in parse_qsl(url.partition("?")[2].partition("#")[0], max_num_fields=None):
            parameters.setdefault(name.casefold(), value)
    return parameters


def _urls(context: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[str]:
    page, referrer = obj(context.get("page")), context.get("referrer")
    for search in (page.get("search"), properties.get("search")):
        yield f"?{text(search).lstrip('?')}"[:_LONGEST_URL]
    for url in (page.get("url"), properties.get("url"), page.get("referrer"), properties.get("referrer")):
        yield text(url)[:_LONGEST_URL]
    yield first(referrer, obj(referrer).get("url"), obj(referrer).get("link"))[:_LONGEST_URL]


def _without_query(url: str) -> str:
    """Return a URL without its query, in which other sites keep what is none of our business."""
    try:
        parts = urlsplit(url[:_LONGEST_URL])
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme and parts.netloc else parts.path


def _agent(context: Mapping[str, Any]) -> str:
    brands = (text(brand.get("brand")) for brand in objects(obj(context.get("userAgentData")).get("brands")))
    return " ".join((first(context.get("userAgent"), context.get("user_agent")), *brands))


def _device(context: Mapping[str, Any], device: Mapping[str, Any]) -> str:
    kind = text(device.get("type")).casefold()
    if kind:
        return "phone" if kind in {"ios", "android", "mobile", "phone"} else kind
    hints = obj(context.get("userAgentData"))
    agent = first(context.get("userAgent"), context.get("user_agent"))
    if hints.get("mobile") is True:
        return "phone"
    return _device_of(agent) if agent or "mobile" in hints else ""


def _device_of(agent: str) -> str:
    return "phone" if "Mobile" in agent else "desktop"
