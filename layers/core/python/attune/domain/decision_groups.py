"""To which groups a customer belonged when something was decided: what the log can be asked by, and nothing finer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attune.domain.customers import Customer

GROUPS = ("segment", "lifecycle", "locale", "country", "device")
"""The inputs of a decision about a customer that questions and fairness group by; empty where nothing is known.

Each is what applications told or the visit showed, never inferred. None is finer than a country.
"""


def groups_of(customer: "Customer", *, fallback_locale: str = "") -> Mapping[str, str]:
    """Return the groups a customer belongs to now; `fallback_locale` is used where nobody told a language."""
    profile, context = customer.profile, customer.current_context
    found = {
        "segment": profile.segment,
        "lifecycle": profile.lifecycle,
        "locale": profile.locale or context.get("locale", "") or fallback_locale,
        "country": profile.country,
        "device": context.get("device", ""),
    }
    return {name: found[name] for name in GROUPS}
