"""Render texts as their readers will see them, and write them into a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from attune.adapters.onsite_words import load_onsite_words
from attune.domain.rendering import Rendered, render
from attune.domain.texts import Text, TextChannel, TextLibrary
from attune_cli.cdk import ROOT
from attune_cli.previewing.frames import agent_page, onsite_page, sms_page
from attune_cli.previewing.pictures import Photographer
from attune_cli.previewing.values import SENDER, sample_values

SCRIPT = ROOT / "onsite" / "attune-onsite.min.js"


@dataclass(frozen=True)
class Draft:
    """One text as it was rendered, and whether it may be sent as it is."""

    text: Text
    rendered: Rendered
    approved: bool


@dataclass(frozen=True)
class Written:
    """A draft's files: the page, and its pictures if any were taken."""

    draft: Draft
    page: Path
    pictures: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Studio:
    """Makes pages of drafts."""

    library: TextLibrary
    templates: Path

    def draft(self, text: Text, typed: Mapping[str, str]) -> Draft:
        """Render a text with its samples, and what was typed in their place."""
        rendered = render(text, sample_values(text, typed), layout=self.library.layout)
        return Draft(text, rendered, approved=self.library.approval_of(text) is not None)

    def write(self, drafts: Iterable[Draft], folder: Path, camera: Photographer | None) -> list[Written]:
        """Write each draft's page (and an email's text part) below the folder, and take its pictures."""
        return [self._write(draft, folder, camera) for draft in drafts]

    def _write(self, draft: Draft, folder: Path, camera: Photographer | None) -> Written:
        text = draft.text
        page = folder / text.message / f"{text.channel}.{text.locale}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(self._page(draft), encoding="utf-8")
        if text.channel is TextChannel.EMAIL:
            words = f"Subject: {draft.rendered.subject}\n\n{draft.rendered.text}"
            page.with_suffix(".txt").write_text(words, encoding="utf-8")
        shows_note = text.channel is TextChannel.ONSITE and bool(self._script)
        return Written(draft, page, camera.take(page, waits_for_note=shows_note) if camera else ())

    def _page(self, draft: Draft) -> str:
        text, rendered = draft.text, draft.rendered
        match text.channel:
            case TextChannel.EMAIL:
                return rendered.html or ""
            case TextChannel.SMS:
                return sms_page(text, rendered)
            case TextChannel.AGENT:
                return agent_page(text, rendered)
            case TextChannel.ONSITE:
                return onsite_page(text, rendered, script=self._script, words=self._words(text.locale))

    @cached_property
    def _script(self) -> str:
        return SCRIPT.read_text(encoding="utf-8") if SCRIPT.exists() else ""

    def _words(self, locale: str) -> Mapping[str, str]:
        return load_onsite_words(self.templates).of(locale, company_name=SENDER["company_name"])
