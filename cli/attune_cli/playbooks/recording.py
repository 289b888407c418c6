"""Write down what each version of the playbooks says, so that it goes on saying it."""

from pathlib import Path

from attune.adapters.playbook_files import read_playbook
from attune.adapters.playbook_record import FILE, kept_versions, read_versions, unlike_recorded, write_versions
from attune_cli.errors import InputError
from attune_cli.playbooks.unknown import require_playbook


def record(templates: Path, playbook_id: str = "", *, never_ran: bool = False) -> list[str]:
    """Record versions that nobody recorded, of one playbook or of all; return them as `<playbook> <version>`.

    A version that was recorded with something else is refused (InputError with the first place), unless it `never_ran`
    anywhere: then nobody pinned it, and it is recorded anew.
    """
    versions = {name: dict(held) for name, held in read_versions(templates).items()}
    found = [kept for kept in kept_versions(templates) if playbook_id in ("", kept.playbook)]
    if not found:
        require_playbook(playbook_id, templates)
    recorded: list[str] = []
    for kept in found:
        unlike = list(unlike_recorded(kept, versions))
        if not unlike:
            continue
        is_new = kept.version not in versions.get(kept.playbook, {})
        if not is_new and not never_ran:
            problem = min(unlike)
            hint = f"{problem.fix}. A version that ran nowhere yet: --never-ran"
            raise InputError(f"{kept.path}:{problem.line}: {problem.place}: {problem.what}", hint)
        read_playbook(kept.path, version=kept.path.stem if kept.path.parent.name == kept.playbook else "")
        versions.setdefault(kept.playbook, {})[kept.version] = kept.fields
        recorded.append(f"{kept.playbook} {kept.version}")
    if recorded or not (templates / FILE).exists():
        write_versions(templates, versions)
    return recorded
