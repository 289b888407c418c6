"""The event catalogue where AWS's tools look for it: one schema per file, in a registry of the stage."""

import json
from pathlib import Path

from aws_cdk import aws_eventschemas as eventschemas
from constructs import Construct

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "events" / "schemas"
LONGEST_DESCRIPTION = 256


class SchemaRegistry(Construct):
    """A registry with every JSON Schema (draft 4, the newest it reads) of a folder; without files it is empty."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: str, folder: Path = SCHEMAS) -> None:
        super().__init__(scope, construct_id)
        registry = eventschemas.CfnRegistry(
            self, "Registry", registry_name=f"attune-{stage}", description="Events that Attune understands"
        )
        for path in sorted(folder.glob("*.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            description = str(schema.get("description") or schema.get("title") or path.stem)
            eventschemas.CfnSchema(
                self,
                path.stem,
                registry_name=registry.attr_registry_name,
                schema_name=path.stem,
                type="JSONSchemaDraft4",
                content=json.dumps(schema, separators=(",", ":")),
                description=description[:LONGEST_DESCRIPTION],
            )
