"""Make an SMS of a rendered text: who it comes from, the legal words under it, and how long it may travel."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from attune.adapters.clock import Clock
from attune.adapters.outgoing import Outgoing
from attune.adapters.phone_countries import country_of
from attune.adapters.sms import Sms
from attune.domain.customers import Channel
from attune.domain.decisions import Reason
from attune.domain.gate import Refusal, contact_zone
from attune.domain.quiet_hours import next_permitted, window_end
from attune.domain.sms_senders import NoSms, SmsRules, SmsSenders, with_legal_words
from attune.domain.texts import Text
from attune.domain.tones import TextKind

SHORTEST_LIFE = timedelta(seconds=5)
"""No provider promises less; what has less left until the window closes waits for the next one."""


@dataclass(frozen=True)
class Texting:
    """Knows the rules of the countries and the stage's own senders."""

    rules: SmsRules
    senders: SmsSenders

    def compose(
        self, outgoing: Outgoing, text: Text, words: str, *, unsubscribe_url: str, clock: Clock
    ) -> Sms | Refusal:
        """Return the SMS, or why none can be sent to this person, and when it could be."""
        phone = outgoing.situation.customer.profile.phone
        country = country_of(phone)
        origin = self.senders.origin(self.rules, country)
        if isinstance(origin, NoSms):
            return Refusal(origin.code, Reason(origin.code, origin.text))
        complete = with_legal_words(
            words, self.rules.countries[country], origin, locales=(text.locale,), unsubscribe_url=unsubscribe_url
        )
        if isinstance(complete, NoSms):
            return Refusal(complete.code, Reason(complete.code, complete.text))
        left = _left_of_window(outgoing, clock.now(), promotional=text.kind is TextKind.PROMOTIONAL)
        if isinstance(left, Refusal):
            return left
        return Sms(
            phone=phone,
            words=complete,
            origin=origin,
            promotional=text.kind is TextKind.PROMOTIONAL,
            seconds_to_live=int(clock.scale.real_duration(left).total_seconds()),
        )


def _left_of_window(outgoing: Outgoing, now: datetime, *, promotional: bool) -> timedelta | Refusal:
    """Return how much is left of the hours in which the customer may be texted, or is to be answered at once."""
    if outgoing.direct_until is not None and outgoing.direct_until - now >= SHORTEST_LIFE:
        return outgoing.direct_until - now
    playbook = outgoing.situation.playbook
    zone = contact_zone(outgoing.situation.zone, playbook)
    hours = outgoing.situation.contact_hours(Channel.SMS, promotional=promotional)
    closes = window_end(now, zone, hours)
    if closes is not None and closes - now >= SHORTEST_LIFE:
        return closes - now
    why = Reason("quiet_hours", "Contact hours are over where the customer is before an SMS could arrive.")
    return Refusal("quiet_hours", why, next_permitted(closes or now, zone, hours))
