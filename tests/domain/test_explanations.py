"""Why somebody got a message: told from the log's codes, in the reader's words, about nobody else."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from attune.adapters.text_library import load
from attune.domain.explanations import explain_journey

STRINGS = load(Path(__file__).resolve().parents[2] / "templates").pages.strings
ENGLISH, GERMAN = STRINGS["en"], STRINGS["de"]


def row(kind, choice, *codes, journey_id="cart-1", **inputs):
    return {
        "kind": kind,
        "choice": choice,
        "journey_id": journey_id,
        "playbook": "cart_abandonment",
        "time": "2026-11-24T12:00:00.000Z",
        "reasons": json.dumps([{"code": code, "text": f"INTERNAL {code} 0.83"} for code in codes]),
        "inputs": json.dumps(inputs),
    }


STORY = [
    row("moment", "started", "friction", "form_failures", "page_reloads"),
    row("tone", "cart_help_offer", "tone", "policy", channel="email"),
    row("contact", "sent", "sent", channel="email", contact_id="c"),
    row("contact", "withheld", "goal_reached", channel="sms"),
    row("contact", "sent", "sent", channel="sms", journey_id="another"),
]


def told(rows, words=ENGLISH, journey_id="cart-1", locale="en"):
    sections = explain_journey(rows, journey_id, words["why"], words["topics"], locale=locale)
    return {one.title: one.lines for one in sections}


def test_it_says_what_was_noticed_chosen_and_not_done():
    sections = told(STORY)

    assert sections["What we noticed"] == (
        "This was about: A cart you left behind.",
        ENGLISH["why"]["struggle"],
        "A form did not go through.",
        "Pages were loaded again and again.",
    )
    assert sections["What was decided"][0] == "A message by email, on 24 November 2026."
    assert sections["What was not done"] == (
        "A message was not sent: 1 in all, because it was no longer needed or not wanted.",
        ENGLISH["why"]["no_credit"],
    )


def test_it_speaks_the_readers_language():
    german = told(STORY, GERMAN, locale="de")

    assert "Es ging um: Ein Warenkorb, den Sie zurückgelassen haben." in german["Was wir bemerkt haben"]
    assert "24. November 2026" in str(german)


def test_other_journeys_are_not_told():
    assert "SMS" not in str(told(STORY))


def test_without_a_record_or_a_journey_nothing_is_made_up():
    assert told([]) == {}
    assert told(STORY, journey_id="") == {}
    assert told(STORY, journey_id="cart-2") == {}


@given(st.lists(st.sampled_from(STORY), min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_sentence_score_or_code_of_the_log_is_shown(rows, code, channel):
    strange = row("moment", "started", f"zz{code}", channel=f"zz{channel}")

    assert told([*rows, strange]) == told([*rows, row("moment", "started")])
    assert "INTERNAL" not in str(told([*rows, strange]))
