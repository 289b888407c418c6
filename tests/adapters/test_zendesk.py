"""Zendesk's tickets, from the connector, webhooks and triggers: words of customers, notes on agents, cases resolved."""

import json
from datetime import UTC, datetime

import pytest

from attune.domain.signals import CaseResolved, Reply, SignalKind
from tests.support.senders import (
    claim_of,
    event,
    fact_of,
    identifiers_of,
    needs_real,
    real,
    refusal_of,
    zendesk,
)

CASE = "case-1f2e3d4c5b6a79880011"
AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
SOURCE = "aws.partner/zendesk.com/1234/default"


def connector(kind, ticket=None, **fields):
    about = {"id": 12, "requester_id": 900, "status": "open", "external_id": None, "tags": [], **(ticket or {})}
    meta = {"occurred_at": "2026-11-24T11:00:00Z", "sequence": {"id": "SEQ", "position": 2, "total": 3}}
    detail = {"ticket_event": {"meta": meta, "type": kind, "ticket": about, **fields}}
    return event(detail, SOURCE, f"Support Ticket: {kind}")


def comment(text="It does not work", *, staff=False, public=True, author=900):
    return {
        "id": 7,
        "body": text,
        "is_public": public,
        "author": {"id": author, "name": "Ada Lovelace", "is_staff": staff},
    }


def webhook(kind, news=None, **detail):
    return zendesk(
        {
            "type": f"zen:event-type:{kind}",
            "id": "wh-1",
            "time": "2026-11-24T11:00:00Z",
            "subject": "zen:ticket:12",
            "zendesk_event_version": "2022-11-06",
            "event": news or {},
            "detail": {"id": "12", "requester_id": "900", "submitter_id": "900", "status": "OPEN", **detail},
        }
    )


@needs_real
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_real_comment_of_a_customer_is_a_reply(wrapped):
    payload = real("zendesk/comment_created_ticket_event_detail")
    body = event({"ticket_event": payload} if wrapped else payload, SOURCE, "Support Ticket: Comment Created")

    assert fact_of(body) == Reply(
        message_id="E77C1F223CE58F078A26340F61067697:2:Comment Created",
        customer_id="ext:zendesk:123456789012",
        session_id="main",
        time=datetime(2020, 6, 5, 16, 25, 4, tzinfo=UTC),
        text="This is a negative sentiment.",
        channel="",
    )
    assert claim_of(body).name == "jane doe"


@needs_real
def test_a_real_attachment_is_noted_about_its_requester():
    fact = fact_of(json.dumps(real("zendesk/attachment_linked_full_envelope")))

    assert (fact.kind, fact.customer_id) == (SignalKind.NOTED, "ext:zendesk:209780392")
    assert fact.name == "Zendesk Attachment Linked to Comment"


def test_what_a_customer_writes_is_a_reply_and_what_an_agent_writes_is_noted():
    assert fact_of(connector("Comment Created", comment=comment("Help!"))).text == "Help!"
    assert fact_of(connector("Comment Created", comment=comment(staff=True))).kind is SignalKind.NOTED
    assert fact_of(connector("Comment Created", comment=comment(public=False))).kind is SignalKind.NOTED
    assert fact_of(webhook("ticket.comment_added", {"comment": comment("Help!")})).text == "Help!"
    assert fact_of(webhook("ticket.comment_added", {"comment": comment(staff=True)})).kind is SignalKind.NOTED


def test_an_author_of_whom_nothing_is_known_is_the_customer_only_if_they_asked():
    mine, other = ({"body": "Hello", "author": {"id": author}} for author in (900, 901))

    assert fact_of(connector("Comment Created", comment=mine)).text == "Hello"
    assert fact_of(connector("Comment Created", comment=other)).kind is SignalKind.NOTED
    assert fact_of(connector("Comment Created", comment={"body": "Hello"})).kind is SignalKind.NOTED
    assert (
        fact_of(connector("Comment Created", comment={"body": "Hi", "author": {"id": 5, "role": "agent"}})).kind
        is SignalKind.NOTED
    )


def test_a_customer_in_copy_speaks_for_themselves():
    body = connector("Comment Created", comment=comment(author=901), ticket={"requester": {"email": "ada@example.com"}})

    assert identifiers_of(body) == ["ext:zendesk:901"]


def test_the_words_of_a_new_ticket_are_its_description():
    assert fact_of(webhook("ticket.created", description="I cannot pay")).text == "I cannot pay"
    assert fact_of(webhook("ticket.created", description="Called in", submitter_id="5")).kind is SignalKind.NOTED
    assert fact_of(connector("Ticket Created")).kind is SignalKind.NOTED


