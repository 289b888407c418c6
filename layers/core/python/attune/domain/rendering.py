"""Turn an approved text and a customer's values into what is sent or shown."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from attune.domain.blocks import Block
from attune.domain.liquid_sandbox import RenderError, run_frame, run_text
from attune.domain.locales import fallback_chain, parse_locale
from attune.domain.slots import LONGEST_URL, SlotValue, clean, is_web_url, one_line
from attune.domain.sms import count_segments
from attune.domain.text_blocks import as_it_is, isolated_in, parse_blocks, plain_text, without_marks
from attune.domain.texts import Layout, Pages, SlotType, Text, TextChannel

LONGEST_SUBJECT = 150
LONGEST_ADDRESS = 300

PAGE_VIEW: Mapping[str, object] = {
    **dict.fromkeys(("wrong", "quiet_from", "quiet_until", "shown", "asked"), ""),
    **dict.fromkeys(("channels", "cadences", "topics", "languages", "zones", "sections"), ()),
    **dict.fromkeys(("saved", "known", "zone_unknown", "automation_opt_out"), False),
    **dict.fromkeys(("can_undo", "undone", "fewer", "everything", "commented"), False),
}
"""What pages may ask of their view, and what they find where nothing was given."""
PAGE_LINKS = ("preferences", "why", "my_data", "unsubscribe", "feedback")

_LAYOUT_LINKS = ("unsubscribe_url", "feedback_url_yes", "feedback_url_no", "help_url", "preferences_url", "why_url")
_LAYOUT_WORDS = ("company_name", "postal_address")
_LAYOUT_REQUIRED = ("company_name", "postal_address", "unsubscribe_url")


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message ready to send.

    `blocks` are the words with their structure, for whoever shows them in another way (the overlay on the
    site). `subject` and `html` are for email only, `sms_segments` for SMS only. `fallbacks` names the slots
    whose value was missing or did not fit, so that the fallback was read.
    """

    text: str
    blocks: tuple[Block, ...]
    subject: str | None = None
    html: str | None = None
    sms_segments: int | None = None
    fallbacks: tuple[str, ...] = ()


def render(text: Text, slots: Mapping[str, SlotValue], *, layout: Layout | None = None) -> Rendered:
    """Render a text with these slot values; values it does not declare are ignored.

    An email needs the layout and, among the slots, company_name, postal_address and unsubscribe_url; it also
    takes feedback_url_yes, feedback_url_no and help_url. Raises RenderError when these are missing, when the
    layout does not speak the text's language, or when the Liquid fails.
    """
    values, fallbacks = _values(text, slots)
    blocks = parse_blocks(run_text(text.body, values, name=text.name), written=_writing(text))
    match text.channel:
        case TextChannel.EMAIL:
            return _email(text, slots, values, blocks, fallbacks=fallbacks, layout=layout)
        case TextChannel.SMS:
            words = plain_text(blocks, paragraph_break="\n")
            return Rendered(text=words, blocks=blocks, sms_segments=count_segments(words), fallbacks=fallbacks)
        case TextChannel.ONSITE | TextChannel.AGENT:
            return Rendered(text=plain_text(blocks), blocks=blocks, fallbacks=fallbacks)


def render_page(
    pages: Pages,
    page: str,
    *,
    locales: Iterable[str],
    values: Mapping[str, str],
    view: Mapping[str, object] | None = None,
    links: Mapping[str, str] | None = None,
) -> str:
    """Render a web page in the first of the visitor's locales that has words, else in the default.

    Every page takes company_name and help_url (without it there is no link), feedback and thanks also take
    answer ("yes", "no" or ""). `view` is what a page shows beyond its words, `links` are the other pages it leads to;
    what is missing is not shown. Values are escaped. Raises RenderError for an unknown page.
    """
    if page not in pages.bodies:
        message = f"there is no page {page!r}; templates/pages has {', '.join(sorted(pages.bodies))}"
        raise RenderError(message)
    locale = next((tag for tag in fallback_chain(locales) if tag in pages.strings), pages.default_locale)
    words = pages.strings[locale]
    given = {"company_name": "", "help_url": "", "answer": ""}
    given |= {name: one_line(value[:LONGEST_URL]) for name, value in values.items()}
    if not is_web_url(given["help_url"]):
        given["help_url"] = ""
    page_values = {
        **given,
        "words": words[page],
        "common": words["common"],
        "view": {**PAGE_VIEW, **(view or {})},
        "links": {**dict.fromkeys(PAGE_LINKS, ""), **(links or {})},
    }
    body = run_frame(pages.bodies[page], page_values, name=f"pages/{page}.liquid")
    return run_frame(
        pages.frame,
        {
            **page_values,
            "content": _Markup(body),
            "locale": locale,
            "direction": parse_locale(locale).direction,
        },
        name="pages/_frame.liquid",
    )


