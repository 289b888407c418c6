"""The made-up shop that tests send for."""

ACME = {
    "EMAIL_FROM": "Acme Care <care@shop.example>",
    "EMAIL_REPLY_TO": "care@shop.example",
    "CONFIGURATION_SET": "attune",
    "SMS_SENDER_ID": "Acme",
    "PAGES_URL": "https://pages.example",
    "SITE_URL": "https://shop.example",
    "COMPANY_NAME": "Acme",
    "POSTAL_ADDRESS": "1 High Street, London",
    "SUPPORT_PHONE": "+44 20 7946 0000",
    "DRY_RUN": "false",
    "SENDING_ENABLED": "true",
}
"""What send_message is told of the shop by its environment."""
