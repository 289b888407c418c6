"""Which other systems hear of cases and feedback, and what exactly each is told: pure data, no construct."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_FIELDS = 100
"""Variables that EventBridge takes in one input transformer."""


class ForwarderKind(StrEnum):
    """A system whose API we know, or any that takes JSON."""

    ZENDESK = "zendesk"
    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Forwarder:
    """One other system of a stage. `secret` is the name of a secret of this account and region; its value stays there.

    `base_url` is scheme and host (`https://acme.zendesk.com`); of a webhook the whole address.
    """

    kind: ForwarderKind
    base_url: str
    secret: str

    @property
    def construct_id(self) -> str:
        """What its constructs are called."""
        return self.kind.title()


class Way(StrEnum):
    """How a request is made: at once, or after the record was looked up that it belongs to."""

    DIRECT = "direct"
    LOOK_UP = "look_up"


@dataclass(frozen=True, kw_only=True)
class Route:
    """What one system is told about one event.

    `when` narrows the events by their properties, in EventBridge's own pattern language. `body` is the request body, in which
    `<name>` stands for the field of the event that `FIELDS` names: always as a whole JSON value and never inside a string,
    so that no quote or line break in a field can end the value it stands in. A field in `path_fields` fills a `*` of `path`.
    """

    name: str
    event: str
    method: str
    path: str
    body: Mapping[str, Any]
    when: Mapping[str, Any] = field(default_factory=dict)
    path_fields: tuple[str, ...] = ()
    way: Way = Way.DIRECT
    key: str = ""
    """Of a route that looks up: the field by which the record is found."""


FIELDS: Mapping[str, str] = {
    "event": "$.detail.event",
    "message_id": "$.detail.messageId",
    "customer_id": "$.detail.userId",
    "timestamp": "$.detail.timestamp",
    "properties": "$.detail.properties",
    "case_id": "$.detail.properties.case_id",
    "priority": "$.detail.properties.priority",
    "trigger": "$.detail.properties.trigger",
    "due_by": "$.detail.properties.due_by",
    "summary": "$.detail.properties.summary",
    "helpful": "$.detail.properties.helpful",
    "topic": "$.detail.properties.topic",
}
"""Every field that a request may hold. There is none for a name, an address or a customer's words: no event has them."""

SUBJECT = "Attune: a customer needs a person"
_URGENT, _NORMAL = {"priority": ["urgent"]}, {"priority": ["normal"]}

_ZENDESK = (
    Route(
        name="CaseOpened",
        event="Case Opened",
        method="POST",
        path="/api/v2/tickets.json",
        body={
            "ticket": {
                "external_id": "<case_id>",
                "subject": SUBJECT,
                "comment": {"body": "<summary>", "public": False},
                "type": "task",
                "due_at": "<due_by>",
                "priority": "<priority>",
                "tags": ["attune", "<trigger>"],
                "metadata": {"customer_id": "<customer_id>"},
            }
        },
    ),
    *(
        Route(
            name=event.replace(" ", ""),
            event=event,
            method="PUT",
            path="/api/v2/tickets/",
            way=Way.LOOK_UP,
            key="case_id",
            body={"ticket": {"comment": {"body": said, "public": False}, **change}},
        )
        for event, said, change in (
            ("Case Replied", "A person answered the customer.", {}),
            ("Case Resolved", "A person closed the case.", {"status": "solved"}),
        )
    ),
)


def _salesforce_case(name: str, event: str, when: Mapping[str, Any], fields: Mapping[str, str]) -> Route:
    return Route(
        name=name,
        event=event,
        when=when,
        method="PATCH",
        path="/services/data/v61.0/sobjects/Case/Attune_Case_Id__c/*",
        path_fields=("case_id",),
        body={**fields, "Contact": {"Attune_Customer_Id__c": "<customer_id>"}},
    )


def _salesforce_contact(name: str, event: str, fields: Mapping[str, str]) -> Route:
    return Route(
        name=name,
        event=event,
        method="PATCH",
        path="/services/data/v61.0/sobjects/Contact/Attune_Customer_Id__c/*",
        path_fields=("customer_id",),
        body=fields,
    )


