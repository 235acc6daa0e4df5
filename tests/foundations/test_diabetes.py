"""Predicted and measured limits: on problems whose answer is known by hand, and on the diabetes data."""

from dataclasses import replace

import numpy as np
import pytest

from dltheory.foundations.experiment import (
    DescentConfig,
    comparison,
    error_norms,
    predicted_error_norms,
    predicted_limits,
)
from dltheory.foundations.experiment.diabetes import (
    fastest_step,
    fitted_rate,
    iterations_to_accuracy,
    largest_stable_step,
    measured_limits,
    measured_rate,
)
from dltheory.lab.data import diabetes

QUICK = DescentConfig(steps=400, patience=400, resolution=1e-3)
X = np.diag([2.0, 1.0])
Y = np.array([1.0, 1.0])


def test_the_stable_step_of_a_diagonal_problem_is_one_over_the_largest_square():
    assert largest_stable_step(X, Y, QUICK) == pytest.approx(1 / 4, rel=3e-3)
    assert predicted_limits(X, Y, QUICK).stable_step == pytest.approx(1 / 4, rel=1e-12)


def test_a_step_at_which_the_gradient_only_changes_its_sign_is_not_stable():
    # 1 - 2 eta = -1 exactly at eta = 1, where the search begins: from then on it may only come down
    assert largest_stable_step(np.ones((1, 1)), np.ones(1), QUICK) < 1


@pytest.mark.parametrize("unit", [1, 100])
def test_the_fastest_step_of_a_diagonal_problem_is_one_over_the_sum_of_squares(unit):
    assert fastest_step(unit * X, Y, 1 / (4 * unit**2), QUICK) == pytest.approx(1 / (5 * unit**2), rel=3e-3)


def test_the_measured_rate_of_a_diagonal_problem_is_the_larger_factor():
    assert measured_rate(X, Y, 0.1, QUICK) == pytest.approx(0.8, rel=1e-7)


def test_counted_iterations_match_a_count_by_hand():
    # errors 0.8^t along the second axis; along the first, from 1/2, 0.2^t
    errors = np.hypot(0.5 * 0.2 ** np.arange(100), 0.8 ** np.arange(100))
    expected = int(np.argmax(errors <= 1e-3 * errors[0]))
    assert iterations_to_accuracy(X, Y, 0.1, QUICK) == expected
    assert predicted_limits(X, Y, replace(QUICK, fractions=(0.4,))).iterations[0] == expected


def test_too_few_steps_to_reach_the_accuracy_are_reported():
    with pytest.raises(ValueError, match="patience = 5: too few steps"):
        iterations_to_accuracy(X, Y, 0.1, replace(QUICK, patience=5))


def test_a_pure_exponential_has_its_own_rate():
    assert fitted_rate(0.9 ** np.arange(200)) == pytest.approx(0.9, rel=1e-12)


@pytest.mark.parametrize("share", [0.25, 0.9, 1.0005])
def test_predicted_errors_follow_the_run_on_the_diabetes_data(share):
    data = diabetes()
    eta = share / np.linalg.norm(data.X, 2) ** 2
    minimiser = np.linalg.lstsq(data.X, data.y, rcond=None)[0]
    run = error_norms(data.X, data.y, eta, 500, minimiser)
    np.testing.assert_allclose(predicted_error_norms(data.X, data.y, eta, 500), run, rtol=1e-8)


def test_the_comparison_prints_every_number_once():
    limits = predicted_limits(X, Y, QUICK)
    lines = comparison(limits, limits).splitlines()
    assert len(lines) == 3 + 2 * len(limits.eta)
    assert lines[1].split()[-2:] == ["0.250000", "0.250000"]
    shares = [f"rate at {share:.4f}" for share in (*QUICK.fractions, 4 / 5)]  # the best step is 1/5, the limit 1/4
    assert [line[:14].strip() for line in lines[3 : 3 + len(shares)]] == shares


@pytest.mark.parametrize(("change", "said"), [({"steps": 1}, "steps = 1"), ({"resolution": 0.0}, "resolution = 0")])
def test_a_bad_configuration_is_one_clear_error(change, said):
    with pytest.raises(ValueError, match=said):
        largest_stable_step(X, Y, replace(QUICK, **change))


def test_what_is_measured_on_a_diagonal_problem_is_what_its_two_factors_say():
    config = replace(QUICK, fractions=(0.5,), accuracy=1e-2)
    found = measured_limits(X, Y, config)
    assert found.stable_step == pytest.approx(1 / 4, rel=3e-3)
    assert found.optimal_step == pytest.approx(1 / 5, rel=3e-3)
    np.testing.assert_allclose(found.eta, [1 / 8, 1 / 5], rtol=1e-12)
    np.testing.assert_allclose(found.rate, [0.75, 0.6], rtol=1e-6)

    def errors(step: float, times: np.ndarray) -> np.ndarray:
        """From 0 the errors are 1/2 and 1, and each keeps its factor."""
        return np.hypot((1 - 8 * step) ** times / 2, (1 - 2 * step) ** times)

    counted = [int(np.argmax(errors(step, np.arange(99)) <= 1e-2 * np.hypot(0.5, 1))) for step in (1 / 8, 1 / 5)]
    assert found.iterations.tolist() == counted
