"""Telephone numbers as one text each: E.164, or nothing where a number cannot be told for certain."""

import re

SPELT_REGIONS = {"USA": "US", "UNITED STATES": "US", "UK": "GB", "GBR": "GB", "UNITED KINGDOM": "GB", "DEU": "DE"}
"""Countries as people write them into addresses; two letters need no help."""
LONGEST = 40


def normalise_phone(number: str, *, country: str = "", locale_region: str = "") -> str:
    """Return a number in E.164, "" if it cannot be read.

    A number without country code is read as one of `country`; a language's region is only a guess, so there it
    must be a number that region really gives out.
    """
    plain = number.strip()
    if not re.search(r"\d", plain) or len(plain) > LONGEST:
        return ""
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if plain.startswith(("+", "\uff0b")):
        return _e164(plain, None)
    region = SPELT_REGIONS.get(country.strip().upper(), country.strip().upper())
    if re.fullmatch(r"[A-Z]{2}", region):
        return _e164(plain, region)
    return _e164(plain, locale_region.upper(), really=True) if re.fullmatch(r"[A-Za-z]{2}", locale_region) else ""


def _e164(number: str, region: str | None, *, really: bool = False) -> str:
    # Imported here: its tables cost some 70 ms, and most events carry no phone number.
    import phonenumbers  # noqa: PLC0415

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    known = phonenumbers.is_valid_number(parsed) if really else phonenumbers.is_possible_number(parsed)
    # +10000000000 is what forms send when nobody typed anything; it must not make two people one.
    if not known or len(set(str(parsed.national_number))) == 1:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
