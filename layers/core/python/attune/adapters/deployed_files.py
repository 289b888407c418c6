"""Read what a templates folder puts into effect: playbooks with their versions, the rules, and the words that may be said."""

import hashlib
from pathlib import Path

from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.text_library import load
from attune.domain.deployments import Deployed, Held
from attune.domain.playbooks import Playbook
from attune.domain.texts import Text

RULES = (
    "hours.yaml",
    "tones.yaml",
    "audience.yaml",
    "regions.yaml",
    "personal_moments.yaml",
    "friction/friction.yaml",
    "friction/dropoff.json",
)
"""Files beside the playbooks that decide whom something reaches, how often and how."""
_LENGTH = 16


def read_deployed(templates: Path, *, sending: str) -> Deployed:
    """Return what a templates folder holds; raise PlaybookError or TextError for what cannot be used."""
    archive = PlaybookArchive(templates / "playbooks")
    library = load(templates)
    approved = {approval.content_hash for approval in library.approvals}
    sayable = [text for text in library.texts if text.content_hash in approved]
    return Deployed(
        playbooks={name: _held(playbook, archive) for name, playbook in load_playbooks(templates).items()},
        sending=sending,
        rules={name: _hash((templates / name).read_bytes()) for name in RULES if (templates / name).is_file()},
        texts={_name(text): text.content_hash.rpartition(":")[2][:_LENGTH] for text in sayable},
    )


def _held(playbook: Playbook, archive: PlaybookArchive) -> Held:
    versions = {version: archive.get(playbook.id, version) for version in archive.older(playbook.id)}
    return Held(file=playbook, kept={version: found for version, found in versions.items() if found})


def _name(text: Text) -> str:
    return f"{text.message} ({text.channel}, {text.locale})"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_LENGTH]
