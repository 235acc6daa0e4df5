"""Dropout in linear regression against oracles of its own: other libraries, brute force, autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from dltheory.dropout.experiment import covariance, diabetes, linear, scatter, toy
from dltheory.lab import data as lab


def problem(seed: int = 0, n: int = 6, d: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) * [1, 5, 0.2][:d], rng.normal(size=n)


def test_the_minimiser_is_what_a_general_optimiser_finds() -> None:
    X, y = problem()
    found = minimize(lambda w: linear.penalised_loss(X, y, w, 0.7), np.zeros(3), tol=1e-14).x
    assert linear.minimiser(X, y, 0.7) == pytest.approx(found, rel=1e-4)


def test_the_penalised_loss_is_the_mean_over_many_masks() -> None:
    X, y = problem()
    w, rng = np.array([0.5, -0.2, 1.0]), np.random.default_rng(1)
    losses = np.square(y - (X * linear.inverted_masks(rng, (200_000, *X.shape), 0.6)) @ w).sum(axis=1)
    error = losses.std() / np.sqrt(len(losses))
    assert abs(losses.mean() - linear.penalised_loss(X, y, w, 0.6)) < 5 * error


@pytest.mark.parametrize("keep", [0.0, 1.0, -0.5, float("nan")])
def test_a_keep_probability_outside_0_to_1_is_refused(keep: float) -> None:
    with pytest.raises(ValueError, match="keep = "):
        linear.minimiser(*problem(), keep)


def test_a_column_of_zeros_is_refused_by_its_number() -> None:
    X, y = problem()
    X[:, 1] = 0
    with pytest.raises(ValueError, match=r"column of zeros \(number 1\)"):
        linear.minimiser(X, y, 0.5)


def test_misshapen_targets_are_refused() -> None:
    with pytest.raises(ValueError, match=r"y has shape \(2,\)"):
        linear.minimiser(problem()[0], np.ones(2), 0.5)


def test_a_simulated_step_is_autograds_step_with_the_same_mask() -> None:
    X, y = problem()
    w, eta, keep = np.array([0.3, 0.1, -1.0]), 0.01, 0.5
    mask = linear.inverted_masks(np.random.default_rng(3), (1, *X.shape), keep)[0]
    weights = torch.tensor(w, requires_grad=True)
    loss = ((torch.tensor(y) - torch.tensor(X * mask) @ weights) ** 2).sum()
    loss.backward()
    expected = w - eta * weights.grad.numpy()
    found = linear.simulate(X, y, keep, eta, 1, 1, np.random.default_rng(3), start=w)
    assert found.last[0] == pytest.approx(expected, rel=1e-12)
    assert found.average[0] == pytest.approx(expected, rel=1e-12)


def test_chains_continue_from_where_each_of_them_is() -> None:
    X, y = problem()
    start = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    ends = linear.simulate(X, y, 0.5, 1e-9, 1, 2, np.random.default_rng(0), start=start).last
    assert ends == pytest.approx(start, abs=1e-6)


def test_adam_walks_the_path_of_torchs_adam() -> None:
    weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.01)
    path = [weights.detach().numpy().copy()]
    for _ in range(50):
        loss = ((torch.tensor(toy.Y) - torch.tensor(toy.X) @ weights) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        path.append(weights.detach().numpy().copy())
    assert toy.adam(50, None) == pytest.approx(np.array(path), rel=1e-12)


def test_a_batch_of_copies_scatters_like_that_many_masks_averaged() -> None:
    many = toy.batch_of_copies(0.5, 1e-3, 40, 4000, 4, np.random.default_rng(0))
    slow = linear.simulate(toy.X, toy.Y, 0.5, 1e-3, 40, 4000, np.random.default_rng(1), batch=4).last
    assert many.mean(axis=0) == pytest.approx(slow.mean(axis=0), rel=0.02)
    assert many.std(axis=0) == pytest.approx(slow.std(axis=0), rel=0.08)


def test_the_stationary_covariance_is_the_limit_of_the_recursion() -> None:
    X, y = problem(n=4, d=2)
    eta = 0.02 / np.trace(X.T @ X)
    assert covariance.second_moment(X, y, 0.6, eta, 60_000) == pytest.approx(
        covariance.stationary(X, y, 0.6, eta), rel=1e-3
    )


def test_beyond_the_mean_square_limit_there_is_no_stationary_covariance() -> None:
    limit = covariance.largest_mean_square_step(toy.X, toy.Y, 0.5)
    covariance.stationary(toy.X, toy.Y, 0.5, 0.99 * limit)
    with pytest.raises(ValueError, match="second moments grow"):
        covariance.stationary(toy.X, toy.Y, 0.5, 1.01 * limit)


def test_averages_scatter_as_predicted() -> None:
    found = scatter.cloud(steps=3000, chains=600, seed=2)
    # a covariance from 600 runs is known to about 6 %; finitely many steps cost a few percent more
    assert np.cov(found.average.T) == pytest.approx(found.averaged_covariance, rel=0.25, abs=2e-5)
    assert np.cov(found.last.T) == pytest.approx(found.covariance, rel=0.25, abs=1e-3)


def test_the_measured_scaling_lies_within_its_errors() -> None:
    found = scatter.scaling(np.array([5e-4, 1e-3]), chains=20_000, steps=60)
    assert (np.abs(found.measured - found.expected) < 5 * found.standard_error).all()
    assert (found.expected < found.predicted).all()


def test_units_move_ridge_and_not_dropout() -> None:
    dropout, ridge = diabetes.change_of_units(np.array([0.2, 1.0, 5.0]))
    assert dropout == pytest.approx(0, abs=1e-12)
    assert ridge[1] == pytest.approx(0, abs=1e-12)
    assert (ridge[[0, 2]] > 0.05).all()


def test_a_column_in_other_units_changes_ridge_as_the_normal_equations_say() -> None:
    data = lab.diabetes()
    other = data.X.copy()
    other[:, 2] *= 3
    plain, moved = (X @ np.linalg.solve(X.T @ X + 0.25 * np.eye(X.shape[1]), X.T @ data.y) for X in (data.X, other))
    _, ridge = diabetes.change_of_units(np.array([3.0]))
    assert ridge == pytest.approx([np.linalg.norm(moved - plain) / np.linalg.norm(plain)])


@pytest.mark.parametrize("keep", [1.5, 0.0, -1.0])
def test_no_ridge_has_the_strength_of_an_impossible_keep_probability(keep: float) -> None:
    with pytest.raises(ValueError, match="keep = "):
        linear.ridge_strength(keep)


def test_stable_steps_shrink_as_more_is_dropped() -> None:
    steps, without = diabetes.stable_steps(np.array([0.2, 0.5, 0.9]))
    assert (np.diff(steps) > 0).all()
    assert (steps < without).all()


def test_the_covariance_of_a_small_step_is_the_limit_of_the_stationary_one() -> None:
    X, y = problem(n=4, d=2)
    limit = covariance.small_step(X, y, 0.7)
    nearly = covariance.stationary(X, y, 0.7, 1e-7) / 1e-7
    np.testing.assert_allclose(limit, nearly, rtol=1e-4)


def test_two_chains_have_a_standard_error() -> None:
    found = diabetes.compare(steps=8, chains=2)
    assert np.isfinite(found.standard_error).all()
    assert (found.standard_error > 0).all()
