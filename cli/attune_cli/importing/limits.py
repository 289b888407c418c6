"""A journey's limits and re-entry as a playbook's."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from attune.domain.playbook_rules import Limits
from attune.domain.playbooks import JOURNEYS_REMEMBERED
from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.times import duration, iso

WEEK = 7
_DEFAULTS = {limit.name: limit.default for limit in fields(Limits)}


def import_limits(
    tree: Mapping[str, Any], account: Account, *, expires_after: timedelta
) -> tuple[dict[str, int], dict[str, Any]]:
    """Return `limits` and `re_entry`; `expires_after` bounds how far back journeys are remembered."""
    written = tree.get("Limits") or {}
    limits = {**_daily(written, account), **_timeframe(written, account)}
    if written.get("MessagesPerSecond"):
        told = "The stage keeps within what SES allows the account, for all playbooks together."
        account.note("Limits/MessagesPerSecond", Fate.NONE, told, "`email_senders` in the stage's configuration")
    if written.get("TotalCap") is not None:
        told = "A journey makes each of its touches once at most; over all playbooks the weekly caps count."
        account.note("Limits/TotalCap", Fate.CHANGED, told)
    return limits, _re_entry(written, account, expires_after + JOURNEYS_REMEMBERED)


def _daily(written: Mapping[str, Any], account: Account) -> dict[str, int]:
    cap = written.get("DailyCap")
    if cap is None:
        return {}
    if cap < 1:
        told = f"0 was no limit. Attune always has one: limits.playbook_per_day is {_DEFAULTS['playbook_per_day']}."
        account.note("Limits/DailyCap", Fate.CHANGED, told)
        return {}
    told = (
        f"limits.playbook_per_day: {cap}. Over all playbooks a customer still gets {_DEFAULTS['per_day']} a day "
        "(limits.per_day)."
    )
    account.note("Limits/DailyCap", Fate.CHANGED if cap > _DEFAULTS["per_day"] else Fate.CARRIED, told)
    return {"playbook_per_day": cap}


def _timeframe(written: Mapping[str, Any], account: Account) -> dict[str, int]:
    frame = written.get("TimeframeCap") or {}
    cap, days = frame.get("Cap"), frame.get("Days")
    if not cap or not days:
        if frame:
            account.note("Limits/TimeframeCap", Fate.CHANGED, "0 was no limit; Attune's weekly caps always count.")
        return {}
    weekly = max(1, cap * WEEK // max(days, WEEK))
    told = f"limits.playbook_per_week: {weekly}" + ("." if days == WEEK else f", of {cap} in {days} days.")
    account.note("Limits/TimeframeCap", Fate.CARRIED if days == WEEK else Fate.CHANGED, told)
    return {"playbook_per_week": weekly}


def _re_entry(written: Mapping[str, Any], account: Account, remembered: timedelta) -> dict[str, Any]:
    found: dict[str, Any] = {}
    cap = written.get("EndpointReentryCap")
    if cap is not None:
        found |= _times(cap, account, remembered)
    interval = written.get("EndpointReentryInterval")
    span = duration(interval)
    if interval and span is None:
        told = "Not a duration, so there is no pause between two journeys."
        account.note("Limits/EndpointReentryInterval", Fate.DECIDE, told, "write re_entry.after, e.g. P30D")
    elif span:
        kept = min(span, remembered)
        told = f"re_entry.after: {iso(kept)}, from the beginning of the last journey."
        fate = Fate.CARRIED if kept == span else Fate.CHANGED
        account.note("Limits/EndpointReentryInterval", fate, told)
        found["after"] = iso(kept)
    return found


def _times(cap: int, account: Account, remembered: timedelta) -> dict[str, Any]:
    path = "Limits/EndpointReentryCap"
    if cap < 1:
        account.note(path, Fate.CARRIED, "re_entry: as often as there is a moment; the same cart begins one journey.")
        return {}
    if cap == 1:
        told = f"re_entry.allowed: false, as long as journeys are remembered ({remembered.days} days)."
        account.note(path, Fate.CHANGED, told)
        return {"allowed": False}
    told = f"re_entry.at_most: {cap} within {remembered.days} days, as long as journeys are remembered; not for ever."
    account.note(path, Fate.CHANGED, told)
    return {"at_most": cap, "within": iso(remembered)}
