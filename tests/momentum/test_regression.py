"""Runs on regressions, against PyTorch, the published numbers and the powers of the iteration matrix."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes

from dltheory.momentum.experiment import directions, regression, spectrum


def test_the_three_published_losses_come_out_to_ten_digits():
    published = [loss for *_, loss in regression.PUBLISHED_LOSSES]
    np.testing.assert_allclose(regression.final_losses(), published, rtol=5e-11)


def test_gradient_descent_diverges_at_the_step_that_momentum_survives():
    paths = regression.momentum_paths(regression.source_problem(), 2e-4, [1.0, 0.6], 100)
    excess = regression.source_problem().excess_loss(paths[-1])
    assert excess[0] > 1e80
    assert excess[1] < 1e-20


@pytest.mark.parametrize("variant", ["shipped", "centred"])
def test_a_run_is_torch_with_dampening(variant):
    problem = regression.diabetes(variant)
    step, weight = 0.3 / problem.sigma[0] ** 2, 0.4
    ours = regression.momentum_paths(problem, step, weight, 20)[-1, 0]
    w = torch.zeros(problem.X.shape[1], dtype=torch.float64, requires_grad=True)
    X, y = torch.tensor(np.array(problem.X)), torch.tensor(np.array(problem.y))
    optimiser = torch.optim.SGD([w], lr=step, momentum=1 - weight, dampening=1 - weight)
    for _ in range(20):
        optimiser.zero_grad()
        ((y - X @ w) ** 2).sum().backward()
        optimiser.step()
    np.testing.assert_allclose(w.detach().numpy(), ours, rtol=1e-9)


def test_the_gradient_is_the_slope_of_the_loss():
    problem = regression.source_problem()
    w, change = np.array([0.3, -0.2]), 1e-6
    for k, unit in enumerate(np.eye(2)):
        up, down = (((problem.y - problem.X @ (w + s * change * unit)) ** 2).sum() for s in (1, -1))
        assert problem.gradient(w)[k] == pytest.approx((up - down) / (2 * change), rel=1e-6)


def test_the_powers_of_the_matrix_predict_a_run():
    problem = regression.source_problem()
    measured = directions.measured_errors(problem, regression.momentum_paths(problem, [1e-4, 2e-4], 0.6, 30))
    np.testing.assert_allclose(directions.predicted_errors(problem, [1e-4, 2e-4], 0.6, 30), measured, atol=1e-12)


def test_fitted_rates_find_a_geometric_decay():
    errors = (np.array([0.9, -0.5]) ** np.arange(80)[:, None])[:, None, :]
    np.testing.assert_allclose(directions.fitted_rates(errors), [[0.9, 0.5]], rtol=1e-9)


def test_errors_are_rounding_by_what_the_first_of_them_was():
    decaying = np.concatenate([[1.0], 1e-6 * 0.5 ** np.arange(40)])
    rounding = np.where(decaying > 1e-11, decaying, 5e-12)  # far above 1e-11 of the second error
    assert directions.fitted_rates(1000 * rounding[:, None, None])[0, 0] == pytest.approx(0.5, rel=1e-9)


def test_an_error_as_small_as_the_floor_is_rounding():
    errors = np.array([1.0, 0.6, 0.25])[:, None, None]
    assert directions.fitted_rates(errors, floor=0.25)[0, 0] == pytest.approx(0.6, rel=1e-12)


def test_the_first_quarter_of_a_run_is_left_out_of_its_rate():
    errors = np.where(np.arange(40) < 10, 3.0, 1.0) * 0.8 ** np.arange(40)
    assert directions.fitted_rates(errors[:, None, None])[0, 0] == pytest.approx(0.8, rel=1e-12)


def test_each_run_has_the_rate_of_its_own_largest_errors():
    times = np.arange(80)[:, None]
    errors = np.array([0.9, -0.5]) ** times * np.where(times % 2, 0.1, 1.0)  # every second one is small
    rates = directions.fitted_rates(errors[:, :, None])
    np.testing.assert_allclose(rates, [[0.9], [0.5]], rtol=1e-2)  # the largest still to come falls every second step


def test_the_largest_stable_step_of_gradient_descent_is_found():
    problem = regression.source_problem()
    assert regression.largest_stable_step(problem, 1.0) * problem.sigma[0] ** 2 == pytest.approx(1, rel=1e-3)


def test_the_condition_numbers_of_the_three_data_sets():
    expected = {"shipped": 470.08, "centred": 7.628e4, "raw": 1.0303e6}
    for variant, number in expected.items():
        assert regression.diabetes(variant).condition_number == pytest.approx(number, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"steps": 0}, "steps"),
        ({"start": "nowhere"}, "start"),
    ],
)
def test_a_bad_argument_is_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        regression.momentum_paths(regression.source_problem(), **{"eta": 1e-4, "beta": 0.5, "steps": 3, **arguments})


def test_bad_data_and_a_bad_variant_are_named():
    with pytest.raises(ValueError, match="y has shape"):
        regression.Problem(np.ones((3, 2)), np.ones(2))
    with pytest.raises(ValueError, match="X has 1 entry"):
        regression.Problem(np.array([[1.0], [np.nan]]), np.ones(2))
    with pytest.raises(ValueError, match="variant = 'scaled'"):
        regression.diabetes("scaled")


def test_the_closed_form_is_the_loop_away_from_the_double_root():
    steps, weights = np.linspace(0.05, 3, 40), np.linspace(0.05, 1, 40)
    fast = spectrum.spectral_radius(steps[None, :], weights[:, None])
    slow = spectrum.spectral_radius_by_loop(steps, weights)
    away = np.abs(spectrum.discriminant(steps[None, :], weights[:, None], 1.0)) > 1e-3
    np.testing.assert_allclose(fast[away], slow[away], atol=1e-12, rtol=0)
    assert away.mean() > 0.9


@pytest.mark.parametrize("variant", ["shipped", "raw"])
def test_a_search_for_the_largest_stable_step_ends_in_the_middle_of_the_cell_that_holds_it(variant):
    problem, beta = regression.diabetes(variant), 0.3
    scale = problem.sigma[0] ** 2
    limit, low, high = (2 - beta) / (beta * scale), 0.1 / scale, 4 / (beta * scale)
    for _ in range(3):
        grid = np.linspace(low, high, 25)
        place = np.searchsorted(grid, limit)
        low, high = grid[place - 1], grid[place]
    assert regression.largest_stable_step(problem, beta) == pytest.approx((low + high) / 2, rel=1e-12)


def test_of_columns_that_repeat_each_other_one_direction_is_left_and_the_least_weights():
    X = np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 1.0], [-1.0, -2.0, 3.0], [0.5, 1.0, 1.0]])
    problem = regression.Problem(X, np.array([1.0, 0.0, 2.0, -1.0]))
    assert problem.sigma.shape == problem.curvature.shape == (2,)
    np.testing.assert_allclose(problem.optimum, np.linalg.pinv(X) @ problem.y, rtol=1e-9)
    np.testing.assert_allclose(problem.sigma, np.linalg.svd(X)[1][:2], rtol=1e-12)
    np.testing.assert_allclose(problem.curvature, np.sort(np.linalg.eigvalsh(2 * X.T @ X))[:0:-1], rtol=1e-9)
    assert problem.condition_number == pytest.approx(problem.curvature[0] / problem.curvature[1], rel=1e-12)
    # what is rounding is measured against the largest singular value: here a million times the next
    assert regression.Problem(X * [1e6, 1e6, 1.0], problem.y).sigma.shape == (2,)


def test_the_excess_is_what_the_loss_has_above_the_least():
    problem, weights = regression.diabetes("centred"), np.random.default_rng(0).normal(size=(3, 10))
    losses = np.square(problem.y[:, None] - problem.X @ weights.T).sum(axis=0)
    least = np.linalg.lstsq(problem.X, problem.y, rcond=None)[1][0]
    assert problem.least_loss == pytest.approx(least, rel=1e-9)
    np.testing.assert_allclose(problem.excess_loss(weights), losses - least, rtol=1e-9)


@pytest.mark.parametrize("start", ["gradient", "rest"])
def test_a_run_from_any_weights_begins_with_the_first_gradient_or_with_nothing(start):
    problem = regression.source_problem()
    w = np.array([0.4, -0.3])
    average = problem.gradient(w) if start == "gradient" else np.zeros(2)
    path = [w]
    for _ in range(3):
        average = 0.7 * average + 0.3 * problem.gradient(path[-1])
        path.append(path[-1] - 1e-4 * average)
    found = regression.momentum_paths(problem, 1e-4, 0.3, 3, start, w0=w)
    assert found.shape == (4, 1, 2)
    np.testing.assert_allclose(found[:, 0], path, rtol=1e-9)
    np.testing.assert_allclose(regression.momentum_paths(problem, 1e-4, 0.3, 1, start, w0=w)[:, 0], path[:2], rtol=1e-9)


def test_the_diabetes_data_come_as_shipped_centred_and_raw():
    raw, y = load_diabetes(return_X_y=True, scaled=False)
    shipped, centred, plain = (regression.diabetes(variant) for variant in ("shipped", "centred", "raw"))
    np.testing.assert_array_equal(plain.X, raw)
    np.testing.assert_array_equal(plain.y, y)
    np.testing.assert_allclose(centred.X, raw - raw.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(centred.y, y - y.mean(), rtol=1e-12)
    np.testing.assert_allclose(shipped.X, centred.X / np.linalg.norm(centred.X, axis=0), rtol=1e-6, atol=1e-9)


def test_roots_and_discriminant_are_those_of_the_iteration_matrix():
    for step, weight, value in ((0.3, 0.4, 1.2), (0.05, 0.9, 2.0), (1.1, 0.2, 0.7)):
        matrix = np.array(
            [[1 - weight, 2 * weight * value**2], [-step * (1 - weight), 1 - 2 * step * weight * value**2]]
        )
        np.testing.assert_allclose(spectrum.iteration_matrix(step, weight, value), matrix, rtol=1e-12)
        wanted, found = np.linalg.eigvals(matrix), spectrum.eigenvalues(step, weight, value)
        np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(wanted.astype(complex)), rtol=1e-9)
        split = ((found[0] - found[1]) ** 2).real
        assert spectrum.discriminant(step, weight, value) == pytest.approx(split, rel=1e-9)
        assert spectrum.spectral_radius(step, weight, value) == pytest.approx(np.abs(wanted).max(), rel=1e-9)
    for function in (spectrum.eigenvalues, spectrum.spectral_radius, spectrum.iteration_matrix):
        np.testing.assert_array_equal(function(0.3, 0.4), function(0.3, 0.4, 1.0))
