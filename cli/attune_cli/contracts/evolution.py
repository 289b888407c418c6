"""Whether a schema still keeps what an earlier one promised: a minor version adds, and takes nothing away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

type Schema = Mapping[str, Any]


def broken_promises(old: Schema, new: Schema) -> list[str]:
    """Return what senders of the old schema can no longer do, one sentence each; nothing where all is well."""
    return list(_compare("the call", old, new, (old, new)))


def has_new_fields(old: Schema, new: Schema) -> bool:
    """Whether the event itself, not what is around every event, can carry more than it could."""
    return bool(set(_own_fields(new)) - set(_own_fields(old)))


def _own_fields(schema: Schema) -> Iterator[str]:
    for name in ("properties", "traits"):
        for part in _options(schema["properties"].get(name, {}), schema):
            yield from part.get("properties", {})


def _compare(place: str, old: Schema, new: Schema, roots: tuple[Schema, Schema]) -> Iterator[str]:
    """Compare two schemas that describe the same thing, resolved against the documents they stand in."""
    before, after = _options(old, roots[0]), _options(new, roots[1])
    for kind in _kinds(before) - _kinds(after):
        yield f"{place} may no longer be {kind}"
    allowed, then = _values(before), _values(after)
    if then is not None and (allowed is None or not set(allowed) <= set(then)):
        yield f"{place} may no longer have every value it could have"
    fields, later = _fields(before), _fields(after)
    for name in sorted(_required(after) - _required(before)):
        yield f"{place} now needs {name}"
    for name, field in fields.items():
        if name not in later:
            yield f"{place} no longer has {name}"
        else:
            yield from _compare(f"{place}'s {name}", field, later[name], roots)
    items, after_items = _items(before), _items(after)
    if items is not None and after_items is not None:
        yield from _compare(f"each of {place}", items, after_items, roots)


def _options(schema: Schema, root: Schema) -> list[Schema]:
    """Return the alternatives of a schema, with references followed."""
    if "$ref" in schema:
        return _options(root["definitions"][str(schema["$ref"]).rpartition("/")[2]], root)
    for keyword in ("anyOf", "allOf"):
        if keyword in schema and "properties" not in schema:
            return [option for part in schema[keyword] for option in _options(part, root)]
    return [schema]


def _kinds(options: Sequence[Schema]) -> set[str]:
    named = [option.get("type", []) for option in options]
    kinds = {kind for one in named for kind in ([one] if isinstance(one, str) else one)}
    return kinds | {"integer"} if "number" in kinds else kinds


def _values(options: Sequence[Schema]) -> list[str] | None:
    """Return the values that strings are limited to, or None where they are free."""
    texts = [option for option in options if "string" in _kinds([option])]
    limited = [value for option in texts for value in option.get("enum", ())]
    return limited if texts and all("enum" in option for option in texts) else None


def _fields(options: Sequence[Schema]) -> dict[str, Schema]:
    return {name: field for option in options for name, field in option.get("properties", {}).items()}


def _required(options: Sequence[Schema]) -> set[str]:
    return {name for option in options for name in option.get("required", ())}


def _items(options: Sequence[Schema]) -> Schema | None:
    return next((option["items"] for option in options if "items" in option), None)
