"""Write a request for a person's go-ahead; `go_ahead_messages` reads it, and is what costs a function time to load."""

from typing import Any

from attune.adapters.journey_steps import OpenStep
from attune.domain.cases import sent_so_far
from attune.domain.clock import format_instant
from attune.domain.go_aheads import GoAhead
from attune.domain.texts import Text

KIND = "go_ahead"
"""What tells it from a case: those have a `case_id` and no `kind`."""
SCHEMA_VERSION = "1.0"


def go_ahead_message(opened: OpenStep, asked: GoAhead, text: Text, words: tuple[str, str]) -> dict[str, Any]:
    """Return a request as it is put on a queue; `words` are the subject and the text as rendered."""
    situation, playbook = opened.situation, opened.playbook
    zone = situation.zone
    return {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "request_id": asked.request_id,
        "asked_at": format_instant(asked.asked_at),
        "answer_by": format_instant(asked.answer_by),
        "would_be_sent": "Within an hour of a yes, in the customer's contact hours, if nothing speaks against it then.",
        "never_after": format_instant(situation.expires_at),
        "customer_id": situation.customer.customer_id,
        "display_name": situation.customer.profile.first_name,
        "local_time": f"{situation.now.astimezone(zone):%a %H:%M} ({zone.key})" if zone else "unknown",
        "playbook": playbook.id,
        "purpose": playbook.purpose,
        "owner": playbook.owner,
        "touch": asked.touch,
        "why": [term.sentence for term in situation.friction.reasons],
        "friction_level": situation.friction.level.value,
        "messages_so_far": list(sent_so_far(situation.customer, asked.journey_id)),
        "journey_id": asked.journey_id,
        "channel": asked.channel,
        "message": asked.message,
        "locale": text.locale,
        "subject": words[0],
        "text": words[1],
    }
