"""Figures to move: mouse, keys, presets, address, time of an update, both modes, no script; pages look at the rest."""

from __future__ import annotations

import gzip
import re

import pytest

from .conftest import HTML, PAGES
from .faults import TWO_FRAMES, come, settled, until

pytestmark = pytest.mark.browser

#: Every live figure: its page, its label, its module.
FIGURES = [(name, f"fig-{name}-live", name) for name in ("momentum", "dropout", "pruning", "compression", "networks")]
FIGURES.append(("index", "fig-descent-live", "descent"))
FRAME = 16  # milliseconds
MOST_CODE = 40_000


def ready(page, book, name, label, state=""):
    """The figure, alone on its page."""
    page.goto(f"{book}{name}.html?alone={label}#{label}{state}", wait_until="load")
    figure = page.locator(f"figure#{label}")
    come(page, figure.locator(".live"))
    return figure


def address(page, figure) -> str:
    """What stands behind the # when it is up to date.

    The first move has put something there. Then it is emptied, and the value of a slider given once more: what is there
    next comes after everything that was asked for before.
    """
    until(page, "location.hash.includes('&')")
    figure.locator("input[type=range]").first.evaluate("""slider => {
        history.replaceState(history.state, "", "#");
        slider.dispatchEvent(new Event("input"));
    }""")
    until(page, "location.hash.includes('&')")
    return page.evaluate("location.hash")


