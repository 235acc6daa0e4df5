"""Record each live figure while it is dragged, and an exercise that is answered: ``python tools/record.py [NAME ...]``.

On a desk with a mouse and on a phone with a finger, in light and in dark. For each there is a folder of frames, an
animation (WebP) and a sheet of the frames side by side, in ``_build/recordings``; of the exercise, the page with a
wrong and with the right answer, both graded after the network was cut. A NAME is that of a figure's page, or
``answers``.

Needs Chromium on PATH and the book in ``_build/html``, with Python for its pages (``make pyodide``).
"""

from __future__ import annotations

import argparse
import functools
import http.server
import io
import itertools
import math
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parents[1]
HTML = REPOSITORY / "_build" / "html"
FOLDER = REPOSITORY / "_build" / "recordings"
FIGURES = {
    "index": "figure#fig-descent-live",
    "foundations": "figure.dl-slider",
    "momentum": "figure#fig-momentum-live",
    "dropout": "figure#fig-dropout-live",
    "pruning": "figure#fig-pruning-live",
    "compression": "figure#fig-compression-live",
    "networks": "figure#fig-networks-live",
}
EXERCISE, WRONG, RIGHT = "ex-momentum-critical", "4ησ²", "8ησ²/(1+2ησ²)^2"
FRAMES = 16  # of one gesture
MILLISECONDS = 120  # of one frame
SHEET = 6  # pictures in a row
PATIENCE = 180_000  # milliseconds: Python starts slowly on a busy machine
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Device:
    """What a reader holds: the window in pixels, and whether a finger or a mouse drags."""

    name: str
    width: int
    height: int
    touch: bool


DEVICES = (Device("desk", 1280, 900, False), Device("phone", 390, 844, True))


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The address of the built book while it is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Hand:
    """A mouse or a finger, whichever the device has."""

    def __init__(self, page: Any, touch: bool) -> None:
        self._mouse = page.mouse
        self._touch = page.context.new_cdp_session(page) if touch else None

    def _touched(self, kind: str, *points: tuple[float, float]) -> None:
        assert self._touch is not None
        self._touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    def down(self, x: float, y: float) -> None:
        """Take hold of what is there."""
        if self._touch:
            return self._touched("touchStart", (x, y))
        self._mouse.move(x, y)
        self._mouse.down()

    def move(self, x: float, y: float) -> None:
        """Drag it there."""
        if self._touch:
            return self._touched("touchMove", (x, y))
        self._mouse.move(x, y, steps=3)

    def up(self) -> None:
        """Let go."""
        if self._touch:
            return self._touched("touchEnd")
        self._mouse.up()


