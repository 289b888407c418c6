"""What is said about a playbook that a templates folder does not hold."""

from pathlib import Path

from attune_cli.errors import InputError


def playbooks_of(templates: Path) -> list[str]:
    """Return the ids of the playbooks of a templates folder; raise InputError where it holds none at all."""
    folder = templates / "playbooks"
    known = sorted(one.stem for one in folder.glob("*.yaml"))
    if not known:
        raise InputError(f"there is no playbook in {folder}", "--templates with the folder that holds playbooks/*.yaml")
    return known


def require_playbook(named: str, templates: Path, *, or_else: str = "") -> Path:
    """Return the file of a playbook; raise InputError with those there are, and with what else would do."""
    known = playbooks_of(templates)
    if named not in known:
        told = f"there is no playbook {named!r} in {templates / 'playbooks'}"
        raise InputError(told, f"one of {', '.join(known)}{or_else}")
    return templates / "playbooks" / f"{named}.yaml"
