"""What a reader does: follow a theorem, read the ledger, search, unfold, switch the colours, open the contents."""

from __future__ import annotations

import re

import pytest

from .arrival import CHAPTERS
from .faults import until

pytestmark = pytest.mark.browser

THEOREM = "thm-gd-stability"


def come_to(page, selector: str) -> None:
    """Wait until an element starts within the window; an error if it does not come there."""
    until(
        page,
        """selector => {
            const top = document.querySelector(selector)?.getBoundingClientRect().top;
            return top >= -1 && top < innerHeight;
        }""",
        selector,
    )


def test_a_reference_to_a_theorem_lands_on_it(book, page):
    page.goto(f"{book}index.html", wait_until="networkidle")
    page.locator(f'.bd-article a[href$="#{THEOREM}"]').first.click()
    page.wait_for_url(f"**#{THEOREM}")
    come_to(page, f"#{THEOREM}")
    assert page.locator(f"#{THEOREM} > .admonition-title").inner_text().startswith("Theorem")
    assert page.seen.wrong() == []


def test_theorem_and_ledger_lead_to_each_other(book, page):
    page.goto(f"{book}foundations.html#{THEOREM}")
    page.locator(f"#{THEOREM} .claim-status > details > summary").click()
    page.locator(f'#{THEOREM} .claim-links a[href^="ledger.html#"]').click()
    page.wait_for_url("**/ledger.html#*")
    row = page.url.partition("#")[2]
    come_to(page, f"[id='{row}']")
    page.locator(f'.claim-ledger a[href$="#{THEOREM}"]').first.click()
    page.wait_for_url(f"**/foundations.html#{THEOREM}")
    come_to(page, f"#{THEOREM}")


def test_every_statement_with_a_claim_has_one_row_in_the_ledger(book, page):
    page.goto(f"{book}foundations.html")
    stated = page.locator(".statement:has(> .claim-status)").evaluate_all("boxes => boxes.map(box => box.id)")
    page.goto(f"{book}ledger.html")
    rows = page.locator("[id^=ledger-chapter] td:first-child a").evaluate_all(
        "links => links.map(link => link.hash.slice(1))"
    )
    assert len(stated) >= 8
    assert [label for label in stated if rows.count(label) != 1] == []


def test_the_status_unfolds_and_folds_by_keyboard(book, page):
    page.goto(f"{book}foundations.html")
    summary = page.locator(f"#{THEOREM} .claim-status > details > summary")
    evidence = page.locator(f"#{THEOREM} .claim-evidence")
    assert not evidence.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert evidence.is_visible()
    assert page.locator(f"#{THEOREM} .claim-near-misses li").count() >= 1
    page.keyboard.press("Space")
    assert not evidence.is_visible()


@pytest.mark.parametrize("query", ["ridge", "early stopping"])
def test_search_finds_the_chapter(query, book, page):
    page.goto(f"{book}search.html?q={query.replace(' ', '+')}")
    page.wait_for_selector("#search-results ul.search li a")
    # Titles and the text of each hit come later, from the pages themselves.
    page.wait_for_selector("#search-results li p.context")
    links = page.locator("#search-results ul.search li a").evaluate_all("links => links.map(a => a.pathname)")
    assert any(link.endswith("/foundations.html") for link in links)
    assert page.seen.wrong() == []


def test_a_snippet_of_search_shows_a_formula_once(book, page):
    page.goto(f"{book}search.html?q=gradient")
    page.wait_for_selector("#search-results li p.context")
    assert not re.search(r"\\[a-z]+", " ".join(page.locator("#search-results p.context").all_inner_texts()))


def test_there_is_one_search_button_and_it_searches(book, page):
    page.goto(f"{book}index.html")
    assert page.locator(".search-button__button:visible").count() == 1
    page.locator(".search-button__button:visible").click()
    field = page.locator('#pst-search-dialog input[type="search"]')
    field.fill("ridge")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=ridge*")
    page.wait_for_selector("#search-results ul.search li a")


def test_the_colours_change_and_stay_changed(book, opened):
    page = opened()
    page.goto(f"{book}index.html")
    seen = set()
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.mode"))
    assert seen == {"auto", "light", "dark"}
    while page.evaluate("document.documentElement.dataset.mode") != "dark":
        page.locator("button.theme-switch-button:visible").first.click()
    page.goto(f"{book}how-to-read.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate("localStorage.clear()")
    page.close()


def test_on_a_phone_the_contents_open_and_lead_on(book, phone):
    phone.goto(f"{book}index.html")
    link = phone.locator('nav.bd-links a[href="foundations.html"]').first
    assert not link.is_visible()
    phone.locator("button.primary-toggle").first.click()
    link.wait_for(state="visible")
    link.click()
    phone.wait_for_url("**/foundations.html")
    assert phone.seen.wrong() == []


def test_a_wide_formula_scrolls_in_its_own_box_by_keyboard(book, phone):
    phone.goto(f"{book}foundations.html", wait_until="load")
    boxes = phone.locator('.math-scroll[tabindex="0"]')
    assert boxes.count() >= 1
    boxes.first.focus()
    phone.keyboard.press("ArrowRight")
    until(phone, "document.activeElement.scrollLeft > 0")
    assert phone.evaluate("window.scrollX") == 0


def test_on_a_wide_window_formulas_that_fit_stop_no_tab_key(book, page):
    page.goto(f"{book}notation.html", wait_until="load")
    stops = page.locator('.math-scroll[tabindex="0"]').evaluate_all(
        "boxes => boxes.filter(box => box.scrollWidth <= box.clientWidth + 1).length"
    )
    assert stops == 0


def test_code_can_be_copied(book, page):
    page.goto(f"{book}foundations.html")
    cell = page.locator("div.cell_input").first
    cell.hover()
    assert cell.locator("button.copybtn").count() == 1


def test_a_chapter_can_be_downloaded_as_a_notebook(book, page):
    page.goto(f"{book}foundations.html")
    address = page.locator("a.btn-download-notebook-button").get_attribute("href")
    answer = page.request.get(f"{book}{address}")
    assert answer.ok
    assert any(cell["cell_type"] == "code" for cell in answer.json()["cells"])


def test_without_scripts_the_page_can_still_be_read(book, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{book}foundations.html")
    assert page.locator('math[display="block"]').first.is_visible()
    assert page.locator(f"#{THEOREM} .claim-badge").is_visible()
    context.close()


@pytest.mark.parametrize("name", CHAPTERS)
def test_solutions_are_folded_until_a_reader_asks(name, book, page):
    page.goto(f"{book}{name}.html", wait_until="load")
    solutions = page.locator("div.solution")
    assert solutions.count() > 2
    assert page.locator("div.solution.toggle-hidden button.toggle-button").count() == solutions.count()
    first, button = solutions.first, solutions.first.locator("button.toggle-button")
    button.scroll_into_view_if_needed()
    text = first.locator("section > p").first
    assert not text.is_visible()
    button.press("Enter")
    assert text.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    assert not text.is_visible()
    assert page.seen.wrong() == []
