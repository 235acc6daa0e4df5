"""Dropout in linear regression against oracles of its own: other libraries, brute force, autograd."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes

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


def test_nothing_is_penalised_where_everything_is_kept() -> None:
    assert linear.ridge_strength(1.0) == 0


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
    found = diabetes.compare(steps=8, chains=2, seed=0)
    assert np.isfinite(found.standard_error).all()
    assert (found.standard_error > 0).all()


def test_a_run_takes_masks_in_batches_shared_by_rows_and_averages_all_but_its_start() -> None:
    X, y = problem(n=2)
    rng, w, seen = np.random.default_rng(5), np.zeros((3, 3)), []
    for _ in range(2):
        slope = np.zeros((3, 3))
        for _ in range(4):
            masks = (rng.random((3, 1, 3)) < 0.6) / 0.6
            for chain in range(3):
                masked = X * masks[chain]
                slope[chain] += 2 * masked.T @ (masked @ w[chain] - y) / 4
        w = w - 0.01 * slope
        seen.append(w)
    found = linear.simulate(X, y, 0.6, 0.01, 2, 3, np.random.default_rng(5), batch=4, shared=True)
    np.testing.assert_allclose(found.last, w, rtol=1e-9)
    np.testing.assert_allclose(found.average, np.mean(seen, axis=0), rtol=1e-9)


def test_the_mean_path_descends_on_the_penalised_loss() -> None:
    X, y = problem()
    start, path = np.array([1.0, -1.0, 2.0]), linear.mean_path(X, y, 0.7, 1e-3, 4, [1.0, -1.0, 2.0])
    for found in path:
        assert found == pytest.approx(start, rel=1e-9)
        w = torch.tensor(start, requires_grad=True)
        shrunk = (1 - 0.7) / 0.7 * (torch.tensor(X) * w).square().sum()
        (((torch.tensor(y) - torch.tensor(X) @ w) ** 2).sum() + shrunk).backward()
        start = start - 1e-3 * w.grad.numpy()
    assert (linear.mean_path(X, y, 0.7, 1e-3, 1)[0] == 0).all()


def test_moments_of_a_step_are_sums_over_all_masks() -> None:
    X, y = problem(n=4, d=2)
    keep, eta, star = 0.3, 1e-3, linear.minimiser(X, y, 0.3)
    operator, noise = np.zeros((4, 4)), np.zeros((2, 2))
    for first, second in itertools.product((0, 1), repeat=2):
        chance = (keep if first else 1 - keep) * (keep if second else 1 - keep)
        masked = X * [first / keep, second / keep]
        step = np.eye(2) - 2 * eta * masked.T @ masked
        pull = 2 * eta * masked.T @ (masked @ star - y)
        operator += chance * np.kron(step, step)
        noise += chance * np.outer(pull, pull)
    found = covariance.second_moment_operator(X, y, keep, eta)
    np.testing.assert_allclose(found[0], operator, rtol=1e-9)
    np.testing.assert_allclose(found[1], noise, rtol=1e-9)
    once = (operator @ noise.ravel()).reshape(2, 2) + noise
    np.testing.assert_allclose(covariance.second_moment(X, y, keep, eta, 2), once, rtol=1e-9)
    stationary = covariance.stationary(X, y, keep, eta)
    again = (operator @ stationary.ravel()).reshape(2, 2) + noise
    np.testing.assert_allclose(stationary, again, rtol=1e-9)


def test_averages_scatter_by_all_covariances_along_the_run() -> None:
    X, y = problem(n=4, d=2)
    gram = X.T @ X
    step = np.eye(2) - 2 * 0.01 * (gram + 0.3 / 0.7 * np.diag(np.diag(gram)))
    S = covariance.stationary(X, y, 0.7, 0.01)
    later = sum(np.linalg.matrix_power(step, lag) @ S for lag in range(1, 6000))
    np.testing.assert_allclose(covariance.averaged(X, y, 0.7, 0.01), S + later + later.T, rtol=1e-6)


def test_at_the_mean_square_limit_second_moments_neither_grow_nor_shrink() -> None:
    limit = covariance.largest_mean_square_step(toy.X, toy.Y, 0.5)
    operator, _ = covariance.second_moment_operator(toy.X, toy.Y, 0.5, limit)
    assert np.abs(np.linalg.eigvals(operator)).max() == pytest.approx(1, abs=1e-10)


def test_real_data_are_compared_as_columns_of_norm_one_after_a_quarter_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, keep = replace(lab.diabetes(), X=lab.diabetes().X * np.arange(1, 11)), 0.6
    monkeypatch.setattr(diabetes, "diabetes", lambda: data)
    norms = np.linalg.norm(data.X, axis=0)
    X, strength = data.X / norms, 0.4 / 0.6
    solved = np.linalg.solve(X.T @ X + strength * np.eye(10), X.T @ data.y)
    found = diabetes.compare(keep=keep, steps=8, chains=3, seed=1)
    assert found.features == data.features
    np.testing.assert_allclose(found.closed_form, solved, rtol=1e-9)
    np.testing.assert_allclose(found.ridge, solved, rtol=1e-9)
    gram = data.X.T @ data.X
    rng, step = np.random.default_rng(1), 0.1 / np.linalg.norm(gram + strength * np.diag(np.diag(gram)), 2)
    forgotten = linear.simulate(data.X, data.y, keep, step, 2, 3, rng).last
    runs = norms * linear.simulate(data.X, data.y, keep, step, 6, 3, rng, start=forgotten).average
    np.testing.assert_allclose(found.averaged, runs.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.standard_error, runs.std(axis=0, ddof=1) / np.sqrt(3), rtol=1e-9)


def test_conditioning_is_that_of_gram_matrices_with_their_diagonal_weighted() -> None:
    keeps = np.array([0.2, 0.9])
    found, units = diabetes.conditioning(keeps), diabetes.in_original_units()
    raw = load_diabetes(scaled=False).data
    np.testing.assert_allclose(units, raw - raw.mean(axis=0), rtol=1e-12)
    np.testing.assert_array_equal(found.keeps, keeps)
    np.testing.assert_allclose(found.bound, [1 + 10 * 0.2 / 0.8, 1 + 10 * 0.9 / 0.1], rtol=1e-12)
    spread = np.square(units).sum(axis=0)
    assert found.floor == pytest.approx(spread.max() / spread.min(), rel=1e-12)
    steps, without = diabetes.stable_steps(keeps)
    assert without == pytest.approx(1 / np.linalg.norm(units, 2) ** 2, rel=1e-9)
    for design, measured in ((lab.diabetes().X, found.standardised), (units, found.original)):
        gram = design.T @ design
        for place, keep in enumerate(keeps):
            values = np.linalg.eigvalsh(gram + (1 - keep) / keep * np.diag(np.diag(gram)))
            assert measured[place] == pytest.approx(values[-1] / values[0], rel=1e-6)
            if design is units:
                assert steps[place] == pytest.approx(1 / values[-1], rel=1e-9)


def test_scaling_is_measured_from_the_minimiser_with_one_stream_of_masks() -> None:
    etas, rng, star = np.array([5e-4, 1e-3]), np.random.default_rng(3), np.array([11 / 30, 11 / 3])
    found = scatter.scaling(etas, chains=5, steps=4, seed=3)
    for place, eta in enumerate(etas):
        ends = linear.simulate(toy.X, toy.Y, 0.5, eta, 4, 5, rng, start=star).last
        squares = np.square(ends - star).sum(axis=1) / eta
        assert found.measured[place] == pytest.approx(squares.mean(), rel=1e-9)
        assert found.standard_error[place] == pytest.approx(squares.std(ddof=1) / np.sqrt(5), rel=1e-9)
        assert found.predicted[place] == pytest.approx(np.trace(covariance.stationary(toy.X, toy.Y, 0.5, eta)) / eta)
        after = covariance.second_moment(toy.X, toy.Y, 0.5, eta, 4)
        assert found.expected[place] == pytest.approx(np.trace(after) / eta, rel=1e-9)
    np.testing.assert_array_equal(found.etas, etas)
    nearly = np.trace(covariance.stationary(toy.X, toy.Y, 0.5, 1e-8)) / 1e-8
    assert found.limit == pytest.approx(nearly, rel=1e-4)


def test_a_cloud_has_forgotten_3000_steps() -> None:
    rng, found = np.random.default_rng(4), scatter.cloud(eta=2e-3, steps=5, chains=2, keep=0.6, seed=4)
    start = linear.simulate(toy.X, toy.Y, 0.6, 2e-3, 3000, 2, rng).last
    runs = linear.simulate(toy.X, toy.Y, 0.6, 2e-3, 5, 2, rng, start=start)
    np.testing.assert_allclose(found.last, runs.last, rtol=1e-9)
    np.testing.assert_allclose(found.average, runs.average, rtol=1e-9)
    np.testing.assert_allclose(found.minimiser, [11 / (2 + 2 / 3) / 10, 11 / (2 + 2 / 3)], rtol=1e-9)
    np.testing.assert_allclose(found.covariance, covariance.stationary(toy.X, toy.Y, 0.6, 2e-3), rtol=1e-9)
    np.testing.assert_allclose(found.averaged_covariance, covariance.averaged(toy.X, toy.Y, 0.6, 2e-3) / 5, rtol=1e-9)
