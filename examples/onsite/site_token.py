"""Make the token with which a page of your shop asks Attune what to show. Runs in your backend, never in the page.

Usage: ATTUNE_SITE_KEY=... python site_token.py customer-ada
       ATTUNE_SITE_KEY=... python site_token.py anon:7f3a-cookie
The key is the value of "current" in the secret SiteTokenKeysSecret. Needs PyJWT.
"""

import os
import sys
import time

import jwt


def site_token(customer: str, key: str, *, minutes: int = 60) -> str:
    """Return a token for a user id, or for "anon:" and the anonymous id that your events carry."""
    now = int(time.time())
    return jwt.encode({"sub": customer, "aud": "attune-onsite", "iat": now, "exp": now + 60 * minutes}, key, "HS256")


if __name__ == "__main__":
    print(site_token(sys.argv[1], os.environ["ATTUNE_SITE_KEY"]))
