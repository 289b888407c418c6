"""Folding comes to what the plain definition comes to, for every kind of playbook beside every other."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.folding import Entry, SessionState, fold
from attune.domain.signals import SignalKind
from attune.domain.undertakings import EVERY_OTHER, Correlation, Counted, Trigger
from tests.support.builders import NOON, minutes
from tests.support.plain_folding import fold_plainly

KINDS = (
    SignalKind.PRODUCT_ADDED,
    SignalKind.ORDERED,
    SignalKind.COUPON_USED,
    SignalKind.PRICING_VIEWED,
    SignalKind.FORM_FAILED,
    SignalKind.DELIVERY_DELAYED,
    SignalKind.DELIVERED,
    SignalKind.VIEWED,
    SignalKind.REPLIED,
)
PLAYBOOKS = ("cart", "form", "delivery", "prices", "silence")
SOME_KINDS = st.frozensets(st.sampled_from(KINDS), max_size=3)


@st.composite
def triggers(draw) -> tuple[Trigger, ...]:
    return tuple(
        Trigger(
            playbook,
            draw(SOME_KINDS),
            draw(SOME_KINDS),
            draw(SOME_KINDS),
            timedelta(minutes=draw(st.sampled_from([0, 10, 45, 600]))),
            draw(st.sampled_from(list(Correlation))),
            draw(st.sampled_from(list(Counted))),
            draw(st.frozensets(st.sampled_from([*PLAYBOOKS, EVERY_OTHER]), max_size=2)),
        )
        for playbook in draw(st.lists(st.sampled_from(PLAYBOOKS), unique=True))
    )


@st.composite
def stories(draw) -> list[Entry]:
    entries, at = [], NOON
    for number in range(draw(st.integers(1, 20))):
        at += minutes(draw(st.sampled_from([0, 1, 5, 9, 10, 29, 30, 31, 45, 700])))
        kind = draw(st.sampled_from(KINDS))
        reference, order = draw(st.sampled_from(["", "c1", "c2", "o1"])), draw(st.sampled_from(["", "o1", "o2"]))
        entries.append(Entry(at, f"m{number:02}", kind, reference, draw(st.booleans()), order))
    return entries


@given(stories(), stories(), triggers(), triggers())
def test_a_fold_comes_to_what_its_plain_definition_comes_to(before, entries, watched, watched_then):
    """Also over what was folded when other playbooks were watched for, as a checkpoint is after a deployment."""
    later = [
        Entry(e.time + (before[-1].time - NOON), f"x{e.fingerprint}", e.kind, e.reference, e.vouched, e.order)
        for e in entries
    ]
    begun = fold_plainly(SessionState(), before, watched_then, "s")

    assert fold(SessionState(), before, watched_then, session_id="s") == begun
    assert fold(begun, later, watched, session_id="s") == fold_plainly(begun, later, watched, "s")


@given(stories(), triggers(), st.integers(0, 20))
def test_a_story_may_be_folded_in_two_parts(entries, watched, cut):
    first = fold(SessionState(), entries[:cut], watched, session_id="s")

    whole = fold(SessionState(), entries, watched, session_id="s")

    assert fold(first, entries[cut:], watched, session_id="s") == whole


@given(stories(), triggers())
def test_a_fold_leaves_the_state_it_began_with_as_it_was(entries, watched):
    begun = fold(SessionState(), entries, watched, session_id="s")
    as_it_was = repr(begun)

    fold(begun, entries, watched, session_id="s")

    assert repr(begun) == as_it_was
