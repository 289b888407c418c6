"""What every message on support's queues has in common: open to newer fields, read with a clear error, published as a schema."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from attune.domain.errors import AttuneError


class CaseMessageError(AttuneError):
    """Raised when what lies on a queue is nothing that this version can read."""


class Open(BaseModel):
    """A message or a part of one; fields that a newer minor version added are let through."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


def read_as[M: Open](model: type[M], body: str, *, what: str) -> M:
    """Read a message from a queue; raise CaseMessageError where it is not `what`, or of another major version."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the message"
        message = f"this is no {what} of schema 1: {place}: {first['msg']}; docs/cases.md says what one holds"
        raise CaseMessageError(message) from error


def schema_of(model: type[Open], *, title: str, version: str) -> dict[str, Any]:
    """Return the JSON Schema of a message, under its title and version."""
    heading = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "x-version": version}
    return {**heading, **_without_titles(model.model_json_schema())}


def _without_titles(schema: Any) -> Any:
    """Leave out the titles that pydantic makes of field names; they tell nobody anything."""
    match schema:
        case dict():
            return {
                name: _without_titles(part)
                for name, part in schema.items()
                if name != "title" or not isinstance(part, str)
            }
        case list():
            return [_without_titles(part) for part in schema]
        case _:
            return schema
