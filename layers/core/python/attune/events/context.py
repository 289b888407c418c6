"""The surroundings of an event: what a sender knows of the visit, the device and the way there."""
# ruff: noqa: N815 - the spec's own names

from pydantic import Field

from attune.events.contract import Id, OpenModel


class Campaign(OpenModel):
    """How the customer came, as in the `utm` parameters."""

    name: str | None = Field(None, description="which campaign")
    source: str | None = Field(None, description="who sent them")
    medium: str | None = Field(None, description="how, e.g. `email`, `cpc`")
    term: str | None = Field(None, description="the keyword")
    gclid: str | None = Field(None, description="the click's id, under the ad network's own name for it")
    content: str | None = Field(None, description="which of several links or pictures")


class Page(OpenModel):
    """The page the customer is on."""

    path: str | None = Field(None, description="path of its URL")
    url: str | None = Field(None, description="its URL")
    referrer: str | None = Field(None, description="where the customer came from")
    search: str | None = Field(None, description="query part of the URL")
    title: str | None = Field(None, description="its title")


class Device(OpenModel):
    """The device of an app."""

    type: str | None = Field(None, description="`ios` and `android` count as phone; else taken as it is")


class UserAgentData(OpenModel):
    """Client hints of a browser."""

    mobile: bool | None = Field(None, description="`true`: a phone")


class Location(OpenModel):
    """Where the customer is, roughly."""

    country: str | None = Field(None, description="two letters")


class ExternalId(OpenModel):
    """By what another system knows the customer."""

    type: str | None = Field(None, description="which system, e.g. `shopify`; `email` and `phone` are known")
    id: Id | None = Field(None, description="its id for the customer")


class Context(OpenModel):
    """What the sender knows of the customer's surroundings. Nothing of it is needed."""

    sessionId: Id | None = Field(None, description="the visit; without it all events of a customer share one session")
    timezone: str | None = Field(
        None,
        description="IANA zone, e.g. `Europe/London`: an SMS is sent only if the zone is known from here, the profile "
        "or a country with one zone",
    )
    locale: str | None = Field(None, description="the language, if the profile names none")
    userAgent: str | None = Field(None, description="of the browser: phone or desktop")
    userAgentData: UserAgentData | None = Field(None, description="client hints of the browser")
    device: Device | None = Field(None, description="the device of an app")
    campaign: Campaign | None = Field(None, description="how the customer came")
    page: Page | None = Field(None, description="where the customer is")
    location: Location | None = Field(None, description="where the customer is")
    externalIds: list[ExternalId] | None = Field(None, description="ids of the same person in other systems")
    schemaVersion: str | None = Field(
        None,
        description="the version of the event's contract that the sender was written for, e.g. `1.0`; for people who "
        "look for a cause, nothing is decided by it",
        pattern=r"^\d+\.\d+$",
    )
