"""What the pages say and what the code has: neither may know a field, variable, event, alarm or command alone."""

import dataclasses
import importlib
import json
import re
import shlex
import types
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from botocore import xform_name
from botocore.session import Session

from attune.adapters.playbook_files import load_playbooks
from attune.adapters.senders import READERS, read_event, shopify, stripe
from attune.adapters.senders.segment import FLAGS, SPECIAL_EVENTS, TRAITS, _plain_name
from attune.adapters.senders.unwrapping import unwrap
from attune.domain.decisions import DecisionKind
from attune.domain.linting.rulebook import RULES
from attune.domain.playbooks import Playbook
from attune.domain.signals import EVENT_KINDS, KINDS_BY_EVENT
from attune.events.families import every_event
from attune_cli.main import app
from infra.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/settings.py"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [
        re.sub(r"^ {3}", "", found, flags=re.MULTILINE)
        for found in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    ]


def headings(text: str, level: int) -> set[str]:
    return set(re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE))


def fields_of(model: type, prefix: str = "") -> Iterator[str]:
    """Yield the path of every field of a dataclass and of the dataclasses inside it."""
    hints = typing.get_type_hints(model)
    for field in dataclasses.fields(model):
        yield f"{prefix}{field.name}"
        for inner in inside(hints[field.name]):
            if dataclasses.is_dataclass(inner):
                yield from fields_of(inner, f"{prefix}{field.name}.")


def inside(hint: object) -> list[type]:
    hint = hint.__value__ if isinstance(hint, typing.TypeAliasType) else hint
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return [hint]
    return [found for part in typing.get_args(hint) for found in inside(part)]


def test_every_field_of_a_playbook_is_explained_and_nothing_else() -> None:
    text = page("playbooks")
    explained = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE))

    assert explained == set(fields_of(Playbook))


def test_every_field_of_a_stage_is_explained() -> None:
    text = page("configuration")

    assert {field.name for field in dataclasses.fields(Stage)} - set(re.findall(r"`([a-z_]+)`", text)) == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_variable_that_a_function_reads_is_explained(name: str) -> None:
    settings = importlib.import_module(f"functions.{name}.settings").Settings
    read = {field.alias or key.upper() for key, field in settings.model_fields.items()}

    assert read - set(re.findall(r"`([A-Z_]+)`", page("configuration"))) == set()


def catalogue_sections() -> dict[str, str]:
    """Return what the catalogue says about each event, by its name."""
    sections = re.split(r"^### ", page("events/README"), flags=re.MULTILINE)[1:]
    return {section.splitlines()[0]: section.partition("\n## ")[0] for section in sections}


def test_every_event_that_attune_treats_specially_is_in_the_catalogue() -> None:
    known = {_plain_name(name) for name in (*EVENT_KINDS, *KINDS_BY_EVENT, *SPECIAL_EVENTS)}
    told = [_plain_name(name) for name in catalogue_sections()]

    assert known - set(told) == set()
    assert sorted(told) == sorted({_plain_name(event.contract.title) for event in every_event()})


def test_every_event_of_the_catalogue_has_examples_of_its_own_that_are_understood() -> None:
    for name, section in catalogue_sections().items():
        examples = [json.loads(example) for example in blocks(section, "json")]
        assert examples, name
        for call in examples:
            assert (call.get("event") or call["type"]) == name
            assert read_event(json.dumps({"id": "e-1", "source": "app.shop", "detail": call}), NOW)


def test_every_event_that_a_playbook_names_says_so_in_the_catalogue() -> None:
    sections = catalogue_sections()

    for playbook in load_playbooks(ROOT / "templates").values():
        rule = playbook.trigger
        for name in (*rule.opened_by, *rule.closed_by, *rule.excluded_by):
            assert f"`{playbook.id}`" in sections[name], (playbook.id, name)


def test_every_trait_that_is_read_is_explained() -> None:
    named = set(re.findall(r"`(?:traits\.)?([A-Za-z_.]+)`", catalogue_sections()["identify"]))

    for names in (*TRAITS.values(), *FLAGS.values()):
        assert named & set(names), names


def test_every_sender_has_a_section_and_no_section_is_about_nobody() -> None:
    senders = {read.__module__.rpartition(".")[2].replace("_", "") for _, read in READERS}
    told = {re.sub(r"[^a-z]", "", title.casefold()) for title in headings(page("events/senders"), 2)}

    assert all(any(sender in title for title in told) for sender in senders), senders
    assert all(any(sender in title for sender in senders) for title in told), told


def test_every_sender_has_an_example_that_it_understands() -> None:
    """Read as they stand on the page, by the adapter whose section they are in; templates for others are left out."""
    for section in re.split(r"^## ", page("events/senders"), flags=re.MULTILINE)[1:]:
        title = re.sub(r"[^a-z]", "", section.splitlines()[0].casefold())
        examples = [example for example in blocks(section, "json") if "{{" not in example]
        assert examples, title
        for example in examples:
            reader = next(read for recognises, read in READERS if recognises(unwrap(example)))
            assert reader.__module__.rpartition(".")[2] in title
            assert read_event(example, NOW), title