@pytest.mark.parametrize(
    ("via", "channel"), [({"channel": "email"}, "email"), ("sms", "sms"), ({"channel": "web"}, ""), (None, "")]
)
def test_the_channel_of_a_ticket_is_the_channel_of_a_reply(via, channel):
    assert fact_of(connector("Comment Created", {"via": via}, comment=comment())).channel == channel


@pytest.mark.parametrize("place", [{"external_id": CASE}, {"tags": ["vip", CASE]}, {"tags": f"vip {CASE}"}])
@pytest.mark.parametrize(
    "solved",
    [
        lambda place: connector("Status Changed", {**place, "status": "solved"}),
        lambda place: connector("Status Changed", place, status={"current": "solved", "previous": "open"}),
        lambda place: webhook("ticket.status_changed", {"current": "SOLVED", "previous": "OPEN"}, **place),
        lambda place: zendesk({"ticket": {"id": 12, "status": "Solved", "requester": {"id": 900}, **place}}),
    ],
)
def test_a_solved_ticket_resolves_the_case_it_carries(solved, place):
    fact = fact_of(solved(place))

    assert isinstance(fact, CaseResolved)
    assert (fact.case_id, fact.customer_id) == (CASE, "ext:zendesk:900")


def test_a_solved_ticket_without_a_case_is_noted_and_an_open_one_resolves_nothing():
    assert fact_of(connector("Status Changed", {"status": "solved"})).kind is SignalKind.NOTED
    assert fact_of(connector("Status Changed", {"external_id": CASE})).kind is SignalKind.NOTED
    assert fact_of(connector("Status Changed", {"status": "solved", "external_id": "case-12"})).kind is SignalKind.NOTED


def test_a_trigger_tells_who_asked_and_what_was_said_last():
    ticket = {
        "id": 12,
        "status": "Open",
        "updated_at": "2026-11-24T11:00:00Z",
        "latest_comment": "It still fails",
        "requester": {"id": 900, "email": "Ada@example.com", "external_id": "c-1", "phone": "+447700900001"},
    }
    body = zendesk({"ticket": ticket, "author_is_agent": "false"})

    assert (fact_of(body).text, fact_of(body).time) == ("It still fails", AT)
    assert identifiers_of(body) == ["user:c-1", "email:ada@example.com", "phone:+447700900001", "ext:zendesk:900"]
    assert fact_of(zendesk({"ticket": ticket, "author_is_agent": True})).kind is SignalKind.NOTED
    assert (
        fact_of(zendesk({"ticket": ticket | {"status": "solved"}, "author_is_agent": "false"})).kind is SignalKind.NOTED
    )


def test_a_flat_trigger_is_understood():
    body = zendesk({"ticket_id": 12, "status": "open", "requester_email": "ada@example.com"})

    assert (fact_of(body).kind, identifiers_of(body)) == (SignalKind.NOTED, ["email:ada@example.com"])


def test_the_same_webhook_twice_is_one_message_and_two_changes_of_a_ticket_are_two():
    def trigger(minute):
        return zendesk({"ticket": {"id": 12, "requester_id": 900, "updated_at": f"2026-11-24T11:0{minute}:00Z"}})

    assert fact_of(webhook("ticket.created")).message_id == "wh-1"
    assert fact_of(trigger(0)).message_id == fact_of(trigger(0)).message_id
    assert fact_of(trigger(0)).message_id != fact_of(trigger(1)).message_id


def test_the_case_id_of_a_ticket_is_nobodys_user_id():
    body = zendesk({"ticket": {"id": 1, "status": "open", "requester": {"id": 900, "external_id": CASE}}})

    assert identifiers_of(body) == ["ext:zendesk:900"]


def test_a_customers_record_tells_whose_tickets_they_are_and_an_agents_is_nobodys():
    record = {"id": "900", "email": "Ada@example.com", "external_id": "c-1", "role": "end-user", "name": "Ada Lovelace"}
    about = {
        "type": "zen:event-type:user.created",
        "id": "wh-2",
        "subject": "zen:user:900",
        "time": "2026-11-24T11:00:00Z",
    }
    body = zendesk({**about, "detail": record})

    assert (fact_of(body).kind, fact_of(body).time) == (SignalKind.NOTED, AT)
    assert identifiers_of(body) == ["user:c-1", "email:ada@example.com", "ext:zendesk:900"]
    assert claim_of(body).name == "ada lovelace"
    assert refusal_of(zendesk({**about, "detail": record | {"role": "agent"}}))[0] == "unknown_topic"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (zendesk({"type": "zen:event-type:organization.created", "detail": {"id": "1"}}), "unknown_topic"),
        (zendesk({}), "unknown_topic"),
        (zendesk({"ticket": {"id": 12}}), "missing_id"),
        (connector("Ticket Created", {"requester_id": None}), "missing_id"),
    ],
)
def test_what_is_about_no_ticket_or_nobody_is_refused(body, reason):
    assert refusal_of(body)[0] == reason
