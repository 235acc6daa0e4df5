"""The toy problem's runs: averaged descent at several keep probabilities, and descent by signs."""

import itertools

import numpy as np
import pytest
import torch

from dltheory.dropout.experiment import covariance, linear, toy


def test_averaged_runs_end_at_equal_contributions_and_scatter_as_their_covariance_says():
    keeps = np.array([0.5, 0.9])
    mean, scatter = toy.sweep(keeps, chains=64, seed=3)
    shared = 11 * keeps / (1 + keeps)  # y / (2 + λ)
    wanted = np.stack([shared / 10, shared], axis=1)
    assert (np.abs(mean - wanted) < 5 * scatter / 8).all()  # five standard errors of 64 runs
    for keep, found in zip(keeps, scatter, strict=True):
        gram = np.array([[100.0, 10.0], [10.0, 1.0]])
        step = 0.2 / np.linalg.norm(gram + (1 - keep) / keep * np.diag([100.0, 1.0]), 2)
        predicted = np.sqrt(np.diag(covariance.averaged(toy.X, toy.Y, keep, step)) / 6000)
        np.testing.assert_allclose(found, predicted, rtol=0.36)  # four standard errors of a scatter from 64 runs


def test_descent_by_signs_moves_both_weights_alike_and_turns_at_one():
    path = toy.sign_descent(6, None, np.random.default_rng(0))
    steps = [0.5, 0.25, 1 / 6, 1 / 8, -0.1, 1 / 12]  # 1 is passed in the fourth step
    wanted = np.concatenate([[0.0], np.cumsum(steps)])
    np.testing.assert_allclose(path, np.stack([wanted, wanted], axis=1), rtol=1e-12)


def test_descent_by_signs_moves_only_what_the_mask_keeps_by_the_sign_of_what_is_left():
    path = toy.sign_descent(200, 0.6, np.random.default_rng(5), size=2.0)
    rng, w = np.random.default_rng(5), np.zeros(2)
    for t in range(200):
        kept = rng.random(2) < 0.6
        output = sum(feature / 0.6 * w[j] for j, feature in enumerate((10, 1)) if kept[j])
        moves = np.diff(path, axis=0)[t]
        assert (moves[~kept] == 0).all()
        np.testing.assert_allclose(moves[kept], (1 if output < 11 else -1) * 2.0 / (t + 1), rtol=1e-9)
        w = path[t + 1]


def test_the_fractions_of_the_exact_row_are_the_minimiser():
    (row,) = (row for row in toy.variants(seed=0, chains=2) if row.name == "dropout 0.5, exact")
    np.testing.assert_allclose(row.predicted, [11 / 30, 11 / 3], rtol=1e-12)
    np.testing.assert_allclose(row.measured, [11 / 30, 11 / 3], rtol=1e-12)


