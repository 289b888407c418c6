"""Make a journey's contact."""

from functools import cache
from typing import Any

import boto3

from attune.adapters.email import EmailSender
from attune.adapters.journey_steps import Result
from attune.adapters.links import Links
from attune.adapters.providers import SEND_ONCE
from attune.adapters.send_rate import SendRate
from attune.adapters.sms import SmsSender, SnsSmsSender
from attune.adapters.sms_countries import load_sms_rules
from attune.adapters.sms_end_user_messaging import EndUserMessagingSender
from attune.adapters.text_library import load
from attune.adapters.wiring import client, journey_steps
from attune.domain.sms_senders import SmsSenders
from functions.send_message.delivering import Delivery
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings, SmsProvider
from functions.send_message.slots import SlotValues
from functions.send_message.texting import Texting


@cache
def wire() -> Sending:
    """Build the sender once per process."""
    settings = Settings.from_env()
    steps = journey_steps(settings)
    slots = SlotValues(settings, Links.from_secret(client("secretsmanager"), settings.link_key_secret))
    ses = boto3.client("sesv2", config=SEND_ONCE)
    from_, reply_to, set_ = settings.email_from, settings.email_reply_to, settings.configuration_set
    delivery = Delivery(
        steps.customers,
        load(settings.templates_dir),
        slots,
        EmailSender(ses, from_, reply_to, set_, settings.email_unsubscribe_to),
        _sms(settings),
        SendRate(ses, settings.email_senders),
        Texting(load_sms_rules(settings.templates_dir), SmsSenders(settings.sms_numbers, settings.sms_sender_id)),
        steps.clock,
    )
    return Sending(steps, delivery, settings.sending_enabled, settings.dry_run)


def _sms(settings: Settings) -> SmsSender:
    if settings.sms_provider is SmsProvider.SNS:
        return SnsSmsSender(boto3.client("sns", config=SEND_ONCE))
    return EndUserMessagingSender(
        boto3.client("pinpoint-sms-voice-v2", config=SEND_ONCE),
        settings.sms_configuration_set,
        settings.sms_protect_configuration,
        settings.sms_rehearsal,
    )


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's SendMessage."""
    return wire().send(event)
