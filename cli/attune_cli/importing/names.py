"""Names of Pinpoint as ids of Attune."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 47


def as_id(name: str, *, prefix: str, taken: Collection[str] = ()) -> str:
    """Return a name in lower-case letters, digits and _, which no other one has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not made or not made[0].isalpha():
        made = f"{prefix}_{made}".rstrip("_")
    made = made[:LONGEST].rstrip("_")
    number, unique = 2, made
    while unique in taken:
        ending = f"_{number}"
        unique, number = f"{made[: LONGEST - len(ending)]}{ending}", number + 1
    return unique