def test_the_table_has_five_rows_with_what_theory_and_runs_say():
    rows = toy.variants(seed=2, chains=3)
    assert [row.name for row in rows] == list(toy.PUBLISHED)
    assert [row.published for row in rows] == list(toy.PUBLISHED.values())
    plain, biased, _, one, many = rows
    np.testing.assert_allclose(plain.predicted, [110 / 101, 11 / 101], rtol=1e-12)
    np.testing.assert_allclose(biased.predicted, [110 / 102, 11 / 102, 11 / 102], rtol=1e-12)
    # gradient descent from 0 goes straight there; each step of 0.001 leaves 1 − 0.002 ‖x‖² of the way
    np.testing.assert_allclose(plain.measured, plain.predicted * (1 - (1 - 0.202) ** 4000), rtol=1e-12)
    np.testing.assert_allclose(biased.measured, biased.predicted * (1 - (1 - 0.204) ** 1000), rtol=1e-12)
    for row in rows[:3]:
        assert row.scatter.tolist() == [0] * len(row.predicted)
    rng = np.random.default_rng(2)
    ends = (
        linear.simulate(toy.X, toy.Y, 0.5, 1e-3, 1000, 3, rng).last,
        toy.batch_of_copies(0.5, 1e-3, 1000, 3, 1024, rng),
    )
    for row, found in zip((one, many), ends, strict=True):
        np.testing.assert_allclose(row.predicted, linear.mean_path(toy.X, toy.Y, 0.5, 1e-3, 1000)[-1], rtol=1e-12)
        np.testing.assert_allclose(row.measured, found.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(row.scatter, found.std(axis=0, ddof=1), rtol=1e-12)


def test_a_step_without_dropout_shrinks_the_error_by_the_curvature_at_any_step_size():
    found = toy.gradient_descent(toy.X, toy.Y, eta=2e-3, steps=3)
    np.testing.assert_allclose(found, np.array([110, 11]) / 101 * (1 - (1 - 0.404) ** 3), rtol=1e-12)


def test_copies_share_out_the_four_masks():
    rng, w = np.random.default_rng(4), np.zeros((2, 2))
    for _ in range(5):
        counts = rng.multinomial(8, [0.49, 0.21, 0.21, 0.09], size=2)
        for chain in range(2):
            slope = np.zeros(2)
            for count, kept in zip(counts[chain], [(0, 0), (1, 0), (0, 1), (1, 1)], strict=True):
                masked = np.array([10.0, 1.0]) * kept / 0.3
                slope += count / 8 * 2 * masked * (masked @ w[chain] - 11)
            w[chain] -= 1e-3 * slope
    found = toy.batch_of_copies(0.3, 1e-3, 5, 2, 8, np.random.default_rng(4))
    np.testing.assert_allclose(found, w, rtol=1e-9)


def test_a_sweep_forgets_as_many_steps_as_it_averages():
    rng, keep = np.random.default_rng(6), 0.7
    step = 0.2 / np.linalg.norm([[100 / keep, 10], [10, 1 / keep]], 2)
    forgotten = linear.simulate(toy.X, toy.Y, keep, step, 6000, 2, rng).last
    runs = linear.simulate(toy.X, toy.Y, keep, step, 6000, 2, rng, start=forgotten).average
    mean, scatter = toy.sweep(np.array([keep]), chains=2, seed=6)
    np.testing.assert_allclose(mean, [runs.mean(axis=0)], rtol=1e-9)
    np.testing.assert_allclose(scatter, [runs.std(axis=0, ddof=1)], rtol=1e-9)


def test_the_scatter_of_one_run_is_that_of_all_its_sequences_of_masks():
    eta, keep, steps = 2e-3, 0.3, 3
    ends, chances = [], []
    for masks in itertools.product(itertools.product((0, 1), repeat=2), repeat=steps):
        w, chance = np.zeros(2), 1.0
        for kept in masks:
            masked = np.array([10.0, 1.0]) * kept / keep
            w = w - 2 * eta * masked * (masked @ w - 11)
            chance *= np.prod([keep if bit else 1 - keep for bit in kept])
        ends.append(w)
        chances.append(chance)
    mean = np.average(ends, axis=0, weights=chances)
    deviation = np.sqrt(np.average((ends - mean) ** 2, axis=0, weights=chances))
    np.testing.assert_allclose(toy.scatter_of_one_run(eta, steps, keep), deviation, rtol=1e-9)


def test_the_notebooks_run_is_a_thousand_steps_of_a_thousandth_with_half_kept():
    assert (toy.ETA, toy.STEPS) == (1e-3, 1000)
    np.testing.assert_array_equal(toy.scatter_of_one_run(), toy.scatter_of_one_run(1e-3, 1000, 0.5))


@pytest.mark.parametrize("keep", [None, 0.3])
def test_adam_walks_the_path_of_torchs_adam(keep):
    weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.01)
    path, strength = [weights.detach().numpy().copy()], 0.0 if keep is None else (1 - keep) / keep
    for _ in range(50):
        shrunk = strength * (torch.tensor(toy.X[0]) * weights).square().sum()
        loss = ((torch.tensor(toy.Y) - torch.tensor(toy.X) @ weights) ** 2).sum() + shrunk
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        path.append(weights.detach().numpy().copy())
    np.testing.assert_allclose(toy.adam(50, keep), path, rtol=1e-9)


def test_the_published_weights_are_those_that_the_notebook_prints():
    assert list(toy.PUBLISHED.values()) == [
        (1.08910891, 0.10891089),
        (1.0784, 0.1078, 0.1078),
        (0.36666667, 3.66666667),
        (0.4911, 3.5101),
        (0.3726, 3.4833),
    ]
