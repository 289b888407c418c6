"""Colours as style sheets write them, and their contrast as WCAG 2 measures it."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z])", re.IGNORECASE)
_RGB = re.compile(
    r"rgba?\(\s*(\d*\.?\d+)[\s,]+(\d*\.?\d+)[\s,]+(\d*\.?\d+)(?:[\s,/]+(\d*\.?\d+%?))?\s*\)", re.IGNORECASE
)
_NAMED = {
    "black": "000000", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "white": "ffffff", "maroon": "800000",
    "red": "ff0000", "purple": "800080", "fuchsia": "ff00ff", "magenta": "ff00ff", "green": "008000", "lime": "00ff00",
    "olive": "808000", "yellow": "ffff00", "navy": "000080", "blue": "0000ff", "teal": "008080", "aqua": "00ffff",
    "cyan": "00ffff", "orange": "ffa500", "pink": "ffc0cb", "gold": "ffd700", "lightgray": "d3d3d3", "lightgrey": "d3d3d3",
    "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "dimgray": "696969", "dimgrey": "696969", "whitesmoke": "f5f5f5",
    "gainsboro": "dcdcdc", "lightblue": "add8e6", "skyblue": "87ceeb", "steelblue": "4682b4", "royalblue": "4169e1",
    "tomato": "ff6347", "coral": "ff7f50", "salmon": "fa8072", "crimson": "dc143c", "darkred": "8b0000",
    "darkblue": "00008b", "darkgreen": "006400", "brown": "a52a2a", "beige": "f5f5dc", "ivory": "fffff0",
    "khaki": "f0e68c", "lavender": "e6e6fa", "indigo": "4b0082", "slategray": "708090", "slategrey": "708090",
    "aliceblue": "f0f8ff", "snow": "fffafa", "linen": "faf0e6", "lightyellow": "ffffe0", "lightgreen": "90ee90",
}  # fmt: skip
_LINEAR_BELOW = 0.04045


@dataclass(frozen=True)
class Colour:
    """Red, green and blue from 0 to 255, opacity from 0 to 1."""

    red: float
    green: float
    blue: float
    opacity: float = 1.0

    def over(self, ground: "Colour") -> "Colour":
        """Return what is seen where this colour lies on another."""
        share = self.opacity
        return Colour(
            self.red * share + ground.red * (1 - share),
            self.green * share + ground.green * (1 - share),
            self.blue * share + ground.blue * (1 - share),
        )

    def __str__(self) -> str:
        """Write the colour as style sheets do."""
        return f"#{round(self.red):02x}{round(self.green):02x}{round(self.blue):02x}"


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def read_colour(value: str) -> Colour | None:
    """Read the first colour of a CSS value (`background: #fff url(…)` too), None where it has none that can be known."""
    value = value.strip().lower()
    if "gradient(" in value or "url(" in value:
        return None
    found = _HEX.search(value)
    if found:
        return _from_hex(found[1])
    rgb = _RGB.search(value)
    if rgb:
        opacity = rgb[4] or "1"
        share = float(opacity[:-1]) / 100 if opacity.endswith("%") else float(opacity)
        return Colour(float(rgb[1]), float(rgb[2]), float(rgb[3]), min(share, 1.0))
    if re.search(r"\btransparent\b", value):
        return Colour(0, 0, 0, 0.0)
    name = next((word for word in re.findall(r"[a-z]+", value) if word in _NAMED), None)
    return _from_hex(_NAMED[name]) if name else None


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast of two opaque colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    def linear(channel: float) -> float:
        share = channel / 255
        return share / 12.92 if share <= _LINEAR_BELOW else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)


def _from_hex(digits: str) -> Colour:
    if len(digits) <= 4:  # noqa: PLR2004 - the short form, each digit stands for two
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[i : i + 2], 16) for i in range(0, len(digits), 2)]
    red, green, blue = channels[:3]
    return Colour(red, green, blue, channels[3] / 255 if len(channels) > 3 else 1.0)  # noqa: PLR2004 - with opacity
