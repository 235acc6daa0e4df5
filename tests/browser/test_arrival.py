"""What a page brings, moves and breaks when it is opened: each is opened once, and the tests look at what was found."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial

import pytest

from .conftest import HTML, PAGES, transferred
from .test_policy import EVERYTHING, NOTE

pytestmark = pytest.mark.browser

CHAPTERS = ("foundations", "momentum", "dropout", "pruning", "compression", "networks")
MOST_SENT = 350_000  # bytes of a first visit, compressed as web servers do
MOST_HTML = 700_000
MOST_ELEMENTS = 12_000
MOST_SHIFT = 0.02
SHIFT = """new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 1200);
})"""


@dataclass
class Arrival:
    """What was found when a page had loaded on a desk, and then when a reader had unfolded and toggled all of it."""

    shift: float
    sent: int
    elements: int
    sheets: int
    blocking: int
    broken: list[str]
    wrong: list[str]


@pytest.fixture(scope="module")
def arrival(book, opened):
    """Function that opens a page, the first time that it is asked about it."""
    found = {}

    def arrived(name: str) -> Arrival:
        if name in found:
            return found[name]
        page = opened()
        page.add_init_script(NOTE)
        page.goto(f"{book}{name}.html", wait_until="load")
        shift = page.evaluate(SHIFT)
        page.evaluate("document.fonts.ready")
        sent, elements = page.seen.bytes, page.evaluate("document.querySelectorAll('*').length")
        sheets = page.locator('head link[rel="stylesheet"][href*="pages-"]').count()
        blocking = page.locator('head script[src]:not([defer], [async], [type="module"])').count()
        page.evaluate(EVERYTHING)
        page.wait_for_timeout(300)
        broken = page.evaluate("broken")
        found[name] = Arrival(shift, sent, elements, sheets, blocking, broken, page.seen.wrong())
        page.evaluate("localStorage.clear()")
        page.close()
        return found[name]

    return arrived


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_light(name, arrival):
    sent, elements = arrival(name).sent, arrival(name).elements
    html = (HTML / f"{name}.html").stat().st_size
    assert {"sent": sent, "html": html, "elements": elements} == {
        "sent": min(sent, MOST_SENT),
        "html": min(html, MOST_HTML),
        "elements": min(elements, MOST_ELEMENTS),
    }
    assert transferred("searchindex.js") > 0


@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_loads(name, arrival, book, opened):
    assert arrival(name).shift < MOST_SHIFT
    page = opened(width=390)
    page.goto(f"{book}{name}.html", wait_until="load")
    assert page.evaluate(SHIFT) < MOST_SHIFT
    page.close()


def later(held: deque, route) -> None:
    """Keep a request for later."""
    held.append(route)


@pytest.mark.parametrize("name", ["foundations", "notation", "errata"])
def test_fonts_that_come_late_move_little(name, book, opened):
    for width in (1280, 390):
        page = opened(width)
        held = deque()
        page.route("**/*.woff2", partial(later, held))
        page.goto(f"{book}{name}.html", wait_until="commit")
        page.wait_for_timeout(1500)
        assert any("math" in route.request.url for route in held)
        for route in held:
            route.continue_()
        assert page.evaluate(SHIFT) < MOST_SHIFT
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_waits_for_one_style_sheet_and_for_no_script(name, arrival):
    assert arrival(name).sheets == 1
    assert arrival(name).blocking == 0


@pytest.mark.parametrize("name", [*PAGES, "404"])
def test_nothing_on_a_page_breaks_its_policy(name, arrival):
    assert arrival(name).broken == []
    assert arrival(name).wrong == []
