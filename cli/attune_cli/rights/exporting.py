"""A copy of everything held about a person, as JSON that they can read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attune_cli.rights.holdings import Holdings, Person, Row

NOT_THEIRS = frozenset({"subject_secret"})
"""Keys of ours: with it the log could be searched for other people's guesses."""


def export_of(holdings: Holdings, person: Person, at: datetime) -> dict[str, Any]:
    """Return everything: what is stored, and every decision with its reasons in plain words."""
    return {
        "exported_at": at.isoformat(timespec="seconds"),
        "customer_ids": list(person.ids),
        "held": {one: [_item(row) for row in holdings.customer_rows(one)] for one in person.ids},
        "identifiers": [
            {
                "identifier": mark,
                "history": [f"{entry.bond} {entry.customer_id} {entry.at.isoformat()}" for entry in link.history],
            }
            for mark, link in sorted(person.links.items())
        ],
        "decisions": [
            _decision(row)
            for customer in person.customers
            for row in holdings.decision_rows(customer.profile.subject_key)
        ],
    }


def _item(row: Row) -> dict[str, Any]:
    data: Mapping[str, Any] = json.loads(row["data"]["S"])
    return {"what": row["sk"]["S"], **{name: value for name, value in data.items() if name not in NOT_THEIRS}}


def _decision(row: Row) -> dict[str, Any]:
    inputs = json.loads(row["inputs"]["S"])
    return {
        "time": row["time"]["S"],
        "about": row["kind"]["S"],
        "choice": row["choice"]["S"],
        "why": [reason["text"] for reason in json.loads(row["reasons"]["S"])],
        "by_a_program": row["automated"]["BOOL"],
        "playbook": row["playbook"]["S"],
        "data_used": inputs,
        "options": json.loads(row["options"]["S"]),
    }
