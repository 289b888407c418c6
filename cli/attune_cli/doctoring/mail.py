"""Whether email may leave, and whether mailboxes will believe it: SES's account and identity, SPF and DMARC."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from attune_cli.doctoring.dns import DnsError, Txt
from attune_cli.doctoring.lines import Area, Line
from attune_cli.doctoring.wanted import Wanted

SES_INCLUDE = "include:amazonses.com"


def mail_lines(wanted: Wanted, txt: Txt) -> list[Line]:
    """Return everything about email."""
    area = Area("email", severe=wanted.sends)
    client = wanted.session.client("sesv2")
    return [
        *area.asked("account", lambda: _account(area, wanted, client.get_account())),
        *area.asked("identity", lambda: _identity(area, wanted, client, txt)),
        *_dmarc(area, wanted.stage.email_identities[1], txt),
    ]


def _account(area: Area, wanted: Wanted, found: Any) -> Iterator[Line]:
    if found.get("ProductionAccessEnabled"):
        yield area.passed("sandbox", "the account is out of the sandbox")
    else:
        fix = "ask for production access (aws sesv2 put-account-details, README step 3); it takes about a day"
        yield area.failed("sandbox", "in the sandbox: only verified addresses get mail", fix)
    standing = found.get("EnforcementStatus", "HEALTHY")
    if not found.get("SendingEnabled", True) or standing == "SHUTDOWN":
        yield area.failed(
            "sending", f"SES sends nothing for this account ({standing})", "answer the case in AWS Support"
        )
    elif standing != "HEALTHY":
        yield area.warned("sending", f"the account is under review: {standing}", "answer the case in AWS Support")
    plan = found.get("PricingAttributes", {}).get("CurrentPlan")
    if plan:
        cheap = (
            "the plain plan" if plan == "NONE" else "more than the plain plan, which costs 0.10 USD for 1,000 emails"
        )
        yield (
            area.passed("plan", f"{plan}: {cheap}")
            if plan == "NONE"
            else area.warned(
                "plan", f"{plan}: {cheap}", "keep it if its extras are used, else change to NONE in the console of SES"
            )
        )
    else:
        yield area.warned(
            "plan", "SES does not say which plan is paid", "look in the console of SES: Account dashboard"
        )
    yield _quota(area, wanted, found.get("SendQuota", {}))


def _quota(area: Area, wanted: Wanted, quota: Any) -> Line:
    daily, rate = quota.get("Max24HourSend", 0.0), quota.get("MaxSendRate", 0.0)
    seen = f"{daily:,.0f} emails a day at {rate:,.0f} a second; {wanted.load.emails_a_day:,} a day expected"
    if daily != -1 and daily < wanted.load.emails_a_day:
        return area.failed("quota", seen, "ask for a higher sending quota (Service Quotas, SES), or send less")
    needed = wanted.load.peak(wanted.load.emails_a_day)
    if rate < needed:
        return area.warned("quota", f"{seen}, {needed:,.1f} a second at the peak", "ask for a higher send rate")
    return area.passed("quota", seen)


def _identity(area: Area, wanted: Wanted, client: Any, txt: Txt) -> Iterator[Line]:
    address, domain = wanted.stage.email_identities
    if domain.endswith(".example"):
        fix = "set email_from and the other words about who sends in infra/config.py"
        yield area.failed("sender", f"{address} is made up", fix)
        return
    for name in (domain, address):
        try:
            found = client.get_email_identity(EmailIdentity=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
            continue
        yield from _verified(area, name, found, txt)
        return
    fix = f"aws sesv2 create-email-identity --email-identity {domain}, then publish its three DKIM records"
    yield area.failed("identity", f"SES knows neither {domain} nor {address}", fix)


def _verified(area: Area, name: str, found: Any, txt: Txt) -> Iterator[Line]:
    if found.get("VerifiedForSendingStatus"):
        yield area.passed("identity", f"{name} is verified")
    else:
        yield area.failed("identity", f"{name} is not verified", "publish its DKIM records, then wait for SUCCESS")
    dkim = found.get("DkimAttributes", {})
    status = dkim.get("Status", "NOT_STARTED")
    if dkim.get("SigningEnabled") and status == "SUCCESS":
        yield area.passed("DKIM", f"mail is signed as {name}")
    else:
        fix = "verify the domain, not only the address, and publish TOKEN._domainkey for its three tokens"
        yield area.failed("DKIM", f"mail is not signed by its own domain ({status})", fix)
    yield _spf(area, found.get("MailFromAttributes", {}), txt)


def _spf(area: Area, mail_from: Any, txt: Txt) -> Line:
    domain = mail_from.get("MailFromDomain", "")
    if not domain:
        told = "mail comes from amazonses.com, so DMARC rests on DKIM alone"
        fix = "aws sesv2 put-email-identity-mail-from-attributes with a subdomain, for a second leg"
        return area.warned("SPF", told, fix)
    status = mail_from.get("MailFromDomainStatus", "")
    if status != "SUCCESS":
        return area.failed(
            "SPF", f"{domain} is not ready: {status}", "publish its MX and TXT records as SES shows them"
        )
    try:
        records = [record for record in txt(domain) if record.lower().startswith("v=spf1")]
    except DnsError as error:
        return area.warned("SPF", str(error), f"dig TXT {domain}")
    if len(records) != 1:
        fix = f'publish exactly one TXT record: "v=spf1 {SES_INCLUDE} ~all"'
        return area.failed("SPF", f"{domain} has {len(records)} SPF records", fix)
    if SES_INCLUDE not in records[0]:
        return area.failed("SPF", f"{domain} says {records[0]!r}", f"add {SES_INCLUDE}")
    return area.passed("SPF", f"{domain} lets SES send")


def _dmarc(area: Area, domain: str, txt: Txt) -> Iterator[Line]:
    if domain.endswith(".example"):
        return
    name = domain
    while name.count(".") >= 1:
        try:
            records = [record for record in txt(f"_dmarc.{name}") if record.lower().startswith("v=dmarc1")]
        except DnsError as error:
            yield area.warned("DMARC", str(error), f"dig TXT _dmarc.{name}")
            return
        if records:
            yield _policy(area, name, records)
            return
        name = name.partition(".")[2]  # the organisation's policy covers its subdomains
    fix = f'publish TXT _dmarc.{domain} "v=DMARC1; p=none; rua=mailto:…"; large mailboxes want one from bulk senders'
    yield area.failed("DMARC", f"{domain} has no policy", fix)


def _policy(area: Area, name: str, records: list[str]) -> Line:
    if len(records) > 1:
        return area.failed("DMARC", f"_dmarc.{name} has {len(records)} policies, which counts as none", "leave one")
    tags = dict(part.strip().partition("=")[::2] for part in records[0].split(";") if "=" in part)
    policy = tags.get("p", "").strip().lower()
    seen = f"_dmarc.{name} says p={policy or '?'}"
    if policy not in {"none", "quarantine", "reject"}:
        return area.failed("DMARC", seen, "give it a policy: p=none, quarantine or reject")
    if policy == "none":
        return area.warned("DMARC", f"{seen}: watched, not enforced", "once its reports are clean, p=quarantine")
    return area.passed("DMARC", seen)
