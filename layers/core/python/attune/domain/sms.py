"""Count what an SMS costs: one short message is one or more segments."""

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM_SINGLE, _GSM_PART = 160, 153
_UCS2_SINGLE, _UCS2_PART = 70, 67
_BEYOND_BMP = 0xFFFF


def count_segments(text: str) -> int:
    """Return the number of segments: 160 (then 153 each) GSM-7 units, or 70 (67) UTF-16 units.

    One character outside of GSM-7, an emoji or a typographic quote, makes the whole message UCS-2.
    """
    if is_gsm7(text):
        widths = [2 if char in _GSM_EXTENDED else 1 for char in text]
        return _parts(widths, single=_GSM_SINGLE, part=_GSM_PART)
    widths = [2 if ord(char) > _BEYOND_BMP else 1 for char in text]
    return _parts(widths, single=_UCS2_SINGLE, part=_UCS2_PART)


def is_gsm7(text: str) -> bool:
    """Whether a message fits the alphabet of which 160 characters make a segment."""
    return all(char in _GSM_BASIC or char in _GSM_EXTENDED for char in text)


def _parts(widths: list[int], *, single: int, part: int) -> int:
    """Fill parts in order; a character of two units is never split between them."""
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts
