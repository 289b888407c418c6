"""The catalogue of events as a page for people, made from the models, the playbooks and what reading really does."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attune.domain.playbooks import Playbook
from attune.domain.signals import SignalKind
from attune.events.contract import EventFields
from attune.events.families import FAMILIES, Family, every_event
from attune.events.products import ListedProduct, ProductFields
from attune.events.whole_calls import example_calls, outer_fields, payload_name
from attune_cli.contracts.draft4 import schema_of
from attune_cli.contracts.json_layout import laid_out
from attune_cli.contracts.usage import Listeners, Usage, kinds_in, usage_of

HEAD = """# The event catalogue

Made by `attune events schema --write` from the models in `layers/core/python/attune/events`, the playbooks in
`templates/playbooks` and what ingestion reads from the examples: change those, not this page. A test keeps it current.

How to publish, the fields around every event, versions and what becomes of events that do not fit: [events](../events.md).
What other systems send: [senders](senders.md).

A field in **bold** is needed. A field marked ● is read: it changes what Attune does or knows. The others are accepted,
as is any field that is not listed, and never play a part in a decision. Every field but the needed ones may be absent or `null`.
"""
PRODUCT_HEAD = """## The fields of a product

Of the spec; Attune decides nothing by them. `products`, where an event has it, is a list of objects with these fields.
"""
MOMENTS_HEAD = """Which moments use which events:

| Moment | Opened by | Closed by | Kept quiet by |
|---|---|---|---|"""
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "date": "date",
    "date-time": "time",
}


def catalogue(listeners: Listeners) -> str:
    """Return the page."""
    parts = [
        HEAD,
        _contents(),
        _moments(listeners.playbooks),
        *(_family(family, listeners) for family in FAMILIES),
        PRODUCT_HEAD + "\n" + _product_table(),
    ]
    return "\n".join(parts)


def section(event: type[EventFields], listeners: Listeners) -> str:
    """Return what the page says about one event."""
    contract, usage = event.contract, usage_of(event, listeners)
    paragraphs = [
        f"### {contract.title}",
        _purpose(event),
        f"**What Attune does:** {' '.join(usage.sentences)}",
        "\n".join(_field_table(event, usage)),
        *(_example(call) for call in example_calls(event)),
        f"Version {contract.version} · [JSON Schema](schemas/{contract.slug}.json)",
    ]
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def anchor(title: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^a-z0-9 -]", "", title.casefold()).replace(" ", "-")


def _contents() -> str:
    lines = [
        f"| [{family.title}](#{anchor(family.title)}) | "
        + ", ".join(f"[{event.contract.title}](#{anchor(event.contract.title)})" for event in family.events)
        + " |"
        for family in FAMILIES
    ]
    return "\n".join(["| Family | Events |", "|---|---|", *lines]) + "\n"


def _moments(playbooks: Iterable[Playbook]) -> str:
    """Return a table of what opens, closes and silences each playbook, every event of a kind included."""
    rows = []
    for playbook in playbooks:
        watched = playbook.watched()
        cells = (_events_of(kinds) for kinds in (watched.opened_by, watched.closed_by, watched.excluded_by))
        rows.append(f"| [{playbook.id}](../../templates/playbooks/{playbook.id}.yaml) | {' | '.join(cells)} |")
    return "\n".join([MOMENTS_HEAD, *rows]) + "\n"


def _events_of(kinds: frozenset[SignalKind]) -> str:
    titles = [event.contract.title for event in every_event() if kinds & set(kinds_in(event))]
    return ", ".join(f"[{title}](#{anchor(title)})" for title in titles)


def _family(family: Family, listeners: Listeners) -> str:
    return "\n".join(
        [f"## {family.title}\n\n{family.about}\n", *(section(event, listeners) for event in family.events)]
    )


def _purpose(event: type[EventFields]) -> str:
    return " ".join((event.__doc__ or "").split())


def _field_table(event: type[EventFields], usage: Usage) -> Iterator[str]:
    """Yield the lines of a table of the event's own fields; a product's are told once for all events."""
    whole = schema_of(event)
    own = whole["definitions"].get(event.__name__, {})
    told_once = ListedProduct.model_fields if issubclass(event, ProductFields) else {}
    fields = [(name, whole["properties"][name], name in whole["required"]) for name in outer_fields(event)]
    fields += [
        (f"{payload_name(event)}.{name}", described, name in own.get("required", ()))
        for name, described in own.get("properties", {}).items()
        if name not in told_once
    ]
    if fields:
        yield from ("| Field | | Type | Meaning |", "|---|---|---|---|")
    for name, described, needed in sorted(fields, key=lambda field: (not field[2], field[0] not in usage.fields)):
        yield _row(name, described, mark="●" if name in usage.fields else "", needed=needed)
    if told_once:
        yield from ("", "And the [fields of a product](#the-fields-of-a-product).")


def _row(name: str, described: Mapping[str, Any], *, mark: str, needed: bool) -> str:
    shown = f"**`{name}`**" if needed else f"`{name}`"
    return f"| {shown} | {mark} | {kind_of(described)} | {described.get('description', '')} |"


def _product_table() -> str:
    rows = [f"| `{name}` | {field.description} |" for name, field in ListedProduct.model_fields.items()]
    return "\n".join(["| Field | Meaning |", "|---|---|", *rows]) + "\n"


def kind_of(described: Mapping[str, Any]) -> str:
    """Return a schema's type in words."""
    if "anyOf" in described:
        kinds = [kind_of(part) for part in described["anyOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in described:
        return "object"
    if "enum" in described:
        return ", ".join(f"`{value}`" for value in described["enum"])
    types = described.get("type", ())
    kinds = [kind for kind in ([types] if isinstance(types, str) else types) if kind != "null"]
    if kinds == ["array"]:
        return f"list of {kind_of(described.get('items', {}))}".replace("list of object", "list of objects")
    return " or ".join(WORDS[described.get("format", kind)] for kind in kinds)


def _example(call: Mapping[str, Any]) -> str:
    return f"```json\n{laid_out(call)}\n```"