class _Markup(str):
    """HTML that a sandboxed template made: its values are escaped already."""

    __slots__ = ()

    def __html__(self) -> str:
        return str.__str__(self)


def _writing(text: Text) -> Callable[[str], str]:
    """Return how values are written; marks of direction in an SMS would double its price where letters are Latin."""
    direction = parse_locale(text.locale).direction
    return as_it_is if text.channel is TextChannel.SMS and direction == "ltr" else isolated_in(direction)


def _values(text: Text, slots: Mapping[str, SlotValue]) -> tuple[dict[str, str], tuple[str, ...]]:
    values: dict[str, str] = {}
    fallbacks: list[str] = []
    for slot in text.slots:
        value = clean(slot.type, slots.get(slot.name), locale=text.locale)
        if value is None:
            fallbacks.append(slot.name)
        values[slot.name] = slot.fallback if value is None else value
    return values, tuple(fallbacks)


def _email(
    text: Text,
    slots: Mapping[str, SlotValue],
    values: Mapping[str, str],
    blocks: tuple[Block, ...],
    *,
    fallbacks: tuple[str, ...],
    layout: Layout | None,
) -> Rendered:
    if layout is None:
        message = f"{text.name} cannot be rendered: an email needs its layout (address, unsubscribe link)"
        raise RenderError(message)
    subject = one_line(without_marks(run_text(text.subject, values, name=text.name)))[:LONGEST_SUBJECT]
    frame: dict[str, object] = {**_layout_values(text, slots, layout), "subject": subject}
    html = run_frame(layout.html, {**frame, "blocks": _as_data(blocks)}, name="layouts/email.liquid")
    plain = run_text(layout.text, {**frame, "content": plain_text(blocks)}, name="layouts/email_text.liquid")
    return Rendered(text=_tidy(without_marks(plain)), blocks=blocks, subject=subject, html=html, fallbacks=fallbacks)


def _layout_values(text: Text, slots: Mapping[str, SlotValue], layout: Layout) -> dict[str, object]:
    words = next((layout.strings[tag] for tag in fallback_chain((text.locale,)) if tag in layout.strings), None)
    if words is None:
        message = f"{text.name} cannot be rendered: templates/layouts/strings.yaml has no words for {text.locale}"
        raise RenderError(message)
    values: dict[str, object] = {
        "words": words,
        "locale": text.locale,
        "direction": parse_locale(text.locale).direction,
    }
    for kind, names in ((SlotType.STRING, _LAYOUT_WORDS), (SlotType.URL, _LAYOUT_LINKS)):
        values |= {
            name: clean(kind, slots.get(name), locale=text.locale, longest=LONGEST_ADDRESS) or "" for name in names
        }
    missing = [name for name in _LAYOUT_REQUIRED if not values[name]]
    if missing:
        message = f"{text.name} cannot be rendered: an email needs {', '.join(missing)} among its slots"
        raise RenderError(message)
    return values


def _as_data(blocks: Iterable[Block]) -> list[dict[str, object]]:
    return [
        {
            "kind": str(block.kind),
            "items": [[{"text": part.text, "url": part.url} for part in item] for item in block.items],
        }
        for block in blocks
    ]


def _tidy(plain: str) -> str:
    """Close the gaps that left-out lines of the layout leave."""
    return re.sub(r"\n{3,}", "\n\n", plain).strip() + "\n"
