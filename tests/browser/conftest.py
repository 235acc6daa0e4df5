"""The built book on a local server, one browser, and a network in which nothing else exists."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
HTML = Path(os.environ.get("BOOK_HTML", REPOSITORY / "_build" / "html"))
PATIENCE = 60_000  # milliseconds until something that should appear counts as missing


def pages_of_the_book() -> list[str]:
    """The pages that ``_toc.yml`` lists, and Sphinx's search page."""
    table = yaml.safe_load((REPOSITORY / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [entry for part in table.get("parts", [table]) for entry in part.get("chapters", [])]
    return [table["root"], *(entry["file"] for entry in chapters), "search"]


PAGES = pages_of_the_book()


@dataclass
class Seen:
    """What a page asked for and complained about since it was opened."""

    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    bytes: int = 0  # without images, text compressed as web servers send it
    pictures: int = 0  # bytes of images, those that are far away left out

    def wrong(self) -> list[str]:
        """Everything that should not have been."""
        foreign = [f"asks the network for {url}" for url in self.foreign]
        return foreign + [f"cannot get {url}" for url in self.failed] + self.complaints


@functools.cache
def transferred(address: str) -> int:
    """Bytes of a file of the book as web servers send it: text compressed, fonts as they are."""
    path = HTML / address.partition("#")[0].partition("?")[0]
    if not path.is_file():
        return 0
    content = path.read_bytes()
    return len(gzip.compress(content)) if path.suffix in (".html", ".css", ".js", ".svg") else len(content)


@functools.cache
def alone(name: str, label: str) -> bytes:
    """The page ``name`` with nothing in its article but headings and the figure ``label``: same frame, styles, scripts.

    A hundredth of the elements, for tests that look at nothing but the figure.
    """
    text = (HTML / name).read_text(encoding="utf-8")
    before, opening, rest = text.partition('<article class="bd-article">')
    article, closing, after = rest.partition("</article>")
    figure = rf'<figure [^>]*id="{re.escape(label)}".*?</figure>'
    kept = re.findall(rf"</?section[^>]*>|<h[1-6].*?</h[1-6]>|{figure}", article, re.DOTALL)
    assert sum(part.startswith("<figure") for part in kept) == 1
    return "".join([before, opening, *kept, closing, after]).encode()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and ``page.html?alone=LABEL`` as :func:`alone` has it; keeps no log."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send what is asked for."""
        name, marked, label = self.path.removeprefix("/").partition("?alone=")
        if not marked:
            return super().do_GET()
        content = alone(name, label)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def book(missing) -> Iterator[str]:
    """Address of the built book on a free local port."""
    if unwritten := [page for page in PAGES if not (HTML / f"{page}.html").is_file()]:
        missing(f"the book is not built: {HTML} has no page {', '.join(unwritten)}; run `make book` first")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(QuietHandler, directory=os.fspath(HTML))
    )
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def browser(chromium):
    """One Chromium for all tests of this folder that come one after the other."""
    with chromium() as program:
        yield program


@pytest.fixture(scope="module")
def opened(book, browser):
    """Function that opens a page of a given width and colour scheme, with only the book's server to talk to.

    ``free`` opens it as if it had no content security policy, for tests that put things on the page; ``first`` in a
    browser that has kept nothing, as on a first visit.
    """
    contexts = {}

    def open_page(width: int = 1280, scheme: str = "light", free: bool = False, first: bool = False):
        key = width, scheme, free, len(contexts) if first else -1
        if key not in contexts:
            contexts[key] = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=free
            )
        page = contexts[key].new_page()
        page.seen = Seen()

        def note_request(request):
            if not request.url.startswith((book, "data:", "blob:", "about:")):
                page.seen.foreign.append(request.url)

        def note_response(response):
            if response.status >= 400:
                page.seen.failed.append(f"{response.url} ({response.status})")
            elif response.request.resource_type == "image":
                page.seen.pictures += transferred(response.url.removeprefix(book))
            else:
                page.seen.bytes += transferred(response.url.removeprefix(book))

        page.set_default_timeout(PATIENCE)
        page.on("request", note_request)
        page.on("response", note_response)
        page.on("requestfailed", lambda request: page.seen.failed.append(request.url))
        page.on("pageerror", lambda error: page.seen.complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: (
                page.seen.complaints.append(f"console {message.type}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def _windows(opened):
    """Function that empties the one page of a width, or opens it: opening costs more than what most tests do there."""
    pages = {}

    def emptied(width: int):
        if width not in pages or pages[width].is_closed():
            pages[width] = opened(width)
        page = pages[width]
        page.goto("about:blank")
        page.emulate_media(color_scheme="light")
        page.mouse.move(0, 0)
        page.seen = Seen()
        return page

    return emptied


@pytest.fixture
def page(_windows):
    """An empty page at the width of a desk, in light mode."""
    return _windows(1280)


@pytest.fixture
def first_visit(opened):
    """Function that opens an empty page of a given width in a browser that has kept nothing."""
    contexts = []

    def visit(width: int):
        page = opened(width, first=True)
        contexts.append(page.context)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def phone(_windows):
    """An empty page at the width of a phone."""
    return _windows(360)
