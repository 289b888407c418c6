"""What is hard on the site: a form, the prices, a page that does not answer. Seen in the visit, answered once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from tests.support.events import call
from tests.support.moments import TUESDAY_NOON, answers, does, ends, known, opens, sent
from tests.support.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        known(world)
        yield world


def lands(world: World, title: str, term: str = "waterproof hiking boots") -> None:
    """Come by a search advertisement to a page of this title."""
    query = f"utm_source=google&utm_medium=cpc&utm_term={term.replace(' ', '+')}"
    page = {"path": "/landing", "title": title, "url": f"https://shop.example/landing?{query}"}
    campaign = {"source": "google", "medium": "cpc", "term": term}
    world.publish(call("page", "ada", world.now, properties={}, context={"campaign": campaign, "page": page}))


def test_who_gives_up_a_form_is_offered_help_with_it(world: World) -> None:
    does(world, "Form Failed", "Form Failed", form_id="returns", form_url="https://shop.example/returns")

    world.run(2 * DAY)

    assert answers(world, "form_failure") == [("started", "friction")]
    assert sent(world)[:1] == ["form_help"]


def test_who_sends_it_after_all_is_left_alone(world: World) -> None:
    does(world, "Form Failed", "Form Failed", form_id="returns")
    world.run(timedelta(minutes=30))
    does(world, "Form Submitted", form_id="returns")

    world.run(6 * DAY)

    assert sent(world) == []
    assert list(ends(world, "form_failure")) == ["goal_reached"]


def test_a_form_in_a_checkout_is_the_carts(world: World) -> None:
    does(world, "Product Added", "Form Failed", form_id="address")

    world.run(timedelta(minutes=20))

    assert answers(world, "form_failure") == []
    assert [row["playbook"] for row in world.decisions("ada", "moment")] == ["cart_abandonment"]


def test_the_same_customer_is_not_helped_with_every_form_of_a_day(world: World) -> None:
    does(world, "Form Failed", form_id="returns")
    world.run(HOUR)
    does(world, "Form Failed", form_id="sign-up")

    world.run(HOUR)

    assert answers(world, "form_failure") == [("started", "friction"), ("withheld", "re_entry")]


def test_who_goes_to_and_fro_between_the_prices_is_asked_what_is_open(world: World) -> None:
    opens(world, "/pricing", "/help", "/pricing", "/help", "/pricing")

    world.run(4 * DAY)

    assert answers(world, "pricing_hesitation") == [("started", "friction")]
    assert sent(world)[0] == "pricing_questions"


def test_one_look_at_the_prices_is_no_hesitation(world: World) -> None:
    opens(world, "/pricing", "/about", seconds=5)

    world.run(4 * DAY)

    assert [choice for choice, _ in answers(world, "pricing_hesitation")] == ["calm"]
    assert sent(world) == []


def test_trouble_elsewhere_is_no_hesitation_over_the_price(world: World) -> None:
    opens(world, "/pricing", seconds=5)
    does(world, *["Error Clicked"] * 4, *["Rage Clicked"] * 4, path="/pricing")

    world.run(4 * DAY)

    assert answers(world, "pricing_hesitation") == [("calm", "no_evidence")]


def test_who_orders_has_decided(world: World) -> None:
    opens(world, "/pricing", "/help", "/pricing", "/help", "/pricing")
    world.run(HOUR)
    does(world, "Order Completed", order_id="o-1")

    world.run(8 * DAY)

    assert sent(world) == []
    assert list(ends(world, "pricing_hesitation")) == ["goal_reached"]


def test_an_offer_comes_last_if_the_price_matters(world: World) -> None:
    opens(world, "/pricing", "/help", "/pricing", "/help", "/pricing", "/help", "/pricing")

    world.run(18 * DAY)

    assert sent(world) == ["pricing_questions", "pricing_overview", "pricing_last_offer"]


def test_whom_an_advertisement_led_astray_is_asked_once(world: World) -> None:
    lands(world, "Garden furniture and parasols")

    world.run(5 * DAY)

    assert answers(world, "keyword_mismatch") == [("started", "friction")]
    assert sent(world) == ["search_help"]


def test_a_page_that_answers_is_no_moment(world: World) -> None:
    lands(world, "Waterproof hiking boots for every season")

    world.run(5 * DAY)

    assert answers(world, "keyword_mismatch") == [("calm", "no_evidence")]


def test_who_came_without_a_keyword_costs_no_look_at_all(world: World) -> None:
    opens(world, "/garden")

    world.run(DAY)

    assert world.watch_queue.messages == []


def test_who_finds_something_after_all_is_left_alone(world: World) -> None:
    lands(world, "Garden furniture and parasols")
    world.run(timedelta(minutes=2))
    does(world, "Product Added", product_id="p-1")

    world.run(5 * DAY)

    assert answers(world, "keyword_mismatch") == []
    assert "search_help" not in sent(world)


def test_it_is_asked_once_in_thirty_days(world: World) -> None:
    lands(world, "Garden furniture and parasols")
    world.run(5 * DAY)
    lands(world, "Garden furniture and parasols")
    world.run(5 * DAY)

    assert answers(world, "keyword_mismatch") == [("started", "friction"), ("withheld", "re_entry")]
    assert sent(world) == ["search_help"]
