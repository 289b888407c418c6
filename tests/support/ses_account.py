"""What moto's SES lacks: the account's quota, and the account's suppression list. Importing teaches it both."""

import json
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sesv2.responses import SESV2Response

QUOTA = {"MaxSendRate": 1000.0, "Max24HourSend": 50_000.0}


def suppressed(region: str = "us-east-1") -> dict[str, str]:
    """Return the account's suppression list: address and reason."""
    backend = ses_backends[DEFAULT_ACCOUNT_ID][region]
    return backend.__dict__.setdefault("account_suppression_list", {})


def get_account(self: Any) -> str:
    """Answer as SES does, for an account out of the sandbox."""
    sent = float(len(self.sesv2_backend.core_backend.sent_messages))
    return json.dumps({"SendQuota": {**QUOTA, "SentLast24Hours": sent}, "SendingEnabled": True})


def put_suppressed_destination(self: Any) -> str:
    """Put an address on the list; the latest reason stays, as at SES."""
    asked = json.loads(self.body)
    suppressed(self.region)[asked["EmailAddress"]] = asked["Reason"]
    return "{}"


SESV2Response.get_account = get_account
SESV2Response.put_suppressed_destination = put_suppressed_destination
