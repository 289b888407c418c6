"""By what ids are remembered that came before."""

import base64
import hashlib


def fingerprint(message_id: str) -> str:
    """Return the short hash under which a message id is remembered (72 bits, 12 characters)."""
    return base64.urlsafe_b64encode(hashlib.blake2b(message_id.encode(), digest_size=9).digest()).decode()
