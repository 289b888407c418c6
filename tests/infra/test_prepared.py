"""What an artefact says of the templates is what its own files say, and a start loads nothing that it does not need."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attune.adapters import templates
from attune.domain.errors import AttuneError
from infra.components.layers import ROOT, TEMPLATES, bundle_core, compiled
from infra.components.preparing import mark_of, prepare

READS_FILES = "announce_deployment"
"""Asked once a deployment what the files say, by CloudFormation, which waits."""
FUNCTIONS = sorted({path.parent.name for path in (ROOT / "functions").glob("*/handler.py")} - {READS_FILES})
NOT_AT_A_START = (
    "boto3",
    "s3transfer",
    "yaml",
    "liquid",
    "holidays",
    "phonenumbers",
    "vaderSentiment",
    "attune.adapters.text_files",
    "attune.adapters.playbook_files",
    "attune.adapters.hours_file",
    "attune.domain.linting.engine",
    "attune.adapters.message_texts",
    "aws_lambda_powertools.utilities.parser",
    "aws_xray_sdk",
)
"""What takes long to import, and what only some events need, or only who reads the files of templates."""
NOT_FOR = {
    "attune.domain.customers": {
        "suppress_addresses",
        "learn_policy",
        "watch_fairness",
        "seal_decisions",
        "receive_events",
    },
    "attune.domain.playbooks": {
        "suppress_addresses",
        "learn_policy",
        "watch_fairness",
        "seal_decisions",
        "receive_events",
    },
    "attune.domain.texts": {"review_journey", "choose_delay", "find_moments", "score_friction", "ingest_events"},
}
"""What costs more than it looks, because of all that it needs, and who has no use for it."""
STARTS = """
import importlib, json, os, sys
sys.path[:0] = {paths}
import botocore.session, pydantic
from pathlib import Path
from attune.adapters import templates
for function in {functions}:
    sys.stdout.flush()
    child = os.fork()
    if not child:
        importlib.import_module("functions." + function + ".handler")
        loaded = [name for name, others in {not_for}.items() if function in others and name in sys.modules]
        for part in (templates.playbooks, templates.friction, templates.contact_calendar, templates.texts):
            part(Path({folder!r}))
        print(json.dumps([function, loaded + sorted(sys.modules.keys() & set({unwanted}))]))
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shared layer as a deployment would upload it."""
    target = tmp_path_factory.mktemp("core")
    bundle_core(target)
    return target / "python"


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a function as a deployment would upload it."""
    target = tmp_path_factory.mktemp("function")
    bundled = compiled("functions/__init__.py", "functions/plan_touch", "templates", runs_at="/var/task")
    assert bundled.local is not None
    assert bundled.local.try_bundle(str(target), image=bundled.image)
    return target


@pytest.fixture
def brought(core: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this process find what the artefact brings along."""
    monkeypatch.setattr(templates, "PREPARED", core / "attune/prepared")
    templates._brought.cache_clear()
    return core / "attune/prepared"


@pytest.mark.parametrize("part", templates.READERS)
def test_what_is_brought_along_is_what_the_files_say(part: str, brought: Path) -> None:
    assert pickle.loads((brought / f"{part}.pickle").read_bytes()) == templates.read_anew(TEMPLATES, part)  # noqa: S301


def test_a_function_takes_what_was_brought_along_for_its_own_templates(function: Path, brought: Path) -> None:
    for path in (function / "templates/messages").rglob("*.liquid"):
        path.touch()

    first, second = templates.texts(function / "templates"), templates.texts(function / "templates")

    assert first is second
    assert first == templates.read_anew(TEMPLATES, "texts")


def test_a_function_whose_templates_are_others_reads_its_own(tmp_path: Path, brought: Path) -> None:
    own = tmp_path / "templates"
    shutil.copytree(TEMPLATES, own)
    (own / "mark").write_text("another", encoding="ascii")
    (own / "playbooks/win_back.yaml").unlink()

    assert "win_back" in templates.playbooks(TEMPLATES)
    assert "win_back" not in templates.playbooks(own)


def test_templates_without_a_mark_are_read(tmp_path: Path, brought: Path) -> None:
    with pytest.raises(AttuneError):
        templates.texts(tmp_path)


def test_another_word_is_another_mark(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, words in ((one, "Hello"), (other, "Hullo")):
        folder.mkdir()
        (folder / "words.yaml").write_text(words, encoding="utf-8")

    assert mark_of(one) != mark_of(other)


def test_templates_that_cannot_be_used_are_told_when_the_artefact_is_made(tmp_path: Path) -> None:
    broken = tmp_path / "templates"
    shutil.copytree(TEMPLATES, broken)
    (broken / "hours.yaml").write_text("sms: {DE: {days: never}}", encoding="utf-8")

    with pytest.raises(AttuneError, match=r"hours\.yaml"):
        prepare(broken, tmp_path / "prepared")


def test_no_start_loads_what_only_some_events_or_only_files_of_templates_need(core: Path, function: Path) -> None:
    told = STARTS.format(
        paths=[str(core), str(ROOT), *filter(None, sys.path)],
        functions=FUNCTIONS,
        folder=str(function / "templates"),
        unwanted=NOT_AT_A_START,
        not_for=NOT_FOR,
    )
    environment = {"POWERTOOLS_SERVICE_NAME": "attune", "POWERTOOLS_METRICS_NAMESPACE": "Attune"}

    done = subprocess.run(
        [sys.executable, "-S", "-c", told], capture_output=True, text=True, check=False, env=environment
    )

    assert done.stderr == ""
    loaded = dict(json.loads(line) for line in done.stdout.splitlines())
    assert loaded == {function: [] for function in FUNCTIONS}
