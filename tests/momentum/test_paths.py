"""Paths and sizes that figures and cells draw, against PyTorch, scalar loops and closed forms."""

import numpy as np
import pytest
import torch

from dltheory.momentum.experiment import directions, krylov, methods, regression

TIMES = np.array([0, 1, 2, 7, 40])


def test_the_path_of_a_mode_is_that_of_averaged_momentum_in_one_weight():
    step, weight, value = 0.2, 0.3, 1.7
    average, position, path = 0.0, 1.0, [1.0]
    for _ in range(30):
        average += weight * (2 * value**2 * position - average)
        position -= step * average
        path.append(position)
    np.testing.assert_allclose(directions.mode_path(step, weight, 30, value), path, rtol=1e-10, atol=1e-12)


def test_the_path_of_a_mode_has_curvature_two_where_nothing_is_said():
    np.testing.assert_allclose(directions.mode_path(0.1, 1.0, 2), [1.0, 0.8, 0.64], rtol=1e-12)


def test_the_least_errors_are_one_over_chebyshev():
    counts, rate = (1, 3, 5), 0.7
    chebyshev = [np.cosh(t * np.arccosh((1 + rate**2) / (2 * rate))) for t in counts]
    np.testing.assert_allclose(krylov.best_errors(rate, counts), 1 / np.array(chebyshev), rtol=1e-9)


@pytest.mark.parametrize("method", ["gradient descent", "heavy ball", "nesterov"])
def test_sizes_from_roots_are_those_of_a_run(method):
    problem = regression.diabetes("shipped")
    predicted = methods.predicted_sizes(problem, method, TIMES)
    assert predicted[0] == pytest.approx(1, rel=1e-8)  # double roots are moved apart by rounding
    np.testing.assert_allclose(predicted, methods.measured_sizes(problem, method, TIMES), rtol=1e-6)


@pytest.mark.parametrize(("method", "memory"), [("gradient descent", False), ("heavy ball", True)])
def test_measured_sizes_are_those_of_pytorch(method, memory):
    problem = regression.diabetes("shipped")
    least, largest = problem.curvature[-1], problem.curvature[0]
    roots = np.sqrt(least), np.sqrt(largest)
    step = 4 / (roots[0] + roots[1]) ** 2 if memory else 2 / (least + largest)
    momentum = ((roots[1] - roots[0]) / (roots[1] + roots[0])) ** 2 if memory else 0.0
    X, y = torch.tensor(problem.X), torch.tensor(problem.y)
    w = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=step, momentum=momentum)
    best = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    sizes = [float(best.norm())]
    for _ in range(int(TIMES[-1])):
        optimiser.zero_grad()
        ((y - X @ w) ** 2).sum().backward()
        optimiser.step()
        sizes.append(float((w.detach() - best).norm()))
    found = methods.measured_sizes(problem, method, TIMES)
    np.testing.assert_allclose(found, np.array(sizes)[TIMES] / sizes[0], rtol=1e-7)


def test_the_hump_is_measured_on_401_curvatures(monkeypatch):
    seen, original = [], methods.worst_factors
    monkeypatch.setattr(methods, "worst_factors", lambda *given: seen.append(given) or original(*given))
    methods.hump(4.0, np.array([0, 3]))
    (alpha, mu, curvature, steps) = seen[0]
    assert (alpha, mu, steps) == (pytest.approx(4 / 9), pytest.approx(1 / 9), 3)
    np.testing.assert_allclose(curvature, np.linspace(1, 4, 401), rtol=1e-12)


def test_the_hump_is_the_worst_of_its_modes_and_lies_above_the_rate():
    times = np.array([0, 1, 2, 9])
    measured, predicted, plain = methods.hump(9.0, times)
    np.testing.assert_allclose(plain, 0.5**times, rtol=1e-12)  # q = (3 − 1)/(3 + 1)
    np.testing.assert_allclose(measured, predicted, rtol=1e-9)
    # α = 4/(1 + 3)², μ = q²: the steepest mode goes to 1 − 9/4, then to its next value
    first = 1 - 9 / 4
    np.testing.assert_allclose(measured[:3], [1, -first, abs(first * first + 0.25 * (first - 1))], rtol=1e-9)
    # α = 4/(1 + 2)², μ = 1/9: another step than memory, and 401 curvatures from 1 to 4
    curvature = np.linspace(1, 4, 401)
    second = (1 + 1 / 9 - 4 / 9 * curvature) * (1 - 4 / 9 * curvature) - 1 / 9
    measured, predicted, _ = methods.hump(4.0, times)
    assert measured[2] == pytest.approx(np.abs(second).max(), rel=1e-12)
    np.testing.assert_allclose(measured, predicted, rtol=1e-9)


def test_the_extrema_of_chebyshevs_polynomial_are_cosines_between_the_curvatures():
    rate, steps = 0.6, 5
    cosines = np.cos(np.pi * np.arange(steps, -1, -1) / steps)
    wanted = 1 + rate**2 + 2 * rate * cosines  # from (1 − q)² to (1 + q)²
    np.testing.assert_allclose(krylov.chebyshev_extrema(rate, steps), wanted, rtol=1e-12)
    np.testing.assert_allclose(krylov.hardest_problem(rate, steps)[0], wanted, rtol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_least_error_on_any_problem_is_that_of_least_squares_over_powers(steps):
    curvature, start = np.array([1.0, 2.0, 5.0, 9.0]), np.array([1.0, -2.0, 0.5, 3.0])
    powers = start[:, None] * curvature[:, None] ** np.arange(1, steps + 1)
    left = start - powers @ np.linalg.lstsq(powers, start, rcond=None)[0]
    assert krylov.best_krylov_error(curvature, start, steps) == pytest.approx(np.linalg.norm(left), rel=1e-9)


def test_the_bound_is_met_after_sixty_steps_too():
    rate = methods.RATE(regression.diabetes("shipped").condition_number)
    bound = 1 / np.cosh(60 * np.arccosh((1 + rate**2) / (2 * rate)))
    assert krylov.best_errors(rate, (60,))[0] == pytest.approx(bound, rel=1e-8)
