"""A customer in the middle of a journey, and the steps that the state machine would ask for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from attune.domain.customers import ChannelConsent, Consent, Profile
from attune.domain.journeys import Journey
from tests.support.builders import QUIET, session_of, story
from tests.support.world import World

PLAYBOOK = "cart_abandonment"


def journey_of(world: World, number: int = 1) -> Journey:
    return Journey(
        journey_id=f"{PLAYBOOK}-{number}",
        playbook=PLAYBOOK,
        playbook_version="1.0.0",
        key=f"cart-{number}",
        session_id="s",
        since=world.now,
        expires_at=world.now + timedelta(days=10),
    )


def in_journeys(world: World, count: int = 1, customer_id: str = "ada", *steps: Any, **traits: Any) -> list[Journey]:
    """Make a customer known, reachable and in so many journeys at once."""
    known = {"first_name": "Ada", "email": "ada@example.com", "phone": "+447700900001", "locale": "en"}
    profile: Profile = world.customers.load_or_create(customer_id).profile
    profile = replace(profile, **{**known, "time_zone": "Europe/London", **traits})
    allowed = {c: ChannelConsent(granted=True, at=world.now - QUIET, source="test") for c in ("email", "sms")}
    journeys = [journey_of(world, number) for number in range(1, count + 1)]
    for item in (profile, Consent(allowed), session_of(story(*steps)), *journeys):
        world.customers.save(customer_id, item)
    return journeys


def step(world: World, journey: Journey, *, channel: str = "sms", customer_id: str = "ada", **changes: Any) -> dict:
    """Return the payload of a step, as the state machine makes it on entering a state now."""
    return {
        "journey_id": journey.journey_id,
        "customer_id": customer_id,
        "playbook": journey.playbook,
        "playbook_version": journey.playbook_version,
        "key": journey.key,
        "touch": 1,
        "entered_at": world.now.isoformat(),
        "attempt": 1,
        "plan": {"message": "cart_help_offer", "channel": channel, "locale": "en", "tone": "informal", "text_hash": ""},
        **changes,
    }
