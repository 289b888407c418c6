"""Quiet time, open hours and closed days as a playbook's contact hours."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.times import time_of_day

CHANNELS = {"EMAIL": "email", "SMS": "sms"}

type Hours = dict[str, dict[str, str]]


def import_hours(tree: Mapping[str, Any], channels: Collection[str], account: Account) -> Hours:
    """Return `hours` for the channels that are used; hours only ever narrow what law and house allow."""
    windows: dict[str, list[tuple[time, time]]] = {channel: [] for channel in channels}
    quiet = _quiet(tree, account)
    if quiet is not None:
        for found in windows.values():
            found.append(quiet)
    _open_hours(tree, windows, account)
    for name in tree.get("ClosedDays") or {}:
        told = "Days are closed for the whole house: public holidays and sensitive days."
        account.note(f"ClosedDays/{name}", Fate.NONE, told, "templates/hours.yaml")
    return {channel: _narrowest(found) for channel, found in sorted(windows.items()) if found}


def _quiet(tree: Mapping[str, Any], account: Account) -> tuple[time, time] | None:
    """Return when messages may leave, from what is quiet."""
    written = tree.get("QuietTime") or {}
    if tree.get("WaitForQuietTime") is not None:
        waits = bool(tree["WaitForQuietTime"])
        told = (
            "A message that comes due in quiet hours is held until they end."
            if waits
            else "It was dropped and the journey went on; here it is held until quiet hours end."
        )
        account.note("WaitForQuietTime", Fate.CARRIED if waits else Fate.CHANGED, told)
    if not written.get("Start") and not written.get("End"):
        return None
    starts, ends = time_of_day(written.get("Start")), time_of_day(written.get("End"))
    if starts is None or ends is None:
        account.note("QuietTime", Fate.DECIDE, "Not two times of day, so nothing is quiet.", "write `hours`")
        return None
    if ends >= starts:
        told = "Quiet in the middle of the day: a playbook has one stretch of contact hours a day."
        account.note("QuietTime", Fate.NONE, told, "narrow `hours` to the part before or after it")
        return None
    told = (
        f"hours: {_told(ends)} to {_told(starts)} of the customer's own time. Law and house may allow less, "
        "and a customer's own quiet hours come on top."
    )
    account.note("QuietTime", Fate.CHANGED, told)
    return ends, starts


def _open_hours(tree: Mapping[str, Any], windows: dict[str, list[tuple[time, time]]], account: Account) -> None:
    for name, days in (tree.get("OpenHours") or {}).items():
        path = f"OpenHours/{name}"
        channel = CHANNELS.get(name)
        if channel not in windows:
            account.note(path, Fate.NONE, "No touch of the playbook is on this channel.")
            continue
        rules = [rule for listed in (days or {}).values() for rule in listed or ()]
        times = [(time_of_day(rule.get("StartTime")), time_of_day(rule.get("EndTime"))) for rule in rules]
        whole = [(opens, closes) for opens, closes in times if opens is not None and closes is not None]
        if not whole or len(whole) != len(times):
            told = "Not all of them are times of day, so none was taken."
            account.note(path, Fate.DECIDE, told, f"write hours.{channel}")
            continue
        common = max(opens for opens, _ in whole), min(closes for _, closes in whole)
        if common[0] >= common[1]:
            told = "They have no hour of the day in common, and a playbook has the same hours every day."
            account.note(path, Fate.DECIDE, told, f"write hours.{channel}")
            continue
        windows[channel].append(common)
        same = len(set(whole)) == 1
        told = f"hours.{channel}: {_told(common[0])} to {_told(common[1])}, " + (
            "every day." if same else "what all days have in common; a playbook has the same hours every day."
        )
        account.note(path, Fate.CHANGED, told)


def _narrowest(windows: list[tuple[time, time]]) -> dict[str, str]:
    opens, closes = max(opens for opens, _ in windows), min(closes for _, closes in windows)
    if opens >= closes:
        opens, closes = windows[-1]
    return {"opens": _told(opens), "closes": _told(closes)}


def _told(at: time) -> str:
    return at.strftime("%H:%M")
