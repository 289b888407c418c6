"""Forget a person: every row that is theirs goes, the key to their log goes with it, their addresses stay as hashes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attune.adapters.forgotten import ForgottenAddresses
from attune_cli.rights.holdings import Holdings, Person, Row

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

READS_PER_QUEUE = 200
"""Of ten messages each; what lies deeper is told in the report."""
HIDDEN_SECONDS = 60


@dataclass
class Proof:
    """What was removed, by kind: how much, and one hash over it. It names nobody, and nobody can be found by it."""

    counts: Counter[str] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)
    left: int = 0
    suppressed: int = 0
    unread_queues: list[str] = field(default_factory=list)

    def note(self, kind: str, row: Mapping[str, Any] | str) -> None:
        """Count one thing that was removed."""
        self.counts[kind] += 1
        text = row if isinstance(row, str) else json.dumps(row, sort_keys=True)
        self.digests.append(hashlib.sha256(text.encode()).hexdigest())

    def as_data(self, at: datetime) -> dict[str, Any]:
        """Return the report."""
        together = hashlib.sha256("".join(sorted(self.digests)).encode()).hexdigest()
        return {
            "forgotten_at": at.isoformat(timespec="seconds"),
            "removed": dict(sorted(self.counts.items())),
            "sha256_of_removed": together,
            "addresses_suppressed": self.suppressed,
            "left_behind": self.left,
            "queues_not_read_to_the_end": self.unread_queues,
            "expires_by_itself": {
                "audience lists": "7 days; tomorrow's are made without this person",
                "bus archive, execution histories and logs": "by their own retention, see docs/pages.md",
            },
        }


@dataclass(frozen=True)
class Forgetting:
    """Removes a person from the tables and the queues that people read."""

    holdings: Holdings
    sqs: "SQSClient | None" = None
    queues: Mapping[str, str] = field(default_factory=dict)

    def forget(self, person: Person, at: datetime) -> Proof:
        """Remove everything; begun again after a crash it goes on where it stopped, as the profile goes last."""
        holdings, proof = self.holdings, Proof()
        # First of all: whatever happens next, nobody writes to these addresses again.
        addresses = ForgottenAddresses(holdings.client, holdings.customers_table).remember(person.marks, at)
        proof.suppressed = len(addresses)
        for name, url in self.queues.items():
            self._empty(name, url, person.ids, proof)
        for customer in person.customers:
            rows = holdings.decision_rows(customer.profile.subject_key)
            self._remove(holdings.decisions_table, rows, "decisions", proof)
        self._remove(holdings.customers_table, holdings.link_rows(person.marks), "identifiers", proof)
        # Those who were merged into somebody go before that somebody, who alone is found again after a crash.
        for customer in reversed(person.customers):
            self._remove(holdings.customers_table, holdings.customer_rows(customer.customer_id), "", proof)
        # Once more: a function that was at work may have written a row back that was gone already.
        for customer in person.customers:
            self._remove(holdings.customers_table, holdings.customer_rows(customer.customer_id), "", proof)
        proof.left = sum(
            len([*holdings.customer_rows(one.customer_id), *holdings.decision_rows(one.profile.subject_key)])
            for one in person.customers
        ) + len([*holdings.link_rows(person.marks)])
        return proof

    def _remove(self, table: str, rows: Iterable[Row], kind: str, proof: Proof) -> None:
        for row in rows:
            key = {"pk": row["pk"], "sk": row["sk"]}
            self.holdings.client.delete_item(TableName=table, Key=key)
            proof.note(kind or row["sk"]["S"].partition("#")[0].lower(), row)

    def _empty(self, name: str, url: str, ids: Iterable[str], proof: Proof) -> None:
        """Delete a queue's messages about these ids; the others are seen again after a minute."""
        if self.sqs is None:
            return
        marks = tuple(json.dumps(one) for one in ids)
        for _ in range(READS_PER_QUEUE):
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_SECONDS)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                body = message["Body"].replace('\\"', '"')
                if any(mark in body for mark in marks):
                    self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    proof.note(f"{name} queue", message["Body"])
        proof.unread_queues.append(name)
