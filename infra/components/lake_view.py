"""The view for questions of one's own: every decision once, as Athena keeps views in the Glue catalogue."""

import base64
import json
from pathlib import Path

from aws_cdk import Aws
from aws_cdk import aws_glue as glue
from constructs import Construct

from attune.adapters.decision_columns import COLUMNS

VIEW = "decisions_once"
_FILE = Path(__file__).resolve().parents[1] / "queries" / "views" / f"{VIEW}.sql"
_TYPES = {"string": "varchar", "int": "integer"}
"""What Athena calls a type in a view, where that is not Glue's name for it."""


def view_sql() -> str:
    """Return what the view selects, without its comment."""
    return "\n".join(line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))


def decisions_once(scope: Construct, *, database: str) -> glue.CfnTable:
    """Add the view. Only Athena reads it: the local AWS has no views in its catalogue."""
    columns = {**COLUMNS, "dt": "string"}
    told = {
        "originalSql": view_sql(),
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": _TYPES.get(type_, type_)} for name, type_ in columns.items()],
    }
    packed = base64.b64encode(json.dumps(told).encode()).decode()
    return glue.CfnTable(
        scope,
        "DecisionsOnce",
        catalog_id=Aws.ACCOUNT_ID,
        database_name=database,
        table_input=glue.CfnTable.TableInputProperty(
            name=VIEW,
            description="Every decision once; reads the whole log",
            table_type="VIRTUAL_VIEW",
            parameters={"presto_view": "true", "comment": "Presto View"},
            view_original_text=f"/* Presto View: {packed} */",
            view_expanded_text="/* Presto View */",
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=[glue.CfnTable.ColumnProperty(name=name, type=type_) for name, type_ in columns.items()],
                serde_info=glue.CfnTable.SerdeInfoProperty(),
            ),
        ),
    )
