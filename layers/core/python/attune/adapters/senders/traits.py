"""What senders tell about a person, under every name they use, as the traits of a profile."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attune.adapters.senders.people import phone, plain_name
from attune.adapters.senders.values import bounded, first, obj, text
from attune.domain.locales import LocaleError, parse_locale

TRAITS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("firstName", "first_name", "firstname"),
    "email": ("email",),
    "phone": ("phone",),
    "locale": ("locale", "language"),
    "time_zone": ("timezone", "time_zone", "timeZone"),
    "country": ("country", "countryCode"),
    "region": ("state", "stateCode", "province", "provinceCode", "region"),
    "segment": ("segment",),
    "lifecycle": ("lifecycle", "lifecycle_stage"),
    "preferred_channel": ("preferredChannel", "preferred_channel"),
    "agent_of_record": ("agentOfRecord", "agent_of_record"),
    "cadence": ("cadence", "messageCadence", "message_cadence"),
    "quiet_from": ("quietFrom", "quiet_from"),
    "quiet_until": ("quietUntil", "quiet_until"),
}
SINCE = ("customerSince", "customer_since", "createdAt", "created_at")
"""Since when somebody is a customer, as an ISO date or time; whatever else stands there is not read."""
FLAGS: Mapping[str, tuple[str, ...]] = {
    "vip": ("vip",),
    "regulatory_flag": ("regulatoryFlag", "regulatory_flag"),
    "automation_opt_out": ("automationOptOut", "automation_opt_out"),
}


def read_traits(given: Mapping[str, Any], locale: object = "") -> dict[str, str | bool]:
    """Return the traits a profile keeps; `locale` is the language of the call, which may tell a phone's country."""
    fields = {**obj(given.get("address")), **given}
    traits: dict[str, str | bool] = {
        trait: bounded(value) for trait, names in TRAITS.items() if (value := first(*(fields.get(n) for n in names)))
    }
    if since := _day_of(first(*(fields.get(name) for name in SINCE))):
        traits["customer_since"] = since
    for trait, names in FLAGS.items():
        flag = next((fields[name] for name in names if name in fields), None)
        if isinstance(flag, bool):
            traits[trait] = flag
    words = text(fields.get("name")).split()
    if "first_name" not in traits and words:
        traits["first_name"] = bounded(words[0])
    number = phone(traits.get("phone"), country=country_of(given), locale_region=region_of(fields, locale))
    return {**traits, "phone": number.value} if number else traits


def full_name(given: Mapping[str, Any]) -> str:
    """Return what somebody is called, to tell two people apart: first and last name, or whatever there is."""
    last = first(*(given.get(name) for name in ("lastName", "last_name", "lastname", "surname")))
    chosen = first(*(given.get(name) for name in TRAITS["first_name"]))
    return plain_name(chosen, last) if chosen or last else plain_name(given.get("name"))


def birthday_of(given: Mapping[str, Any]) -> str:
    """Return somebody's birthday as an ISO date, "" where none can be read."""
    return _day_of(text(given.get("birthday")))


def _day_of(given: str) -> str:
    try:
        return date.fromisoformat(given[:10]).isoformat()
    except ValueError:
        return ""


def country_of(given: Mapping[str, Any]) -> str:
    """Return the country somebody lives in, as the sender writes it."""
    address = obj(given.get("address"))
    return first(*(place.get(name) for place in (address, given) for name in TRAITS["country"]))


def region_of(given: Mapping[str, Any], locale: object = "") -> str:
    """Return the region of the language somebody uses, e.g. `GB` of `en-GB`; "" if it names none."""
    for tag in (text(given.get("locale")), text(locale)):
        try:
            region = parse_locale(tag).region
        except LocaleError:
            continue
        if region:
            return region
    return ""
