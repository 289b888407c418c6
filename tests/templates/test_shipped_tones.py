from itertools import product

from attune.domain.tones import NO_RULE, TextKind, allowed_tones
from tests.templates.shipped import library

TONES = library().tones
SITUATIONS = [
    dict(zip(("segment", "lifecycle", "friction_level", "sentiment"), values, strict=True))
    for values in product(
        *(
            [*sorted(TONES.axes[axis]), "something new"]
            for axis in ("segment", "lifecycle", "friction_level", "sentiment")
        )
    )
]


def test_the_map_has_no_hole():
    assert [s for s in SITUATIONS if allowed_tones(TONES, **s).rule == NO_RULE] == []


def test_every_row_is_reached_by_some_situation():
    assert {rule.id for rule in TONES.rules} == {allowed_tones(TONES, **s).rule for s in SITUATIONS}


def test_distress_hears_service_texts_only_in_every_situation():
    for situation in SITUATIONS:
        if situation["sentiment"] == "distressed":
            assert allowed_tones(TONES, **situation).kinds == (TextKind.SERVICE,)


def test_every_situation_has_a_text_for_the_first_touch():
    first = [text for text in library().texts if text.touch == 1]
    for situation in SITUATIONS:
        allowed = allowed_tones(TONES, **situation)
        assert any(text.tone in allowed.tones and text.kind in allowed.kinds for text in first)
