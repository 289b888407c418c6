"""The keys in one secret, kept for a minute: a key that is added or taken back counts everywhere soon after."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 60.0
"""How long a copy of the keys is used."""

logger = Logger()


class KeysUnavailableError(AttuneError):
    """Raised when keys cannot be read and no copy of them is at hand."""


class SecretKeys:
    """The valid keys in one secret: a JSON object of names and keys, or a single key as it is."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        secret_id: str,
        *,
        shortest: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read nothing yet; keys of fewer than `shortest` characters are not accepted; `clock` counts seconds."""
        self._client = client
        self._id = secret_id
        self._shortest = shortest
        self._clock = clock
        self._keys: Mapping[str, str] | None = None
        self._read_at = 0.0

    def keys(self) -> Mapping[str, str]:
        """Return name -> key of every valid key, perhaps of none; raise KeysUnavailableError where nobody can tell."""
        if self._keys is None or self._clock() - self._read_at >= KEPT_SECONDS:
            try:
                text = self._client.get_secret_value(SecretId=self._id)["SecretString"]
            except (BotoCoreError, ClientError, KeyError) as error:
                logger.exception("secret_not_read")
                if self._keys is None:
                    message = f"the secret {self._id} cannot be read"
                    raise KeysUnavailableError(message) from error
            else:
                self._keys, self._read_at = read_keys(text, shortest=self._shortest), self._clock()
        return self._keys


def read_keys(text: str, *, shortest: int) -> dict[str, str]:
    """Read a secret's text into name -> key, without those too short to be safe."""
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    named: Mapping[Any, Any] = found if isinstance(found, dict) else {"key": text.strip()}
    keys = {str(name): key for name, key in named.items() if isinstance(key, str) and len(key) >= shortest}
    for name in sorted(set(map(str, named)) - keys.keys()):
        logger.error("key_ignored", key_name=name, why=f"not a text of at least {shortest} characters")
    return keys