_NEW_CASE = {"Subject": SUBJECT, "Description": "<summary>", "Origin": "Attune", "Status": "New"}
_SALESFORCE = (
    _salesforce_case("UrgentCaseOpened", "Case Opened", _URGENT, {**_NEW_CASE, "Priority": "High"}),
    _salesforce_case("CaseOpened", "Case Opened", _NORMAL, {**_NEW_CASE, "Priority": "Medium"}),
    _salesforce_case("CaseReplied", "Case Replied", {}, {"Status": "Working"}),
    _salesforce_case("CaseResolved", "Case Resolved", {}, {"Status": "Closed"}),
    _salesforce_contact(
        "FeedbackGiven",
        "Feedback Given",
        {"Attune_Last_Message_Helpful__c": "<helpful>", "Attune_Last_Feedback_At__c": "<timestamp>"},
    ),
    _salesforce_contact(
        "NoteRecorded",
        "Note Recorded",
        {"Attune_Last_Note__c": "<topic>", "Attune_Last_Note_At__c": "<timestamp>"},
    ),
)


def _hubspot(name: str, event: str, kind: str, properties: Mapping[str, str], when: Mapping[str, Any]) -> Route:
    return Route(
        name=name,
        event=event,
        when=when,
        method="POST",
        path=f"/crm/v3/objects/{kind}",
        way=Way.LOOK_UP,
        key="customer_id",
        body={"properties": properties},
    )


def _note(name: str, event: str, said: str, when: Mapping[str, Any] | None = None) -> Route:
    return _hubspot(name, event, "notes", {"hs_timestamp": "<timestamp>", "hs_note_body": said}, when or {})


def _ticket(name: str, priority: str, when: Mapping[str, Any]) -> Route:
    properties = {
        "subject": SUBJECT,
        "content": "<summary>",
        "hs_pipeline": "0",
        "hs_pipeline_stage": "1",
        "hs_ticket_priority": priority,
    }
    return _hubspot(name, "Case Opened", "tickets", properties, when)


_HUBSPOT = (
    _ticket("UrgentCaseOpened", "HIGH", _URGENT),
    _ticket("CaseOpened", "MEDIUM", _NORMAL),
    _note("CaseReplied", "Case Replied", "A person answered the customer about their case."),
    _note("CaseResolved", "Case Resolved", "A person closed the customer's case."),
    _note("FoundHelpful", "Feedback Given", "The customer found a message helpful.", {"helpful": [True]}),
    _note("FoundUnhelpful", "Feedback Given", "The customer found a message not helpful.", {"helpful": [False]}),
    _note("NoteRecorded", "Note Recorded", "<topic>"),
)

_WEBHOOK = tuple(
    Route(
        name=event.replace(" ", ""),
        event=event,
        method="POST",
        path="",
        body={
            "event": "<event>",
            "message_id": "<message_id>",
            "customer_id": "<customer_id>",
            "timestamp": "<timestamp>",
            "properties": "<properties>",
        },
    )
    for event in ("Case Opened", "Case Claimed", "Case Replied", "Case Resolved", "Feedback Given", "Note Recorded")
)

ROUTES: Mapping[ForwarderKind, tuple[Route, ...]] = {
    ForwarderKind.ZENDESK: _ZENDESK,
    ForwarderKind.SALESFORCE: _SALESFORCE,
    ForwarderKind.HUBSPOT: _HUBSPOT,
    ForwarderKind.WEBHOOK: _WEBHOOK,
}


def problem_of(forwarders: Iterable[Forwarder], *, has_operations: bool) -> str:
    """Return what is wrong with a stage's forwarders, or nothing."""
    forwarders = tuple(forwarders)
    kinds = [forwarder.kind for forwarder in forwarders]
    if forwarders and not has_operations:
        return "has forwarders but no operations stack, which holds them: set operations, or leave them out."
    if len(set(kinds)) < len(kinds):
        return "has two forwarders of one kind: each system would hear of everything twice."
    for forwarder in forwarders:
        whole = r"/\S*" if forwarder.kind is ForwarderKind.WEBHOOK else ""
        if (
            not re.fullmatch(rf"https://[a-z0-9.-]+(:[0-9]+)?({whole})?", forwarder.base_url)
            or "*" in forwarder.base_url
        ):
            return (
                f"forwards to {forwarder.base_url!r}: write scheme and host in small letters, as https://acme.zendesk.com"
                f"{'' if whole else ', and nothing after them'}."
            )
        if not re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", forwarder.secret):
            return f"names the secret {forwarder.secret!r} of its {forwarder.kind} forwarder: write a secret's name, never its value."
    return ""
