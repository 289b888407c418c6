"""Make values fit for a text: whatever comes in, one clean line of the slot's type comes out, or nothing."""

import re
import unicodedata
from datetime import date, datetime
from urllib.parse import urlsplit

from attune.domain.locales import LocaleError, parse_locale
from attune.domain.texts import SlotType

LONGEST_STRING = 100
LONGEST_URL = 2000
LONGEST_INSTANT = 40

type SlotValue = str | date | datetime | None

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_MONEY = re.compile(r"(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,2})?) (?P<currency>[A-Z]{3})")
_URL = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_URL_BREAKERS = frozenset('"<>\\^`{|}()[]')
_LINK_IN_STRING = re.compile(r"://|www\.", re.IGNORECASE)
_JOINERS = "\u200c\u200d"
_CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}
_COMMA_FOR_CENTS = frozenset({"de", "es"})
_WITHOUT_CENTS = frozenset({"JPY"})


def clean(kind: SlotType, value: SlotValue, *, locale: str, longest: int = LONGEST_STRING) -> str | None:
    """Return the value as it may be printed in this language, None when it does not fit its type.

    Strings become one line of at most `longest` characters, without control characters, and are refused when they
    carry a link: a name is data, never a way to advertise. URLs must be absolute http(s). Money is
    "49.90 EUR". Dates are dates, datetimes (printed in their own zone) or ISO 8601 text.
    """
    if kind is SlotType.DATE:
        return _date(value, locale)
    if not isinstance(value, str):
        return None
    if kind is SlotType.MONEY:
        return _money(value, locale)
    if kind is SlotType.STRING:
        return _string(value, longest)
    fits = is_web_url(value) if kind is SlotType.URL else _CODE.fullmatch(value)
    return value if fits else None


def one_line(value: str) -> str:
    """Return the text on one line, without control, formatting and private-use characters."""
    if value.isprintable():
        return " ".join(value.split())
    kept = "".join(" " if char.isspace() else char for char in value if char.isspace() or _is_printable(char))
    return " ".join(kept.split())


def is_web_url(value: str) -> bool:
    """Whether the text is an absolute http(s) URL without user name and without characters that need quoting."""
    if len(value) > LONGEST_URL or not _URL.fullmatch(value) or not _URL_BREAKERS.isdisjoint(value):
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def _is_printable(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _string(value: str, longest: int) -> str | None:
    # Far more than can be printed is never looked at: a megabyte of name costs as little as a long name.
    line = unicodedata.normalize("NFC", one_line(value[: 8 * longest]))
    if not line or _LINK_IN_STRING.search(line):
        return None
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "..."


def _money(value: str, locale: str) -> str | None:
    match = _MONEY.fullmatch(value)
    if match is None:
        return None
    language, currency = _language(locale), match["currency"]
    whole, _, cents = match["amount"].partition(".")
    point, comma = (",", ".") if language in _COMMA_FOR_CENTS else (".", ",")
    amount = f"{int(whole):,}".replace(",", comma)
    if currency not in _WITHOUT_CENTS or cents.strip("0"):
        amount += point + (cents + "00")[:2]
    if language == "ja" and currency == "JPY":
        return f"{amount}円"
    sign = _CURRENCY_SIGNS.get(currency)
    if language in {"en", "ja"} and sign:
        return f"{sign}{amount}"
    return f"{amount} {sign or currency}"


def _date(value: SlotValue, locale: str) -> str | None:
    if isinstance(value, str):
        if len(value) > LONGEST_INSTANT:
            return None
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-11-03") else datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, date):
        return None
    time = f"{value:%H:%M}" if isinstance(value, datetime) else ""
    match _language(locale):
        case "en":
            return f"{value.day} {_MONTHS['en'][value.month - 1]} {value.year}{time and ', ' + time}"
        case "de":
            return f"{value.day}. {_MONTHS['de'][value.month - 1]} {value.year}{time and ', ' + time + ' Uhr'}"
        case "es":
            return f"{value.day} de {_MONTHS['es'][value.month - 1]} de {value.year}{time and ', ' + time}"
        case "ja":
            return f"{value.year}年{value.month}月{value.day}日{time and ' ' + time}"
    return f"{value:%Y-%m-%d}{time and ', ' + time}"


def _language(locale: str) -> str:
    try:
        return parse_locale(locale).language
    except LocaleError:
        return ""