def of_handle(handle: Any, reach: float) -> list[tuple[float, float]]:
    """A way for a point: an eight, from where it is and back."""
    box = handle.locator(".dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    turns = [2 * math.pi * k / FRAMES for k in range(FRAMES + 1)]
    return [(x + reach * math.sin(turn), y + reach / 2 * math.sin(2 * turn)) for turn in turns]


def of_slider(slider: Any) -> list[tuple[float, float]]:
    """A way for a slider: from where it is to both of its ends and back."""
    box = slider.bounding_box()
    value = slider.evaluate("({ value, min, max }) => (value - (min || 0)) / ((max || 100) - (min || 0))")
    thumb = min(16, box["width"] / 10)
    stops = [value, 0, 1, value]
    part = FRAMES // 3
    places = [a + (b - a) * k / part for a, b in itertools.pairwise(stops) for k in range(part)]
    y = box["y"] + box["height"] / 2
    return [(box["x"] + thumb / 2 + place * (box["width"] - thumb), y) for place in [*places, value]]


def frames(page: Any, figure: Any, device: Device) -> list[bytes]:
    """Pictures of ``figure`` while each of its points and its first slider are dragged in turn."""
    figure.scroll_into_view_if_needed()
    figure.locator("input[type=range]").first.wait_for()
    height = math.ceil(figure.bounding_box()["height"])
    page.set_viewport_size({"width": device.width, "height": max(device.height, height + 200)})
    figure.evaluate("figure => scrollTo(0, figure.getBoundingClientRect().top + scrollY - 100)")
    page.wait_for_timeout(500)  # what the window's new size made the figure draw
    hand, taken = Hand(page, device.touch), []
    points = figure.locator(".live-handle:visible")
    ways = [functools.partial(of_handle, points.nth(k), device.width / 20 + 20) for k in range(points.count())]
    for way in [*ways, functools.partial(of_slider, figure.locator("input[type=range]").first)]:
        first, *others = way()
        hand.down(*first)
        for place in others:
            hand.move(*place)
            page.evaluate(SETTLED)
            box = figure.bounding_box()
            clip = {"x": 0 if device.touch else box["x"] - 8, "y": box["y"] - 8, "height": box["height"] + 16}
            clip["width"] = device.width if device.touch else box["width"] + 16
            taken.append(page.screenshot(clip=clip))
        hand.up()
    return taken


def keep(taken: list[bytes], name: str) -> None:
    """Write the frames, the animation and the sheet."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, picture in enumerate(taken):
        (folder / f"{number:02}.png").write_bytes(picture)
    pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in taken]
    shown = {"save_all": True, "append_images": pictures[1:], "duration": MILLISECONDS, "loop": 0, "quality": 80}
    pictures[0].save(FOLDER / f"{name}.webp", **shown)
    some = pictures[:: max(1, len(pictures) // (2 * SHEET))]
    width, height = max(each.width for each in some) + 4, max(each.height for each in some) + 4
    sheet = Image.new("RGB", (SHEET * width, -(-len(some) // SHEET) * height), "grey")
    for k, each in enumerate(some):
        sheet.paste(each, (k % SHEET * width, k // SHEET * height))
    sheet.save(FOLDER / f"{name}.png")


def answered(page: Any, address: str, name: str) -> None:
    """Photograph the exercise with a wrong and with the right answer, both graded without a network."""
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}momentum.html", wait_until="load")
    box = page.locator(f"#{EXERCISE}")
    form, verdict = box.locator("form.answer"), box.locator(".answer-verdict:not(:empty)")
    form.scroll_into_view_if_needed()
    for kind, text in (("started", "η"), ("wrong", WRONG), ("right", RIGHT)):
        form.locator("input").fill(text)
        form.locator("button[type=submit]").click()
        verdict.wait_for()
        page.context.set_offline(True)  # from the second answer on
        box.evaluate("box => scrollTo(0, box.getBoundingClientRect().top + scrollY - 90)")
        page.wait_for_timeout(200)
        if kind != "started":
            assert form.get_attribute("data-right") == ("yes" if kind == "right" else "no"), verdict.inner_text()
            page.screenshot(path=FOLDER / f"{name}-{kind}.png")
    page.context.set_offline(False)


def record(names: list[str]) -> int:
    """Record what is named on every device and in both modes; returns how many recordings were made."""
    paths = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    program = next(filter(None, paths), "")
    if not program or not (HTML / "index.html").is_file():
        sys.exit(f"needs pages in {HTML} (run `make book`) and Chromium on PATH")
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = 0
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for device in DEVICES:
            for scheme in ("light", "dark"):
                size = {"width": device.width, "height": device.height}
                given = {"has_touch": device.touch, "is_mobile": device.touch, "color_scheme": scheme}
                context = browser.new_context(viewport=size, reduced_motion="reduce", **given)
                for name in names:
                    page = context.new_page()
                    if name == "answers":
                        answered(page, address, f"{name}-{device.name}-{scheme}")
                    else:
                        page.goto(f"{address}{name}.html", wait_until="load")
                        keep(frames(page, page.locator(FIGURES[name]), device), f"{name}-{device.name}-{scheme}")
                    page.close()
                    made += 1
                context.close()
        browser.close()
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=str(__doc__).split(":", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(FIGURES)}, answers")
    chosen = parser.parse_args().names or [*FIGURES, "answers"]
    if unknown := [name for name in chosen if name not in FIGURES and name != "answers"]:
        sys.exit(f"there is no figure to move called {', '.join(unknown)}; there are {', '.join(FIGURES)} and answers")
    print(f"{record(chosen)} recordings in {FOLDER}")
