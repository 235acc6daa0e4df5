"""Every page on a desk, light and dark, with no network: it shows what it should and complains of nothing."""

from __future__ import annotations

import re

import pytest

from .arrival import broken_policies, opened_and_watched
from .conftest import PAGES, REPOSITORY, transferred
from .faults import (
    ALL_BUT_CONTRAST,
    CONTRAST,
    FOLD_COLOURS,
    FOLD_REPETITION,
    coloured,
    faults_of_figures,
    settled,
    violations,
    visible_faults,
)

pytestmark = pytest.mark.browser

# Text, fonts, scripts and styles as they are sent, images left out: a few seconds on a slow phone connection.
MOST_BYTES = 1_000_000
UNUSED_SCRIPTS = 'script[src*="fontawesome"], script[src*="thebe"], script[src*="mathjax" i]'


def has_formulas(name: str) -> bool:
    """Whether the sources of a page hold a formula."""
    source = REPOSITORY / "book" / f"{name}.md"
    return source.is_file() and re.search(r"\$[^$]+\$", source.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize("name", [*PAGES, "404"])
def test_a_wide_page_is_whole_in_both_colour_modes(name, book, first_visit):
    page = first_visit(1280)
    wrong = opened_and_watched(page, book, name)
    # before a look from top to end, which has every figure come
    wrong += faults_of_figures(page)
    wrong += visible_faults(page, "light")
    if (size := page.seen.bytes) > MOST_BYTES:
        wrong.append(f"weighs {size} bytes")
    if has_formulas(name) and page.locator("math").count() == 0:
        wrong.append("no formula is typeset")
    wrong += broken_policies(page)
    page.evaluate(FOLD_REPETITION)
    wrong += violations(page, ALL_BUT_CONTRAST)
    # Colours depend on the mode and everything else does not.
    page.evaluate(FOLD_COLOURS)
    wrong += violations(page, CONTRAST)
    coloured(page, "dark")
    settled(page)
    wrong += violations(page, CONTRAST)
    if page.locator('meta[name="description"]').count() != 1:
        wrong.append("has no description")
    if page.locator(UNUSED_SCRIPTS).count():
        wrong.append("loads a script that it does not use")
    wrong += page.seen.wrong()
    assert not wrong, "\n".join(wrong)


def test_what_is_sent_is_counted(book):
    assert transferred("searchindex.js") > 0


def test_the_pages_are_those_of_the_table_of_contents():
    listed = re.findall(r"file: (\S+)", (REPOSITORY / "_toc.yml").read_text(encoding="utf-8"))
    assert set(listed) < set(PAGES)
    assert "index" in PAGES
    assert all((REPOSITORY / "book" / f"{name}.md").is_file() for name in listed)
