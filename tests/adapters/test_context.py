"""What is kept of a customer's surroundings: short strings, and whether anybody is there at all."""

import pytest

from attune.adapters.senders.bots import is_bot
from attune.adapters.senders.context import MAX_VALUE, read_context, surroundings

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


def test_campaign_search_page_and_money_are_read():
    context = {
        "locale": "en-GB",
        "timezone": "Europe/London",
        "campaign": {"source": "google", "medium": "cpc", "name": "winter", "term": "boots"},
        "page": {
            "path": "/boots",
            "search": "?gclid=Cj0K&size=41",
            "referrer": "https://www.google.com/search?q=private+question",
        },
        "traits": {"segment": "business", "lifecycle": "loyal"},
    }
    properties = {
        "query": "waterproof boots",
        "results_count": 0,
        "currency": "gbp",
        "value": 119.5,
        "time_on_page": 12,
    }

    assert read_context(context, properties) == {
        "locale": "en-GB",
        "time_zone": "Europe/London",
        "campaign_source": "google",
        "campaign_medium": "cpc",
        "campaign_name": "winter",
        "campaign_keyword": "boots",
        "click_id": "gclid:Cj0K",
        "landing_page": "/boots",
        "keyword_page": "/boots",
        "page_path": "/boots",
        "page_search": "?gclid=Cj0K&size=41",
        "referrer": "https://www.google.com/search",
        "search_query": "waterproof boots",
        "results_count": "0",
        "currency": "GBP",
        "cart_value": "119.5",
        "time_on_page": "12",
        "segment": "business",
        "lifecycle": "loyal",
    }


def test_the_campaign_is_read_from_the_url_where_the_tracker_left_it_there():
    found = read_context(
        {"page": {"url": "https://shop.example/boots?utm_source=news&UTM_Medium=email&utm_term=b%C3%B6ots"}}, {}
    )

    assert found == {"campaign_source": "news", "campaign_medium": "email", "campaign_keyword": "böots"}


def test_the_keyword_of_an_ad_that_was_clicked_is_the_campaigns():
    found = read_context({}, {"keyword": "winter boots", "landing_page": "/boots"})

    assert found == {"campaign_keyword": "winter boots", "landing_page": "/boots", "keyword_page": "/boots"}


@pytest.mark.parametrize("odd", [None, [], {}, {"a": 1}, [1], True, float("inf"), "", "   "])
def test_what_is_no_text_and_no_number_stays_out(odd):
    names = (
        "locale",
        "timezone",
        "device",
        "campaign",
        "page",
        "userAgent",
        "userAgentData",
        "referrer",
        "traits",
        "location",
    )
    properties = dict.fromkeys(
        ("query", "results_count", "currency", "value", "cart_url", "path", "search", "referrer", "url"), odd
    )

    assert read_context(dict.fromkeys(names, odd), properties) == {}
    assert read_context({"page": dict.fromkeys(("path", "search", "referrer", "url"), odd)}, {}) == {}


def test_everything_is_short():
    long = "x" * 10_000
    context = {
        "locale": long,
        "page": {"path": long, "search": long, "referrer": f"https://{long}/"},
        "campaign": {"source": long},
    }

    assert {len(value) for value in read_context(context, {"query": long}).values()} == {MAX_VALUE}


@pytest.mark.parametrize("url", ["http://[bad", "//", "?", "https://a.example:port/x", "android-app://com.google"])
def test_a_referrer_that_is_hardly_a_url_does_no_harm(url):
    found = read_context({"page": {"referrer": url, "url": url}}, {})

    assert set(found) <= {"referrer"}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "Slackbot-LinkExpanding 1.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 11) Chrome-Lighthouse",
        "Pingdom.com_bot_version_1.4",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
        "DatadogSynthetics",
        "python-requests/2.32.3",
        "curl/8.5.0",
        "Go-http-client/2.0",
        "Apache-HttpClient/4.5",
        "axios/1.7.2",
        "Baiduspider+(+http://www.baidu.com/search/spider.htm)",
        "Bytespider",
    ],
)
def test_crawlers_headless_browsers_monitors_and_programs_are_bots(agent):
    assert is_bot(agent)
    assert read_context({"userAgent": agent}, {})["bot"] == "yes"
    assert surroundings(agent)["bot"] == "yes"


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 Mobile Safari/537.36",
        "okhttp/4.12.0",
        "Dalvik/2.1.0 (Linux; U; Android 14)",
        "Shop/5 CFNetwork/1568.100.1 Darwin/24.0.0",
        "Mozilla/5.0 (Linux; Android 12; FB4A) [FBAN/FB4A]",
        "",
    ],
)
def test_people_and_their_apps_are_none(agent):
    assert not is_bot(agent)
    assert "bot" not in read_context({"userAgent": agent}, {})


def test_a_browser_that_nobody_sits_at_is_known_by_its_brand_too():
    hints = {"brands": [{"brand": "HeadlessChrome", "version": "142"}, {"brand": "Not-A.Brand"}], "mobile": False}

    assert read_context({"userAgent": CHROME, "userAgentData": hints}, {}) == {"device": "desktop", "bot": "yes"}
