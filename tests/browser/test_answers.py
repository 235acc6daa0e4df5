"""Exercises answered on the page: read before graded, wrong, right, stopped, and with the network cut."""

import re

import pytest

from dltheory.momentum.answers import check

from .conftest import HTML
from .faults import ALL_BUT_CONTRAST, CONTRAST, coloured, violations, visible_faults

pytestmark = pytest.mark.browser

EXERCISE = "ex-momentum-critical"
RIGHT = r"\frac{8ησ²}{(1+2 eta sigma^2)^2};"
WRONG = "4ησ²"
#: Right, and so written that finding it out takes several seconds in a browser.
SLOW = "8ησ²/(1+2ησ²)^2 + (sinh(η+σ)-sinh(η)cosh(σ)-cosh(η)sinh(σ))^3 cos(η)^12"
PATIENCE = 180_000  # milliseconds: a busy machine starts Python slowly


@pytest.fixture(scope="module")
def fetched(missing):
    """Nothing, where the pages have Python."""
    if not (HTML / "_python" / "files.js").is_file():
        missing("the book was built without Python for the browser; run `make pyodide` and build again")


def form_of(page, book, exercise=EXERCISE, name="momentum"):
    """The form of an exercise, on its page."""
    page.set_default_timeout(PATIENCE)
    if not page.url.startswith(f"{book}{name}.html"):
        page.goto(f"{book}{name}.html", wait_until="load")
    form = page.locator(f'form.answer[data-exercise="{exercise}"]')
    form.scroll_into_view_if_needed()
    return form


def verdict(form, text):
    """What the page says to ``text``."""
    form.locator("input").fill(text)
    form.locator("button[type=submit]").click()
    return said(form)


def said(form):
    sentence = form.locator(".answer-verdict:not(:empty)")
    sentence.wait_for()
    return sentence.inner_text()


def sentence(text):
    """What ``check`` says in Python."""
    return check(EXERCISE, text).message


@pytest.fixture(scope="module")
def started(fetched, opened, book):
    """A page whose Python has been asked once; tests that have it start again come last, since that costs seconds."""
    page = opened()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.asked = asked
    verdict(form_of(page, book), WRONG)
    yield page
    page.close()


