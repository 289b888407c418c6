"""Make a journey's contact."""

from functools import cache
from typing import Any

import boto3

from attune.adapters.email import EmailSender
from attune.adapters.journey_steps import Result
from attune.adapters.links import Links
from attune.adapters.providers import SEND_ONCE
from attune.adapters.sms import SmsSender
from attune.adapters.text_library import load
from attune.adapters.wiring import client, journey_steps
from functions.send_message.delivering import Delivery
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings
from functions.send_message.slots import SlotValues


@cache
def wire() -> Sending:
    """Build the sender once per process."""
    settings = Settings.from_env()
    steps = journey_steps(settings)
    slots = SlotValues(settings, Links.from_secret(client("secretsmanager"), settings.link_key_secret))
    ses = boto3.client("sesv2", config=SEND_ONCE)
    email = EmailSender(ses, settings.email_from, settings.email_reply_to, settings.configuration_set)
    sms = SmsSender(boto3.client("sns", config=SEND_ONCE), settings.sms_sender_id)
    delivery = Delivery(steps.customers, load(settings.templates_dir), slots, email, sms)
    return Sending(steps, delivery, settings.sending_enabled, settings.dry_run)


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's SendMessage."""
    return wire().send(event)
