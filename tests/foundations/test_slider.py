"""The figure that moves: what its script draws in a browser is what a run of gradient descent computes."""

import re

import numpy as np
import pytest

from dltheory.foundations.experiment import gradient_descent, ridge_fractions, spectrum
from dltheory.foundations.figures import FilterSlider
from dltheory.foundations.figures.slider import BOTTOM, LEFT, RIGHT, TOP
from dltheory.lab.data import diabetes

DATA = diabetes()
PARTS = spectrum(DATA.X)
ETA = 0.5 / PARTS.sigma[0] ** 2
TARGET = (PARTS.U.T @ DATA.y) / PARTS.sigma


def slider(t: int = 30) -> FilterSlider:
    return FilterSlider(PARTS.sigma, PARTS.V[:, : PARTS.rank], TARGET, DATA.features, ETA, t)


def test_it_offers_a_live_figure_for_the_web_and_a_still_one_for_print():
    bundle = slider()._repr_mimebundle_()
    assert bundle["text/html"].startswith('<figure class="dl-slider"')
    assert bundle["application/pdf"].startswith(b"%PDF")
    assert bundle == slider()._repr_mimebundle_(), "the same in every build"


def test_the_live_figure_names_no_identifier_and_no_address():
    live = slider().live()
    assert " id=" not in live
    assert set(re.findall(r"https?://[^\"' ]+", live)) <= {"http://www.w3.org/2000/svg"}


def test_a_name_in_the_data_cannot_become_markup():
    shown = FilterSlider(np.ones(1), np.ones((1, 1)), np.ones(1), ["<b>&"], 0.1).live()
    assert "<b>&" not in shown
    assert "&lt;b&gt;&amp;" in shown


def test_the_still_figure_draws_the_weights_of_a_run():
    bars = slider(30).still().axes[1].containers[0]
    run = gradient_descent(DATA.X, DATA.y, ETA, 30)[-1]
    np.testing.assert_allclose([bar.get_width() for bar in bars], run, rtol=1e-8)


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.set_content(slider(30).live() + slider(5).live())
    yield page
    page.close()


def drawn_weights(figure, scale: float) -> np.ndarray:
    """The weights that the bars show, signs from the side of the zero line."""
    bars = figure.locator("rect").evaluate_all(
        "nodes => nodes.map(n => [+n.getAttribute('x'), +n.getAttribute('width')])"
    )
    middle = (LEFT + RIGHT) / 2
    return np.array([(-width if x < middle - 1e-9 else width) / scale for x, width in bars])


@pytest.mark.browser
def test_the_line_under_the_slider_is_there_before_the_script_says_it(page):
    for number, t in enumerate((30, 5)):
        before = re.search(r"<output>(.*)</output>", slider(t).live())[1]
        assert before == page.locator(".dl-slider output").nth(number).inner_text()
    assert slider(0).live().count("nothing is fitted") == 2


@pytest.mark.browser
@pytest.mark.parametrize("moves", [0, 25])
def test_the_bars_in_the_browser_are_the_weights_of_a_run(page, moves):
    figure = page.locator(".dl-slider").first
    for _ in range(moves):
        figure.locator("input").press("ArrowRight")
    told = figure.locator("output").inner_text()
    t = int(re.match(r"t = (\d+)", told)[1])
    assert t == 30 if moves == 0 else t > 30
    weights = drawn_weights(figure, (RIGHT - LEFT) / 2 / slider()._reach())
    run = gradient_descent(DATA.X, DATA.y, ETA, t)[-1]
    np.testing.assert_allclose(weights, run, atol=0.2)  # vectors are sent with four digits, weights are up to 800
    assert figure.locator("input").get_attribute("aria-valuetext") == told


@pytest.mark.browser
def test_the_circles_in_the_browser_are_the_filter_of_ridge(page):
    figure = page.locator(".dl-slider").last
    assert figure.locator("output").inner_text().startswith("t = 5,")
    heights = figure.locator("circle.ridge").evaluate_all("nodes => nodes.map(n => +n.getAttribute('cy'))")
    fractions = (BOTTOM - np.array(heights[: PARTS.rank])) / (BOTTOM - TOP)
    np.testing.assert_allclose(fractions, ridge_fractions(DATA.X, DATA.y, [1 / (2 * ETA * 5)])[0], atol=1e-4)
