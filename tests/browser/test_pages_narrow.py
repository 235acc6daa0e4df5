"""Every page on a phone, with no network: nothing sticks out, and everything can be reached."""

from __future__ import annotations

import pytest

from .arrival import opened_and_watched
from .conftest import PAGES
from .faults import ALL_BUT_CONTRAST, FOLD_REPETITION, faults_of_figures, violations, visible_faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_is_whole(name, book, first_visit):
    phone = first_visit(360)
    wrong = opened_and_watched(phone, book, name)
    wrong += faults_of_figures(phone)
    wrong += visible_faults(phone, "light")
    phone.evaluate(FOLD_REPETITION)
    wrong += violations(phone, ALL_BUT_CONTRAST)  # colours are those of a wide page
    wrong += phone.seen.wrong()
    assert not wrong, "\n".join(wrong)


#: Words that a line ends within, and tables wider than their place that no key reaches.
TABLES = """async () => {
    const wrong = [];
    for (const section of document.querySelectorAll("section")) section.style.contentVisibility = "visible";
    for (const place of document.querySelectorAll("article .pst-scrollable-table-container")) {
        place.scrollIntoView();
        await new Promise(done => setTimeout(done, 50));
        const wide = place.scrollWidth > place.clientWidth;
        if (wide && place.tabIndex !== 0) wrong.push(`no key scrolls ${place.textContent.slice(0, 60)}`);
        const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT, node =>
            node.parentElement.closest("code, math, svg") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\d.,]+/gu)) {
                const span = document.createRange();
                span.setStart(text, index);
                span.setEnd(text, index + word.length);
                if (span.getClientRects().length > 1) wrong.push(`torn: ${word}`);
            }
        }
    }
    return wrong;
}"""


@pytest.mark.parametrize("name", ["notation", "dropout", "pruning", "compression", "networks", "ledger", "errata"])
def test_on_a_phone_no_word_of_a_table_is_torn(name, book, phone):
    phone.goto(f"{book}{name}.html", wait_until="load")
    assert phone.locator("article table").count() > 0
    assert phone.evaluate(TABLES) == []
