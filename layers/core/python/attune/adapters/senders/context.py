"""Read what a call says about the customer's surroundings: device, zone, language, campaign, page, search."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attune.adapters.senders.bots import is_bot
from attune.adapters.senders.values import first, obj, objects, text

MAX_VALUE = 200
MAX_LANDING_TEXT = 400
CLICK_PARAMETERS = ("gclid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id")
"""Names under which ad networks put the id of a click into a URL; those that stand for many clicks are left out."""
UTM_PARAMETERS = {
    "campaign_source": "utm_source",
    "campaign_medium": "utm_medium",
    "campaign_name": "utm_campaign",
    "campaign_keyword": "utm_term",
}
_LONGEST_URL = 4_000
_CLICKS = frozenset(CLICK_PARAMETERS)
_MARKS_OF_ARRIVAL = frozenset({*UTM_PARAMETERS.values(), *CLICK_PARAMETERS})


class Arrival(Enum):
    """Whether somebody arrives on a page from elsewhere, as far as an event tells."""

    NONE = auto()
    LIKELY = auto()
    SURE = auto()


def read_context(
    context: Mapping[str, Any], properties: Mapping[str, Any], traits: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the few short strings a decision or a case may use; whatever is missing stays out."""
    device, campaign, page = (obj(context.get(name)) for name in ("device", "campaign", "page"))
    query = _query(context, properties)
    search = first(page.get("search"), properties.get("search"))
    clicks = _clicks(context, properties, query)
    person = {**obj(context.get("traits")), **(traits or {})}
    arrived = {
        "campaign_source": first(campaign.get("source"), query.get("utm_source")),
        "campaign_medium": first(campaign.get("medium"), query.get("utm_medium")),
        "campaign_name": first(campaign.get("name"), query.get("utm_campaign")),
        "campaign_keyword": first(
            campaign.get("term"),
            query.get("utm_term"),
            properties.get("keyword"),
            properties.get("search_engine_query"),
        ),
        "click_id": clicks[0] if clicks else "",
    }
    path = first(page.get("path"), properties.get("path"))
    landing = _landing(context, properties, path)
    found = short(
        {
            "device": _device(context, device),
            "bot": "yes" if is_bot(_agent(context)) else "",
            "time_zone": first(context.get("timezone"), context.get("timeZone")),
            "locale": context.get("locale"),
            "country": first(obj(context.get("location")).get("country"), context.get("country")),
            "region": first(obj(context.get("location")).get("region"), context.get("region")),
            "currency": first(properties.get("currency"), obj(context.get("location")).get("currency")).upper(),
            **arrived,
            **landing,
            "keyword_page": landing["keyword_page"] if arrived["campaign_keyword"] else "",
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
    text_of_landing = landing["landing_text"][:MAX_LANDING_TEXT]
    return {**found, "landing_text": text_of_landing} if text_of_landing else found


def short(found: Mapping[str, object]) -> dict[str, str]:
    """Return what is a text or a number, as short strings; everything else stays out."""
    return {name: given[:MAX_VALUE] for name, value in found.items() if (given := text(value))}


def surroundings(user_agent: object) -> dict[str, str]:
    """Return what a user agent alone tells: the device, and whether anybody sits at it."""
    agent = text(user_agent)
    return short({"device": _device_of(agent) if agent else "", "bot": "yes" if is_bot(agent) else ""})


def click_ids(context: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of ad clicks that an event carries, each with the name of its parameter: `gclid:Cj0K…`."""
    return _clicks(context, properties, _query(context, properties))


def _clicks(context: Mapping[str, Any], properties: Mapping[str, Any], query: Mapping[str, str]) -> tuple[str, ...]:
    referrer = obj(context.get("referrer"))
    places = (obj(context.get("campaign")), referrer, context, properties, query)
    found = [
        f"{name}:{value}"
        for place in places
        if not _CLICKS.isdisjoint(place)
        for name in CLICK_PARAMETERS
        if (value := first(place.get(name))) and len(value) <= MAX_VALUE
    ]
    # analytics.js reads the click ids of two ad networks into context.referrer as an id with a type.
    kind, value = text(referrer.get("type")), text(referrer.get("id"))
    if kind and value and len(kind) + len(value) < MAX_VALUE:
        found.append(f"{kind}:{value}")
    return tuple(dict.fromkeys(found))


def _landing(context: Mapping[str, Any], properties: Mapping[str, Any], path: str) -> dict[str, str]:
    """Return where somebody arrived and what that page says; nothing of the pages they go on to from there."""
    page = obj(context.get("page"))
    named = first(properties.get("landing_page"))
    title, summary = first(properties.get("landing_title")), first(properties.get("landing_text"))
    arrival = _arrival(context, properties)
    if arrival is Arrival.SURE and (not named or _path_of(named) == _path_of(path)):
        of_page = properties if first(properties.get("path"), properties.get("url")) else {}
        title = title or first(page.get("title"), of_page.get("title"))
        summary = summary or first(page.get("description"), of_page.get("description"))
    sure = named or (path if arrival is Arrival.SURE else "")
    return {
        "landing_page": named or ("" if arrival is Arrival.NONE else path),
        "landing_title": title,
        "landing_text": summary,
        # A keyword and a title are compared only if they are of one page: either may come without the other.
        "keyword_page": sure,
        "title_page": sure if title else "",
    }


def _arrival(context: Mapping[str, Any], properties: Mapping[str, Any]) -> Arrival:
    """Return whether a campaign or a click has just led to this page.

    Some trackers keep a campaign for all events of a visit, and the URL of the page before may carry one: the page's
    own URL is what makes it sure.
    """
    campaign, page = obj(context.get("campaign")), obj(context.get("page"))
    referrer, url = (first(page.get(name), properties.get(name)) for name in ("referrer", "url"))
    within = bool(_host(referrer)) and _host(referrer) == _host(url)
    if _parameters(_own_urls(context, properties)).keys() & _MARKS_OF_ARRIVAL:
        return Arrival.LIKELY if within else Arrival.SURE
    clicked = (place for place in (campaign, context, properties) if not _CLICKS.isdisjoint(place))
    clicks = (place.get(name) for place in clicked for name in CLICK_PARAMETERS)
    names = (campaign.get(name) for name in ("source", "medium", "name", "term"))
    words = (properties.get("keyword"), properties.get("search_engine_query"))
    if within or not first(*names, *words, *clicks):
        return Arrival.NONE
    return Arrival.LIKELY if first(url, page.get("search"), properties.get("search")) else Arrival.SURE


def _query(context: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of the page's URL and of where the customer came from, the page's first."""
    return _parameters(_urls(context, properties))


def _parameters(urls: Iterable[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for url in urls:
        if "?" not in url:
            continue
        for name, value in parse_qsl(url.partition("?")[2].partition("#")[0], max_num_fields=None):
            parameters.setdefault(name.casefold(), value)
    return parameters


def _own_urls(context: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[str]:
    page = obj(context.get("page"))
    for search in (page.get("search"), properties.get("search")):
        if written := text(search).lstrip("?"):
            yield f"?{written}"[:_LONGEST_URL]
    for url in (page.get("url"), properties.get("url")):
        if url:
            yield text(url)[:_LONGEST_URL]


def _urls(context: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[str]:
    page, referrer = obj(context.get("page")), context.get("referrer")
    yield from _own_urls(context, properties)
    for url in (page.get("referrer"), properties.get("referrer")):
        if url:
            yield text(url)[:_LONGEST_URL]
    if referrer:
        yield first(referrer, obj(referrer).get("url"), obj(referrer).get("link"))[:_LONGEST_URL]


def _without_query(url: str) -> str:
    """Return a URL without its query, in which other sites keep what is none of our business."""
    try:
        parts = urlsplit(url[:_LONGEST_URL])
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme and parts.netloc else parts.path


def _path_of(url: str) -> str:
    return _without_query(url).partition("://")[2].partition("/")[2].strip("/") if "://" in url else url.strip("/")


def _host(url: str) -> str:
    try:
        return (urlsplit(url[:_LONGEST_URL]).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


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
