"""Which versions there are in the repository and on a stage, and which one customers get right now."""

from dataclasses import dataclass
from pathlib import Path

from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.playbook_files import load_playbooks
from attune.domain.playbooks import Playbook, version_order
from attune.domain.switches import RollOut, Switches
from attune_cli.errors import InputError
from attune_cli.playbooks.unknown import playbooks_of
from attune_cli.stage import Stage

OUTPUT = "PlaybookVersions"


@dataclass(frozen=True)
class Shelf:
    """The playbooks of a templates folder, with their earlier versions."""

    playbooks: dict[str, Playbook]
    archive: PlaybookArchive

    def playbook(self, name: str) -> Playbook:
        """Return a playbook; raise InputError with those there are."""
        if name not in self.playbooks:
            raise InputError(f"there is no playbook {name!r}", f"one of {', '.join(sorted(self.playbooks))}")
        return self.playbooks[name]

    def versions(self, name: str) -> list[str]:
        """Return every version of a playbook, the newest first."""
        found = {self.playbooks[name].version, *self.archive.older(name)}
        return sorted(found, key=version_order, reverse=True)

    def version(self, name: str, version: str) -> Playbook:
        """Return one version; raise InputError with those there are."""
        playbook = self.playbook(name)
        found = playbook if playbook.version == version else self.archive.get(name, version)
        if found is None:
            raise InputError(f"there is no version {version!r} of {name}", f"one of {', '.join(self.versions(name))}")
        return found

    def older(self, name: str, version: str) -> str:
        """Return the version before one, or nothing."""
        earlier = (one for one in self.versions(name) if version_order(one) < version_order(version))
        return next(earlier, "")

    def rollout(self, name: str, switches: Switches) -> RollOut:
        """Return who gets which version: as the stage says, else as the file does."""
        playbook = self.playbook(name)
        from_file = RollOut(
            version=playbook.version,
            percent=playbook.audience.rollout_percent,
            previous=self.older(name, playbook.version),
        )
        return switches.rollouts.get(name, from_file)


def read_shelf(templates: Path) -> Shelf:
    """Read a templates folder; raise PlaybookError for what cannot be used, InputError for no playbook at all."""
    playbooks_of(templates)
    return Shelf(load_playbooks(templates), PlaybookArchive(templates / "playbooks"))


def deployed_versions(target: Stage) -> dict[str, tuple[str, ...]]:
    """Return which versions the functions of a stage hold, by playbook."""
    entries = (entry.split(" ") for entry in target.output(OUTPUT).split("; ") if entry)
    return {name: tuple(versions) for name, *versions in entries}


def require_deployed(target: Stage, name: str, version: str) -> None:
    """Raise InputError where the functions of a stage do not hold a version: customers would get nothing."""
    held = deployed_versions(target).get(name, ())
    if version not in held:
        raise InputError(
            f"version {version} of {name} is not on stage {target.name!r}, which holds {', '.join(held) or 'none'}",
            "deploy first: a roll-out needs the file",
        )


def told(rollout: RollOut) -> str:
    """Return a roll-out in a few words: `1.1.0 25 %`."""
    return f"{rollout.version} {rollout.percent:g} %"
