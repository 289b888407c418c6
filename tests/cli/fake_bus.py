"""A bus that takes events or fails them as it is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import EndpointConnectionError


class FakeBus:
    """Stands in for the EventBridge client: remembers accepted entries, fails the planned ones."""

    def __init__(self, failures: Mapping[str, Sequence[str]] | None = None, *, dies_at_request: int = 0) -> None:
        """`failures` maps an entry's detail to the error codes of its first attempts."""
        self.failures = {detail: list(codes) for detail, codes in (failures or {}).items()}
        self.dies_at_request = dies_at_request
        self.requests: list[list[dict[str, Any]]] = []
        self.accepted: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        self.requests.append(Entries)
        if len(self.requests) == self.dies_at_request:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        results = [self._take(entry) for entry in Entries]
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _take(self, entry: dict[str, Any]) -> dict[str, str]:
        codes = self.failures.get(entry["Detail"])
        if codes:
            return {"ErrorCode": codes.pop(0), "ErrorMessage": "told to fail"}
        self.accepted.append(entry)
        return {"EventId": str(len(self.accepted))}
