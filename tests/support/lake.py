"""A lake on a local AWS of its own: the deployed template, the real exporter, real Parquet, real SQL."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from attune.adapters.athena import Athena
from attune.adapters.decisions_table import to_row
from attune.adapters.lake_rows import LakeRows
from attune.adapters.seal_store import SealStore
from attune.domain.decisions import KEPT_FOR, Decision
from attune_cli.auditing.asking import Answer, Auditor
from attune_cli.auditing.queries import load_queries
from attune_cli.local_aws import LocalAws
from functions.export_decisions.exporting import Exporter
from functions.seal_decisions.sealing import Sealer
from tests.infra.templates import synthesise

STACK = "attune-local-state"
BOOTSTRAPPED = "/cdk-bootstrap/hnb659fds/version"
QUERIES = load_queries()


@dataclass
class Lake:
    """The lake of one test module."""

    aws: LocalAws
    outputs: Mapping[str, str]

    def client(self, service: str) -> Any:
        return self.aws.session().client(service)

    @property
    def store(self) -> SealStore:
        return SealStore(self.client("s3"), self.outputs["EvidenceBucket"])

    @property
    def athena(self) -> Athena:
        work_group, database = self.outputs["WorkGroup"], self.outputs["LakeDatabase"]
        return Athena(client=self.client("athena"), work_group=work_group, database=database)

    @property
    def rows(self) -> LakeRows:
        return LakeRows(self.athena)

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.rows, self.store, 400)

    @property
    def auditor(self) -> Auditor:
        return Auditor(self.athena, is_local=True)

    def export(self, decisions: Iterable[Decision]) -> None:
        """Let decisions take the way of the stream: the rows that the table gets, through the exporter."""
        self.export_rows([image(decision) for decision in decisions])

    def export_rows(self, images: list[dict[str, Any]], *, announce: bool = True) -> None:
        exporter = Exporter(self.client("firehose"), self.outputs["DeliveryStream"], self.store if announce else Mute())
        exporter.export({"eventName": "INSERT", "dynamodb": {"NewImage": one}} for one in images)

    def ask(self, name: str, **values: str) -> Answer:
        return self.auditor.ask(QUERIES[name], {"since": "2026-01-01", **values})

    def objects(self, prefix: str = "decisions/") -> list[str]:
        bucket = self.outputs["LakeBucket"]
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def move_to(self, day: date) -> None:
        """Let everything that the lake holds have arrived on another day: the objects move into its partition."""
        s3, bucket = self.client("s3"), self.outputs["LakeBucket"]
        for key in self.objects():
            moved = f"decisions/dt={day.isoformat()}/{Path(key).name}"
            if moved != key:
                s3.copy_object(Bucket=bucket, Key=moved, CopySource={"Bucket": bucket, "Key": key})
                s3.delete_object(Bucket=bucket, Key=key)


class Mute:
    """Announces nothing."""

    def announce(self, day: date, rows: Mapping[str, str]) -> None:
        """Say nothing."""


def image(decision: Decision, **changes: dict[str, Any]) -> dict[str, Any]:
    """Return a decision's row as DynamoDB's stream shows it."""
    row = to_row(decision, expires_at=int((decision.time + KEPT_FOR).timestamp()))
    typed = {
        name: {"BOOL": value}
        if isinstance(value, bool)
        else {"N": str(value)}
        if isinstance(value, int)
        else {"S": value}
        for name, value in row.items()
    }
    return {**typed, **changes}


@contextmanager
def local_lake(home: Path) -> Iterator[Lake]:
    """Start a local AWS with nothing but the state stack in it, as synthesised, and always stop it."""
    aws = LocalAws(home=home)
    aws.start()
    try:
        cloudformation = aws.session().client("cloudformation")
        # What bootstrapping leaves behind, and all that a template without assets asks for.
        aws.session().client("ssm").put_parameter(Name=BOOTSTRAPPED, Value="30", Type="String")
        template = json.dumps(synthesise("local").templates["state"])
        cloudformation.create_stack(StackName=STACK, TemplateBody=template)
        yield Lake(aws, _outputs(cloudformation))
    finally:
        aws.stop()


def _outputs(cloudformation: Any) -> dict[str, str]:
    for _ in range(1800):
        (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        assert stack["StackStatus"] == "CREATE_IN_PROGRESS", stack
        time.sleep(0.1)
    raise AssertionError("the state stack was not created within three minutes")
