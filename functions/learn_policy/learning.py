"""Take evidence from new decisions: a batch of the log's stream becomes a few batched puts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from attune.adapters.evidence_table import EvidenceTable
from attune.domain.learning.evidence import piece_of


@dataclass(frozen=True)
class Learner:
    """Keeps evidence; a batch that comes again leaves what is there."""

    evidence: EvidenceTable

    def learn(self, stream_records: Iterable[Mapping[str, Any]]) -> int:
        """Keep what new decisions say about contacts and outcomes; return how many pieces there were."""
        rows = (_plain(record["dynamodb"]["NewImage"]) for record in stream_records if record["eventName"] == "INSERT")
        pieces = [piece for row in rows if (piece := piece_of(row)) is not None]
        return self.evidence.put(pieces) if pieces else 0


def _plain(image: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for name, typed in image.items() for value in typed.values()}
