"""What the dependencies layer keeps of botocore's data: the services that functions call, in the form that is read fastest."""

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AWS_SERVICES = frozenset(
    {
        "athena",
        "bedrock-runtime",
        "comprehend",
        "dynamodb",
        "events",
        "firehose",
        "pinpoint-sms-voice-v2",
        "s3",
        "secretsmanager",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
    }
)
"""The services that functions call. The models of the other 400 are half of the layer, and every cold start of a local
function unpacks them."""


def keep_what_is_called(data: Path) -> None:
    """Remove what no function reads, in place: other services, documentation, others' endpoints; and unzip the rest.

    A client reads its service's model and the endpoints of all services when it is made: a tenth of a cold start.
    """
    for service in data.iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    prefixes = set()
    for zipped in sorted(data.glob("*/*/*.json.gz")):
        told = json.loads(gzip.decompress(zipped.read_bytes()))
        if zipped.name.startswith("service-"):
            prefixes.add(told["metadata"]["endpointPrefix"])
            told = _without_documentation(told)
        _write(zipped.with_suffix(""), told)
        zipped.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = dict(_of(prefixes, partition["services"]))
    _write(data / "endpoints.json", endpoints)


def _of(prefixes: set[str], services: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, told in services.items():
        if name in prefixes:
            yield name, told


def _without_documentation(told: Any) -> Any:
    """Leave out what people read; a member that is called so is no text, and stays.

    The parameters of a client keep theirs: botocore reads those when S3 is first asked, and fails without.
    """
    match told:
        case dict():
            return {
                name: value if name == "clientContextParams" else _without_documentation(value)
                for name, value in told.items()
                if not (name == "documentation" and isinstance(value, str))
            }
        case list():
            return [_without_documentation(value) for value in told]
        case _:
            return told


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, separators=(",", ":")), encoding="utf-8")
