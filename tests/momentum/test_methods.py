"""Methods on quadratics, against SciPy and direct counts."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import cg
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

from dltheory.momentum.experiment import krylov, methods, noise, nonquadratic, regression


def test_conjugate_gradients_are_scipys():
    rng = np.random.default_rng(1)
    root = rng.normal(size=(12, 8))
    hessian, start = root.T @ root, rng.normal(size=8)
    iterates = []
    # scipy solves H e = 0 from e_0, which is the same sequence of errors
    cg(hessian, np.zeros(8) + hessian @ np.ones(8), x0=start + 1, rtol=1e-30, maxiter=5, callback=iterates.append)
    ours = methods.conjugate_gradients(hessian, start, 5)
    np.testing.assert_allclose(ours[5], iterates[-1] - 1, rtol=1e-6, atol=1e-9)


def test_repeated_squaring_counts_as_a_loop_does():
    curvature, start = np.array([1.0, 7.0, 20.0]), np.array([1.0, -2.0, 0.5])
    count = methods.descent_iterations(np.diag(curvature), start, 0.09, 1e-3)
    error, steps = start.copy(), 0
    while np.linalg.norm(error) > 1e-3 * np.linalg.norm(start):
        error, steps = error * (1 - 0.09 * curvature), steps + 1
    assert count == steps


def test_a_distance_that_equals_the_accuracy_is_small_enough():
    one = np.ones((1, 1))
    assert methods.descent_iterations(one, one[0], 0.5, 0.25) == 2
    assert methods.iterations(np.array([1.0, 0.5, 0.25]), 0.25) == 2


@pytest.mark.parametrize("method", ["gradient descent", "heavy ball", "nesterov"])
def test_predicted_and_measured_counts_are_equal(method):
    problem = regression.diabetes("shipped")
    assert methods.predicted_iterations(problem, method) == methods.measured_iterations(problem, method)


def test_an_accuracy_that_is_not_reached_is_said():
    with pytest.raises(ValueError, match=r"accuracy = 0\.1: it is not reached within 2 steps"):
        methods.iterations(np.array([1.0, 0.5, 0.4]), 0.1)


@pytest.mark.parametrize(("smallest", "largest"), [(0.0, 1.0), (2.0, 1.0)])
def test_an_impossible_range_of_curvatures_is_named(smallest, largest):
    with pytest.raises(ValueError, match="smallest"):
        methods.tuning("heavy ball", smallest, largest)


def test_an_unknown_method_is_named():
    with pytest.raises(ValueError, match="method = 'adam'"):
        methods.tuning("adam", 1.0, 2.0)


def test_no_krylov_method_beats_the_bound_on_its_hardest_problem_and_one_meets_it():
    curvature, start = krylov.hardest_problem(0.8, 6)
    bound = methods.LOWER_BOUND(0.8, 6)
    assert np.linalg.norm(start) == pytest.approx(1, rel=1e-12)
    assert krylov.best_krylov_error(curvature, start, 6) == pytest.approx(bound, rel=1e-10)
    rng = np.random.default_rng(0)
    for _ in range(200):  # any polynomial with p(0) = 1
        values = np.ones_like(curvature)
        for root in rng.uniform(curvature[0], curvature[-1], 6):
            values = values * (1 - curvature / root)
        assert np.linalg.norm(values * start) >= bound * (1 - 1e-12)


def test_the_hump_is_seen_and_a_shorter_first_step_removes_it():
    tuned = methods.tuning("heavy ball", 1.0, 100.0)
    curvature = np.linspace(1, 100, 301)
    assert methods.worst_factors(tuned.alpha, tuned.mu, curvature, 60).max() > 3
    short = methods.worst_factors(tuned.alpha, tuned.mu, curvature, 60, tuned.alpha / (1 + tuned.mu))
    assert (np.diff(short) < 0).all()


def test_the_needed_time_is_the_first_that_is_good_for_good():
    factors = methods.TRANSIENT(0.9, np.arange(400))
    for accuracy in (1e-4, *np.geomspace(6, 1e-5, 40)):
        assert methods.needed(methods.TRANSIENT, 0.9, accuracy) == methods.iterations(factors, accuracy)


def test_the_noise_floor_is_inside_its_interval():
    run = noise.NoisyRun(alpha=0.4, mu=0.6, curvature=1.0, variance=1.0)
    centre, half = noise.floor_with_interval(run, seed=5, chains=20_000, steps=200)
    floor = 0.4 * 1.6 / (0.4 * (3.2 - 0.4))
    assert abs(centre - floor) < 2.5 * half  # five standard errors


def test_two_chains_have_half_their_distance_for_a_standard_error():
    run = noise.NoisyRun(alpha=0.4, mu=0.6)
    one, other = noise.stationary_draws(run, np.random.default_rng(3), 2, 50) ** 2
    centre, half = noise.floor_with_interval(run, seed=3, chains=2, steps=50)
    assert centre == pytest.approx((one + other) / 2)
    assert half == pytest.approx(1.96 * abs(one - other) / 2)


@pytest.mark.parametrize(
    "arguments",
    [
        {"alpha": 3.01, "mu": 0.5},  # the limit is 2 (1 + mu)
        {"alpha": 0.1, "mu": 0.5, "curvature": 30.1},
        {"alpha": 0.1, "mu": 1.0},
        {"alpha": -0.1, "mu": 0.0},
    ],
)
def test_a_noisy_run_without_a_floor_is_refused(arguments):
    noise.NoisyRun(alpha=2.99, mu=0.5)
    with pytest.raises(ValueError, match=r"mu|alpha"):
        noise.NoisyRun(**arguments)


def test_the_cycle_attracts_a_start_nearby_and_not_every_start():
    path = nonquadratic.cycling_paths(np.array([3.3, 0.5]), 600)
    cycle = {round(792 / 1225, 9), round(-2208 / 1225, 9), round(2592 / 1225, 9)}
    assert {round(float(x), 9) for x in path[-3:, 0]} == cycle
    assert abs(path[-1, 1]) < 1e-12


def test_the_potential_has_the_slope_it_claims():
    x = np.array([-1.0, 0.5, 1.5, 1.9, 2.5])
    numeric = (nonquadratic.potential(x + 1e-6) - nonquadratic.potential(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(numeric, nonquadratic.slope(x), rtol=1e-7)


def test_the_potential_is_0_at_0_and_continuous_where_its_parts_meet():
    below, above = np.array([0.0, 1.0, 2.0]) - 1e-9, np.array([0.0, 1.0, 2.0]) + 1e-9
    np.testing.assert_allclose(nonquadratic.potential(below), nonquadratic.potential(above), atol=1e-6)
    assert nonquadratic.potential(np.zeros(1)) == 0


def test_the_logistic_gradient_and_hessian_are_derivatives():
    problem = nonquadratic.LogisticProblem()
    rng = np.random.default_rng(2)
    w, u = rng.normal(size=30) / 10, rng.normal(size=30)
    numeric = (problem.gradient(w + 1e-6 * u) - problem.gradient(w - 1e-6 * u)) / 2e-6
    np.testing.assert_allclose(problem.hessian(w) @ u, numeric, rtol=1e-5, atol=1e-8)
    assert np.linalg.norm(problem.gradient(problem.optimum)) < 1e-12


def test_iterations_are_counted_to_a_millionth_unless_said():
    sizes = 10.0 ** -np.arange(9)
    assert methods.iterations(sizes * 1.01) == 7
    assert methods.iterations(sizes * 0.99) == 6
    assert methods.iterations(sizes * 0.99, accuracy=1e-3) == 3
    assert methods.iterations(sizes[7:]) == 0
    assert methods.errors("heavy ball", np.eye(1), np.ones(1), methods.tuning("heavy ball", 1.0, 2.0), 3).shape == (4,)


@pytest.mark.parametrize("ratio", [3.0, 30.0, 380.0, 1000.0, 1e6])
def test_gradient_descent_needs_the_logarithm_of_a_millionth_over_that_of_its_rate(ratio):
    problem = regression.Problem(np.diag([np.sqrt(ratio), 1.0]), np.array([2.0, 1.0]))
    count = np.ceil(np.log(1e-6) / np.log((ratio - 1) / (ratio + 1)))  # both modes shrink by this factor
    assert methods.predicted_iterations(problem, "gradient descent") == count
    assert methods.measured_iterations(problem, "gradient descent") == count
    for method in ("heavy ball", "nesterov"):
        assert (
            methods.predicted_iterations(problem, method) == methods.measured_iterations(problem, method) < 20 * ratio
        )


def _logistic(w):
    """Mean logistic loss with a ridge of a hundredth on scikit-learn's standardised data, by torch."""
    features, labels = load_breast_cancer(return_X_y=True)
    X = torch.tensor(StandardScaler().fit_transform(features))
    loss = torch.nn.functional.binary_cross_entropy_with_logits(X @ w, torch.tensor(labels, dtype=torch.float64))
    return loss + 0.01 * w.square().sum() / 2


