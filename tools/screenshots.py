"""Photograph every page of the built book, wide and narrow, light and dark: ``python tools/screenshots.py [FOLDER]``.

The pictures (``foundations-1280-dark.png``) go to ``_build/screenshots`` or to FOLDER, for looking at after a change
of style. Needs Chromium on PATH and the book in ``_build/html``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parents[1]
HTML = REPOSITORY / "_build" / "html"
WIDTHS = (1280, 360)
SCHEMES = ("light", "dark")
TALLEST = 16_000  # pixels; Chromium draws no higher picture


def photograph(folder: Path) -> int:
    """Save one picture for each page, width and colour scheme; returns how many."""
    pages = sorted(path for path in HTML.glob("*.html") if path.stem not in ("genindex", "prf-prf", "search"))
    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not pages or not program:
        sys.exit(f"needs pages in {HTML} (run `make book`) and Chromium on PATH")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            for scheme in SCHEMES:
                view = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
                for path in pages:
                    view.set_viewport_size({"width": width, "height": 800})
                    view.goto(path.as_uri())
                    height = min(view.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    # A window as high as the page, not a stretched picture: stretching moves the side bar.
                    view.set_viewport_size({"width": width, "height": height})
                    view.screenshot(path=folder / f"{path.stem}-{width}-{scheme}.png")
                view.close()
        browser.close()
    return len(pages) * len(WIDTHS) * len(SCHEMES)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "_build" / "screenshots"
    print(f"{photograph(target)} pictures in {target}")
