"""What is known of an undertaking: the latest word on everything, in whatever order it came."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.details import KEPT, learnt, told_of
from tests.support.builders import NOON

NEWS = st.lists(
    st.tuples(
        st.sampled_from(["o-1", "o-2"]), st.sampled_from(["new_date", "tracking_url"]), st.text(), st.integers(0, 9)
    ),
    max_size=12,
)


@given(NEWS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(news, shuffle):
    mixed = list(news)
    shuffle.shuffle(mixed)

    def known(items):
        details = {}
        for key, name, value, at in items:
            details = learnt(details, key, {name: value}, NOON + timedelta(hours=at))
        return details

    assert known(mixed) == known(news)


def test_the_latest_word_counts_also_across_sessions():
    one = learnt({}, "o-1", {"new_date": "2026-12-01"}, NOON)
    other = learnt({}, "o-1", {"new_date": "2026-12-03"}, NOON + timedelta(hours=1))

    assert told_of([other, one], "o-1") == {"new_date": "2026-12-03"}
    assert told_of([one, other], "o-2") == {}


def test_the_oldest_news_goes_first():
    details = {}
    for number in range(KEPT + 2):
        details = learnt(details, f"o-{number}", {"new_date": "x"}, NOON + timedelta(hours=number))

    assert set(details) == {f"o-{number}" for number in range(2, KEPT + 2)}
