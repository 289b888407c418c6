"""What every function that sends messages is told, and what it may do."""

import json

from aws_cdk import aws_secretsmanager as secretsmanager

from infra.components.acknowledgements import acknowledge
from infra.components.mail import Mail
from infra.components.python_function import PythonFunction
from infra.components.text_messages import TextMessages
from infra.stage import Stage


class MessageSender:
    """A stage's ways to send, for functions that are handed its settings and allowed to use them."""

    def __init__(
        self, stage: Stage, *, mail: Mail, text_messages: TextMessages, pages_url: str, link_key: secretsmanager.Secret
    ) -> None:
        self._mail = mail
        self._text_messages = text_messages
        self._link_key = link_key
        self.settings = {
            "EMAIL_FROM": stage.email_from,
            "EMAIL_REPLY_TO": stage.email_reply_to,
            "CONFIGURATION_SET": mail.configuration_set.configuration_set_name,
            "EMAIL_UNSUBSCRIBE_TO": stage.email_unsubscribe_to,
            "EMAIL_SENDERS": str(stage.email_senders),
            "EMAIL_TRACKING": str(stage.email_tracking).lower(),
            "SMS_PROVIDER": stage.sms_provider,
            "SMS_SENDER_ID": stage.sms_sender_id,
            "SMS_NUMBERS": json.dumps(dict(stage.sms_numbers), sort_keys=True),
            "SMS_CONFIGURATION_SET": stage.sms_configuration_set,
            "SMS_PROTECT_CONFIGURATION": stage.sms_protect_configuration,
            "SMS_REHEARSAL": str(stage.sms_rehearsal).lower(),
            "PAGES_URL": pages_url,
            "SITE_URL": stage.site_url,
            "TRACKING_HOSTS": json.dumps(list(stage.tracking_hosts)),
            "COMPANY_NAME": stage.company_name,
            "POSTAL_ADDRESS": stage.postal_address,
            "SUPPORT_PHONE": stage.support_phone,
            "LINK_KEY_SECRET": link_key.secret_arn,
            "DRY_RUN": str(stage.dry_run).lower(),
            "SENDING_ENABLED": str(stage.sending_enabled).lower(),
        }

    def allow_send(self, function: PythonFunction) -> None:
        """Allow a function to send by email and SMS, and to sign the links in what it sends."""
        self._mail.allow_send(function)
        self._text_messages.allow_send(function)
        acknowledge(function.execution_role, self._mail.accepted_findings | self._text_messages.accepted_findings)
        function.allow("secretsmanager:GetSecretValue", resources=[self._link_key.secret_arn])
