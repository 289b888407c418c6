"""Which channel a touch uses: the first that the customer allows, prefers and can be reached on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attune.domain.decisions import Option
from attune.domain.gate import ContactRequest, Refusal, ask_channel_rules


@dataclass(frozen=True)
class ChannelChoice:
    """Channels that may be used, best first, and every channel with what spoke against it."""

    usable: tuple[str, ...]
    options: tuple[Option, ...]
    refusals: tuple[Refusal, ...]


def order_channels(request: ContactRequest, channels: Sequence[str]) -> ChannelChoice:
    """Put the customer's preferred channel first, then the playbook's order; leave out what is not allowed."""
    preferred = request.customer.profile.preferred_channel
    ordered = sorted(channels, key=lambda channel: channel != preferred)
    asked = [(channel, ask_channel_rules(replace(request, channel=channel))) for channel in ordered]
    return ChannelChoice(
        usable=tuple(channel for channel, refusal in asked if refusal is None),
        options=tuple(
            Option(channel, permitted=refusal is None, note=refusal.rule if refusal else "")
            for channel, refusal in asked
        ),
        refusals=tuple(refusal for _, refusal in asked if refusal is not None),
    )
