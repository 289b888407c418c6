import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from attune.adapters.text_library import _load, load
from attune.domain.texts import Found, NotFound, NotFoundReason, find
from attune_cli.approving.approval import Approver, approve
from attune_cli.errors import InputError
from attune_cli.main import app
from attune_cli.previewing.choosing import choose
from tests.templates.shipped import TEMPLATES

ADA = Approver("Ada", "editor", "read on paper")
TODAY = date(2026, 12, 1)
EDITED = "messages/cart_help_offer/sms.en.liquid"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A templates folder of three messages, all approved, in a repository of its own."""
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("messages", "lint", "friction"))
    for message in ("cart_help_offer", "cart_help_ways", "reply_price_question"):
        shutil.copytree(TEMPLATES / "messages" / message, folder / "messages" / message)
    kept = {path.name for path in (folder / "messages").iterdir()}
    approvals = folder / "approvals.yaml"
    rows = [row for row in yaml.safe_load(approvals.read_text("utf-8")) if row["message"] in kept]
    approvals.write_text("# Who approved.\n" + yaml.safe_dump(rows, sort_keys=False), encoding="utf-8")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "texts"]):
        subprocess.run(["git", "-C", folder, *command], check=True, capture_output=True)


def edit(folder: Path, *, old: str = "Can we help with your order?", new: str = "May we help with your order?") -> None:
    path = folder / EDITED
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")
    _load.cache_clear()


def chosen(folder: Path, message: str = "cart_help_offer", channel: str = "sms", locale: str = "en"):
    return choose(load(folder), message=message, channel=channel, locale=locale, everything=False)


def rows(folder: Path) -> list[dict[str, object]]:
    return yaml.safe_load((folder / "approvals.yaml").read_text("utf-8"))


def sms(folder: Path, *, locale: str = "en") -> Found | NotFound:
    _load.cache_clear()
    return find(load(folder), message="cart_help_offer", channel="sms", locale=locale)


def test_an_edited_text_is_sent_again_once_somebody_approved_it(templates: Path):
    edit(templates)
    assert sms(templates) == NotFound(NotFoundReason.UNAPPROVED, ("en",))

    (approved,) = approve(templates, chosen(templates), ADA, shipped=TEMPLATES, today=TODAY)

    found = sms(templates)
    assert isinstance(found, Found)
    assert (found.approval.approver, found.approval.date, found.approval.note) == ("Ada", TODAY, "read on paper")
    assert approved.before is not None
    assert "Can we help" in approved.before
    assert "May we help" in approved.source


def test_the_file_keeps_its_comments_and_order_and_loses_what_is_void(templates: Path):
    before = rows(templates)
    edit(templates)
    approve(templates, chosen(templates), ADA, shipped=TEMPLATES, today=TODAY)

    after = rows(templates)
    places = [(row["message"], row["channel"], row["locale"]) for row in after]
    assert (templates / "approvals.yaml").read_text("utf-8").startswith("# Who approved.\n- message:")
    assert places == sorted(places)
    assert len(after) == len(before)
    assert [row for row in after if row["approver"] == "Ada"] == [
        row for row in after if (row["message"], row["channel"], row["locale"]) == ("cart_help_offer", "sms", "en")
    ]


def test_what_was_approved_before_is_remembered_until_the_text_is_approved_again(templates: Path):
    edit(templates)
    approve(templates, chosen(templates, "cart_help_ways"), Approver("Eve", "lawyer"), shipped=TEMPLATES, today=TODAY)
    _load.cache_clear()

    (approved,) = approve(templates, chosen(templates), ADA, shipped=TEMPLATES, today=TODAY)

    assert "Can we help" in (approved.before or "")


def test_a_second_role_approves_beside_the_first(templates: Path):
    approve(templates, chosen(templates), Approver("Eve", "lawyer"), shipped=TEMPLATES, today=TODAY)

    _load.cache_clear()
    assert [one.role for one in load(templates).approvals_of(chosen(templates)[0])] == ["editor", "lawyer"]


def test_what_the_role_has_approved_already_stays_as_it_is(templates: Path):
    before = (templates / "approvals.yaml").read_text("utf-8")

    assert approve(templates, chosen(templates), ADA, shipped=TEMPLATES, today=TODAY) == []
    assert (templates / "approvals.yaml").read_text("utf-8") == before


def test_a_text_with_a_dark_pattern_is_not_approved_and_nothing_else_is(templates: Path):
    before = (templates / "approvals.yaml").read_text("utf-8")
    edit(templates, new="Hurry, last chance to order!")

    with pytest.raises(InputError, match=r"sms\.en\.liquid:\d+: false-urgency"):
        approve(templates, chosen(templates, locale=""), ADA, shipped=TEMPLATES, today=TODAY)
    assert (templates / "approvals.yaml").read_text("utf-8") == before


def test_a_region_that_asks_for_its_own_reviewer_waits_for_them(templates: Path):
    rule = '{locale: en-IE, role: "in-region reviewer (IE)", reason: other words}'
    regions = (templates / "regions.yaml").read_text("utf-8").replace("reviews: []", f"reviews:\n  - {rule}")
    (templates / "regions.yaml").write_text(regions, encoding="utf-8")

    assert isinstance(sms(templates, locale="en-GB"), Found)
    assert sms(templates, locale="en-IE") == NotFound(NotFoundReason.UNAPPROVED, ("en-IE", "en"))
    approve(templates, chosen(templates), Approver("Aoife", "in-region reviewer (IE)"), shipped=TEMPLATES, today=TODAY)
    found = sms(templates, locale="en-IE")
    assert isinstance(found, Found)
    assert found.approval.approver == "Aoife"


@pytest.mark.parametrize("who", [Approver(" ", "editor"), Approver("Ada", ""), Approver("Ada\nEve", "editor")])
def test_nobody_approves_without_a_name_and_a_role(templates: Path, who: Approver):
    with pytest.raises(InputError, match="has to say something"):
        approve(templates, chosen(templates), who, shipped=TEMPLATES, today=TODAY)


def test_a_text_that_does_not_exist_is_refused_with_those_that_do(templates: Path):
    with pytest.raises(InputError, match=r"there is no text cart_help_offer/sms\.fr") as caught:
        chosen(templates, locale="fr")
    assert "cart_help_offer/sms.en.liquid" in caught.value.hint


def test_the_command_prints_what_changed(templates: Path):
    edit(templates)
    answer = CliRunner().invoke(
        app,
        ["approve", "cart_help_offer", "--approver", "Ada", "--role", "editor", "--templates", str(templates)],
    )

    assert answer.exit_code == 0
    assert "sms.en.liquid  changed" in answer.output
    assert "-{{ company_name }}: Can we help with your order?" in answer.output
    assert "+{{ company_name }}: May we help with your order?" in answer.output
    assert "1 of 12 approved by Ada, editor" in answer.output
    assert "11 had been before" in answer.output


def test_all_and_a_message_exclude_each_other(templates: Path):
    common = ["--approver", "Ada", "--role", "editor", "--templates", str(templates)]

    assert CliRunner().invoke(app, ["approve", "--all", *common]).exit_code == 0
    for arguments in (["approve", *common], ["approve", "cart_help_offer", "--all", *common]):
        assert CliRunner().invoke(app, arguments).exit_code == 2
