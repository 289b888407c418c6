"""Signed links: who may do what without logging in, for how long."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from itsdangerous import BadData, BadSignature, SignatureExpired, URLSafeTimedSerializer, encoding

from attune.adapters.link_keys import LinkKeys
from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

VALID_FOR_SECONDS = 90 * 24 * 3600
LONGEST_TOKEN = 4096
"""In characters; a customer id of 255 characters in any script fits."""


class LinkError(AttuneError):
    """Raised when a link was changed, is too old, or is for something else."""


class LinkPurpose(StrEnum):
    """What a link is for; a link for one purpose opens no other."""

    UNSUBSCRIBE = "unsubscribe"
    FEEDBACK = "feedback"
    PREFERENCES = "preferences"
    WHY = "why"
    MY_DATA = "my_data"


@dataclass(frozen=True)
class LinkClaim:
    """What a link says: for whom, about which journey and touch, on which channel, in which language."""

    customer_id: str
    journey_id: str
    channel: str
    locale: str
    touch: int = 0


class Links:
    """Makes links with the current key, and reads those of every key that still counts."""

    def __init__(self, *keys: str, renew: Callable[[], tuple[str, ...]] | None = None) -> None:
        """Keep the signing keys, the current one first; `renew` is asked for them when a link fits none of them."""
        self._keys = keys
        self._renew = renew

    @classmethod
    def from_secret(
        cls, client: "SecretsManagerClient", secret_id: str, *, clock: Callable[[], float] = time.monotonic
    ) -> Self:
        """Read the signing keys from Secrets Manager; raise LinkKeysError if the secret holds none."""
        keys = LinkKeys(client, secret_id, clock=clock)
        return cls(*keys.read(), renew=keys.read_again)

    def make(self, purpose: LinkPurpose, claim: LinkClaim) -> str:
        """Return the token of a link."""
        fields = [claim.customer_id, claim.journey_id, claim.channel, claim.locale, claim.touch]
        return _serializer(self._keys, purpose).dumps(fields)

    def read(self, purpose: LinkPurpose, token: str) -> LinkClaim:
        """Return what a token says; raise LinkError if it was not made by us, for this, lately."""
        try:
            return _claim(self._loads(purpose, token))
        except (BadData, TypeError, ValueError) as error:
            message = "this link is not valid, or no longer"
            raise LinkError(message) from error

    def _loads(self, purpose: LinkPurpose, token: str) -> object:
        _require_canonical(token)
        try:
            return _serializer(self._keys, purpose).loads(token, max_age=VALID_FOR_SECONDS)
        except BadSignature as error:
            # Too old stays too old; what no key fits may bear one that is newer than ours.
            if self._renew is None or isinstance(error, SignatureExpired):
                raise
            keys = self._renew()
            if keys == self._keys:
                raise
            self._keys = keys
            return _serializer(keys, purpose).loads(token, max_age=VALID_FOR_SECONDS)


def _serializer(keys: tuple[str, ...], purpose: LinkPurpose) -> URLSafeTimedSerializer:
    # The library signs with the last key and accepts all of them.
    return URLSafeTimedSerializer(list(reversed(keys)), salt=f"attune.{purpose}")


def _require_canonical(token: str) -> None:
    """Refuse a signature that is written in another way than ours: base64 forgives what a link should not."""
    signature = token.rpartition(".")[2]
    if len(token) > LONGEST_TOKEN or encoding.base64_encode(encoding.base64_decode(signature)).decode() != signature:
        message = "the signature is not written as we write it"
        raise BadSignature(message)


def _claim(fields: object) -> LinkClaim:
    match fields:
        case [str(customer_id), str(journey_id), str(channel), str(locale)]:  # as links were before they named a touch
            return LinkClaim(customer_id, journey_id, channel, locale)
        case [str(customer_id), str(journey_id), str(channel), str(locale), int(touch)]:
            return LinkClaim(customer_id, journey_id, channel, locale, touch)
        case _:
            message = "a link holds other fields"
            raise ValueError(message)
