"""The made-up shop that tests send for."""

ACME = {
    "EMAIL_FROM": "Acme Care <care@shop.example>",
    "EMAIL_REPLY_TO": "care@shop.example",
    "CONFIGURATION_SET": "attune",
    "EMAIL_UNSUBSCRIBE_TO": "unsubscribe@in.shop.example",
    "EMAIL_SENDERS": "4",
    "EMAIL_TRACKING": "false",
    "SMS_PROVIDER": "sns",
    "SMS_SENDER_ID": "Acme",
    "SMS_NUMBERS": '{"GB": "+447700900999", "DE": "+4915112345678", "US": "+18005550100"}',
    "SMS_CONFIGURATION_SET": "",
    "SMS_PROTECT_CONFIGURATION": "",
    "SMS_REHEARSAL": "false",
    "PAGES_URL": "https://pages.example",
    "SITE_URL": "https://shop.example",
    "COMPANY_NAME": "Acme",
    "POSTAL_ADDRESS": "1 High Street, London",
    "SUPPORT_PHONE": "+44 20 7946 0000",
    "DRY_RUN": "false",
    "SENDING_ENABLED": "true",
    "SWITCHES_PARAMETER": "switches",
}
"""What send_message is told of the shop by its environment."""
