"""What helps a reader: evidence that unfolds and is linked to, previews, a filter, search."""

from __future__ import annotations

from collections import deque
from functools import partial

import pytest

from .arrival import MOST_SHIFT, NOTE, SHIFT, WATCHED
from .conftest import HTML
from .faults import until

pytestmark = pytest.mark.browser

LANDED = """label => {
    const { top } = document.getElementById(label).getBoundingClientRect();
    return -1 <= top && top < 200;
}"""
THEOREM_FIRST = """() => [...document.querySelectorAll("#search-results ul.search li a")].slice(0, 3)
    .some(link => /^#(thm|cor|lem|prp)-/.test(link.hash))"""


def test_a_link_into_a_section_that_is_not_drawn_yet_lands_on_its_target(book, page):
    page.goto(f"{book}momentum.html", wait_until="load")
    labels = page.locator("section.later .statement").evaluate_all("boxes => boxes.map(box => box.id)")
    assert len(labels) > 20
    for label in (labels[len(labels) // 2], labels[-1], labels[3]):
        page.evaluate(f"location.hash = '{label}'")
        until(page, LANDED, label)


def test_words_far_down_the_page_are_found_by_the_browser(book, page):
    page.goto(f"{book}momentum.html", wait_until="load")
    last = page.locator("section.later h2").last.evaluate("title => title.firstChild.nextSibling.textContent.trim()")
    assert page.evaluate(f"window.find({last!r}, true, false, true)")
    assert page.evaluate("scrollY") >= 0


def test_what_is_folded_is_no_part_of_the_page_until_it_is_unfolded(book, page):
    page.goto(f"{book}foundations.html", wait_until="load")
    folded = page.locator(".claim-status > details > noscript").count()
    assert folded > 5
    assert page.locator("table.claim-evidence").count() == 0
    page.locator(".claim-status > details > summary").first.click()
    page.locator("table.claim-evidence").first.wait_for()
    assert page.locator(".claim-status > details > noscript").count() == folded - 1


def test_a_link_into_folded_evidence_unfolds_it(book, page):
    page.goto(f"{book}foundations.html", wait_until="load")
    anchor = page.locator(".claim-status > details > noscript").evaluate_all(
        """texts => texts.map(text => /id="(claim-source[^"]*)"/.exec(text.textContent)?.[1]).find(Boolean)"""
    )
    assert anchor
    page.goto("about:blank")
    page.goto(f"{book}foundations.html#{anchor}", wait_until="load")
    page.locator(f"#{anchor}").wait_for(state="visible")


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_a_reference_shows_what_it_leads_to(way, book, page):
    page.goto(f"{book}momentum.html", wait_until="load")
    link = page.locator('.bd-article p a[data-preview][href*="#thm-"]').first
    link.scroll_into_view_if_needed()
    if way == "mouse":
        link.hover()
    else:
        link.focus()
    card = page.locator("#preview-card")
    card.wait_for(state="visible")
    assert card.inner_text().startswith("Theorem ")
    assert card.locator("[id], a, .claim-status").count() == 0
    assert link.get_attribute("aria-describedby") == "preview-card"
    page.keyboard.press("Escape")
    card.wait_for(state="detached")
    assert page.seen.wrong() == []


def test_a_citation_shows_its_entry(book, page):
    page.goto(f"{book}momentum.html", wait_until="load")
    page.locator('.bd-article p a[data-preview][href^="references.html#"]').first.focus()
    page.locator("#preview-card .citation").wait_for(state="visible")


def test_the_ledger_is_filtered_by_words_and_by_status(book, page):
    page.goto(f"{book}ledger.html", wait_until="load")
    rows = page.locator("[id^=ledger-chapter] tbody tr")
    every = rows.count()
    page.get_by_label("Words that a row must have").fill("nuclear norm")
    left = page.locator("[id^=ledger-chapter] tbody tr:visible")
    assert 0 < left.count() < 5
    assert page.locator(".ledger-filter [role=status]").inner_text() == f"{left.count()} of {every} statements."
    page.get_by_label("Words that a row must have").fill("")
    button = page.locator(".ledger-filter button").last
    button.click()
    assert left.count() == int(button.inner_text().split()[-1]) < every
    button.click()
    assert left.count() == every


def test_search_leads_to_a_theorem(book, page):
    page.goto(f"{book}search.html?q=nuclear+norm")
    page.wait_for_selector("#search-results ul.search li a")
    until(page, THEOREM_FIRST)


#: How many stops begin a line, of those behind formulas; what scrolls sideways although it should break or fit; and
#: what scrolls and no key reaches.
EVIDENCE = """async () => {
    const article = document.querySelector("article.bd-article");
    for (const section of article.querySelectorAll("section")) section.style.contentVisibility = "visible";
    for (const each of article.querySelectorAll(".claim-status > details")) each.open = true;
    while (article.querySelector(".claim-status > details > noscript")) await new Promise(requestAnimationFrame);
    const stray = [];
    for (const formula of article.querySelectorAll("math:not([display])")) {
        const stop = formula.nextSibling;
        const own = formula.lastElementChild.querySelector(":scope > mtext:last-child");
        const [node, last] = formula.matches(".breaks") && own
            ? [own.firstChild, own.previousElementSibling]
            : [stop, formula.matches(".breaks") ? formula.lastElementChild : formula];
        if (node?.nodeType !== Node.TEXT_NODE || !/^[,.;:!?]/.test(node.data)) continue;
        const place = document.createRange();
        place.setStart(node, 0);
        place.setEnd(node, 1);
        const left = place.getBoundingClientRect().left;
        if (left < last.getBoundingClientRect().left - 1) stray.push(formula.textContent);
    }
    const wider = box => box.scrollWidth > box.clientWidth + 1;
    const boxes = [...article.querySelectorAll(".pst-scrollable-table-container:has(> .claim-evidence)")];
    const cells = [...article.querySelectorAll(".claim-evidence td > p")].filter(wider);
    const unreached = [];
    for (const each of cells) {
        each.scrollIntoView();
        for (let wait = 0; wait < 30 && each.tabIndex !== 0; wait++) await new Promise(done => setTimeout(done, 100));
        if (each.tabIndex !== 0) unreached.push(each.textContent);
    }
    return { stray, unreached, tables: boxes.filter(wider).length, cells: cells.length };
}"""


@pytest.mark.parametrize("name", ["foundations", "momentum"])
@pytest.mark.parametrize("width", [1280, 390])
def test_unfolded_evidence_breaks_where_it_may_and_scrolls_where_it_must(name, width, book, opened):
    page = opened(width)
    page.goto(f"{book}{name}.html", wait_until="load")
    assert page.locator("article math").count() > 100
    found = page.evaluate(EVIDENCE)
    assert found["stray"] == []
    assert found["unreached"] == []
    assert found["tables"] == 0
    assert found["cells"] < 10  # only single fractions and matrices may be wider than their cell
    page.close()


def test_on_a_phone_no_table_of_evidence_is_cut(book, phone):
    phone.goto(f"{book}foundations.html", wait_until="load")
    for line in phone.locator(".claim-status > details > summary").all()[:4]:
        line.click()
    wide = phone.locator("table.claim-evidence").evaluate_all(
        "tables => tables.filter(table => table.scrollWidth > table.closest('.claim-body').clientWidth + 1).length"
    )
    assert wide == 0


def test_without_a_script_the_evidence_and_the_contents_are_there(book, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{book}foundations.html")
    page.locator(".claim-status > details > summary").first.click()
    assert page.locator("table.claim-evidence").first.is_visible()
    assert page.locator('nav.bd-links a[href="momentum.html"]').is_visible()
    edge = page.locator(".statement").first.evaluate("box => getComputedStyle(box).borderLeftColor")
    assert edge not in ("rgba(0, 0, 0, 0)", "rgb(0, 0, 0)")
    context.close()


def test_an_address_that_leads_nowhere_leads_on(book, page):
    page.goto(f"{book}404.html", wait_until="load")
    for name in ("index", "ledger", "search"):
        assert page.locator(f'.bd-article a[href="{name}.html"]').count() == 1


def test_the_page_of_references_says_how_to_cite_the_book(book, page):
    page.goto(f"{book}references.html", wait_until="load")
    assert "@misc{" in page.locator("#how-to-cite-this-book pre").inner_text()


def test_nothing_absolute_stands_on_a_page_while_no_address_is_configured():
    html = (HTML / "index.html").read_text(encoding="utf-8")
    assert "og:image" not in html
    assert not (HTML / "sitemap.xml").exists()
    assert "github" not in html.lower()


def later(held: deque, route) -> None:
    """Keep a request for later."""
    held.append(route)


@pytest.mark.parametrize("name", ["foundations", "notation", "errata"])
def test_fonts_that_come_late_move_little(name, book, opened):
    for width in (1280, 390):
        page = opened(width)
        page.add_init_script(NOTE)
        held = deque()
        page.route("**/*.woff2", partial(later, held))
        page.goto(f"{book}{name}.html", wait_until="commit")
        page.wait_for_timeout(1500)  # long enough for the page to be drawn with other fonts
        for _ in range(100):
            if any("math" in route.request.url for route in held):
                break
            page.wait_for_timeout(100)
        else:
            pytest.fail("no font of formulas was asked for")
        for route in held:
            route.continue_()
        page.wait_for_load_state("load")
        assert page.evaluate(SHIFT, WATCHED) < MOST_SHIFT, "\n".join(page.evaluate("moved"))
        page.close()
