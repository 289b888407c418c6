"""Tokens by which a site's own backend says which customer is looking: JWT, HS256, short-lived."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import jwt

from attune.adapters.secret_keys import KeysUnavailableError, SecretKeys
from attune.domain.errors import AttuneError
from attune.domain.identifiers import LONGEST, IdentifierType
from attune.domain.identity import parse_handle

AUDIENCE = "attune-onsite"
"""What `aud` must say, so that a token the site made for something else opens nothing here."""
ALGORITHM = "HS256"
LONGEST_LIFE = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(seconds=30)
"""By how much the site's clock and ours may differ."""
LONGEST_TOKEN = 2048
SHORTEST_KEY = 32
"""In characters: HS256 wants a key of at least 256 bits (RFC 7518)."""
NAMED_BY = frozenset({IdentifierType.USER, IdentifierType.ANONYMOUS, IdentifierType.EXTERNAL})


class SiteTokenError(AttuneError):
    """Raised when a token says nothing we may believe; the message says what to repair."""


class SiteKeys:
    """The keys of one secret that site tokens may be signed with, `current` and during a change `previous`."""

    def __init__(self, secret: SecretKeys) -> None:
        """Keep the secret."""
        self._secret = secret

    def __call__(self) -> tuple[str, ...]:
        """Return every valid key; raise KeysUnavailableError where there is none to be had."""
        keys = tuple(self._secret.keys().values())
        if not keys:
            message = "the secret with the keys of site tokens holds none that may be used"
            raise KeysUnavailableError(message)
        return keys


class SiteTokens:
    """Reads the tokens that sites make with one of the keys."""

    def __init__(self, keys: Callable[[], tuple[str, ...]]) -> None:
        """Keep where the keys come from."""
        self._keys = keys

    def read(self, token: str) -> str:
        """Return the handle of the customer a token names: a user id, `anon:…` or `ext:…`.

        Raises SiteTokenError for a token that is not ours, not for this, or not for now.
        """
        if not token:
            raise SiteTokenError("There is no token: send the header Authorization: Bearer <token>.")
        if len(token) > LONGEST_TOKEN:
            raise SiteTokenError(
                f"The token is longer than {LONGEST_TOKEN} characters: it needs sub, aud, iat and exp."
            )
        return _handle(self._claims(token))

    def _claims(self, token: str) -> Mapping[str, Any]:
        for key in self._keys():
            try:
                return _decode(token, key)
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError as error:
                raise SiteTokenError("The token has expired: have your backend make a new one.") from error
            except jwt.InvalidAudienceError as error:
                raise SiteTokenError(f'The token is for something else: set "aud" to "{AUDIENCE}".') from error
            except jwt.ImmatureSignatureError as error:
                raise SiteTokenError(
                    'The token is from the future: set "iat" to now, in seconds, and check the clock of your backend.'
                ) from error
            except jwt.InvalidAlgorithmError as error:
                raise SiteTokenError(f'The token must be signed with {ALGORITHM}: set "alg" to it.') from error
            except jwt.MissingRequiredClaimError as error:
                raise SiteTokenError(f'The token lacks "{error.claim}": it needs sub, aud, iat and exp.') from error
            except (jwt.PyJWTError, OverflowError, TypeError, ValueError) as error:
                raise SiteTokenError(
                    "The token cannot be read: it is a JWT with text as sub and aud, and whole seconds as iat and exp."
                ) from error
        raise SiteTokenError("The token was signed with another key: use the one in the secret SiteTokenKeysSecret.")


def _decode(token: str, key: str) -> Mapping[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        leeway=CLOCKS_DIFFER,
        options={"require": ["sub", "aud", "iat", "exp"]},
    )


def _handle(claims: Mapping[str, Any]) -> str:
    if int(claims["exp"]) - int(claims["iat"]) > LONGEST_LIFE.total_seconds():
        hours = LONGEST_LIFE.total_seconds() / 3600
        raise SiteTokenError(f'The token lives too long: "exp" may be at most {hours:.0f} hours after "iat".')
    handle = str(claims["sub"])
    if not handle.strip() or len(handle) > LONGEST or not handle.isprintable():
        raise SiteTokenError(f'"sub" must be the user id, or "anon:" and the anonymous id: up to {LONGEST} characters.')
    if parse_handle(handle).type not in NAMED_BY:
        raise SiteTokenError('"sub" must be the user id, or "anon:" and the anonymous id: anybody can read a token.')
    return handle
