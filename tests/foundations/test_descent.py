"""Gradient descent as run, against least-squares solvers, derivatives and the closed form."""

import numpy as np
import pytest

from dltheory.foundations.experiment import gradient_descent, predicted_path, spectrum

PROBLEMS = {"tall": (12, 4, 4), "wide": (4, 9, 4), "rank-deficient": (8, 6, 3), "one sample": (1, 3, 1)}


def problem(name: str, seed: int = 0):
    n, d, rank = PROBLEMS[name]
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, d))
    X /= np.linalg.norm(X, 2)
    return X, rng.normal(size=n), rng.normal(size=d)


@pytest.mark.parametrize("name", PROBLEMS)
def test_one_step_follows_the_derivative_of_the_loss(name):
    X, y, start = problem(name)
    # the complex step differentiates without cancellation
    gradient = [((y - X @ (start + 1e-30j * axis)) ** 2).sum().imag / 1e-30 for axis in np.eye(len(start))]
    np.testing.assert_allclose(gradient_descent(X, y, 0.1, 1, start)[1], start - 0.1 * np.array(gradient), rtol=1e-12)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("eta", [0.05, 0.9, 1.1])
def test_the_closed_form_is_the_path_stable_or_not(name, eta):
    X, y, start = problem(name)
    run = gradient_descent(X, y, eta, 30, start)
    np.testing.assert_allclose(predicted_path(X, y, eta, np.arange(31), start), run, rtol=1e-9, atol=1e-9)
    from_zero = gradient_descent(X, y, eta, 30)
    np.testing.assert_allclose(predicted_path(X, y, eta, np.arange(31)), from_zero, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", PROBLEMS)
def test_from_zero_the_limit_is_the_least_norm_solution_of_a_solver(name):
    X, y, _ = problem(name)
    kappa = spectrum(X).condition_number
    end = gradient_descent(X, y, 0.9, int(20 * kappa) + 100)[-1]
    np.testing.assert_allclose(end, np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["wide", "rank-deficient", "one sample"])
def test_the_part_of_the_start_that_x_does_not_see_stays(name):
    X, y, start = problem(name)
    unseen = spectrum(X).V[:, spectrum(X).rank :]
    path = gradient_descent(X, y, 0.9, 50, start)
    np.testing.assert_allclose(path @ unseen, np.tile(start @ unseen, (51, 1)), atol=1e-12)


def test_the_toy_problem_ends_at_110_and_11_over_101():
    np.testing.assert_allclose(gradient_descent([[10, 1]], [11], 1 / 202, 1)[-1], [110 / 101, 11 / 101], rtol=1e-14)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_spectrum_puts_x_together_again(name):
    X, _, _ = problem(name)
    parts = spectrum(X)
    assert parts.rank == PROBLEMS[name][2]
    np.testing.assert_allclose((parts.U * parts.sigma) @ parts.V[:, : parts.rank].T, X, atol=1e-12)
    np.testing.assert_allclose(parts.V.T @ parts.V, np.eye(X.shape[1]), atol=1e-12)
    assert spectrum(3 * np.eye(2)[:, ::-1] @ np.diag([1.0, 1 / 2])).condition_number == pytest.approx(4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[np.nan, 1]], [1], 0.1, 1), "X has 1 entry"),
        (([1, 2], [1], 0.1, 1), "X has shape"),
        (([[1, 2]], [1, 2], 0.1, 1), "y has shape"),
        (([[1, 2]], [np.inf], 0.1, 1), "y has 1 entry"),
        (([[1, 2]], [1], 0, 1), "eta = 0: it must be a finite number above 0"),
        (([[1, 2]], [1], -0.1, 1), "eta = -0.1"),
        (([[1, 2]], [1], np.nan, 1), "eta = nan"),
        (([[1, 2]], [1], 0.1, -1), "steps = -1"),
        (([[1, 2]], [1], 0.1, 1.5), "steps = 1.5"),
        (([[1, 2]], [1], 0.1, 1, [1]), "start has shape"),
    ],
)
def test_a_bad_argument_is_one_clear_error(arguments, said):
    with pytest.raises(ValueError, match=said):
        gradient_descent(*arguments)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_rank_is_the_same_in_every_unit(unit):
    X, _, _ = problem("rank-deficient")
    assert spectrum(unit * X).rank == PROBLEMS["rank-deficient"][2]


def test_a_zero_design_is_refused():
    with pytest.raises(ValueError, match="X is zero"):
        spectrum(np.zeros((2, 3)))
