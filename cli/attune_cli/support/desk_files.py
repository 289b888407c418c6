"""What an agent has on their desk: the cases they claimed, on this machine, readable by them alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from attune.adapters.case_messages import CaseMessage, read_message

MODE = 0o600
SEEN = "requests.json"
MOST_SEEN = 100


@dataclass(frozen=True)
class Receipt:
    """What lets a message on a queue be extended, given back or deleted."""

    queue_url: str
    handle: str


@dataclass(frozen=True)
class Claimed:
    """A case on the desk: its messages as they came, oldest first, and their receipts."""

    agent_id: str
    bodies: tuple[str, ...]
    receipts: tuple[Receipt, ...]

    @property
    def case(self) -> CaseMessage:
        """The case as it was told last."""
        return read_message(self.bodies[-1])


@dataclass(frozen=True)
class DeskFiles:
    """One file for each claimed case; it goes when the case is resolved or given back."""

    folder: Path

    def load(self, case_id: str) -> Claimed | None:
        """Return a claimed case, None if it is not on this desk."""
        path = self._path(case_id)
        if not path.exists():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        receipts = tuple(Receipt(**receipt) for receipt in kept["receipts"])
        return Claimed(kept["agent_id"], tuple(kept["bodies"]), receipts)

    def save(self, case_id: str, claimed: Claimed) -> None:
        """Put a case on the desk."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(case_id)
        path.touch(mode=MODE)
        path.chmod(MODE)
        path.write_text(json.dumps(asdict(claimed), ensure_ascii=False), encoding="utf-8")

    def remove(self, case_id: str) -> None:
        """Take a case off the desk."""
        self._path(case_id).unlink(missing_ok=True)

    def remember(self, seen: Mapping[str, str]) -> None:
        """Keep whom the requests are about that were seen last, so that a late answer to one can be told why it is late."""
        kept = {**self._seen(), **seen}
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / SEEN
        path.touch(mode=MODE)
        path.write_text(json.dumps(dict(list(kept.items())[-MOST_SEEN:])), encoding="utf-8")

    def customer_of(self, request_id: str) -> str:
        """Return whom a request is about that was seen here; empty for others."""
        return self._seen().get(request_id, "")

    def _seen(self) -> dict[str, str]:
        path = self.folder / SEEN
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _path(self, case_id: str) -> Path:
        return self.folder / f"{''.join(c for c in case_id if c.isalnum() or c in '-_')}.json"
