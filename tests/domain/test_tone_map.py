"""The map of tones: every situation is looked at, and what leaves nothing to say is found."""

from dataclasses import replace

from attune.domain.playbook_rules import Touch
from attune.domain.texts import TextChannel
from attune.domain.tone_map import OTHER, places, silent_places, text_holes, unreached_rows
from attune.domain.tones import TextKind, ToneRule, Tones
from tests.domain import text_builders
from tests.support.builders import hours, playbook

AXES = {
    "segment": frozenset({"standard", "vip"}),
    "lifecycle": frozenset({"new"}),
    "friction_level": frozenset({"calm", "high"}),
    "sentiment": frozenset({"neutral", "distressed"}),
}


def tones(*rules: ToneRule) -> Tones:
    return Tones(profiles={}, axes=AXES, rules=rules)


def row(name: str, **when: str) -> ToneRule:
    axes = {axis: frozenset({value}) for axis, value in when.items()}
    return ToneRule(id=name, tones=("informal",), kinds=tuple(TextKind), when=axes)


def test_every_situation_is_laid_out_also_values_nobody_listed():
    found = [place.situation for place in places(tones(row("all")))]

    assert len(found) == 3 * 2 * 2 * 2
    assert {situation["segment"] for situation in found} == {"standard", "vip", OTHER}
    assert {situation["sentiment"] for situation in found} == {"neutral", "distressed"}


def test_a_map_that_ends_with_everybody_leaves_nobody_silent():
    assert silent_places(tones(row("distress", sentiment="distressed"), row("everyone"))) == []


def test_a_map_without_a_last_row_has_its_holes_named():
    silent = silent_places(tones(row("vip", segment="vip"), row("calm", friction_level="calm")))

    assert silent
    assert {place.situation["segment"] for place in silent} == {"standard", OTHER}
    assert {place.situation["friction_level"] for place in silent} == {"high"}


def test_a_row_below_everybody_never_decides():
    assert unreached_rows(tones(row("everyone"), row("vip", segment="vip"))) == ["vip"]


def test_a_touch_without_words_that_a_row_allows_is_a_hole():
    said = text_builders.text("Hello.", message="hello", channel=TextChannel.SMS)
    strict = replace(row("strict", friction_level="high"), tones=("technical",))
    library = replace(text_builders.library(said), tones=tones(strict, row("everyone")))
    touch = Touch(messages=("hello",), channels=("sms", "email"), delays=(hours(1),), patience=hours(1))

    [hole] = text_holes(library, [playbook(touches=(touch,))])

    assert (hole.touch, hole.channel, hole.locale, hole.rule) == (1, "sms", "en", "strict")
