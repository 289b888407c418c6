"""The one place that makes AWS clients for functions: botocore's own, which are what boto3 hands out too.

Importing boto3 brings s3transfer and multiprocessing with it, a third of what a bare function's cold start takes, for
transfers of large files that nothing here makes.
"""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import JSONFileLoader

USER_AGENT = "attune"
"""Given as it is: botocore otherwise writes a long one anew for every request, which takes a quarter of the request's time."""

RETRIES = Config(
    retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=10, user_agent=USER_AGENT
)

IMPATIENT = Config(
    retries={"mode": "standard", "max_attempts": 2}, connect_timeout=1, read_timeout=2, user_agent=USER_AGENT
)
"""For a service that there is a fallback for."""

UNCHECKED = RETRIES.merge(Config(parameter_validation=False))
"""For DynamoDB, which is asked for every event, always in the same few shapes: types are checked before it is deployed."""


def client(service: str, config: Config | None = None) -> Any:
    """Return a client, with bounded standard retries unless `config` says otherwise."""
    return _session().create_client(service, config=config or (UNCHECKED if service == "dynamodb" else RETRIES))


@cache
def _session() -> Any:
    """One session a process: service models that two clients share are read once.

    Lambda gives a role's credentials by the environment, for good. Told so, botocore makes none of what would look for
    them elsewhere, each with a TLS context of its own: an eighth of the time that the first client takes.
    """
    session = botocore.session.get_session()
    session.get_component("data_loader").file_loader = PlainFileLoader()
    given = os.environ.get
    key, secret = given("AWS_ACCESS_KEY_ID"), given("AWS_SECRET_ACCESS_KEY")
    if key and secret and not given("AWS_CREDENTIAL_EXPIRATION"):
        session.set_credentials(key, secret, given("AWS_SESSION_TOKEN"), given("AWS_ACCOUNT_ID"))
    return session


class PlainFileLoader(JSONFileLoader):
    """Reads botocore's own files, all of what they say, into plain dictionaries, which keep their order as well.

    botocore reads them into OrderedDict, which takes three times as long: an eighth of a cold start, most of it for the
    list of all endpoints.
    """

    def load_file(self, file_path: str) -> Any:
        """Return what a file says that is named without its ending, or None if there is none."""
        plain = Path(f"{file_path}.json")
        if plain.is_file():
            return json.loads(plain.read_bytes())
        packed = Path(f"{file_path}.json.gz")
        return json.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None
