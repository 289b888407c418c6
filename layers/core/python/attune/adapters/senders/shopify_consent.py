"""What a Shopify customer record says about consent, with where and when it was said."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attune.adapters.senders.origins import Origin
from attune.adapters.senders.times import instant
from attune.adapters.senders.values import obj, text
from attune.domain.signals import ConsentChange

YES = frozenset({"subscribed"})
NO = frozenset({"unsubscribed", "redacted", "invalid"})
NOT_SUBSCRIBED = frozenset({"not_subscribed"})
"""A no only if it came after the record was made. `pending` (asked, not yet confirmed) says nothing."""
AT_CREATION = timedelta(minutes=1)


def read_consent(customer: Mapping[str, Any], origin: Origin) -> Iterator[ConsentChange]:
    """Yield what the record says channel by channel; nothing where nobody was asked."""
    created = instant(customer.get("created_at"))
    for channel, field in (("email", "email_marketing_consent"), ("sms", "sms_marketing_consent")):
        record = obj(customer.get(field))
        state = text(record.get("state")).casefold()
        if state:
            since = instant(record.get("consent_updated_at"))
            said = _said(state, since, created)
            source = (state, text(record.get("opt_in_level")), text(record.get("consent_collected_from")))
        elif channel == "email" and isinstance(customer.get("accepts_marketing"), bool):
            since = instant(customer.get("accepts_marketing_updated_at"))
            accepts = customer["accepts_marketing"]
            said = _said("subscribed" if accepts else "not_subscribed", since, created)
            source = ("accepts_marketing", str(accepts).lower(), text(customer.get("marketing_opt_in_level")))
        else:
            continue
        if said is not None:
            where = ":".join(("shopify", *(part.casefold() for part in source if part)))
            yield origin.consent(channel, granted=said, source=where, time=_by(since, origin), about=channel)


def _said(state: str, since: datetime | None, created: datetime | None) -> bool | None:
    """Return a yes, a no, or None where nobody said anything."""
    if state in YES:
        return True
    if state in NO:
        return False
    # A no that was there from the start is what a record says of somebody who was never asked.
    changed_mind = since is not None and (created is None or since > created + AT_CREATION)
    return False if state in NOT_SUBSCRIBED and changed_mind else None


def _by(since: datetime | None, origin: Origin) -> datetime:
    """Return when it was said: not after the event that tells it, whose time has been checked."""
    return min(since, origin.time) if since else origin.time