def test_nothing_is_fetched_before_a_reader_asks(fetched, book, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    form = form_of(page, book)
    form.locator("input").fill("2ab")
    page.wait_for_timeout(500)
    assert sorted(url.rpartition("/")[2] for url in asked if "/_python/" in url) == [
        "answers.js", "cells.js", "engine.js", "files.js", "start.js", "work.js",
    ]  # fmt: skip
    assert page.seen.wrong() == []


@pytest.mark.parametrize("text", [WRONG, RIGHT, "sin(η", "beta", "½"])
def test_the_page_says_what_check_says(started, book, text):
    form = form_of(started, book)
    assert verdict(form, text) == sentence(text)
    assert form.get_attribute("data-right") == ("yes" if check(EXERCISE, text) else "no")
    assert started.seen.wrong() == []


def test_how_a_text_was_read_is_set_as_mathematics_while_it_is_typed(started, book):
    form = form_of(started, book)
    form.locator("input").fill("2 eta / σ²")
    form.locator(".answer-read math mfrac").wait_for()
    assert form.locator(".answer-read math mfrac").count() == 1
    assert form.locator(".answer-verdict").inner_text() == ""
    form.locator("input").fill("2 eta /")
    form.locator(".answer-slip").wait_for()
    assert "ends after" in form.locator(".answer-slip").inner_text()


def test_it_is_used_by_keyboard_alone(started, book):
    form = form_of(started, book)
    form.locator("input").focus()
    started.keyboard.press("Control+A")
    started.keyboard.type("8 eta sigma^2/(1 + 2 eta sigma^2)^2")
    started.keyboard.press("Enter")
    assert said(form) == sentence(RIGHT)
    assert form.locator(".answer-verdict").get_attribute("role") == "status"
    assert form.locator("input").evaluate("field => field === document.activeElement")
    started.keyboard.press("Tab")
    assert form.locator("button[type=submit]").evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_with_a_verdict_is_whole(started, width, book):
    started.set_viewport_size({"width": width, "height": 800})
    try:
        form = form_of(started, book)
        assert verdict(form, WRONG) == sentence(WRONG)
        other = form_of(started, book, "ex-momentum-peak")
        assert verdict(other, "-1/log(q) - 1/(1+q)").startswith("Right")
        wrong = visible_faults(started, "light")
        wrong += violations(started, {} if width == 1280 else ALL_BUT_CONTRAST, f"#{EXERCISE}")
        coloured(started, "dark")
        started.wait_for_timeout(100)
        wrong += violations(started, CONTRAST, [[f"#{EXERCISE}"], ["#ex-momentum-peak"]])
        inside = form.evaluate("form => form.scrollWidth <= form.clientWidth + 1")
        wrong += [] if inside else ["the form is wider than its box"]
        assert not wrong, "\n".join(wrong)
    finally:
        coloured(started, "light")
        started.set_viewport_size({"width": 1280, "height": 800})


def test_a_slow_answer_can_be_stopped_and_the_next_one_is_graded_with_the_network_cut(started, book):
    form = form_of(started, book)
    started.context.set_offline(True)
    try:
        form.locator("input").fill(SLOW)
        form.locator("button[type=submit]").click()
        form.locator(".work-stop").click()
        assert said(form) == "Not graded: stopped. Another form of it may be quicker."
        assert verdict(form, RIGHT) == sentence(RIGHT)
        assert verdict(form, WRONG) == sentence(WRONG)
    finally:
        started.context.set_offline(False)


def test_several_formulas_are_one_answer(started, book):
    form = form_of(started, book, "ex-dropout-two-features", "dropout")
    assert verdict(form, "2p/(1+p), 6p/(1+p)").startswith("Right")
    assert verdict(form, "2p/(1+p)").startswith("Not yet: the answer has 2 parts")


def test_a_second_visit_fetches_no_archive_again(started, book):
    started.goto("about:blank")
    before = len(started.asked)
    form = form_of(started, book)
    assert form.locator("input").input_value() == WRONG  # what was typed is still there
    assert verdict(form, RIGHT) == sentence(RIGHT)
    again = {re.sub(r"\?.*", "", url).rpartition("/")[2] for url in started.asked[before:]}
    assert "worker.js" in again
    assert not {name for name in again if name.endswith((".zip", ".wasm"))}


def test_without_a_script_the_page_says_how_the_notebook_grades(fetched, browser, book):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{book}momentum.html")
    box = page.locator(f"#{EXERCISE}")
    box.scroll_into_view_if_needed()
    assert box.locator("form").is_hidden()
    assert f'check("{EXERCISE}", "your formula")' in box.locator(".answer-elsewhere").text_content()
    assert box.locator(".answer-elsewhere").is_visible()
    context.close()


def test_where_python_cannot_start_the_page_says_how_the_notebook_grades(fetched, book, page):
    page.route("**/_python/pyodide.asm.mjs", lambda route: route.abort())
    form = form_of(page, book)
    told = verdict(form, WRONG)
    assert told.startswith("Python did not start here: ")
    assert f'check("{EXERCISE}", "your formula")' in told


def test_a_page_that_was_opened_as_a_file_says_how_the_notebook_grades(fetched, page):
    page.set_default_timeout(PATIENCE)
    page.goto((HTML / "momentum.html").as_uri())
    box = page.locator(f"#{EXERCISE}")
    box.scroll_into_view_if_needed()
    assert box.locator("form").count() == 0
    assert f'check("{EXERCISE}", "your formula")' in box.locator(".answer-elsewhere").text_content()
    assert box.locator(".answer-elsewhere").is_visible()
    assert page.locator(".cell-run").count() == 0
