"""A journey that reaches somebody on the site only: the note it leaves can be shown as it was written."""

from datetime import UTC, datetime

import pytest
from moto import mock_aws

from attune.adapters.links import LinkPurpose
from attune.domain.blocks import BlockKind
from attune.domain.site_notes import notes_for
from attune.domain.text_blocks import plain_text
from tests.support.builders import hours, minutes
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TROUBLE = ("Product Added", "Checkout Started", "Form Failed", "Form Failed", "Payment Failed", "Payment Failed")


@pytest.fixture
def world():
    with mock_aws():
        yield World(NOON)


def test_a_note_has_the_structure_of_its_text_and_is_gone_once_the_customer_bought(world):
    who = "site-ada"
    world.publish(identify(who, NOON, locale="en", timezone="Europe/London"))
    world.publish(*(track(who, name, NOON + minutes(n / 10), cart_id="c1") for n, name in enumerate(TROUBLE)))
    world.run(hours(24 * 5))
    customer = world.customers.load(who)
    assert customer is not None
    (note, *_) = notes_for(customer, world.now)

    assert plain_text(note.blocks) == note.body
    assert any(part.url.startswith("https://") for block in note.blocks for item in block.items for part in item)
    assert {block.kind for block in note.blocks} & {BlockKind.BUTTON, BlockKind.LIST}
    for purpose, url in ((LinkPurpose.WHY, note.why_url), (LinkPurpose.PREFERENCES, note.preferences_url)):
        claim = world.links.read(purpose, url.rpartition("/")[2])
        assert (claim.customer_id, claim.journey_id, claim.channel) == (who, note.journey_id, "onsite")

    world.publish(track(who, "Order Completed", world.now, order_id="o1"))
    world.run(minutes(1))
    bought = world.customers.load(who)
    assert bought is not None
    assert notes_for(bought, world.now) == ()