def test_the_logistic_problem_is_that_of_torch():
    problem, w = nonquadratic.LogisticProblem(), np.random.default_rng(4).normal(size=30)
    weights = torch.tensor(w, requires_grad=True)
    _logistic(weights).backward()
    np.testing.assert_allclose(problem.gradient(w), weights.grad.numpy(), rtol=1e-9)


def test_the_curvatures_of_the_logistic_problem_are_extreme_eigenvalues():
    problem = nonquadratic.LogisticProblem()
    X = StandardScaler().fit_transform(load_breast_cancer().data)
    everywhere = np.linalg.eigvalsh(X.T @ X) / (4 * len(X)) + 0.01  # the second derivative of the loss is at most 1/4
    assert problem.global_curvature() == pytest.approx((0.01, everywhere[-1]), rel=1e-9)
    there = torch.autograd.functional.hessian(_logistic, torch.tensor(problem.optimum)).numpy()
    assert problem.local_curvature() == pytest.approx(np.linalg.eigvalsh(there)[[0, -1]], rel=1e-8)


def test_a_logistic_run_is_that_of_torch_and_says_what_it_was_tuned_to():
    problem = nonquadratic.LogisticProblem()
    run = problem.run(0.04, 1.0, 6)
    assert (run.smallest, run.largest) == (0.04, 1.0)
    assert run.tuned == methods.tuning("heavy ball", 0.04, 1.0)
    weights = torch.zeros(30, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([weights], lr=4 / 1.2**2, momentum=(0.8 / 1.2) ** 2)
    distance = [np.linalg.norm(problem.optimum)]
    for _ in range(6):
        optimiser.zero_grad()
        _logistic(weights).backward()
        optimiser.step()
        distance.append(np.linalg.norm(weights.detach().numpy() - problem.optimum))
    np.testing.assert_allclose(run.distance, np.array(distance) / distance[0], rtol=1e-9)


def test_the_first_steps_of_the_cycle_are_heavy_balls():
    alpha, mu = 4 / 36, (4 / 6) ** 2  # tuned to curvatures from 1 to 25
    first = 3.3 - alpha * (25 * 3.3 - 24)
    second = first - alpha * 25 * first + mu * (first - 3.3)
    np.testing.assert_allclose(nonquadratic.cycling_paths(np.array([3.3]), 2)[:, 0], [3.3, first, second], rtol=1e-12)
