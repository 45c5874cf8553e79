"""Browser: a real Chromium in front of the web server, and what is kept of it.

Belongs here: starting and ending it, looking at pages, pictures for a failure and for the documentation.
Does not: which pages, what they should say (``test_operator_story``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect, sync_playwright

# Enough for all that a person looks at, and narrow enough to be read in a document.
_SIZE = ViewportSize(width=1280, height=800)
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SECONDS_TO_SHOW = 90
_MARGIN, _NAVIGATION = 12, 240
# What a document shows instead of the folder of the test.
_HOME = "/srv/nedra"
_REPLACE = """([found, shown]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.nodeValue = walker.currentNode.nodeValue.replaceAll(found, shown);
}"""


@dataclass(frozen=True)
class Browser:
    """An open page, the folder for what went wrong, and the one for pictures of what went right, if any is wanted."""

    page: Page
    trouble: Path
    pictures: Path | None
    home: Path

    def picture(self, name: str, *, upto: Locator | None = None, whole: bool = False) -> None:
        """Keep a picture of the page without its navigation, down to the end of ``upto``, when pictures are wanted."""
        if self.pictures is None:
            return
        self.page.evaluate(_REPLACE, [str(self.home), _HOME])
        self.page.wait_for_timeout(500)  # what fades in or out
        size = self.page.viewport_size or _SIZE
        left, height = 0 if whole else _NAVIGATION, size["height"]
        if upto is not None:
            box = upto.bounding_box()
            assert box is not None
            height = min(height, int(box["y"] + box["height"]) + _MARGIN)
        clip = FloatRect(x=left, y=0, width=size["width"] - left, height=height)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"operating-{name}.png", clip=clip)

    def told(self) -> str:
        """Return the text of the page."""
        return self.page.inner_text("body")

    def keep_trouble(self) -> str:
        """Save a picture and the text of the page as it is; return where."""
        self.trouble.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.trouble / "page.png")
        (self.trouble / "page.txt").write_text(f"{self.page.url}\n\n{self.told()}", "utf-8")
        return f"{self.trouble}/page.png and page.txt show the page ({self.page.url}):\n{_shortened(self.told())}"


@contextmanager
def a_browser(chromium: Path, folder: Path, home: Path, pictures: Path | None = None) -> Iterator[Browser]:
    """Open a browser with an empty profile of its own; what fails inside is told with what the page showed."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=chromium,
            args=list(_OPTIONS),
            viewport=_SIZE,
            locale="en-GB",
        )
        try:
            page = context.pages[0]
            page.set_default_timeout(_SECONDS_TO_SHOW * 1000)
            expect.set_options(timeout=_SECONDS_TO_SHOW * 1000)
            browser = Browser(page, folder / "trouble", pictures, home)
            try:
                yield browser
            except Exception as error:
                error.add_note(browser.keep_trouble())
                raise
        finally:
            context.close()


def _shortened(text: str, most: int = 3000) -> str:
    return re.sub(r"\n{2,}", "\n", text)[:most]
