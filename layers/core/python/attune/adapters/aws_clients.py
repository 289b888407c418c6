"""The one place that makes AWS clients for functions: botocore's own, which are what boto3 hands out too.

Importing boto3 brings s3transfer and multiprocessing with it, a third of what a bare function's cold start takes, for
transfers of large files that nothing here makes.
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

RETRIES = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=10)

IMPATIENT = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=1, read_timeout=2)
"""For a service that there is a fallback for."""


def client(service: str, config: Config = RETRIES) -> Any:
    """Return a client, with bounded standard retries unless `config` says otherwise."""
    return _session().create_client(service, config=config)


@cache
def _session() -> Any:
    """One session a process: service models that two clients share are read once."""
    return botocore.session.get_session()
