"""JSON Schemas of events in draft 4, the JSON Schema that EventBridge's schema registry takes."""

from collections.abc import Mapping
from typing import Any

from attune.events.contract import EventFields
from attune.events.whole_calls import call_model
from attune_cli.contracts.json_layout import laid_out

DRAFT = "http://json-schema.org/draft-04/schema#"
DROPPED = ("title", "default")
"""What pydantic adds to every field and tells nobody anything."""


def schema_text(event: type[EventFields]) -> str:
    """Return the file that describes a call carrying this event."""
    return laid_out(schema_of(event)) + "\n"


def schema_of(event: type[EventFields]) -> dict[str, Any]:
    """Return the schema of a call carrying this event: the `detail` of an EventBridge event, or an HTTP body."""
    contract = event.contract
    made = call_model(event).model_json_schema(ref_template="#/definitions/{model}")
    definitions = {name: _draft4(part) for name, part in sorted(made.pop("$defs", {}).items())}
    body = _draft4(made)
    return {
        "$schema": DRAFT,
        "title": contract.title,
        "description": " ".join((event.__doc__ or "").split()),
        "x-version": contract.version,
        "type": "object",
        "required": body["required"],
        "anyOf": [{"required": ["userId"]}, {"required": ["anonymousId"]}],
        "properties": body["properties"],
        "definitions": definitions,
    }


def _draft4(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Translate one schema and what is in it from pydantic's draft 2020-12."""
    made: dict[str, Any] = {}
    for keyword, value in schema.items():
        match keyword:
            case "properties":
                made[keyword] = {name: _draft4(part) for name, part in value.items()}
            case "items":
                made[keyword] = _draft4(value)
            case "anyOf":
                made |= _alternatives([_draft4(part) for part in value])
            case "const":
                made["enum"] = [value]
            case "$ref":
                made["allOf"] = [{"$ref": value}]  # draft 4 ignores what stands beside a reference
            case "additionalProperties" if value is True:
                pass  # the default, and the contract: unknown fields are let through
            case _ if keyword not in DROPPED:
                made[keyword] = value
    return {"$ref": made["allOf"][0]["$ref"]} if list(made) == ["allOf"] else made


def _alternatives(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one schema for several: a list of types where they are nothing but types."""
    if all(list(part) == ["type"] for part in parts):
        kinds = [part["type"] for part in parts]
        return {"type": [kind for kind in kinds if not (kind == "integer" and "number" in kinds)]}
    return {"anyOf": parts}
