"""What is kept of the page on which somebody arrives by an ad, and that later pages do not take its place."""

from datetime import UTC, datetime, timedelta

import pytest

from attune.adapters.senders.context import MAX_LANDING_TEXT, MAX_VALUE, read_context
from attune.domain.mismatch.scoring import mismatch_of
from attune.domain.sessions import Session, record
from attune.domain.signals import Signal, SignalKind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = "https://shop.example"
LANDING = {
    "page": {
        "path": "/sunglasses",
        "url": f"{SITE}/sunglasses?utm_source=google&utm_medium=cpc&utm_term=rain+jacket",
        "referrer": "https://www.google.com/",
        "title": "Sunglasses | Northfell",
    }
}


def context_after(*events):
    """Return a session's context after events, each a context and properties, in the order they happened."""
    signals = [
        Signal(
            message_id=f"m-{number}",
            customer_id="c-1",
            session_id="s-1",
            time=NOON + timedelta(minutes=number),
            kind=SignalKind.OTHER,
            name="page",
            context=read_context(context, properties),
        )
        for number, (context, properties) in enumerate(events)
    ]
    return record(Session("s-1"), signals, ()).session.context


def test_the_page_of_an_arrival_is_kept_with_its_title_and_description():
    found = read_context(LANDING, {"url": f"{SITE}/sunglasses", "description": "Polarised lenses."})

    assert found["landing_page"] == found["keyword_page"] == found["title_page"] == "/sunglasses"
    assert (found["landing_title"], found["landing_text"]) == ("Sunglasses | Northfell", "Polarised lenses.")


def test_a_page_to_which_no_ad_led_leaves_no_title():
    found = read_context({"page": {"path": "/a", "url": f"{SITE}/a", "title": "A", "description": "All about A"}}, {})

    assert found == {"page_path": "/a"}


def test_a_page_call_of_its_own_may_carry_title_and_description():
    properties = {"path": "/boots", "search": "?gclid=Cj0K", "title": "Boots", "description": "Warm and dry."}

    found = read_context({}, properties)

    assert (found["landing_title"], found["landing_text"], found["title_page"]) == ("Boots", "Warm and dry.", "/boots")
    assert "keyword_page" not in found


def test_the_title_of_a_product_is_no_title_of_a_page():
    found = read_context(LANDING, {"title": "Aviator", "description": "Gold frame"})

    assert found["landing_title"] == "Sunglasses | Northfell"
    assert "landing_text" not in found


def test_an_ad_click_may_say_what_its_page_is_called():
    found = read_context(
        {},
        {
            "keyword": "rain jacket",
            "landing_page": "/sale",
            "landing_title": "Sale",
            "landing_text": "Sandals and swimwear",
        },
    )

    assert found == {
        "campaign_keyword": "rain jacket",
        "landing_page": "/sale",
        "keyword_page": "/sale",
        "title_page": "/sale",
        "landing_title": "Sale",
        "landing_text": "Sandals and swimwear",
    }


def test_an_ad_click_sent_from_another_page_does_not_lend_that_pages_title_to_the_landing():
    page = {"path": "/out", "search": "?gclid=Cj0K", "title": "Redirecting"}

    found = read_context({"page": page}, {"keyword": "rain jacket", "landing_page": "/sale"})

    assert "landing_title" not in found
    assert found["keyword_page"] == "/sale"


def test_what_was_typed_into_the_search_engine_stands_in_for_a_keyword_and_what_was_searched_on_the_site_does_not():
    typed = {"search_engine_query": "rain jacket", "landing_page": "/sale"}

    assert read_context({}, typed)["campaign_keyword"] == "rain jacket"
    assert read_context({}, {**typed, "keyword": "jackets"})["campaign_keyword"] == "jackets"
    assert "campaign_keyword" not in read_context({}, {"query": "rain jacket", "results_count": 4})


def test_title_and_text_of_a_landing_are_bounded():
    long = {"title": "x" * 5_000, "description": "y" * 5_000}

    found = read_context({"page": {**LANDING["page"], **long}}, {})

    assert (len(found["landing_title"]), len(found["landing_text"])) == (MAX_VALUE, MAX_LANDING_TEXT)


@pytest.mark.parametrize("odd", [None, [], {"a": 1}, True, float("nan"), " "])
def test_odd_titles_and_texts_stay_out(odd):
    properties = dict.fromkeys(("landing_title", "landing_text", "title", "description", "search_engine_query"), odd)

    found = read_context({"page": {**LANDING["page"], "title": odd, "description": odd}}, properties)

    assert not {"landing_title", "landing_text", "title_page"} & found.keys()


@pytest.mark.parametrize(
    "later",
    [
        # the page before carries the campaign in its URL
        ({"page": {"path": "/cart", "url": f"{SITE}/cart", "title": "Cart", "referrer": LANDING["page"]["url"]}}, {}),
        # the tracker repeats the campaign on every event
        (
            {
                "campaign": {"source": "google", "medium": "cpc", "term": "rain jacket"},
                "page": {"path": "/cart", "url": f"{SITE}/cart", "title": "Cart"},
            },
            {},
        ),
        # the site keeps the campaign in the URL of every page
        (
            {
                "page": {
                    "path": "/cart",
                    "url": f"{SITE}/cart?utm_source=google&utm_term=rain+jacket",
                    "title": "Cart",
                    "referrer": LANDING["page"]["url"],
                }
            },
            {},
        ),
        # the tracker remembers the click
        (
            {
                "referrer": {"type": "gclid", "id": "Cj0K"},
                "page": {"path": "/cart", "url": f"{SITE}/cart", "title": "Cart"},
            },
            {},
        ),
        # the customer searches on the site
        ({"page": {"path": "/search", "title": "3 results"}}, {"query": "umbrella", "results_count": 3}),
        # the customer comes back by a newsletter that has a page without a title
        ({"page": {"path": "/news", "url": f"{SITE}/news?utm_source=news"}}, {}),
    ],
)
def test_what_follows_a_landing_does_not_take_its_place(later):
    before, after = context_after((LANDING, {})), context_after((LANDING, {}), later)

    names = ("campaign_keyword", "keyword_page", "title_page", "landing_title")
    assert [after.get(name) for name in names] == [before[name] for name in names]
    assert mismatch_of(after) == mismatch_of(before)
    assert mismatch_of(after).mismatched


def test_the_keyword_of_one_landing_is_not_held_against_the_page_of_another():
    news = {"page": {"path": "/tents", "url": f"{SITE}/tents?utm_source=news", "title": "Tents"}}

    assert mismatch_of(context_after((LANDING, {}), (news, {}))) is None


def test_an_ad_and_its_landing_may_be_told_by_two_events():
    ad = {"keyword": "rain jacket", "gclid": "Cj0K", "landing_page": f"{SITE}/sunglasses/?gclid=Cj0K"}
    page = {"path": "/sunglasses", "search": "?gclid=Cj0K", "title": "Sunglasses"}

    assert mismatch_of(context_after(({}, ad), ({"page": page}, {}))).mismatched
    assert mismatch_of(context_after(({"page": page}, {}), ({}, ad))).mismatched
