"""Which channel a touch uses: the first that the customer allows, prefers and can be reached on."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from attune.domain.decisions import Option, Reason
from attune.domain.gate import ContactRequest, Refusal, ask_channel_rules


@dataclass(frozen=True)
class ChannelChoice:
    """Channels that may be used, best first, and every channel with what spoke against it."""

    usable: tuple[str, ...]
    options: tuple[Option, ...]
    refusals: tuple[Refusal, ...]


def order_channels(
    request: ContactRequest, channels: Sequence[str], *, failed: AbstractSet[str] = frozenset()
) -> ChannelChoice:
    """Put the customer's preferred channel first, then the playbook's order; leave out what is not allowed.

    `failed` are channels on which this contact was tried and cannot be made.
    """
    preferred = request.customer.profile.preferred_channel
    ordered = sorted(channels, key=lambda channel: channel != preferred)
    asked = [
        (channel, _FAILED if channel in failed else ask_channel_rules(replace(request, channel=channel)))
        for channel in ordered
    ]
    return ChannelChoice(
        usable=tuple(channel for channel, refusal in asked if refusal is None),
        options=tuple(
            Option(channel, permitted=refusal is None, note=refusal.rule if refusal else "")
            for channel, refusal in asked
        ),
        refusals=tuple(refusal for _, refusal in asked if refusal is not None),
    )


_FAILED = Refusal("channel_failed", Reason("channel_failed", "The contact was tried here and cannot be made."))
