"""Earlier versions of playbooks: `templates/playbooks/<id>/<version>.yaml`, read when a journey or a roll-out asks."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from attune.domain.playbooks import Playbook, version_order


class PlaybookArchive:
    """Finds earlier versions; without a folder there are none."""

    def __init__(self, playbooks_dir: Path | None = None) -> None:
        """Keep the folder that holds the playbooks."""
        self._folder = playbooks_dir
        self._read: dict[tuple[str, str], Playbook | None] = {}
        self._older: dict[str, Sequence[str]] = {}

    def get(self, playbook: str, version: str) -> Playbook | None:
        """Return one version, read once; None where it is not kept. Raises PlaybookError where it cannot be used."""
        key = playbook, version
        if key not in self._read:
            self._read[key] = self._find(playbook, version)
        return self._read[key]

    def older(self, playbook: str) -> Sequence[str]:
        """Return the versions that are kept, the newest first; looked up once, every moment asks."""
        if self._folder is None:
            return ()
        if playbook not in self._older:
            found = (path.stem for path in (self._folder / playbook).glob("*.yaml"))
            self._older[playbook] = sorted(found, key=version_order, reverse=True)
        return self._older[playbook]

    def _find(self, playbook: str, version: str) -> Playbook | None:
        # Only what lies there by name: a version comes from a journey's payload or a parameter, and leads nowhere else.
        if self._folder is None or version not in self.older(playbook):
            return None
        from attune.adapters.playbook_files import read_playbook  # noqa: PLC0415 - most journeys have today's

        return read_playbook(self._folder / playbook / f"{version}.yaml", version=version)


@cache
def load_archive(templates_dir: Path) -> PlaybookArchive:
    """Return the archive of a templates folder, the same one for the whole process."""
    return PlaybookArchive(templates_dir / "playbooks")
