"""Approved replies are the measure of drafts: each of them would itself be kept as one, in every language."""

from pathlib import Path

import pytest

from attune.adapters.reply_lint import lint_reply
from attune.adapters.text_library import load
from attune.domain.draft_checks import why_dropped
from attune.domain.drafts import Grounds
from attune.domain.rendering import render
from attune.domain.texts import Text
from functions.draft_reply.drafting import lint_reason

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SLOTS = {"first_name": "Maria", "cart_url": "https://shop.example/cart", "help_url": "https://shop.example/help"}
REPLIES = [text for text in load(TEMPLATES).texts if text.channel == "agent" and text.message.startswith("reply_")]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda text: f"{text.message}-{text.locale}")
def test_an_approved_reply_would_be_kept_as_a_draft(reply: Text):
    words = render(reply, SLOTS).text
    grounds = Grounds(
        locale=reply.locale, first_name="Maria", wrote="?", approved={"a": words}, facts=(), links=tuple(SLOTS.values())
    )

    assert why_dropped(words, grounds) is None
    assert lint_reason(lint_reply(words, channel="email", locale=reply.locale, templates_dir=TEMPLATES)) is None
