"""Whether SMS may leave: sandbox, spend limit, and what numbers and names are registered."""

from collections.abc import Iterator
from typing import Any

from attune_cli.doctoring.lines import Area, Line
from attune_cli.doctoring.wanted import Wanted

USD_A_TEXT = 0.02
"""Two parts at about 0.01 USD, the US price; an assumption, other countries cost several times that."""


def text_lines(wanted: Wanted) -> list[Line]:
    """Return everything about SMS."""
    area = Area("SMS", severe=wanted.sends)
    if not wanted.texts:
        return [area.passed("used", "the stage has no number and no sender name: it sends no SMS")]
    voice = wanted.session.client("pinpoint-sms-voice-v2")
    return [
        *area.asked("sandbox", lambda: _sandbox(area, wanted, voice)),
        *area.asked("spend limit", lambda: _spend(area, wanted, voice)),
        *area.asked("numbers", lambda: _numbers(area, wanted, voice)),
        *area.asked("registrations", lambda: _registrations(area, voice)),
    ]


def _sandbox(area: Area, wanted: Wanted, voice: Any) -> Iterator[Line]:
    if wanted.stage.sms_provider == "sns":
        inside = wanted.session.client("sns").get_sms_sandbox_account_status()["IsInSandbox"]
    else:
        pages = voice.get_paginator("describe_account_attributes").paginate()
        attributes = {one["Name"]: one["Value"] for page in pages for one in page["AccountAttributes"]}
        inside = attributes.get("ACCOUNT_TIER") != "PRODUCTION"
    if inside:
        fix = "ask for production access in the console of AWS End User Messaging, SMS"
        yield area.failed("sandbox", "in the sandbox: only verified numbers get SMS", fix)
    else:
        yield area.passed("sandbox", "the account is out of the sandbox")


def _spend(area: Area, wanted: Wanted, voice: Any) -> Iterator[Line]:
    needed = wanted.load.sms_a_month * USD_A_TEXT
    if wanted.stage.sms_provider == "sns":
        attributes = wanted.session.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
        limit = float(attributes.get("MonthlySpendLimit", 1))
        fix = "raise the quota (AWS Support), then aws sns set-sms-attributes --attributes MonthlySpendLimit=…"
    else:
        pages = voice.get_paginator("describe_spend_limits").paginate()
        limits = {one["Name"]: one["EnforcedLimit"] for page in pages for one in page["SpendLimits"]}
        limit = float(limits.get("TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", 1))
        fix = "raise the quota, then aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override"
    seen = f"{limit:,.0f} USD a month; about {needed:,.0f} expected at {USD_A_TEXT} USD an SMS"
    yield area.passed("spend limit", seen) if limit >= needed else area.failed("spend limit", seen, fix)


def _numbers(area: Area, wanted: Wanted, voice: Any) -> Iterator[Line]:
    wants = wanted.stage.sms_numbers
    if not wants:
        told = (
            f"no number of its own: SMS come from the name {wanted.stage.sms_sender_id!r}, where a country allows names"
        )
        fix = "set sms_numbers for each country: texts that ask for STOP leave from no name"
        yield area.warned("numbers", told, fix)
        return
    pages = voice.get_paginator("describe_phone_numbers").paginate()
    found: dict[str, Any] = {}
    for page in pages:
        for one in page["PhoneNumbers"]:
            found |= {
                one[key]: one for key in ("PhoneNumber", "PhoneNumberId", "PhoneNumberArn", "PoolId") if key in one
            }
    for country, number in sorted(wants.items()):
        one = found.get(number)
        if one is None:
            yield area.failed(
                "numbers", f"{country}: the account has no {number}", "request it, or correct sms_numbers"
            )
        elif one["Status"] != "ACTIVE":
            fix = "wait for it, or finish its registration"
            yield area.failed("numbers", f"{country}: {number} is {one['Status']}", fix)
        elif not one["TwoWayEnabled"]:
            fix = "switch two-way SMS on, with InboundSmsTopicArn as destination: else nobody hears a STOP"
            yield area.failed("numbers", f"{country}: {number} cannot be answered", fix)
        else:
            yield area.passed("numbers", f"{country}: {number} is active and can be answered")


def _registrations(area: Area, voice: Any) -> Iterator[Line]:
    pages = voice.get_paginator("describe_registrations").paginate()
    open_ones = [
        f"{one['RegistrationType']} {one['RegistrationStatus']}"
        for page in pages
        for one in page["Registrations"]
        if one["RegistrationStatus"] not in {"COMPLETE", "CLOSED", "DELETED"}
    ]
    if open_ones:
        fix = "see Registrations in the console of AWS End User Messaging"
        yield area.warned("registrations", f"not finished: {', '.join(sorted(open_ones))}", fix)
    else:
        yield area.passed("registrations", "none is open")
