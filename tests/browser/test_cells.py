"""Cells run and edited on the page: a sign is changed, the identity fails, and all is as it was after a reset."""

import pytest

from .faults import coloured, violations, visible_faults
from .test_answers import PATIENCE, fetched  # noqa: F401  a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chapter(fetched, opened, book):  # noqa: F811
    """A chapter whose Python has run one cell."""
    page = opened()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{book}momentum.html", wait_until="load")
    run(page.locator(".cell-run:not([hidden])").first)
    yield page
    page.close()


def run(tools):
    """Run a cell; what it shows."""
    tools.locator(".cell-go").click()
    tools.locator(".cell-go:enabled").wait_for()
    result = tools.locator(".cell-result:not([hidden])")
    result.wait_for()
    return result


def edit(tools, old, new):
    """Change the code of a cell."""
    if tools.locator(".cell-open").is_visible():
        tools.locator(".cell-open").click()
    editor = tools.locator("xpath=..").locator("textarea")
    text = editor.input_value()
    assert old in text
    editor.fill(text.replace(old, new))


def formula(result):
    """The signs of the first formula in a result."""
    return "".join(result.locator("math").first.text_content().split())


def test_a_changed_sign_is_told_with_the_difference_and_reset(chapter):
    tools = chapter.locator(".cell-run:not([hidden])").first
    assert "1−𝛽" in formula(run(tools)).replace("β", "𝛽")
    assert tools.locator(".cell-verdict").count() == 0
    edit(tools, "gradient=2 * sigma", "gradient=-2 * sigma")
    result = run(tools)
    told = result.locator(".cell-verdict").inner_text()
    assert told.startswith("Not what the book’s own code gives. The difference, which is not 0:")
    assert "𝜎" in formula(result.locator(".cell-verdict")).replace("σ", "𝜎")
    edit(tools, "gradient=-2 * sigma", "gradient=sigma**2 * x + sigma")
    assert "Equal to what the book’s own code gives." in run(tools).inner_text()
    tools.locator(".cell-reset").click()
    cell = tools.locator("xpath=..")
    assert cell.locator(".cell_input").is_visible()
    assert cell.locator("textarea").is_hidden()
    assert tools.locator(".cell-result").is_hidden()
    assert chapter.seen.wrong() == []


def test_every_cell_that_has_a_button_runs(chapter, book):
    tools = chapter.locator(".cell-run:not([hidden])")
    assert tools.count() > 3
    for k in range(tools.count()):
        result = run(tools.nth(k))
        assert result.locator(".cell-verdict[data-right=no]").count() == 0, result.inner_text()


def test_cells_with_numbers_have_no_button_and_that_is_said_once(chapter):
    assert chapter.locator(".cell-note:not(:empty)").count() == 1
    with_numbers = chapter.locator('.cell:has(.cell_input:has-text("import numpy"))')
    assert with_numbers.count() > 0
    assert with_numbers.locator(".cell-run").count() == 0


def test_a_page_with_results_is_whole(chapter):
    tools = chapter.locator(".cell-run:not([hidden])").first
    edit(tools, "gradient=2 * sigma", "gradient=3 * sigma")
    run(tools)
    wrong = visible_faults(chapter, "light")
    coloured(chapter, "dark")
    chapter.wait_for_timeout(100)
    wrong += violations(chapter, {}, ".cell:has(.cell-edit)")  # of contrast too
    coloured(chapter, "light")
    tools.locator(".cell-reset").click()
    assert not wrong, "\n".join(wrong)


def test_an_endless_cell_is_stopped(chapter):
    tools = chapter.locator(".cell-run:not([hidden])").first
    tools.locator(".cell-open").click()
    editor = tools.locator("xpath=..").locator("textarea")
    editor.fill("while True:\n    pass")
    editor.press("Control+Enter")
    tools.locator(".work-stop").click()
    tools.locator(".cell-verdict").wait_for()
    assert tools.locator(".cell-verdict").inner_text().endswith("Not finished: stopped.")
    editor.fill("1 + ")
    assert "line 1: invalid syntax." in run(tools).inner_text()
    tools.locator(".cell-reset").click()
