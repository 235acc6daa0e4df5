"""Pruning to touch: its JavaScript computes what NumPy computes, for the two weights and for the many."""

import numpy as np
import pytest
import sympy as sp

from dltheory.pruning.derivation import several
from dltheory.pruning.figures.live import figure

FIGURE = figure()
START = FIGURE.data()["initial"]


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    ranges = {"w_1": (-2, 2), "w_2": (-2, 2), "g_11": (1, 3), "g_12": (-0.9, 0.9), "g_22": (1, 3)}
    formulas_agree(FIGURE, ranges | {"u": (0.05, 4), "x": (-3, 3), "S": (-3, 3)})


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_rise_of_many_is_the_general_formula_in_two_sums(size):
    assert sp.expand(several.written_out(size) - several.in_two_sums(size)) == 0


def cases(count=60):
    generator = np.random.default_rng(3)
    for _ in range(count):
        x, y = generator.uniform(-2, 2, 2)
        yield START | {"x": x, "y": y, "ratio": np.exp(generator.uniform(-2, 2)), "r": generator.uniform(-0.9, 0.9)}


def test_the_costs_of_two_weights_are_those_of_a_regression(live_modules):
    asked = list(cases())
    for values, shown in zip(asked, live_modules(FIGURE, "return data.map(module.two)", asked), strict=True):
        w, side = np.array([values["x"], values["y"]]), values["r"] * np.sqrt(values["ratio"])
        G = np.array([[values["ratio"], side], [side, 1]])
        for j in range(2):
            change = -np.linalg.inv(G)[:, j] * w[j] / np.linalg.inv(G)[j, j]
            np.testing.assert_allclose(shown["refitted"][j], w + change, atol=1e-9)
            assert shown["score"]["OBS"][j] == pytest.approx(change @ G @ change)
            assert shown["score"]["OBD"][j] == pytest.approx(G[j, j] * w[j] ** 2)
            assert shown["score"]["magnitude"][j] == pytest.approx(abs(w[j]))
            # what the caption says of two weights
            assert shown["score"]["OBS"][j] == pytest.approx((1 - values["r"] ** 2) * shown["score"]["OBD"][j])
        assert shown["first"]["OBS"] == shown["first"]["OBD"]


def test_it_opens_where_magnitude_and_curvature_disagree(live_modules):
    first = live_modules(FIGURE, "return module.two(data)", START)["first"]
    assert first == {"magnitude": 0, "OBD": 1, "OBS": 1}


@pytest.mark.parametrize(("mean", "correlation"), [(0, 0.4), (0.6, 0.5), (1, 0), (0.3, -0.5)])
def test_the_loss_of_the_many_is_that_of_correlated_features(mean, correlation, live_modules):
    shown = live_modules(FIGURE, "return module.many(data)", START | {"m": mean, "r": correlation})
    weights = np.array(list(shown["weights"].values()))
    assert (np.diff(np.abs(weights)) >= 0).all()
    assert weights.mean() == pytest.approx(mean, abs=4 / np.sqrt(weights.size))
    r = max(correlation, 0)
    G = (1 - r) * np.eye(weights.size) + r
    for gone in (1, 17, 400, weights.size):
        assert shown["rise"][gone] == pytest.approx(weights[:gone] @ G[:gone, :gone] @ weights[:gone])
        assert shown["energy"][gone] == pytest.approx((weights[:gone] ** 2).sum())


def test_the_share_below_a_threshold_is_near_the_one_of_the_theorem(live_modules):
    code = """return data.map((values) =>
        [module.summary(values), formulas.removed_fraction(values.u), formulas.removed_share(values.u)]);"""
    asked = [START | {"m": 0, "u": u} for u in (0.5, 1, 2)]
    for shown, fraction, share in live_modules(FIGURE, code, asked):
        assert shown["gone"] / 1000 == pytest.approx(fraction, abs=4 * np.sqrt(fraction * (1 - fraction) / 1000))
        assert shown["energy"] == pytest.approx(share, abs=0.06)


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")


def test_the_still_picture_shows_the_panels_that_the_caption_names():
    panels = {(axes.get_title() or axes.get_title(loc="left")): axes for axes in FIGURE._draw().axes}
    assert list(panels) == ["two weights", "many weights", "share removed"]
    dots = [line.get_xydata()[0] for line in panels["two weights"].get_lines() if line.get_markersize() == 4]
    np.testing.assert_allclose(dots, [[0, FIGURE.y], [FIGURE.x, 0]])  # where a weight goes alone
    heights = sum(bar.get_height() for bar in panels["many weights"].patches)
    share = panels["share removed"].get_lines()[-1].get_xdata()[0]
    assert heights == pytest.approx(1000 * (1 + share), abs=3)  # all, and once more those below the threshold
    assert share == pytest.approx(0.683, abs=0.05)
