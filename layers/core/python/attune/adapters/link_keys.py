"""The keys that sign links, from one secret: the current one, and during a rotation the previous one."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SHORTEST_KEY = 12
"""In characters, to catch slips: the key that a stage makes has 64."""
READ_AGAIN_AFTER = 60.0
"""Seconds between two looks at the secret, so that forged links cannot make us ask all the time."""

logger = Logger()


class LinkKeysError(AttuneError):
    """Raised when the secret holds no key that may be used; the message says what to put there."""


class LinkKeys:
    """Reads the keys, and reads them again when a link bears one that is not known."""

    def __init__(
        self, client: "SecretsManagerClient", secret_id: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read nothing yet; `clock` counts seconds."""
        self._client = client
        self._id = secret_id
        self._clock = clock
        self._known: tuple[str, ...] = ()
        self._read_at = 0.0

    def read(self) -> tuple[str, ...]:
        """Return the keys, the current one first."""
        self._known = parse_keys(self._client.get_secret_value(SecretId=self._id)["SecretString"])
        self._read_at = self._clock()
        return self._known

    def read_again(self) -> tuple[str, ...]:
        """Return the keys as they are now; as they were, if the last look is recent or the secret cannot be read."""
        if self._clock() - self._read_at < READ_AGAIN_AFTER:
            return self._known
        self._read_at = self._clock()
        try:
            return self.read()
        except (BotoCoreError, ClientError, LinkKeysError):
            logger.exception("link_keys_not_read")
            return self._known


def parse_keys(secret: str) -> tuple[str, ...]:
    """Return the keys of a secret: one bare key, or a JSON object with `current` and perhaps `previous`."""
    if not secret.lstrip().startswith("{"):
        return (_checked(secret, "the secret"),)
    try:
        named = json.loads(secret)
    except ValueError:
        message = 'the secret of link keys is no JSON; write {"current": "<key>", "previous": "<key before>"}'
        raise LinkKeysError(message) from None
    unknown = sorted(named.keys() - {"current", "previous"})
    if unknown:
        message = f"the secret of link keys names {', '.join(unknown)}; it may hold `current` and `previous`"
        raise LinkKeysError(message)
    previous = (_checked(named["previous"], "`previous`"),) if named.get("previous") else ()
    return (_checked(named.get("current"), "`current`"), *previous)


def _checked(key: object, where: str) -> str:
    if not isinstance(key, str) or len(key.strip()) < SHORTEST_KEY:
        message = f"{where} of the link keys must be a text of at least {SHORTEST_KEY} characters"
        raise LinkKeysError(message)
    return key
