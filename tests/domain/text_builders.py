"""Small texts and libraries for tests, approved unless said otherwise."""

from datetime import date

from attune.domain.texts import (
    Approval,
    Layout,
    Pages,
    Slot,
    SlotType,
    Text,
    TextChannel,
    TextLibrary,
    content_hash,
)
from attune.domain.tones import CallToAction, TextKind, Tones

LAYOUT = Layout(
    html="{% for block in blocks %}<{{ block.kind }}>{% for item in block.items %}<item>{% for part in item %}"
    "<part href='{{ part.url }}'>{{ part.text }}</part>{% endfor %}</item>{% endfor %}</{{ block.kind }}>{% endfor %}"
    "<p>{{ company_name }}</p><p>{{ postal_address }}</p><a href='{{ unsubscribe_url }}'>{{ words.stop }}</a>",
    text="{{ content }}\n\n{{ company_name }}, {{ postal_address }}\n{{ words.stop }}: {{ unsubscribe_url }}",
    strings={"en": {"stop": "Stop"}, "de": {"stop": "Beenden"}},
)
SENDER = {
    "company_name": "Acme",
    "postal_address": "Acme Ltd, 1 Main Street",
    "unsubscribe_url": "https://m.example/u/1",
}


def slot(name: str, kind: SlotType = SlotType.STRING, *, fallback: str = "") -> Slot:
    return Slot(name, kind, fallback, "sample")


def text(
    body: str,
    *slots: Slot,
    message: str = "greeting",
    channel: TextChannel = TextChannel.ONSITE,
    locale: str = "en",
    subject: str = "",
) -> Text:
    return Text(
        message=message,
        channel=channel,
        locale=locale,
        tone="informal",
        kind=TextKind.SERVICE,
        offer=False,
        purpose="Greet.",
        moment="test",
        call_to_action=CallToAction.SOFT,
        touch=1,
        slots=slots,
        subject=subject,
        body=body,
        content_hash=content_hash({"channel": channel, "locale": locale, "subject": subject}, body),
    )


def approval(approved: Text) -> Approval:
    return Approval(
        message=approved.message,
        channel=approved.channel,
        locale=approved.locale,
        content_hash=approved.content_hash,
        approver="Ada",
        role="editor",
        date=date(2026, 11, 1),
    )


def library(*texts: Text, unapproved: tuple[Text, ...] = ()) -> TextLibrary:
    return TextLibrary(
        texts=(*texts, *unapproved),
        approvals=tuple(approval(approved) for approved in texts),
        tones=Tones({}, {}, ()),
        layout=LAYOUT,
        pages=Pages("", {}, {}, "en"),
    )