def test_these_are_the_figures_of_the_book(book):
    """The tests of pages look for every figure that is there; these, for the figures that are named here."""
    found = set()
    for name in PAGES:
        text = (HTML / f"{name}.html").read_text(encoding="utf-8")
        pairs = re.findall(r'<figure [^>]*id="([^"]+)"[^>]*>\s*<div class="live[^"]*" data-live="([^"]+)"', text)
        found |= {(name, label, module) for label, module in pairs}
        assert len(pairs) == text.count("data-live=")
    assert found == set(FIGURES)


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_its_code_is_small(name, label, module, book):
    files = [
        *(HTML / "_live").glob(f"{module}*.js"),
        *(HTML / "_live" / part for part in ("load.js", "kit.js", "live.css")),
    ]
    assert len(files) >= 5
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < MOST_CODE


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_every_slider_moves_by_keyboard_and_the_address_follows(name, label, module, book, page):
    figure = ready(page, book, name, label)
    sliders = figure.locator("input[type=range]")
    for k in range(sliders.count()):
        told = sliders.nth(k).get_attribute("aria-valuetext")
        lowest = sliders.nth(k).evaluate("slider => slider.value === (slider.min || '0')")
        key = "ArrowRight" if lowest else "ArrowLeft"
        for _ in range(12):
            sliders.nth(k).press(key)
        settled(page)
        assert sliders.nth(k).get_attribute("aria-valuetext") != told
    state = address(page, figure)
    assert state.startswith(f"#{label}&")
    assert figure.locator("[aria-live]").inner_text().strip().endswith(".")
    shown = [sliders.nth(k).get_attribute("aria-valuetext") for k in range(sliders.count())]
    page.goto("about:blank")
    figure = ready(page, book, name, label, state.removeprefix(f"#{label}"))
    again = [figure.locator("input[type=range]").nth(k).get_attribute("aria-valuetext") for k in range(len(shown))]
    assert again == shown
    assert page.seen.wrong() == []


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_keys_that_come_faster_than_pictures_lead_as_far(name, label, module, book, page):
    """A key that is held down repeats; on a slow machine several come before the next picture."""
    keys = """async (slider, slow) => {
        const drawn = TWO_FRAMES;
        const begin = slider.getAttribute("aria-valuetext"), down = slider.value > slider.max / 2;
        for (let k = 0; k < 12; k++) {
            if (down) slider.stepDown(); else slider.stepUp();
            slider.dispatchEvent(new Event("input"));
            if (slow) await drawn();
        }
        await drawn();
        return [begin, slider.getAttribute("aria-valuetext")];
    }""".replace("TWO_FRAMES", TWO_FRAMES)
    ends = []
    for slow in (False, True):
        sliders = ready(page, book, name, label).locator("input[type=range]")
        ends.append([sliders.nth(k).evaluate(keys, slow) for k in range(sliders.count())])
        page.goto("about:blank")
    assert ends[0] == ends[1]
    assert all(begin != end for begin, end in ends[0])
    assert page.seen.wrong() == []


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_an_address_that_makes_no_sense_changes_nothing(name, label, module, book, page):
    figure = ready(page, book, name, label)
    usual = figure.locator("input[type=range]").first.get_attribute("aria-valuetext")
    page.goto("about:blank")
    figure = ready(page, book, name, label, "&eta=<b>&beta=&p=NaN&method=constructor&x=1e999&__proto__=1&&=&%E0%A4%A")
    assert figure.locator("input[type=range]").first.get_attribute("aria-valuetext") == usual
    assert page.seen.wrong() == []


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_every_point_moves_with_the_arrow_keys_and_with_the_mouse(name, label, module, book, page):
    figure = ready(page, book, name, label)
    points = figure.locator(".live-handle:visible")
    for k in range(points.count()):
        told = points.nth(k).get_attribute("aria-valuetext")
        points.nth(k).focus()
        for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowLeft", "Shift+ArrowDown"):
            page.keyboard.press(key)
        settled(page)
        moved = points.nth(k).get_attribute("aria-valuetext")
        assert moved != told
        box = points.nth(k).locator(".dot").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 25, y + 12, steps=5)
        page.mouse.up()
        settled(page)
        assert points.nth(k).get_attribute("aria-valuetext") != moved
    assert page.seen.wrong() == []


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_an_update_fits_into_a_frame(name, label, module, book, page):
    figure = ready(page, book, name, label)
    for k in range(figure.locator("input[type=range]").count()):
        times = (
            figure.locator("input[type=range]")
            .nth(k)
            .evaluate(
                """async (input) => {
                // the best of three at each of twenty values: other work on the machine is not the figure's
                const live = input.closest(".live"), times = Array(20).fill(Infinity);
                window.requestAnimationFrame = draw => setTimeout(() => draw(performance.now()));  // not sixty a second
                for (let i = 0; i < 60; i++) {
                    input.value = +input.min + (i % 20 + 0.5) / 20 * (input.max - input.min);
                    input.dispatchEvent(new Event("input"));
                    await new Promise(requestAnimationFrame);
                    times[i % 20] = Math.min(times[i % 20], +live.dataset.milliseconds);
                }
                return times.sort((a, b) => a - b);
            }"""
            )
        )
        assert times[len(times) // 2] < FRAME, (k, times)


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_its_colours_follow_the_mode(name, label, module, book, page):
    figure = ready(page, book, name, label)
    text = figure.locator("svg text").first
    light = text.evaluate("t => getComputedStyle(t).fill")
    page.emulate_media(color_scheme="dark")
    until(page, "document.documentElement.dataset.theme === 'dark'")
    assert text.evaluate("t => getComputedStyle(t).fill") != light


@pytest.fixture(scope="module")
def unscripted(browser):
    """A page on which no script runs."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("name", "label", "module"), FIGURES)
def test_without_scripts_the_still_picture_stands_there(name, label, module, book, unscripted):
    page = unscripted
    page.goto(f"{book}{name}.html?alone={label}")
    image = page.locator(f"figure#{label} img")
    assert image.is_visible()
    assert len(image.get_attribute("alt")) > 80
    assert re.match(r"Fig\. \d+", page.locator(f"figure#{label} .caption-number").inner_text())


MOMENTUM = FIGURES[0][:2]


def facts(figure) -> dict[str, str]:
    names, told = figure.locator("dt").all_inner_texts(), figure.locator("dd").all_inner_texts()
    return dict(zip(names, told, strict=True))


STEEP = """figure => [...figure.querySelectorAll("dt")].find(name => name.textContent === "steep")
    .nextElementSibling.textContent"""


def test_momentum_opens_at_two_double_roots_with_a_hump(book, page):
    told = facts(ready(page, book, *MOMENTUM))
    assert told["steep"].startswith("double root")
    assert told["flat"].startswith("double root")
    assert "t·ρᵗ" in told["long run"]
    assert "grows to 2.26 times" in told["before"]


@pytest.mark.parametrize(
    ("button", "fact", "expected"),
    [
        ("no hump", "before", "never grows"),
        ("critical damping", "flat", "double root"),
        ("divergence", "long run", "grows without end"),
        ("Nesterov", "long run", "0.833"),
        ("source 1", "steep", "real roots"),
    ],
)
def test_a_preset_of_momentum_shows_what_it_is_called(button, fact, expected, book, page):
    figure = ready(page, book, *MOMENTUM)
    figure.get_by_role("group", name="Settings").get_by_role("button", name=button, exact=True).click()
    settled(page)
    assert expected in facts(figure)[fact]


def test_the_point_of_momentum_is_held_by_a_double_root(book, page):
    figure = ready(page, book, *MOMENTUM, "&eta=1&beta=0.5&kappa=4")
    point = figure.locator(".live-phase .live-handle .dot").bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for step in range(0, 120, 2):
        page.mouse.move(x + step, y)
        settled(page)
        seen.add(figure.evaluate(STEEP).split(",")[0])
    page.mouse.up()
    assert seen == {"oscillates", "double root", "real roots"}
