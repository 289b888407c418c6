"""Pictures of pages, taken by the system's Chromium at phone and desktop width, light and dark."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attune_cli.errors import CommandError

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PHONE, DESKTOP = 390, 1200
_HEIGHTS = {PHONE: 844, DESKTOP: 760}
_QUIET = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run")
_NOTE = "[data-attune]"
TRIES = 3  # a busy machine sometimes fails to take one
_NOTE_WITHIN = 10_000  # milliseconds; the script on the site shows a note at once

type Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class View:
    """One way of looking at a page."""

    name: str
    width: int
    scheme: Scheme


VIEWS = (
    View("phone.light", PHONE, "light"),
    View("phone.dark", PHONE, "dark"),
    View("desktop.light", DESKTOP, "light"),
    View("desktop.dark", DESKTOP, "dark"),
)


class Photographer:
    """Takes pictures of pages on this machine; nothing is fetched from anywhere."""

    def __init__(self, contexts: dict[str, "BrowserContext"]) -> None:
        """Keep one browser context for each view."""
        self._contexts = contexts

    def take(self, page_file: Path, *, waits_for_note: bool = False) -> tuple[Path, ...]:
        """Write one picture for each view beside the page, and return them."""
        return tuple(self._take(page_file, view, waits_for_note=waits_for_note) for view in VIEWS)

    def _take(self, page_file: Path, view: View, *, waits_for_note: bool) -> Path:
        from playwright.sync_api import Error  # noqa: PLC0415 - see photographer

        target = page_file.with_suffix(f".{view.name}.png")
        for tries_left in reversed(range(TRIES)):
            try:
                self._open_and_take(page_file, target, view, waits_for_note=waits_for_note)
            except Error as error:
                if not tries_left:
                    raise CommandError(f"no picture of {page_file}: {error.message}", "try again") from error
            else:
                break
        return target

    def _open_and_take(self, page_file: Path, target: Path, view: View, *, waits_for_note: bool) -> None:
        page = self._contexts[view.name].new_page()
        try:
            page.goto(page_file.resolve().as_uri())
            if waits_for_note:
                page.wait_for_selector(_NOTE, timeout=_NOTE_WITHIN, state="attached")
                page.wait_for_timeout(300)  # the note slides in
            page.screenshot(path=target, full_page=True)
        finally:
            page.close()


@contextmanager
def photographer() -> Iterator[Photographer]:
    """Run the browser for the time of a block; raise CommandError when there is none."""
    path = find_browser()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - half a second that only pictures need
    except ImportError as error:
        raise CommandError("the browser's driver is not installed", "make install") from error
    # Chromium's sandbox refuses to run as root; what is shown is our own pages, without any network.
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*_QUIET, *as_root])
        try:
            yield Photographer(
                {
                    view.name: browser.new_context(
                        viewport={"width": view.width, "height": _HEIGHTS[view.width]},
                        color_scheme=view.scheme,
                        reduced_motion="reduce",
                        offline=True,
                    )
                    for view in VIEWS
                }
            )
        finally:
            browser.close()


def find_browser() -> str:
    """Return the path of the system's Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise CommandError(
            f"pictures need Chromium, and none of {', '.join(BROWSERS)} is on this machine",
            "install it (Debian, Ubuntu: apt-get install chromium), or leave out --png and open the HTML files",
        )
    return found
