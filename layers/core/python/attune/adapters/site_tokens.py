"""Tokens by which a site's own backend says which customer is looking: JWT, HS256, short-lived."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.errors import AttuneError
from attune.domain.identifiers import LONGEST, IdentifierType
from attune.domain.identity import parse_handle

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

AUDIENCE = "attune-onsite"
"""What `aud` must say, so that a token the site made for something else opens nothing here."""
ALGORITHM = "HS256"
LONGEST_LIFE = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(seconds=30)
"""By how much the site's clock and ours may differ."""
LONGEST_TOKEN = 2048
SHORTEST_KEY = 32
"""In characters: HS256 wants a key of at least 256 bits (RFC 7518)."""
KEPT_SECONDS = 60.0
"""How long a copy of the keys is used: a key that is added or taken back counts everywhere after this time."""
NAMED_BY = frozenset({IdentifierType.USER, IdentifierType.ANONYMOUS, IdentifierType.EXTERNAL})

logger = Logger()


class SiteTokenError(AttuneError):
    """Raised when a token says nothing we may believe; the message says what to repair."""


class KeysUnavailableError(AttuneError):
    """Raised when the keys cannot be read and no copy of them is at hand."""


class SiteKeys:
    """The valid signing keys in one secret: a JSON object of names and keys, `current` and during a change `previous`."""

    def __init__(
        self, client: "SecretsManagerClient", secret_id: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read nothing yet; `clock` counts seconds."""
        self._client = client
        self._id = secret_id
        self._clock = clock
        self._keys: tuple[str, ...] = ()
        self._read_at = -KEPT_SECONDS

    def __call__(self) -> tuple[str, ...]:
        """Return every valid key; raise KeysUnavailableError where there is none to be had."""
        if self._clock() - self._read_at >= KEPT_SECONDS or not self._keys:
            try:
                self._keys = read_keys(self._client.get_secret_value(SecretId=self._id)["SecretString"])
                self._read_at = self._clock()
            except (BotoCoreError, ClientError, KeyError) as error:
                logger.exception("site_keys_not_read")
                if not self._keys:
                    message = "the keys of site tokens cannot be read"
                    raise KeysUnavailableError(message) from error
        if not self._keys:
            message = "the secret with the keys of site tokens holds none that may be used"
            raise KeysUnavailableError(message)
        return self._keys


def read_keys(text: str) -> tuple[str, ...]:
    """Read a secret's text into its keys, without those too short to be safe."""
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    named: Mapping[Any, Any] = found if isinstance(found, dict) else {"key": text.strip()}
    for name, key in named.items():
        if not _is_key(key):
            logger.error("site_key_ignored", key_name=name, why=f"not a text of at least {SHORTEST_KEY} characters")
    return tuple(key for key in named.values() if _is_key(key))


def _is_key(key: object) -> bool:
    return isinstance(key, str) and len(key) >= SHORTEST_KEY


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
