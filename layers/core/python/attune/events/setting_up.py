"""Setting something up, and looking at what it costs: from the first look at the plans to the last step."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id

STEP = {"properties": {"plan_id": "team", "step": "invite colleagues"}}


class PricingViewed(EventFields):
    """Somebody looked at prices or plans; for apps. A `page` or `screen` whose name or path says so counts as well."""

    contract: ClassVar = Contract(event="Pricing Viewed", examples=({"properties": {"plan_id": "team"}},))

    plan_id: Id | None = Field(None, description="which plan")


class SetupFields(EventFields):
    """Something that takes several steps to set up."""

    plan_id: Id | None = Field(None, description="what is set up: a plan, a product, a contract")
    plan: Id | None = Field(None, description="the same, as some senders name it")
    setup_url: str | None = Field(None, description="where to go on, on your site; a link elsewhere is not used")


class SignedUp(SetupFields):
    """Somebody signed up, and has a set-up before them. The spec's own name."""

    contract: ClassVar = Contract(event="Signed Up", examples=({"properties": {"plan_id": "team"}},))


class OnboardingStepCompleted(SetupFields):
    """A step of the set-up is done."""

    contract: ClassVar = Contract(event="Onboarding Step Completed", examples=(STEP,))

    step: str | None = Field(None, description="which step")


class OnboardingCompleted(SetupFields):
    """The set-up is done: nothing is left to help with."""

    contract: ClassVar = Contract(event="Onboarding Completed", examples=({"properties": {"plan_id": "team"}},))
