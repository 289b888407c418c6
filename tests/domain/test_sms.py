import pytest

from attune.domain.sms import count_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("Größe ändern: Ü", 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 80 + "\u2019", 2),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_segments_follow_the_standard(text: str, segments: int):
    assert count_segments(text) == segments


def test_a_character_of_two_units_is_not_split_between_segments():
    assert count_segments("a" * 152 + "€" + "a" * 152) == 3
    assert count_segments("ж" * 66 + "😀" + "ж" * 66) == 3
