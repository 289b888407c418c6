"""What the templates folder says: as it was read and checked when the artefact was made, else read and checked now.

Reading 350 files of YAML and Liquid takes longer than all else that a function does before its first event. The shared layer
brings along what they say; its mark must be that of the function's own folder, because a deployment changes the two one
after the other.
"""

import pickle
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attune.domain.audience.rules import AudienceRules
    from attune.domain.contact_calendar import ContactCalendar
    from attune.domain.fairness.limits import FairnessRules
    from attune.domain.friction import FrictionScorer
    from attune.domain.personal_moments import PersonalRules
    from attune.domain.playbooks import Playbook
    from attune.domain.site_words import OnsiteWords
    from attune.domain.sms_senders import SmsRules
    from attune.domain.texts import Pages, TextLibrary

PREPARED = Path(__file__).parents[1] / "prepared"
"""Where an artefact has what was read; a working copy has none."""
MARK = "mark"
"""The file that names what a templates folder holds, in the folder itself and beside what was read from it."""

READERS: Mapping[str, tuple[str, str]] = {
    "audience": ("attune.adapters.audience_file", "load_audience"),
    "fairness": ("attune.adapters.fairness_file", "load_fairness"),
    "friction": ("attune.adapters.friction_file", "load_friction"),
    "hours": ("attune.adapters.hours_file", "load_contact_calendar"),
    "onsite": ("attune.adapters.onsite_words", "load_onsite_words"),
    "pages": ("attune.adapters.text_library", "load_pages"),
    "personal": ("attune.adapters.personal_file", "load_personal_rules"),
    "playbooks": ("attune.adapters.playbook_files", "load_playbooks"),
    "sms": ("attune.adapters.sms_countries", "load_sms_rules"),
    "texts": ("attune.adapters.text_library", "load"),
}
"""Where and by what each part is read; imported only when it has to be, for the modules cost more than the reading."""


def audience(templates_dir: Path) -> "AudienceRules":
    """Return who may be put on which list."""
    rules: AudienceRules = _told(templates_dir, "audience")
    return rules


def contact_calendar(templates_dir: Path) -> "ContactCalendar":
    """Return when customers may be written to."""
    calendar: ContactCalendar = _told(templates_dir, "hours")
    return calendar


def fairness(templates_dir: Path) -> "FairnessRules":
    """Return by what groups are compared."""
    rules: FairnessRules = _told(templates_dir, "fairness")
    return rules


def friction(templates_dir: Path) -> "FrictionScorer":
    """Return what scores friction."""
    scorer: FrictionScorer = _told(templates_dir, "friction")
    return scorer


def onsite_words(templates_dir: Path) -> "OnsiteWords":
    """Return the words of the overlay on a site."""
    words: OnsiteWords = _told(templates_dir, "onsite")
    return words


def pages(templates_dir: Path) -> "Pages":
    """Return the words of the web pages."""
    found: Pages = _told(templates_dir, "pages")
    return found


def personal_rules(templates_dir: Path) -> "PersonalRules":
    """Return when something personal is a moment."""
    rules: PersonalRules = _told(templates_dir, "personal")
    return rules


def playbooks(templates_dir: Path) -> "dict[str, Playbook]":
    """Return every playbook by its id."""
    found: dict[str, Playbook] = _told(templates_dir, "playbooks")
    return found


def sms_rules(templates_dir: Path) -> "SmsRules":
    """Return what is customary in text messages, country by country."""
    rules: SmsRules = _told(templates_dir, "sms")
    return rules


def texts(templates_dir: Path) -> "TextLibrary":
    """Return all texts with their approvals, tones and layouts."""
    library: TextLibrary = _told(templates_dir, "texts")
    return library


def read_anew(templates_dir: Path, part: str) -> Any:
    """Read and check one part; raises what its reader raises, saying what is wrong, where, and what to do."""
    module, reader = READERS[part]
    return getattr(import_module(module), reader)(templates_dir)


def _told(templates_dir: Path, part: str) -> Any:
    return _brought(part) if _is_brought(templates_dir) else read_anew(templates_dir, part)


@cache
def _brought(part: str) -> Any:
    return pickle.loads((PREPARED / f"{part}.pickle").read_bytes())  # noqa: S301 - made with the artefact, a part of it


def _is_brought(templates_dir: Path) -> bool:
    try:
        return (PREPARED / MARK).read_bytes() == (templates_dir / MARK).read_bytes()
    except FileNotFoundError:
        return False
