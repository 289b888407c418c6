"""Signed links: who may do what without logging in, for how long."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from itsdangerous import BadData, URLSafeTimedSerializer

from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

VALID_FOR_SECONDS = 90 * 24 * 3600


class LinkError(AttuneError):
    """Raised when a link was changed, is too old, or is for something else."""


class LinkPurpose(StrEnum):
    """What a link is for; a link for one purpose opens no other."""

    UNSUBSCRIBE = "unsubscribe"
    FEEDBACK = "feedback"


@dataclass(frozen=True)
class LinkClaim:
    """What a link says: for whom, about which journey, on which channel, in which language."""

    customer_id: str
    journey_id: str
    channel: str
    locale: str


class Links:
    """Makes and reads signed links."""

    def __init__(self, key: str) -> None:
        """Keep the signing key."""
        self._key = key

    @classmethod
    def from_secret(cls, client: "SecretsManagerClient", secret_id: str) -> Self:
        """Read the signing key from Secrets Manager."""
        return cls(client.get_secret_value(SecretId=secret_id)["SecretString"])

    def make(self, purpose: LinkPurpose, claim: LinkClaim) -> str:
        """Return the token of a link."""
        fields = [claim.customer_id, claim.journey_id, claim.channel, claim.locale]
        return self._serializer(purpose).dumps(fields)

    def read(self, purpose: LinkPurpose, token: str) -> LinkClaim:
        """Return what a token says; raise LinkError if it was not made by us, for this, lately."""
        try:
            fields = self._serializer(purpose).loads(token, max_age=VALID_FOR_SECONDS)
            return LinkClaim(*fields)
        except (BadData, TypeError) as error:
            message = "this link is not valid, or no longer"
            raise LinkError(message) from error

    def _serializer(self, purpose: LinkPurpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt=f"attune.{purpose}")
