"""The columns of a decision in the table and in the lake. Columns are added at the end, never renamed, never removed.

Rows that were written before a column was added have no value there; nothing is rewritten.
"""

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "decision_id": "string",
    "time": "string",
    "kind": "string",
    "subject_key": "string",
    "journey_id": "string",
    "playbook": "string",
    "playbook_version": "string",
    "touch": "int",
    "choice": "string",
    "reason_code": "string",
    "reasons": "string",
    "inputs": "string",
    "options": "string",
    "automated": "boolean",
    "dry_run": "boolean",
    "model_version": "string",
    "code_version": "string",
    "expires_at": "bigint",
    "schema_version": "int",
    "defects": "string",
}
"""Each column's type, as Glue and Athena call it."""

SCHEMA_VERSION = 2
"""Raised with each added column. Rows of version 1, which had neither this column nor `defects`, do not say theirs."""
