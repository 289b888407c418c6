"""Which country a telephone number belongs to."""

from functools import lru_cache


@lru_cache(maxsize=256)
def country_of(phone: str) -> str:
    """Return the ISO code of a number's country, "" where it cannot be told.

    Countries that share a calling code are told apart by the number itself; where it tells nothing (numbers that are
    kept free for films and tests), the code's main country counts: for +1 the United States, which allow the least.
    """
    # Imported here: its tables cost some 70 ms, and most messages are emails.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region.isalpha() and region != "ZZ" else ""
