"""What holds of every keyword and every page."""

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.mismatch.reading import LONGEST, read_words
from attune.domain.mismatch.scoring import mismatch, mismatch_of
from tests.support.landings import LANDINGS

WORDS = st.sampled_from(
    sorted({word for one in LANDINGS for text in (one.wanted, one.title, one.text) for word in text.split()})
)
KNOWN = st.lists(WORDS, max_size=12).map(" ".join)
ANY = st.one_of(st.text(max_size=60), KNOWN)
LOCALES = st.sampled_from(["", "en", "de-AT", "ja", "xx", "??"])


@given(ANY, ANY, ANY, ANY, LOCALES)
def test_any_text_is_judged_between_0_and_1_or_not_at_all_and_always_alike(wanted, title, text, path, locale):
    judged = mismatch(wanted, title, text, path=path, locale=locale)

    assert judged.score is None or 0.0 <= judged.score <= 1.0
    assert judged == mismatch(wanted, title, text, path=path, locale=locale)
    assert judged.sentence.endswith(".")


@given(ANY, ANY, ANY, LOCALES)
def test_a_page_whose_title_has_the_keyword_as_it_is_is_never_a_mismatch(before, wanted, after, locale):
    judged = mismatch(wanted, f"{before} {wanted} {after}", locale=locale)

    assert judged.score in {None, 0.0}


@given(ANY, ANY.filter(read_words), ANY, ANY, LOCALES)
def test_more_text_never_makes_a_page_worse(wanted, title, text, more, locale):
    less, longer = (mismatch(wanted, title, told, locale=locale) for told in (text, f"{text} {more}"))

    assert longer.mismatched <= less.mismatched
    if less.score is not None and longer.score is not None:
        assert longer.score <= less.score + 1e-12


@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8), st.randoms(use_true_random=False), ANY, ANY)
def test_the_order_of_the_wanted_words_does_not_matter(words, random, title, text):
    words = [word for word in words if not word.startswith("-")]
    shuffled = random.sample(words, len(words))
    one, other = (mismatch(" ".join(order), title, text) for order in (words, shuffled))

    assert one.mismatched == other.mismatched
    assert (one.score is None) == (other.score is None)
    assert one.score is None or abs(one.score - other.score) < 1e-12
    assert set(one.missing) == set(other.missing)


@given(
    st.dictionaries(st.sampled_from(["campaign_keyword", "landing_title", "landing_page", "title_page", "locale"]), ANY)
)
def test_no_context_is_too_odd_to_be_read(context):
    judged = mismatch_of(context)

    assert judged is None or judged.score is not None


def test_texts_of_any_length_are_read_up_to_a_bound():
    assert mismatch("boots", "hats " * 10**6, "boots") == mismatch("boots", "hats", "boots")
    assert mismatch("boots", "hats", "x" * LONGEST + " boots").mismatched
