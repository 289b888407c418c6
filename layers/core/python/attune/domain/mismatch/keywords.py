"""What people looked for, out of what ad networks and analytics tools write into the field of the keyword."""

import re
from urllib.parse import unquote

LONGEST_KEYWORD = 1_000

_NO_KEYWORD = frozenset(
    {
        "not provided",
        "not set",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "nan",
        "undefined",
        "unknown",
        "other",
        "true",
        "false",
        "keyword",
        "keywords",
        "utm_term",
        "searchterm",
        "search term",
        "automatic matching",
        "content targeting",
        "remarketing/content targeting",
        "user vertical targeting",
        "dynamic search ads",
        "dsa",
    }
)
_PLACEHOLDER = re.compile(r"[{}<>]|\$\w|\[\[|^%+\w+%+$|https?:", re.IGNORECASE)
_ID = re.compile(r"(?:(?:aud|kwd|pla|dsa|dat|tid|adgroup|adset)[-_:]\d+\S*|[\d\s|_:.,-]{6,})", re.IGNORECASE)
_EXCLUDED = re.compile(r"(?<=\s)-(?=[^\W\d_])\S+")
_NOT_SEARCH = frozenset(
    {
        *(
            "email",
            "e-mail",
            "newsletter",
            "sms",
            "push",
            "referral",
            "affiliate",
            "affiliates",
            "partner",
            "qr",
            "print",
        ),
        *("social", "organic_social", "organic-social", "paid_social", "paid-social", "paidsocial", "social-paid"),
        *("display", "banner", "video", "cpm", "retargeting", "remarketing", "influencer"),
    }
)
"""Media whose `utm_term` names an audience or a variant, not what somebody looked for."""


def asked_for(keyword: str) -> str:
    """Return the words of a keyword without marks of match types and excluded words; "" if it stands for none."""
    plain = keyword[:LONGEST_KEYWORD].strip()
    if "%" in plain:
        plain = unquote(plain)
    name = plain.strip("()[]\"'- ").casefold()
    if not name or name in _NO_KEYWORD or _PLACEHOLDER.search(plain) or _ID.fullmatch(name):
        return ""
    return _EXCLUDED.sub(" ", plain)


def is_search(medium: str) -> bool:
    """Whether a campaign of this medium may come from a search: what is not known to be another may be."""
    return medium.strip().casefold() not in _NOT_SEARCH
