"""Dropout to touch: its JavaScript computes what Python computes, and its cloud is what the covariance says."""

import numpy as np
import pytest
import sympy as sp

from dltheory.dropout.derivation import one_sample
from dltheory.dropout.derivation.symbols import eta, keep, y
from dltheory.dropout.experiment import linear
from dltheory.dropout.figures.live import _descent, figure

FIGURE = figure()
SUMMARY = "return data.map((values) => module.summary(values))"
START = FIGURE.data()["initial"]
NUMBERS = {one_sample.size: 3, keep: 0.6}


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    formulas_agree(FIGURE, {"s": (1.2, 12), "x_1": (0.5, 9), "x_2": (0.5, 2), "y": (1, 12), "eta": (1e-5, 1e-4)})


@pytest.mark.parametrize("walk", ["raw", "standardised"])
@pytest.mark.parametrize("size", [0.4, 3.0, 15.0])
def test_the_minimiser_and_the_conditioning_are_those_of_the_experiments(size, walk, live_modules):
    p = 0.7
    (shown,) = live_modules(FIGURE, SUMMARY, [START | {"p": p, "s": size, "walk": walk}])
    X = np.array([[size, 1.0]])
    norms = 1 if walk == "raw" else linear.column_norms(X)
    np.testing.assert_allclose(shown["solution"], norms * linear.minimiser(X, np.array([size + 1]), p), rtol=1e-10)
    assert shown["raw"] == pytest.approx(np.linalg.cond(linear.curvature(X, p)))
    assert shown["equal"] == pytest.approx(np.linalg.cond(linear.curvature(np.ones((1, 2)), p)))
    assert shown["raw"] >= shown["floor"]


def test_without_dropout_the_solution_jumps_to_the_least_norm(live_modules):
    at, near = live_modules(FIGURE, SUMMARY, [START | {"p": 1}, START | {"p": 0.999999}])
    X = np.array([[FIGURE.size, 1.0]])
    np.testing.assert_allclose(at["solution"], np.ravel(np.linalg.pinv(X) * (FIGURE.size + 1)))
    np.testing.assert_allclose(near["solution"], at["limit"], rtol=1e-5)
    assert abs(at["limit"][1] - at["solution"][1]) > 1


@pytest.mark.parametrize(("p", "size", "walk"), [(0.5, 3, "raw"), (0.8, 1, "raw"), (0.6, 6, "standardised")])
def test_the_cloud_has_the_mean_and_the_covariance_that_are_predicted(p, size, walk, live_modules):
    code = """const out = [], values = {...data, t: 20000};
        for (let t = 2000; t <= 20000; t += 1000) out.push(...module.run({...values, t}).kept.slice(-1000));
        return {out, step: module.step(values)};"""
    found = live_modules(FIGURE, code, START | {"p": p, "s": size, "walk": walk, "c": 0.5})
    iterates, feature = np.array(found["out"]), size if walk == "raw" else 1
    numbers = {one_sample.size: feature, y: size + 1, keep: p, eta: found["step"]}
    entries = np.array(one_sample.covariance().subs(numbers), dtype=float).ravel()
    predicted = np.array([[entries[0], entries[1]], [entries[1], entries[2]]])
    # 19 000 dependent iterates: the slowest direction forgets within a few hundred
    np.testing.assert_allclose(np.cov(iterates.T), predicted, atol=0.25 * np.abs(predicted).max())
    centre = linear.minimiser(np.array([[feature, 1.0]]), np.array([size + 1.0]), p)
    assert (np.abs(iterates.mean(axis=0) - centre) < 0.35 * np.sqrt(np.diag(predicted))).all()


def test_the_raw_condition_is_above_its_floor_for_every_size_and_keep_probability():
    values = sp.lambdify((one_sample.size, keep), one_sample.raw_condition())
    sizes, keeps = np.meshgrid(np.linspace(1, 20, 40), np.linspace(0.02, 0.99, 40))
    assert (values(sizes, keeps) >= sizes**2 * (1 - 1e-12)).all()


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")


def test_the_still_picture_shows_the_panels_that_the_caption_names():
    drawn = FIGURE._draw()
    titles = {(axes.get_title() or axes.get_title(loc="left")): axes for axes in drawn.axes}
    assert list(titles) == ["weights", "contributions $x_iw_i$", "condition number"]
    minimiser = linear.minimiser(np.array([[FIGURE.size, 1.0]]), np.array([FIGURE.size + 1]), FIGURE.p)
    (cross,) = [line for line in titles["weights"].get_lines() if line.get_marker() == "x"]
    np.testing.assert_allclose(np.ravel(cross.get_xydata()), minimiser, rtol=0.05)


def test_the_iterates_of_the_still_picture_end_at_the_least_norm_where_nothing_is_dropped():
    x = np.array([3.0, 1.0])
    assert _descent(x, 4.0, 1.0, 0.01, 2000)[-1] == pytest.approx(np.linalg.pinv(x[None])[:, 0] * 4)


def test_the_iterates_of_the_still_picture_spread_as_predicted():
    x, p, step = np.array([3.0, 1.0]), 0.6, 0.5 * 0.6 / float(one_sample.largest_eigenvalue().subs(NUMBERS))
    iterates = _descent(x, 4.0, p, step, 60_000)[2000:]
    entries = np.array(one_sample.covariance().subs(NUMBERS | {y: 4, eta: step}), dtype=float).ravel()
    np.testing.assert_allclose(np.cov(iterates.T), [entries[:2], entries[1:]], atol=0.05 * entries.max())
