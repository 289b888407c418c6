"""Taking facts in: what changes, what must be watched, and whom people must hear of at once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.absorbing import absorb
from attune.domain.case_triggers import CaseTrigger
from attune.domain.customers import Case, Consent, Customer, Profile
from attune.domain.replies import Call
from attune.domain.sessions import Session
from attune.domain.signals import CaseResolved, ConsentChange, Feedback, ProfileChange, Reply, SignalKind
from tests.support.builders import CART, NOON, QUIET, customer, minutes, signal


def reply(text: str, *, channel: str = "sms", at: float = 0) -> Reply:
    return Reply(
        message_id=f"r-{text}-{at}",
        customer_id="ada",
        session_id="s",
        time=NOON + minutes(at),
        text=text,
        channel=channel,
    )


def with_changes(before: Customer, *facts) -> Customer:
    """Return the customer as the table would hold them after the facts."""
    absorbed = absorb(before, facts, [CART])
    for item in absorbed.changed:
        match item:
            case Profile():
                before = replace(before, profile=item)
            case Consent():
                before = replace(before, consent=item)
            case Session():
                before = replace(before, sessions={**before.sessions, item.session_id: item})
            case Case():
                before = replace(before, cases={**before.cases, item.about: item})
    return before


def consent_changes(text: str, channel: str) -> list[tuple[str, ...]]:
    return [change.channels for change in absorb(customer(), [reply(text, channel=channel)], [CART]).consent_changes]


@pytest.mark.parametrize("channel", ["sms", "email", "onsite"])
def test_stop_withdraws_consent_on_the_channel_it_came_by(channel):
    after = with_changes(customer(), reply("STOP", channel=channel))

    assert after.consent.refused(channel)
    assert [c for c in ("sms", "email", "onsite") if after.consent.refused(c)] == [channel]
    assert after.consent.channels[channel].source == "reply"


@pytest.mark.parametrize("channel", ["", "whatsapp"])
def test_stop_from_who_knows_where_withdraws_consent_everywhere(channel):
    assert consent_changes("please stop", channel) == [("email", "sms", "onsite")]


def test_stop_calls_nobody_and_an_ordinary_answer_withdraws_nothing_and_may_be_read():
    stopped = absorb(customer(), [reply("STOP")], [CART])
    answered = absorb(customer(), [reply("yes, all fine")], [CART])

    assert stopped.calls == ()
    assert answered.consent_changes == ()
    assert [found.why for found in answered.calls] == [CaseTrigger.REPLY]


def test_a_call_for_help_is_handed_on_with_its_words():
    call = reply("I need help")

    absorbed = absorb(customer(), [call], [CART])

    assert [(found.reply, found.why) for found in absorbed.calls] == [(call, Call.ASKED_FOR_HELP)]
    assert absorbed.consent_changes == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I need help", SignalKind.ASKED_FOR_HELP),
        ("yes, all fine", SignalKind.REPLIED),
        ("STOP", SignalKind.REPLIED),
    ],
)
def test_every_reply_leaves_its_mark_in_the_session_without_its_words(text, kind):
    after = with_changes(customer(), reply(text))

    assert [entry.kind for entry in after.sessions["s"].tail] == [kind]
    assert text not in repr(after.sessions["s"])


@pytest.mark.parametrize(("helpful", "kind"), [(True, SignalKind.FOUND_HELPFUL), (False, SignalKind.FOUND_UNHELPFUL)])
def test_feedback_leaves_its_mark_in_the_session(helpful, kind):
    said = Feedback(message_id="f", customer_id="ada", session_id="s", time=NOON, helpful=helpful, journey_id="cart-1")

    assert with_changes(customer(), said).latest(kind, ()) == NOON


def test_a_withdrawal_is_reported_once_however_often_it_comes():
    once = with_changes(customer(), reply("STOP"))

    again = absorb(once, [reply("STOP")], [CART])

    assert again.consent_changes == ()
    assert again.changed == ()


def test_resolving_a_case_closes_exactly_that_case():
    case = Case(case_id="case-1", about="cart-1", opened_at=NOON, triggers=("asked_for_help",))
    other = replace(case, case_id="case-2", about="direct")
    resolved = CaseResolved(message_id="x", customer_id="ada", time=NOON + minutes(5), case_id="case-1")

    after = with_changes(customer(cases={"cart-1": case, "direct": other}), resolved)

    assert after.cases["cart-1"].resolved_at == NOON + minutes(5)
    assert after.cases["direct"].resolved_at is None


def test_resolving_a_case_nobody_opened_changes_nothing():
    resolved = CaseResolved(message_id="x", customer_id="ada", time=NOON, case_id="case-9")

    absorbed = absorb(customer(), [resolved], [CART])

    assert (absorbed.changed, absorbed.duplicates) == ((), 1)


def test_an_open_cart_is_watched_at_the_end_of_its_quiet_period():
    [(session_id, moment)] = absorb(customer(), [signal(SignalKind.PRODUCT_ADDED)], [CART]).watches

    assert (session_id, moment.playbook, moment.due_at) == ("s", "cart", NOON + QUIET)


def test_a_late_event_brings_the_moment_it_reveals():
    later = customer(sessions_with(signal(SignalKind.VIEWED, NOON + minutes(60))))

    watches = absorb(later, [signal(SignalKind.PRODUCT_ADDED)], [CART]).watches

    assert NOON + QUIET in {moment.due_at for _, moment in watches}


def test_a_duplicate_has_everything_watched_again_for_the_first_delivery_may_have_died_before_it_said_so():
    facts = [signal(SignalKind.PRODUCT_ADDED), signal(SignalKind.VIEWED, NOON + minutes(60))]
    first = absorb(customer(), facts, [CART])

    again = absorb(with_changes(customer(), *facts), facts, [CART])

    assert again.watches == first.watches
    assert len(first.watches) == 2
    assert again.changed == ()


def test_nothing_is_watched_where_nothing_is_open():
    assert absorb(customer(), [signal(SignalKind.VIEWED)], [CART]).watches == ()


FACTS = st.one_of(
    st.builds(
        lambda at, kind: signal(kind, NOON + minutes(at)),
        st.integers(0, 90),
        st.sampled_from([SignalKind.PRODUCT_ADDED, SignalKind.ORDERED, SignalKind.COUPON_USED, SignalKind.VIEWED]),
    ),
    st.builds(
        lambda text, channel, at: reply(text, channel=channel, at=at),
        st.sampled_from(["STOP", "help me", "thanks"]),
        st.sampled_from(["sms", "email", ""]),
        st.integers(0, 90),
    ),
    st.builds(
        lambda at, name: ProfileChange(
            message_id=f"p-{at}-{name}", customer_id="ada", time=NOON + minutes(at), traits={"first_name": name}
        ),
        st.integers(0, 90),
        st.sampled_from(["Ada", "Eve"]),
    ),
    st.builds(
        lambda at, granted: ConsentChange(
            message_id=f"c-{at}-{granted}",
            customer_id="ada",
            time=NOON + minutes(at),
            channels=("sms",),
            granted=granted,
            source="app",
        ),
        st.integers(0, 90),
        st.booleans(),
    ),
)


@given(st.lists(FACTS, max_size=20), st.randoms(), st.integers(1, 20))
def test_the_same_facts_in_any_order_and_any_batches_leave_the_same_customer(facts, random, size):
    shuffled = random.sample(facts, len(facts))
    after = customer()
    for start in range(0, len(shuffled), size):
        after = with_changes(after, *shuffled[start : start + size])

    assert after == with_changes(customer(), *facts)


@given(st.lists(FACTS, max_size=20))
def test_the_same_facts_again_change_nothing(facts):
    after = with_changes(customer(), *facts)

    again = absorb(after, facts, [CART])

    assert again.changed == ()
    assert again.consent_changes == ()
    assert again.accepted == 0


def sessions_with(*signals) -> Session:
    return with_changes(customer(), *signals).sessions["s"]