def test_every_topic_of_shopify_and_every_type_of_stripe_that_is_read_is_told() -> None:
    told = set(re.findall(r"`([a-z_./]+)`", page("events/senders")))

    assert {*shopify.TOPICS, *stripe.TYPES} - told == set()
    assert {name for name in told if name.partition("/")[0] in {"carts", "checkouts", "orders"}} <= set(shopify.TOPICS)


def test_every_reason_for_quarantine_is_explained() -> None:
    code = "".join(path.read_text() for path in (ROOT / "layers/core/python/attune/adapters/senders").glob("*.py"))
    reasons = set(re.findall(r"RejectedEventError\(\s*\"([a-z_]+)\"", code))

    assert reasons
    assert reasons - set(re.findall(r"`([a-z_]+)`", page("operations"))) == set()


def test_every_kind_of_decision_is_explained() -> None:
    told = re.search(r"^\| `kind` \|(.*)$", page("audit"), re.MULTILINE)

    assert told is not None
    assert set(re.findall(r"`([a-z_]+)`", told[1])) == set(DecisionKind)


def test_the_readme_counts_messages_and_rules_of_the_lint_as_they_are() -> None:
    text = " ".join(PAGES[0].read_text(encoding="utf-8").split())
    messages = [path for path in (ROOT / "templates" / "messages").iterdir() if path.is_dir()]

    assert f"{len(messages)} messages for all moments" in text
    assert f"# false urgency, guilt, scarcity and {len(RULES) - 3} more rules" in text


def test_every_page_about_an_alarm_is_listed_once_and_says_what_it_means_where_to_look_and_what_to_do() -> None:
    listed = re.findall(r"^\| \[\w+\]\(operations/(\w+)\.md\)", page("operations"), re.MULTILINE)
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs/operations").glob("*.md")}

    assert sorted(listed) == sorted(pages)
    for name, text in pages.items():
        assert text.startswith(f"# {name}: "), name
        parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
        assert parts[1::2] == ["What it means", "First look", "Action"], name
        assert all(len(part.split()) >= 6 for part in parts[2::2]), name


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line of every page's shell blocks, continued lines joined, without comments."""
    for path in PAGES:
        for block in blocks(path.read_text(encoding="utf-8"), "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                for found in re.findall(
                    r"(?:^|\$\(|&& |; |\{ )((?:make|attune|aws|npx cdk|npm|python|node|examples/)[^;&|]*)", line
                ):
                    yield path.name, shlex.split(found.rstrip(') >"') if found.count('"') % 2 else found, comments=True)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {words[1] for _, words in commands() if words[0] == "make"}

    assert {"demo", "test"} <= named <= targets


def test_every_attune_command_and_option_that_is_named_exists() -> None:
    group = typer.main.get_command(app)
    named = [words[1:] for _, words in commands() if words[0] == "attune"]
    texts = " ".join(path.read_text(encoding="utf-8") for path in PAGES)
    named += [shlex.split(found) for found in re.findall(r"`attune ([^`]+)`", texts)]

    assert {words[0] for words in named} >= {"local", "publish", "audit"}
    for words in named:
        command = group
        for word in words:
            command = getattr(command, "commands", {}).get(word, command)
        options = {option for parameter in command.params for option in parameter.opts}
        assert not hasattr(command, "commands") or command.invoke_without_command, words
        assert {word for word in words if word.startswith("--")} <= options, words


def test_every_output_of_a_stack_that_is_named_exists() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    stacks = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").rglob("*.py"))
    named = {*re.findall(r'\$\(output "?(\w+)', texts), *re.findall(r"`([A-Z]\w+(?:Secret|QueueUrl|TopicArn))`", texts)}

    assert {"EventsQueueUrl", "LinkKeySecret"} <= named
    assert {name for name in named if f'"{name}"' not in stacks} == set()


def test_the_options_that_make_demo_passes_on_exist() -> None:
    demo = typer.main.get_command(app).commands["demo"]
    passed = {word for _, words in commands() if words[0] == "make" for word in " ".join(words[2:]).split()}

    assert {word.removeprefix("ARGS=") for word in passed if "--" in word} <= {o for p in demo.params for o in p.opts}


def test_every_aws_command_and_option_that_is_named_exists() -> None:
    session, everywhere = Session(), {"query", "output", "cli-input-json"}
    checked = 0
    for file, words in commands():
        if words[0] != "aws":
            continue
        model = session.get_service_model(words[1])
        operations = {xform_name(name, "-"): name for name in model.operation_names}
        assert words[2] in operations, (file, words)
        shape = model.operation_model(operations[words[2]]).input_shape
        members = {xform_name(name, "-") for name in (shape.members if shape else {})}
        options = {word[2:] for word in words[3:] if word.startswith("--")}
        assert {option.removeprefix("no-") for option in options} <= members | everywhere, (file, words)
        checked += 1
    assert checked > 10


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    for path in PAGES:
        text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"`[^`\n]*`", "", text)
        for target in (*re.findall(r"\]\(([^)]+)\)", text), *re.findall(r'<img src="([^"]+)"', text)):
            if not target.startswith("http"):
                file, _, anchor = target.partition("#")
                assert (path.parent / file).exists(), (path.name, target)
                there = (path.parent / file).read_text(encoding="utf-8") if file and anchor else text
                titles = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
                assert not anchor or anchor in {re.sub(r"[^a-z0-9 -]", "", t.lower()).replace(" ", "-") for t in titles}
