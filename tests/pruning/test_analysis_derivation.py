"""The formulas for Gaussian weights, singular coordinates and channels, against quadrature, limits and runs."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, stats

from dltheory.foundations.experiment import gradient_descent
from dltheory.pruning.answers.analysis import ANSWERS
from dltheory.pruning.derivation import bias, gaussian
from dltheory.pruning.experiment.gaussian import measured_curve, measured_share, removed_share
from verifiedbook.printing import latex


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.9, 0.999])
def test_the_removed_share_is_the_integral_up_to_the_quantile(fraction: float) -> None:
    threshold = stats.norm.ppf((1 + fraction) / 2)
    integral = integrate.quad(lambda x: x**2 * stats.norm.pdf(x), -threshold, threshold)[0]
    assert removed_share(fraction) == pytest.approx(integral, rel=1e-9)


def test_nothing_and_everything_hold_nothing_and_everything() -> None:
    assert removed_share([0, 1]) == pytest.approx([0, 1], abs=1e-15)
    with pytest.raises(ValueError, match=r"fraction = .*must lie in \[0, 1\]"):
        removed_share(1.5)
    with pytest.raises(ValueError, match=r"fraction = "):
        removed_share(-0.1)


def test_fractions_of_weights_lie_between_nothing_and_all() -> None:
    assert measured_curve([1.0, 2.0, 2.0], [0, 1]).tolist() == [0, 1]
    for outside in (-0.5, 1.5):
        with pytest.raises(ValueError, match=r"fractions = "):
            measured_curve([1.0, 2.0, 2.0], [outside])


def test_the_slope_is_the_square_of_the_threshold_also_numerically() -> None:
    step = 1e-6
    slope = (removed_share(0.6 + step) - removed_share(0.6 - step)) / (2 * step)
    assert slope == pytest.approx(float(gaussian.threshold.subs(gaussian.s, 0.6)) ** 2, rel=1e-6)


def test_the_measured_share_removes_exactly_the_count_that_is_asked_for() -> None:
    weights = np.array([[2.0, -1.0], [1.0, 1.0]])  # a tie of three
    assert [measured_share(weights, count) for count in range(5)] == pytest.approx([0, 1 / 7, 2 / 7, 3 / 7, 1])
    assert measured_curve(weights, [0.5, 0.75]) == pytest.approx([2 / 7, 3 / 7])


@pytest.mark.parametrize(
    ("weights", "count", "message"),
    [
        ([1.0, 2.0], 3, "count = 3: there are only 2"),
        ([0.0, 0.0], 1, "weights is zero"),
        ([1.0, np.nan], 1, "NaN or infinite"),
        ([1.0], -1, "count = -1"),
    ],
)
def test_weights_that_have_no_share_are_refused(weights: list[float], count: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measured_share(weights, count)


def test_the_size_formula_is_where_a_run_of_one_direction_ends() -> None:
    run = abs(gradient_descent([[0.7]], [3.0], 0.2, 9)[-1, 0])
    values = {bias.sigma: 0.7, bias.target: 3, bias.eta: 0.2, bias.t: 9}
    assert float(bias.coordinate_size.subs(values)) == pytest.approx(run, rel=1e-12)


def test_the_size_as_a_polynomial_is_the_size() -> None:
    root = sp.Symbol("r", positive=True)
    for steps in (1, 2, 5):
        general = bias.size_in_z.subs(bias.t, steps).subs(bias.z, root**2)
        assert sp.simplify(bias.size_after(steps, root) - general) == 0


def test_the_growth_is_written_out_for_one_to_five_steps() -> None:
    factor = 0.7
    sizes = [1 - factor**steps for steps in range(1, 7)]
    found = [float(growth.subs(bias.kept, factor)) for growth in bias.derive_growth()]
    assert found == pytest.approx([sizes[place + 1] / sizes[place] - 1 for place in range(5)])


def test_the_gap_is_the_logarithm_of_the_turning_function() -> None:
    x, t = 1.2, 7
    at = {bias.x: x, bias.z: x / t}
    g = float(bias.turning_point.subs({bias.t: t, bias.z: x / t}))
    assert np.log((1 + g) / ((1 + 2 * x) * np.exp(-x))) == pytest.approx(float(bias.log_gap.subs(at)), rel=1e-10)
    step = 1e-6
    above, below = (float(bias.log_gap.subs({**at, bias.z: x / t + move})) for move in (step, -step))
    assert float(bias.gap_slope.subs(at)) == pytest.approx((above - below) / (2 * step) * (x / t) ** 2, rel=1e-4)


def test_what_the_chapter_prints_can_be_printed() -> None:
    assert latex(bias.coordinate_size).startswith(r"\frac{b")
    assert r"\operatorname{erf}" in latex(gaussian.removed_share)


def test_the_mean_share_of_the_smaller_of_two_weights_is_what_a_simulation_finds() -> None:
    pairs = np.square(np.random.default_rng(0).normal(size=(200_000, 2)))
    share = pairs.min(axis=1) / pairs.sum(axis=1)
    assert share.mean() == pytest.approx(float(ANSWERS["ex-pruning-two-weights"].formula()), abs=2e-3)  # 5 s.e.


def test_the_laplace_share_is_what_drawn_weights_have() -> None:
    drawn = np.random.default_rng(1).laplace(size=400_000)
    formula = sp.lambdify(gaussian.s, ANSWERS["ex-pruning-laplace"].formula())
    assert measured_curve(drawn, [0.3, 0.5, 0.9]) == pytest.approx(formula(np.array([0.3, 0.5, 0.9])), abs=3e-3)
