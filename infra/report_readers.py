"""Who gets the weekly report by mail: pure data, no construct."""

from collections.abc import Sequence

from attune.adapters.email_headers import one_address
from attune.domain.errors import PermanentDeliveryError

MOST = 50
"""Recipients that SES takes of one mail."""


def problem_of(readers: Sequence[str], *, sender: str, is_local: bool) -> str:
    """Return what is wrong with a stage's readers, or nothing."""
    if isinstance(readers, str):
        return f'has report_recipients {readers!r}: write a tuple of addresses, ("{readers}",).'
    for reader in readers:
        try:
            one_address(reader)
        except PermanentDeliveryError:
            return f"has {reader!r} among its report_recipients: write one bare email address, as owner@shop.com."
    if len({reader.casefold() for reader in readers}) < len(readers):
        return "names an address twice in report_recipients: write each once."
    if len(readers) > MOST:
        return f"has {len(readers)} report_recipients: SES takes {MOST} in one mail, so name a mailing list instead."
    if readers and sender.endswith(".example") and not is_local:
        return (
            f"has report_recipients, but its sender is still {sender!r}, which SES does not know: set email_from first."
        )
    return ""
