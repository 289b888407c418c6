"""What a stage may ask for: each setting is checked at synth, before anything is deployed."""

import re
from email.utils import parseaddr

from infra import forwarding, publishers, report_readers
from infra.stage import Stage

PATTERN_FIELDS = frozenset({"account", "detail", "detail-type", "region", "resources", "source"})
"""What an event pattern of EventBridge may look at."""

SMS_PROVIDERS = ("sns", "end_user_messaging")
ANNOUNCED_TO = ("product", "support", "sales")
SENTIMENT_READERS = ("embedded", "comprehend")


class ConfigError(Exception):
    """Raised at synth when a stage is asked for something it must not do."""


def checked(stage: Stage) -> Stage:
    """Return a stage as it is; raise ConfigError that names the setting if it asks for what it must not do."""
    _check_sender(stage)
    _check_sentiment(stage)
    _check_drafts(stage)
    _check_sms(stage)
    _check_site_origins(stage)
    _check_partner_buses(stage)
    _check_announcements(stage)
    if problem := forwarding.problem_of(stage.forwarders, has_operations=stage.operations):
        raise ConfigError(f"the stage {stage.name!r} {problem}")
    if problem := publishers.problem_of(stage.publisher_accounts, has_operations=stage.operations):
        raise ConfigError(f"the stage {stage.name!r} {problem}")
    sender = stage.email_identities[0]
    if problem := report_readers.problem_of(stage.report_recipients, sender=sender, is_local=stage.name == "local"):
        raise ConfigError(f"the stage {stage.name!r} {problem}")
    return stage


def _check_sentiment(stage: Stage) -> None:
    if stage.sentiment not in SENTIMENT_READERS:
        raise ConfigError(
            f"sentiment of the stage {stage.name!r} is {stage.sentiment!r}: use {' or '.join(SENTIMENT_READERS)}."
        )


def _check_drafts(stage: Stage) -> None:
    if stage.draft_model and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)*", stage.draft_model):
        raise ConfigError(
            f"draft_model of the stage {stage.name!r} is {stage.draft_model!r}: write the id of a model or inference profile, "
            "as amazon.nova-lite-v1:0 or eu.amazon.nova-lite-v1:0."
        )
    if stage.draft_guardrail and not re.fullmatch(r"[a-z0-9]+:(DRAFT|[1-9][0-9]*)", stage.draft_guardrail):
        raise ConfigError(
            f"draft_guardrail of the stage {stage.name!r} is {stage.draft_guardrail!r}: write its id and version, as ab12cd34:1."
        )
    if stage.draft_guardrail and not stage.draft_model:
        raise ConfigError(f"the stage {stage.name!r} has a draft_guardrail but no draft_model, which is what drafts.")


def _check_sender(stage: Stage) -> None:
    if stage.name != "local" and not stage.dry_run and stage.email_identities[1].endswith(".example"):
        raise ConfigError(
            f"The stage {stage.name!r} would really send, but its sender is still {stage.email_from!r}: "
            "set who sends (email_from to support_phone) in infra/config.py before switching dry_run off."
        )


def _check_sms(stage: Stage) -> None:
    if stage.sms_provider not in SMS_PROVIDERS:
        raise ConfigError(
            f"sms_provider of the stage {stage.name!r} is {stage.sms_provider!r}: use {' or '.join(SMS_PROVIDERS)}."
        )
    if stage.email_senders < 1:
        raise ConfigError(f"email_senders of the stage {stage.name!r} is {stage.email_senders}: at least one sends.")
    uses_sns = stage.sms_provider == "sns"
    if uses_sns and (stage.sms_configuration_set or stage.sms_protect_configuration or stage.sms_rehearsal):
        raise ConfigError(
            f"the stage {stage.name!r} names what only End User Messaging has (sms_configuration_set, "
            'sms_protect_configuration or sms_rehearsal): set sms_provider to "end_user_messaging" as well.'
        )
    for country, number in stage.sms_numbers.items():
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise ConfigError(
                f"sms_numbers of the stage {stage.name!r} has {country!r}: countries are two capitals, as in GB."
            )
        if not re.fullmatch(r"\+[1-9][0-9]{2,14}" if uses_sns else r"[A-Za-z0-9_:/+-]{1,256}", number):
            raise ConfigError(
                f"sms_numbers of the stage {stage.name!r} has {number!r} for {country}: write a number as +447700900999"
                + ("." if uses_sns else ", or the id or ARN of a number or pool.")
            )


def _check_site_origins(stage: Stage) -> None:
    schemes = "https?" if stage.name == "local" else "https"
    for origin in stage.onsite_origins:
        if not re.fullmatch(rf"{schemes}://[a-z0-9.-]+(:[0-9]+)?", origin):
            raise ConfigError(
                f"site_origins of the stage {stage.name!r} has {origin!r}: write scheme and host in small letters and "
                "nothing after them, as https://www.shop.com. Any page of such an origin may ask with its token."
            )


def _check_announcements(stage: Stage) -> None:
    for topic, addresses in stage.announcements.items():
        if topic not in ANNOUNCED_TO:
            raise ConfigError(
                f"announcements of the stage {stage.name!r} has {topic!r}: use {', '.join(ANNOUNCED_TO)}."
            )
        for address in addresses:
            if "@" not in parseaddr(address)[1]:
                raise ConfigError(f"announcements of the stage {stage.name!r} has {address!r}: no email address.")


def _check_partner_buses(stage: Stage) -> None:
    names = [bus.name for bus in stage.partner_buses]
    for name in names:
        if not name.startswith("aws.partner/"):
            raise ConfigError(
                f"partner_buses of the stage {stage.name!r} names {name!r}: the name of a partner's bus begins with "
                "aws.partner/ (aws events list-event-buses). Applications publish to the stage's own bus instead."
            )
    if len(set(names)) < len(names):
        raise ConfigError(f"partner_buses of the stage {stage.name!r} names a bus twice: its events would come twice.")
    for bus in stage.partner_buses:
        unknown = set(bus.pattern) - PATTERN_FIELDS
        if unknown:
            raise ConfigError(
                f"the pattern of {bus.name!r} has the field {min(unknown)!r}: "
                f"an event pattern knows {', '.join(sorted(PATTERN_FIELDS))}."
            )
