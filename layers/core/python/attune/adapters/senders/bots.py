"""Visitors that are no people: told by what their browser calls itself, by a short list and nothing cleverer."""

import re

BOT_PATTERNS: tuple[str, ...] = (
    # Crawlers and previews. Cubot and Abbott make phones and are no bots.
    r"(?<!cu)bot(?![a-z])",
    r"crawl(er|ing)",
    r"spider",
    r"slurp",
    r"facebookexternalhit",
    r"mediapartners-google",
    r"google-(inspectiontool|read-aloud|structured-data)",
    r"bingpreview",
    r"skypeuripreview",
    r"chatgpt-user",
    r"perplexity-user",
    # Browsers that nobody sits at.
    r"headless",
    r"phantomjs",
    r"puppeteer",
    r"playwright",
    r"selenium",
    r"webdriver",
    r"cypress/",
    r"prerender",
    # Monitors and testers.
    r"lighthouse",
    r"page ?speed",
    r"gtmetrix",
    r"pingdom",
    r"uptime",
    r"statuscake",
    r"site24x7",
    r"synthetics?\b",
    r"newrelicpinger",
    r"dynatrace",
    r"checkly",
    # Programs. Not okhttp, Dalvik or CFNetwork: apps on people's phones call themselves that.
    r"\bcurl/",
    r"\bwget/",
    r"libwww-perl",
    r"python-(requests|urllib|httpx)",
    r"python/\d",
    r"aiohttp/",
    r"go-http-client",
    r"apache-httpclient",
    r"\bjava/\d",
    r"\baxios/",
    r"node-fetch",
    r"postmanruntime",
    r"scrapy",
)
"""Searched in the user agent without regard to case."""

_BOT = re.compile("|".join(BOT_PATTERNS), re.IGNORECASE)
_READ = 1000


def is_bot(user_agent: str) -> bool:
    """Whether a user agent names a crawler, a headless browser, a monitor or a program."""
    return _BOT.search(user_agent[:_READ]) is not None
