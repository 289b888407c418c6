"""How well pages that answer are told from pages that do not, on examples that were kept apart."""

import pytest

from attune.domain.mismatch.scoring import THRESHOLD, mismatch
from tests.support.landings import HELD_OUT, LANDINGS, Landing


def judged(landing: Landing, *, with_locale: bool = True):
    return mismatch(landing.wanted, landing.title, landing.text, locale=landing.language if with_locale else "")


def roc_auc(landings) -> float:
    """Return how often a bad page scores above a good one, half for a draw, of those that are judged."""
    scored = [(score, one.good) for one in landings if (score := judged(one).score) is not None]
    good, bad = ([score for score, is_good in scored if is_good is verdict] for verdict in (True, False))
    return sum((b > g) + (b == g) / 2 for b in bad for g in good) / (len(good) * len(bad))


def test_there_are_enough_examples_of_both_verdicts_and_many_languages_and_none_twice():
    assert len(LANDINGS) >= 380
    assert len(HELD_OUT) >= 180
    assert 0.35 <= sum(one.good for one in LANDINGS) / len(LANDINGS) <= 0.65
    assert len({one.language for one in LANDINGS}) >= 18
    assert len({(one.wanted, one.title) for one in LANDINGS}) == len(LANDINGS)


@pytest.mark.parametrize("with_locale", [True, False])
def test_good_pages_kept_apart_are_hardly_ever_blamed_and_most_bad_ones_are_found(with_locale):
    blamed = [one for one in HELD_OUT if judged(one, with_locale=with_locale).mismatched]
    right = sum(not one.good for one in blamed)
    correct = sum(judged(one, with_locale=with_locale).mismatched != one.good for one in HELD_OUT)

    assert right / len(blamed) >= 0.98
    assert right / sum(not one.good for one in HELD_OUT) >= 0.85
    assert correct / len(HELD_OUT) >= 0.94


def test_bad_pages_score_above_good_ones_on_examples_kept_apart():
    assert roc_auc(HELD_OUT) >= 0.98


def test_the_threshold_is_where_good_pages_end():
    worst = max(score for one in LANDINGS if one.good and (score := judged(one).score) is not None)

    assert worst < THRESHOLD


@pytest.mark.parametrize("language", sorted({one.language for one in LANDINGS}))
def test_no_language_is_blamed_more_often_than_english(language):
    def false_alarms(spoken: str) -> float:
        good = [one for one in LANDINGS if one.good and one.language == spoken]
        return sum(judged(one).mismatched for one in good) / len(good)

    assert false_alarms(language) <= false_alarms("en")


@pytest.mark.parametrize("language", sorted({one.language for one in LANDINGS if not one.good}))
def test_bad_pages_are_found_in_every_language(language):
    bad = [one for one in LANDINGS if not one.good and one.language == language]

    assert sum(judged(one).mismatched for one in bad) / len(bad) >= 0.5
