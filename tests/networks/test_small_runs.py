"""Experiments on networks that only long runs call, small: what they say of themselves holds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dltheory.networks.experiment import linearised, minimum, sharpness, surgeon
from dltheory.networks.experiment.training import Method


def test_the_second_term_is_looked_at_from_the_first_step_to_the_last_of_gradient_descent():
    shares = sharpness.second_term(Method(eta=0.05), 0, steps=2, times=2)
    assert list(shares.times) == [0, 1, 2]
    assert np.all(np.diff(shares.loss) < 0)
    with pytest.raises(ValueError, match=r"beta is 0\.5"):
        sharpness.second_term(Method(eta=0.05, beta=0.5), 0, steps=4, times=2)


def test_weights_that_were_not_trained_have_not_moved():
    (run,) = linearised.compare(4, [0], examples=5, steps=0)
    assert run.moved == 0
    assert run.kernel == 0


def test_the_surgeon_s_change_of_a_block_removes_it_and_leaves_the_others_at_their_best(monkeypatch):
    generator = np.random.default_rng(3)
    root = generator.normal(size=(7, 5))
    H, w, block = root.T @ root, generator.normal(size=5), np.array([1, 3])
    monkeypatch.setattr(surgeon, "rises", lambda found, changes: changes)
    found = SimpleNamespace(theta=torch.tensor(w))
    damage, removed, surgery, adjusted = surgeon.block_rises(found, H, [block])
    np.testing.assert_allclose(removed[0], [0, -w[1], 0, -w[3], 0])
    assert damage[0] == pytest.approx(removed[0] @ H @ removed[0] / 2)
    np.testing.assert_allclose((w + adjusted[0])[block], 0, atol=1e-12)
    np.testing.assert_allclose((H @ adjusted[0])[[0, 2, 4]], 0, atol=1e-10)
    assert surgery[0] == pytest.approx(adjusted[0] @ H @ adjusted[0] / 2)


def test_without_memory_a_floor_fills_like_a_geometric_series():
    curvature, left = np.array([0.5, 2.0]), 1 - 0.1 * np.array([0.5, 2.0])
    mean = np.mean([1 - left ** (2 * t) for t in range(6, 11)], axis=0)  # behind five of ten steps
    np.testing.assert_allclose(minimum.filled(curvature, 0.1, 0.0, 10, 5), mean, rtol=1e-12)


def test_a_short_run_fills_a_flat_direction_less_and_a_long_one_fills_both():
    short, long = (minimum.filled(np.array([0.01, 1.0]), 0.1, 0.8, steps, steps // 2) for steps in (400, 40_000))
    assert short[0] < 0.95 < short[1]
    np.testing.assert_allclose(long, 1, rtol=1e-9)
