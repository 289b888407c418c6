"""`attune preview`: a text as its reader will see it, with its samples or with values of yours."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text as Line

from attune.adapters.text_library import load
from attune.domain.texts import TextChannel
from attune_cli.cdk import ROOT
from attune_cli.console import err, out
from attune_cli.errors import CommandError
from attune_cli.previewing.choosing import choose
from attune_cli.previewing.drafts import Draft, Studio
from attune_cli.previewing.frames import sms_facts
from attune_cli.previewing.index_page import write_index
from attune_cli.previewing.pictures import photographer
from attune_cli.previewing.values import read_typed

FOLDER = ROOT / ".local" / "previews"


def preview(
    message: Annotated[str, typer.Argument(help="Which message; none with --all.")] = "",
    *,
    locale: Annotated[str, typer.Option(help="Only this language.")] = "",
    channel: Annotated[str, typer.Option(help="Only this channel.")] = "",
    sample: Annotated[
        list[str] | None, typer.Option(help="A value for a slot, e.g. first_name=Ada; empty to show it missing.")
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Take pictures: phone and desktop, light and dark.")] = False,
    folder: Annotated[Path, typer.Option("--out", help="Where the pages and pictures go.")] = FOLDER,
    everything: Annotated[bool, typer.Option("--all", help="Every text, and a page that leads to them.")] = False,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
) -> None:
    """Render texts to HTML, plain text, SMS with segment count and the note on the site; with pictures if wanted."""
    library = load(templates)
    texts = choose(library, message=message, channel=channel, locale=locale, everything=everything)
    typed = read_typed(sample or (), texts)
    studio = Studio(library, templates)
    drafts = [studio.draft(text, typed) for text in texts]
    if not everything:
        for draft in drafts:
            _print(draft)
    if png:
        err.print(f"taking {4 * len(drafts)} pictures", markup=False)
    try:
        with photographer() if png else nullcontext() as camera:
            written = studio.write(drafts, folder, camera)
        index = write_index(written, folder)
    except OSError as error:
        raise CommandError(f"cannot write to {folder}: {error.strerror}", "--out with a folder of yours") from error
    out.print(
        f"{len(written)} {'text' if len(written) == 1 else 'texts'}, to be looked at from {index}",
        markup=False,
        soft_wrap=True,
    )


def _print(draft: Draft) -> None:
    text, rendered = draft.text, draft.rendered
    out.print(
        Line.assemble(
            (text.name, "bold"),
            f"  {text.tone}, {text.kind}, touch {text.touch}",
            ("" if draft.approved else "  not approved as it is", "bold red"),
        ),
        soft_wrap=True,
    )
    if rendered.subject is not None:
        out.print(Line(f"Subject: {rendered.subject}", style="cyan"), soft_wrap=True)
    out.print(Line(rendered.text.rstrip()), soft_wrap=True)
    if text.channel is TextChannel.SMS:
        out.print(Line(f"[{sms_facts(rendered)}]", style="cyan"))
    if rendered.fallbacks:
        out.print(Line(f"[read without: {', '.join(rendered.fallbacks)}]", style="cyan"), soft_wrap=True)
    out.print()
