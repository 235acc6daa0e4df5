"""The toy problem's runs: averaged descent at several keep probabilities, and descent by signs."""

import numpy as np

from dltheory.dropout.experiment import covariance, toy


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
    (row,) = (row for row in toy.variants(chains=2) if row.name == "dropout 0.5, exact")
    np.testing.assert_allclose(row.predicted, [11 / 30, 11 / 3], rtol=1e-12)
    np.testing.assert_allclose(row.measured, [11 / 30, 11 / 3], rtol=1e-12)
