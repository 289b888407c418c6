"""Build what delivers messages: the clients that send, each of which tries once and never again by itself."""

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.delivering import Delivery
from attune.adapters.email import EmailSender
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import Links
from attune.adapters.providers import SEND_ONCE
from attune.adapters.send_rate import SendRate
from attune.adapters.sending_settings import SendingSettings, SmsProvider
from attune.adapters.slot_values import SlotValues
from attune.adapters.sms import SmsSender, SnsSmsSender
from attune.adapters.sms_end_user_messaging import EndUserMessagingSender
from attune.adapters.texting import Texting
from attune.domain.sms_senders import SmsSenders


def wire_delivery(settings: SendingSettings, steps: JourneySteps) -> Delivery:
    """Build the delivery of a function by its settings."""
    slots = SlotValues(settings, Links.from_secret(client("secretsmanager"), settings.link_key_secret))
    ses = client("sesv2", SEND_ONCE)
    from_, reply_to, set_ = settings.email_from, settings.email_reply_to, settings.configuration_set
    return Delivery(
        steps.customers,
        templates.texts(settings.templates_dir),
        slots,
        EmailSender(ses, from_, reply_to, set_, settings.email_unsubscribe_to),
        _sms(settings),
        SendRate(ses, settings.email_senders),
        Texting(templates.sms_rules(settings.templates_dir), SmsSenders(settings.sms_numbers, settings.sms_sender_id)),
        steps.clock,
    )


def _sms(settings: SendingSettings) -> SmsSender:
    if settings.sms_provider is SmsProvider.SNS:
        return SnsSmsSender(client("sns", SEND_ONCE))
    return EndUserMessagingSender(
        client("pinpoint-sms-voice-v2", SEND_ONCE),
        settings.sms_configuration_set,
        settings.sms_protect_configuration,
        settings.sms_rehearsal,
    )
