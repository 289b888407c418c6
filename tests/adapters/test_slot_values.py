"""What texts are filled with: what the moment is about, and links that lead where they should."""

from dataclasses import replace
from typing import Any

import pytest

from attune.adapters.links import Links
from attune.adapters.outgoing import Outgoing
from attune.adapters.slot_values import SlotValues
from attune.domain.signals import SignalKind
from attune.domain.situation import assess
from functions.send_message.settings import Settings
from tests.support.acme import ACME
from tests.support.builders import NOON, customer, hours, playbook, session_of, signal
from tests.support.friction import SCORER
from tests.support.world import SEND_ENVIRONMENT

HOSTS = '["track.carrier.example"]'


def filled(kind: SignalKind = SignalKind.DELIVERY_DELAYED, order: str = "o-1", hosts: str = HOSTS, **told: str) -> Any:
    settings = Settings.model_validate({**SEND_ENVIRONMENT, **ACME, "TRACKING_HOSTS": hosts})
    session = session_of([replace(signal(kind, NOON), order=order, details=told)])
    situation = assess(
        customer(session), playbook(), SCORER, now=NOON + hours(1), since=NOON, expires_at=NOON + hours(99)
    )
    outgoing = Outgoing(
        situation=situation, contact_id="c", channel="email", message="m", locale="en", session_id="s", key=order
    )
    return SlotValues(settings, Links("a key for tests")).fill(outgoing)


def test_an_order_is_called_by_its_number_else_by_its_id():
    assert filled(order_number="A-1")["order_number"] == "A-1"
    assert filled()["order_number"] == "o-1"


@pytest.mark.parametrize("link", ["https://shop.example/track/1", "https://track.carrier.example/p?id=1"])
def test_a_tracking_link_on_our_site_or_an_allowed_host_is_used(link):
    assert filled(tracking_url=link)["tracking_url"] == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "http://track.carrier.example/1",
        "https://track.carrier.example.evil.example/1",
        "https://shop.example@evil.example/1",
        "https://user@track.carrier.example/1",
        "//track.carrier.example/1",
        "https://evil.example/?https://shop.example",
        'https://shop.example/"><script>',
    ],
)
def test_any_other_leads_to_our_own_page(link):
    assert filled(tracking_url=link)["tracking_url"] == "https://shop.example/orders"


def test_a_carrier_that_the_stage_does_not_name_is_no_carrier():
    assert filled(hosts="[]", tracking_url="https://track.carrier.example/1")["tracking_url"].endswith("/orders")


def test_a_tracking_host_may_not_be_where_people_pay():
    values = filled(kind=SignalKind.PAYMENT_FAILED, payment_url="https://track.carrier.example/pay")

    assert values["payment_url"] == "https://shop.example/payment"


def test_news_of_another_order_are_not_told_of_this_one():
    settings = Settings.model_validate({**SEND_ENVIRONMENT, **ACME})
    signals = [
        replace(signal(SignalKind.DELIVERY_DELAYED, NOON, message_id=order), order=order, details={"new_date": day})
        for order, day in (("o-1", "2026-12-01"), ("o-2", "2026-12-09"))
    ]
    situation = assess(
        customer(session_of(signals)), playbook(), SCORER, now=NOON + hours(1), since=NOON, expires_at=NOON + hours(99)
    )
    about = Outgoing(situation=situation, contact_id="c", channel="sms", message="m", locale="en", key="o-1")

    assert SlotValues(settings, Links("a key for tests")).fill(about)["new_date"] == "2026-12-01"
