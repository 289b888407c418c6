"""Sessions are indifferent to order, batches and repetition, as far as their memory reaches."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.remembered_ids import fingerprint
from attune.domain.sessions import TAIL_LIMIT, Entry, Session, SessionState, fold, moments_until, record, state_of
from attune.domain.signals import Signal, SignalKind
from tests.support.builders import CART, NOON, minutes, signal

CONTEXTS = st.dictionaries(st.sampled_from(["device", "locale", "cart_url"]), st.sampled_from(["a", "b", "c"]))
STEPS = st.tuples(st.integers(0, 600), st.sampled_from(list(SignalKind)), st.sampled_from(["", "c1", "c2"]), CONTEXTS)


def told(steps) -> list[Signal]:
    return [
        signal(kind, NOON + minutes(at), message_id=f"m{n}", reference=reference, context=context)
        for n, (at, kind, reference, context) in enumerate(steps)
    ]


@st.composite
def shuffled_in_batches(draw, steps=STEPS):
    """Draw signals in time order, and the same ones shuffled, some repeated, cut into batches."""
    signals = told(draw(st.lists(steps, min_size=1, max_size=TAIL_LIMIT)))
    repeated = draw(st.lists(st.sampled_from(signals), max_size=10))
    shuffled = draw(st.permutations([*signals, *repeated]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    return sorted(signals, key=lambda s: s.time), batches


def recorded(batches) -> Session:
    session = Session("s")
    for batch in batches:
        session = record(session, batch, [CART]).session
    return session


@given(shuffled_in_batches())
def test_the_same_signals_in_any_order_and_any_batches_give_the_same_session(case):
    in_order, batches = case

    session = recorded(batches)

    assert session == recorded([in_order])
    assert state_of(session, [CART]) == state_of(recorded([[s] for s in in_order]), [CART])


@given(shuffled_in_batches(), st.integers(0, 2000))
def test_the_same_signals_in_any_order_bring_the_same_moments(case, later):
    in_order, batches = case
    now = NOON + minutes(later)

    found = moments_until(state_of(recorded(batches), [CART]), [CART], now)

    assert found == moments_until(state_of(recorded([in_order]), [CART]), [CART], now)


@given(st.lists(STEPS, min_size=1, max_size=TAIL_LIMIT))
def test_repeating_everything_changes_nothing_and_is_counted(steps):
    signals = told(steps)
    first = record(Session("s"), signals, [CART])

    again = record(first.session, signals, [CART])

    assert again.session is first.session
    assert (again.accepted, again.duplicates, again.late) == (0, len(signals), 0)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.sampled_from(list(SignalKind))), min_size=TAIL_LIMIT + 1, max_size=150),
    st.integers(1, 100),
)
def test_more_than_the_memory_holds_folds_to_the_same_state_when_it_comes_in_order(steps, batch_size):
    at, signals = NOON, []
    for number, (gap, kind) in enumerate(steps):
        at += minutes(gap)
        signals.append(signal(kind, at, message_id=f"m{number}"))

    session = recorded([signals[n : n + batch_size] for n in range(0, len(signals), batch_size)])

    entries = [Entry(s.time, fingerprint(s.message_id), s.kind, vouched=s.vouched) for s in signals]
    assert len(session.tail) == TAIL_LIMIT
    assert state_of(session, [CART]) == fold(SessionState(), entries, (CART,), session_id="s")


@given(st.lists(STEPS, min_size=1, max_size=150), st.randoms(), st.integers(1, 40))
def test_a_state_that_was_carried_on_is_the_one_that_is_folded_anew(steps, random, batch_size):
    signals = told(steps)
    signals[-20:] = random.sample(signals[-20:], len(signals[-20:]))
    session = Session("s")
    for start in range(0, len(signals), batch_size):
        session = record(session, signals[start : start + batch_size], (CART,)).session
        for triggers in ((CART,), ()):
            carried, anew = state_of(session, triggers), state_of(replace(session), triggers)
            assert carried == anew


@given(st.lists(STEPS, min_size=1, max_size=150), st.integers(1, 150))
def test_the_memory_never_grows_beyond_its_limits(steps, batch_size):
    signals = told(steps)

    session = recorded([signals[n : n + batch_size] for n in range(0, len(signals), batch_size)])

    assert len(session.tail) <= TAIL_LIMIT
    assert len(state_of(session, [CART]).moments) <= TAIL_LIMIT


@given(st.lists(STEPS, min_size=1, max_size=150), st.randoms())
def test_every_signal_is_counted_exactly_once_whatever_becomes_of_it(steps, random):
    signals = told(steps)
    random.shuffle(signals)
    counted = 0
    session = Session("s")
    for one in signals:
        outcome = record(session, [one], [CART])
        session = outcome.session
        counted += outcome.accepted + outcome.late

    assert counted == len(signals)
    assert session.version == 0


def test_message_ids_that_differ_leave_different_marks():
    marks = {fingerprint(f"m{n}") for n in range(50_000)}

    assert len(marks) == 50_000
    assert {len(mark) for mark in marks} == {12}


def test_the_newest_word_about_the_surroundings_counts_name_by_name():
    phone = signal(SignalKind.VIEWED, NOON, message_id="1", context={"device": "phone", "locale": "en"})
    desktop = signal(SignalKind.VIEWED, NOON + minutes(1), message_id="2", context={"device": "desktop"})

    for order in ([phone, desktop], [desktop, phone]):
        assert recorded([[one] for one in order]).context == {"device": "desktop", "locale": "en"}


def test_a_stored_session_keeps_its_version_while_signals_are_added():
    stored = replace(Session("s"), version=7)

    assert record(stored, [signal(SignalKind.VIEWED)], [CART]).session.version == 7
