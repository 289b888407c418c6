"""The result as one page that needs nothing else, and as a picture of it."""

import os
from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate
from math import inf
from pathlib import Path
from typing import Any

from attune.domain.learning.policy import NO_MESSAGE
from attune_cli.errors import CommandError
from attune_cli.previewing.pictures import find_browser
from attune_cli.simulating.charts import COLOURS, lines, shares
from attune_cli.simulating.comparing import NO_EFFECT
from attune_cli.simulating.tables import COLUMNS, NAMES, assumptions_text

BIN_DAYS = 3
PICTURE_WIDTH = 980
INTERVALS = "Intervals are of 95 % over customers."
SAME_PEOPLE = (
    "The same people with the same luck, so that differences are taken person by person. "
    f"Where an interval includes zero: {NO_EFFECT}."
)

type Found = Mapping[str, Any]

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d1d1d; background: #fff; max-width: 900px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 6px; }
p { margin: 6px 0 12px; } .honest { background: #fff4d6; border-left: 4px solid #c98a00; padding: 10px 14px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; } th, td { text-align: right; padding: 6px 8px; vertical-align: top; }
th { border-bottom: 2px solid #444; font-weight: 600; } td { border-bottom: 1px solid #ddd; }
th:first-child, td:first-child, td.told { text-align: left; } small { color: #555; display: block; }
.none { color: #666; } .claim { font-weight: 600; display: block; } i.dot { display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 7px; }
svg { width: 100%; height: auto; } .grid { stroke: #e3e3e3; } .axis { stroke: #555; }
.tick { font-size: 12px; fill: #555; } .mid { text-anchor: middle; } .end { text-anchor: end; } .name { font-size: 13px; }
pre { background: #f5f5f5; padding: 12px; font-size: 12.5px; overflow-x: auto; white-space: pre-wrap; }
"""


def write_page(found: Found, folder: Path) -> Path:
    """Write the page into a folder and return its path."""
    path = folder / f"{found['playbook'].partition('@')[0]}.html"
    path.write_text(page_of(found), encoding="utf-8")
    return path


def write_picture(page: Path) -> Path:
    """Take a picture of a page, beside it; raise CommandError where there is no browser."""
    browser_path = find_browser()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - half a second that only pictures need
    except ImportError as error:
        raise CommandError("the browser's driver is not installed", "make install") from error
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    target = page.with_suffix(".png")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=browser_path, args=["--disable-gpu", "--no-first-run", *as_root]
        )
        try:
            tab = browser.new_context(viewport={"width": PICTURE_WIDTH, "height": 800}, offline=True).new_page()
            tab.goto(page.resolve().as_uri())
            tab.screenshot(path=target, full_page=True)
        finally:
            browser.close()
    return target


def page_of(found: Found) -> str:
    """Return the page."""
    policies = found["policies"]
    sections = [
        f"<h1>{escape(found['playbook'])}, simulated</h1>",
        f"<p>{found['customers']:,} made-up customers over {found['days']} days, seed {found['seed']}. {INTERVALS}</p>",
        f'<p class="honest">{escape(found["honesty"])} What was assumed stands at the end of this page.</p>',
        "<h2>What came of each policy, per 1,000 customers</h2>",
        _outcomes(policies),
        "<h2>Against no messages, per 1,000 customers</h2>",
        f"<p>{SAME_PEOPLE}</p>",
        _differences(policies, "against_no_messages"),
        "<h2>Against the fixed delay, per 1,000 customers</h2>",
        _differences(policies, "against_fixed_delay"),
        "<h2>Against the policy's own holdout</h2>",
        "<p>What a real shop would see: orders of those whose moment was answered against those held out, per 1,000 of them.</p>",
        _against_holdout(policies),
        *_sensitivity(found.get("sensitivity", ())),
        "<h2>Messages by local hour</h2>",
        "<p>Notes on the site are left at any hour, and wait there.</p>",
        _by_hour(policies),
        "<h2>Orders more or fewer than without messages, added up, per 1,000 customers</h2>",
        _over_time(policies, found["customers"]),
        "<h2>Delays that the adaptive policy chose for first messages</h2>",
        _arms(policies),
        "<h2>What was assumed</h2>",
        f"<pre>{escape(assumptions_text(found['assumptions']))}</pre>",
    ]
    body = "\n".join(sections)
    title = f"{escape(found['playbook'])}, simulated"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'
    )


def _outcomes(policies: Sequence[Found]) -> str:
    heads = "".join(f"<th>{escape(told.replace('-\n', '').replace('\n', ' '))}</th>" for told in COLUMNS.values())
    rows = []
    for one in policies:
        figures = one["per_1000_customers"]
        cells = "".join(
            f"<td>{figures[name]['value']:,.1f}<small>{figures[name]['low']:,.1f} to {figures[name]['high']:,.1f}</small></td>"
            for name in COLUMNS
        )
        rows.append(f"<tr><td>{_named(one['policy'])}<small>{escape(one['told'])}</small></td>{cells}</tr>")
    return f"<table><tr><th>policy</th>{heads}</tr>{''.join(rows)}</table>"


def _differences(policies: Sequence[Found], against: str) -> str:
    names = ("orders", "helpful", "harms", "messages", "cases")
    heads = "".join(f"<th>{name}</th>" for name in names)
    rows = [
        f"<tr><td>{_named(one['policy'])}</td>{''.join(_difference(one[against][name]) for name in names)}</tr>"
        for one in policies
        if against in one
    ]
    return f"<table><tr><th>policy</th>{heads}</tr>{''.join(rows)}</table>"


def _against_holdout(policies: Sequence[Found]) -> str:
    rows = [
        f"<tr><td>{_named(one['policy'])}</td>{_difference(one['orders_against_its_own_holdout'])}</tr>"
        for one in policies
        if "orders_against_its_own_holdout" in one
    ]
    return f"<table><tr><th>policy</th><th>orders</th></tr>{''.join(rows)}</table>"


def _length(arm: str) -> float:
    """Return the hours of a delay; no message comes last."""
    return inf if arm == NO_MESSAGE else float(arm.removesuffix("h"))


def _sensitivity(rows: Sequence[Found]) -> list[str]:
    if not rows:
        return []
    names = list(rows[0]["orders_against_no_messages"])
    heads = "".join(f"<th>{NAMES[name]}</th>" for name in names)
    told = "".join(
        f"<tr><td>{escape(row['varied'])}</td><td>{row['factor']:g}</td>"
        f"{''.join(_difference(row['orders_against_no_messages'][name]) for name in names)}</tr>"
        for row in rows
    )
    return [
        "<h2>If one thing were otherwise</h2>",
        "<p>Orders against no messages, per 1,000 customers, with one assumption so many times as strong.</p>",
        f"<table><tr><th>what</th><th>times</th>{heads}</tr>{told}</table>",
    ]


def _difference(figure: Found) -> str:
    kind = "none" if figure["claim"] == NO_EFFECT else "claim"
    interval = f"<small>{figure['low']:+,.1f} to {figure['high']:+,.1f}</small>"
    return f'<td>{figure["value"]:+,.1f}{interval}<span class="{kind}">{escape(figure["claim"])}</span></td>'


def _named(policy: str) -> str:
    return f'<i class="dot" style="background:{COLOURS[policy]}"></i>{NAMES[policy]}'


def _by_hour(policies: Sequence[Found]) -> str:
    series = {
        one["policy"]: (NAMES[one["policy"]], COLOURS[one["policy"]], one["messages_by_local_hour"])
        for one in policies
        if one["policy"] != "no_messages"
    }
    return lines(series, x_title="hour of the customer's day", y_title="messages", x_step=2)


def _over_time(policies: Sequence[Found], customers: int) -> str:
    nothing = policies[0]["by_day"]["orders"]
    series = {}
    days = max(len(one["by_day"]["orders"]) for one in policies)
    for one in policies[1:]:
        orders = one["by_day"]["orders"]
        more = [_at(orders, day) - _at(nothing, day) for day in range(days)]
        added = [total * 1000 / customers for total in accumulate(more)]
        series[one["policy"]] = (NAMES[one["policy"]], COLOURS[one["policy"]], added)
    return lines(series, x_title="day", y_title="orders more or fewer", x_step=5)


def _at(days: Sequence[int], day: int) -> int:
    return days[day] if day < len(days) else 0


def _arms(policies: Sequence[Found]) -> str:
    rows = [row for one in policies if one["policy"] == "adaptive" for row in one["arms"] if row["touch"] == 1]
    if not rows:
        return "<p>No first message was planned.</p>"
    bins = max(row["day"] for row in rows) // BIN_DAYS + 1
    counts: list[dict[str, int]] = [{} for _ in range(bins)]
    for row in rows:
        into = counts[row["day"] // BIN_DAYS]
        for arm, times in row["chosen"].items():
            into[arm] = into.get(arm, 0) + times
    names = sorted({arm for row in counts for arm in row}, key=_length)
    return shares(counts, names, [f"{number * BIN_DAYS}–{number * BIN_DAYS + BIN_DAYS - 1}" for number in range(bins)])
