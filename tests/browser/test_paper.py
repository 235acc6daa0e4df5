"""What comes out of a printer: light, without navigation, nothing cut off."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAPER = 680  # pixels of an A4 page between its margins
CUT = """() => [...document.querySelectorAll("article :is(pre, table, img, .math-scroll, .cell_output, .statement)")]
    .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.tagName} ${each.className} ${each.textContent.slice(0, 40)}`)"""
SEEN = """names => names.filter(name =>
    [...document.querySelectorAll(name)].some(each => each.getClientRects().length))"""


def test_a_dark_page_is_printed_light_and_is_dark_again(book, opened):
    page = opened(scheme="dark")
    page.goto(f"{book}momentum.html", wait_until="load")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate(
        """addEventListener("beforeprint", () => {
            window.printed = getComputedStyle(document.body).getPropertyValue("--paper").trim();
        })"""
    )
    assert page.pdf().startswith(b"%PDF")
    assert page.evaluate("printed") == "#ffffff"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.close()


@pytest.mark.parametrize("name", ["momentum", "dropout", "compression", "networks", "ledger", "errata", "notation"])
def test_on_paper_there_is_no_navigation_and_nothing_is_cut(name, book, opened):
    page = opened(PAPER)
    page.goto(f"{book}{name}.html", wait_until="load")
    cut = len(page.evaluate(CUT))
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert cut or name not in ("momentum", "dropout")  # on a screen of this width code does scroll
    for_hands = [".bd-header", ".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-footer", ".prev-next-footer"]
    for_hands += [".live-controls", "form.answer", ".cell-run", ".copybtn", ".ledger-filter", ".pst-back-to-top"]
    assert page.evaluate(SEEN, [f"{one}, {one} *" for one in for_hands]) == []
    page.close()
