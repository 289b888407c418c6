"""The calls of the Segment spec themselves: what is around every event, and what a call is about that is no event."""
# ruff: noqa: N815 - the spec's own names

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from attune.events.context import Context
from attune.events.contract import Amount, Contract, EventFields, Id, OpenModel


class Call(OpenModel):
    """What every call may carry: `userId` or `anonymousId`, better both."""

    type: str = Field(description="which call")
    userId: Id | None = Field(None, description="the customer's id in your system; use an id, not an email address")
    anonymousId: Id | None = Field(
        None, description="the device or cookie; with it, what somebody did before they said who they are is theirs too"
    )
    messageId: Id | None = Field(
        None, description="makes a repeated delivery count once; new for each event, the same when it is offered again"
    )
    timestamp: datetime | None = Field(
        None, description="when it happened, ISO 8601; more than an hour in the future is refused"
    )
    context: Context | None = Field(None, description="the customer's surroundings")


class TraitFields(EventFields):
    """Who the customer is. Later knowledge wins, trait by trait."""

    contract: ClassVar = Contract(
        call="identify",
        version="1.4",
        examples=(
            {
                "traits": {
                    "firstName": "Ada",
                    "lastName": "Lovelace",
                    "email": "ada@example.com",
                    "phone": "+447700900001",
                    "locale": "en-GB",
                    "timezone": "Europe/London",
                    "segment": "vip",
                    "lifecycle": "loyal",
                    "preferredChannel": "sms",
                    "agentOfRecord": "sam",
                    "vip": True,
                    "regulatoryFlag": False,
                    "automationOptOut": False,
                }
            },
            {"traits": {"name": "Ada Lovelace", "address": {"country": "GB"}}},
        ),
    )

    firstName: str | None = Field(None, description="for the greeting; also `first_name`, or the first word of `name`")
    lastName: str | None = Field(None, description="with the first name, tells two people on one device apart")
    name: str | None = Field(
        None, description="the full name; only its first word is kept, and only without `firstName`"
    )
    email: str | None = Field(None, description="where email goes")
    phone: str | None = Field(None, description="where SMS goes, E.164 such as `+447700900001`")
    locale: str | None = Field(None, description="e.g. `en-GB`, `de`; also `language`")
    timezone: str | None = Field(None, description="IANA zone; also `time_zone`, `timeZone`")
    country: str | None = Field(
        None,
        description="two letters; also `countryCode`, `address.country`; gives the zone where a country has only one",
    )
    state: str | None = Field(
        None,
        description="`TX`, `US-TX` or the name; also `region`, `address.state`: SMS keep to the hours of US states",
    )
    segment: str | None = Field(None, description="`standard`, `vip` or `business`: chooses the tone")
    lifecycle: str | None = Field(
        None, description="`new`, `active`, `loyal` or `lapsing`: chooses the tone; also `lifecycle_stage`"
    )
    preferredChannel: Literal["email", "sms", "onsite", "phone"] | None = Field(
        None,
        description="the channel to try first; `phone` asks to be called, and cases then have their number; also "
        "`preferred_channel`",
    )
    agentOfRecord: str | None = Field(
        None,
        description="the colleague who looks after them, by the name they claim cases with; also `agent_of_record`: "
        "cases are theirs, and moments where a playbook says so",
    )
    customerSince: str | None = Field(
        None,
        description="since when they are a customer, `2021-03-14`; also `customer_since`, `createdAt`, `created_at`: "
        "the anniversary is suggested to the colleague who looks after them",
    )
    cadence: Literal["normal", "fewer", "important"] | None = Field(
        None, description="how often the customer wants to hear from us"
    )
    quietFrom: str | None = Field(None, description="the customer's own quiet hours begin, `22:00`; also `quiet_from`")
    quietUntil: str | None = Field(None, description="and end, `07:30`, on their own clock; also `quiet_until`")
    vip: bool | None = Field(None, description="`true`: cases are urgent")
    regulatoryFlag: bool | None = Field(None, description="`true`: cases are urgent; also `regulatory_flag`")
    automationOptOut: bool | None = Field(
        None, description="`true`: only service messages and people; also `automation_opt_out`"
    )


class PageFields(EventFields):
    """A page was viewed.

    A name or path that speaks of prices, plans or tariffs counts as looking at prices, one that speaks of help,
    support, contact or FAQ as reading help.
    """

    contract: ClassVar = Contract(
        call="page",
        version="1.1",
        examples=(
            {"name": "Pricing", "properties": {"path": "/pricing"}},
            {"properties": {"path": "/help/returns", "title": "Returns"}},
            {"name": "Home", "properties": {"path": "/"}},
            {
                "properties": {
                    "path": "/boots",
                    "search": "?utm_medium=cpc&utm_term=waterproof+boots",
                    "title": "Boots for women and men",
                    "description": "Leather and waterproof boots for every trail.",
                }
            },
        ),
    )

    path: str | None = Field(None, description="path of its URL; `context.page.path` is read too")
    title: str | None = Field(None, description="its title; compared with the keyword that led here")
    description: str | None = Field(None, description="its description; read as its title is")
    url: str | None = Field(None, description="its URL")
    referrer: str | None = Field(None, description="where the customer came from")
    search: str | None = Field(None, description="query part of the URL: campaign and click ids are read from it")
    time_on_page: Amount | None = Field(None, description="seconds spent on it so far")


class ScreenFields(EventFields):
    """A screen of an app was viewed; read as a page is."""

    contract: ClassVar = Contract(
        call="screen",
        examples=({"name": "Plans", "properties": {"path": "settings/plans"}}, {"name": "Home"}),
    )

    path: str | None = Field(None, description="where in the app")


class GroupFields(EventFields):
    """The customer belongs to a group, e.g. a company. Accepted; nothing of the group is kept."""

    contract: ClassVar = Contract(call="group", examples=({"groupId": "acme", "traits": {"name": "Acme"}},))

    name: str | None = Field(None, description="what the group is called")


class AliasFields(EventFields):
    """The customer was known by another id before."""

    contract: ClassVar = Contract(call="alias", examples=({"previousId": "cookie-7f3a"},))


class TrackCall(Call):
    """Something happened."""

    type: Literal["track"] = Field(description="which call")
    event: str = Field(description="what happened")
    properties: OpenModel | None = Field(None, description="more about it")


class IdentifyCall(Call):
    """Who somebody is."""

    type: Literal["identify"] = Field(description="which call")
    traits: TraitFields | None = Field(None, description="what is known of them")


class PageCall(Call):
    """A page was viewed."""

    type: Literal["page"] = Field(description="which call")
    name: str | None = Field(None, description="what the page is called")
    properties: PageFields | None = Field(None, description="which page")


class ScreenCall(Call):
    """A screen was viewed."""

    type: Literal["screen"] = Field(description="which call")
    name: str | None = Field(None, description="what the screen is called")
    properties: ScreenFields | None = Field(None, description="which screen")


class GroupCall(Call):
    """Somebody belongs to a group."""

    type: Literal["group"] = Field(description="which call")
    groupId: Id | None = Field(None, description="which group")
    traits: GroupFields | None = Field(None, description="what is known of the group")


class AliasCall(Call):
    """Somebody was known by another id."""

    type: Literal["alias"] = Field(description="which call")
    previousId: Id = Field(description="the id they were known by before")
