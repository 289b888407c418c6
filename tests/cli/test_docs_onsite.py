"""The page about the site and its examples: tokens that are believed, and every hint and answer explained."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path

import pytest

from attune.adapters.site_tokens import AUDIENCE, SiteTokens
from attune.domain.onsite import NoteAnswer
from attune.domain.site_hints import Hint

ROOT = Path(__file__).resolve().parents[2]
KEY = "a key of sites, long enough for tests"
TEXT = (ROOT / "docs" / "onsite.md").read_text(encoding="utf-8")


def from_python(handle: str) -> str:
    spec = importlib.util.spec_from_file_location("site_token", ROOT / "examples/onsite/site_token.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.site_token(handle, KEY)


def from_javascript(handle: str) -> str:
    command = ["node", str(ROOT / "examples/onsite/site_token.mjs"), handle]
    done = subprocess.run(
        command, env={**os.environ, "ATTUNE_SITE_KEY": KEY}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("make", [from_python, from_javascript])
@pytest.mark.parametrize("handle", ["customer-ada", "anon:7f3a-cookie", "küchen-1"])
def test_the_examples_make_tokens_that_are_believed(make, handle):
    assert SiteTokens(lambda: (KEY,)).read(make(handle)) == handle


def test_every_hint_and_every_answer_is_explained_and_nothing_else():
    hints, answers = (section.partition("\n## ")[0] for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[3:1:-1])
    named = {name for row in re.findall(r"^\| (`[^|]*)\|", hints, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    given = {
        name for row in re.findall(r"^\| (`[^|]*)\|", answers, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }

    assert named == set(Hint)
    assert given == set(NoteAnswer)


def test_the_page_names_the_audience_that_tokens_need():
    assert f"`{AUDIENCE}`" in TEXT
