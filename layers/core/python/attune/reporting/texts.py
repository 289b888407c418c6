"""The words in every language side by side: who approved them, who found them helpful, who complained."""

from collections import defaultdict
from collections.abc import Mapping

from attune.domain.results.effects import plain_share
from attune.domain.results.log import LogCounts, TextUse
from attune.domain.texts import Text, TextLibrary
from attune.reporting.marks import share_bar
from attune.reporting.tables import Html, folded, paragraph, section, table
from attune.reporting.words import percent, plain, share_text

HEADINGS = (
    "language",
    "approved by",
    "sent",
    "answers",
    "helpful (90\N{NO-BREAK SPACE}%)",
    "",
    "complaints (90\N{NO-BREAK SPACE}%)",
    "words",
)
type TextChannelKey = tuple[str, str]
"""Message and channel."""

CHECKED = 16
"""So much of a text's hash is written into the log."""


def texts_section(log: LogCounts, library: TextLibrary) -> str:
    """Return each message that was sent, one row for each language that it has, in one place to compare."""
    used = {(message, channel) for message, channel, _ in log.texts}
    shipped: dict[tuple[str, str], dict[str, Text]] = defaultdict(dict)
    for text in library.texts:
        shipped[text.message, text.channel.value][text.locale] = text
    messages = [
        _message(
            key,
            shipped.get(key, {}),
            {found: use for (*known, found), use in log.texts.items() if tuple(known) == key},
            library,
        )
        for key in sorted(used)
    ]
    idle = len({key for key in shipped if key not in used})
    lead = (
        "The same message in each of its languages. Where one language is found less helpful or draws more complaints than the others, "
        "have somebody who lives there read it."
    )
    rest = f"{idle} more messages were not sent in this time." if idle else ""
    return section(
        "texts",
        "Words and cultures",
        paragraph(lead, "quiet"),
        *messages,
        paragraph(rest),
    )


def _message(key: TextChannelKey, texts: Mapping[str, Text], uses: Mapping[str, TextUse], library: TextLibrary) -> str:
    """Return one message on one channel: its languages side by side, and the gist of them."""
    rows = [
        (locale, *_cells(uses.get(locale, TextUse()), texts.get(locale), library)) for locale in sorted({*texts, *uses})
    ]
    known = sorted(
        (helpful.value, locale)
        for locale, use in uses.items()
        if (helpful := plain_share(use.helpful, use.helpful + use.not_helpful))
    )
    gist = f"{len(rows)} {'language' if len(rows) == 1 else 'languages'}"
    if len(known) > 1:
        gist += f", helpful {percent(known[0][0])} ({known[0][1]}) to {percent(known[-1][0])} ({known[-1][1]})"
    return folded(f"{plain(key[0])}, {key[1]}: {gist}", table(HEADINGS, rows, left=2))


def _cells(use: TextUse, text: Text | None, library: TextLibrary) -> tuple[str | int, ...]:
    helpful = plain_share(use.helpful, use.helpful + use.not_helpful)
    complaints = plain_share(use.complained, use.sent)
    return (
        _approver(text, library),
        use.sent,
        use.helpful + use.not_helpful,
        share_text(helpful) if use.sent else "-",
        Html(share_bar(helpful) if helpful else ""),
        share_text(complaints) if use.sent else "-",
        _wording(text, use),
    )


def _approver(text: Text | None, library: TextLibrary) -> str:
    if text is None:
        return "not a text of this version"
    given = library.approvals_of(text)
    return "; ".join(f"{one.approver} ({one.role}, {one.date:%Y-%m-%d})" for one in given) or "nobody"


def _wording(text: Text | None, use: TextUse) -> str:
    """Say whether what was sent is what stands in the files today."""
    sent = {one[:CHECKED] for one in use.hashes if one}
    if text is None or not sent:
        return "-"
    return "as today" if sent == {text.content_hash[:CHECKED]} else f"{len(sent)} wordings in this time"
