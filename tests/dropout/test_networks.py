"""Masks enumerated beyond least squares, against sampling and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from dltheory.dropout.experiment import networks


def test_masks_are_all_there_with_probabilities_that_sum_to_one() -> None:
    bits, probability = networks.all_masks(4, 0.3)
    assert len({tuple(mask) for mask in bits}) == 16
    assert probability.sum() == pytest.approx(1)
    assert probability @ bits == pytest.approx(np.full(4, 0.3))


def test_the_gap_is_that_of_scikit_learns_loss_with_labels() -> None:
    rng = np.random.default_rng(0)
    X, theta, labels = rng.normal(size=(5, 3)), rng.normal(size=3), np.array([0, 1, 1, 0, 1])
    bits, probability = networks.all_masks(3, 0.6)

    def loss(design: np.ndarray) -> float:
        return len(labels) * log_loss(labels, 1 / (1 + np.exp(-(design @ theta))))

    expected = sum(chance * loss(X * mask / 0.6) for mask, chance in zip(bits, probability, strict=True)) - loss(X)
    assert networks.logistic_gap(X, theta, bits / 0.6, probability) == pytest.approx(expected)


@pytest.mark.parametrize("width", [2, 3, 5, 8])
def test_balanced_factors_have_the_right_product_and_equal_shares(width: int) -> None:
    matrix = np.random.default_rng(width).normal(size=(4, 2)) @ np.random.default_rng(9).normal(size=(2, 6))
    W2, W1 = networks.balanced_factors(matrix, width)
    assert W2.shape == (4, width)
    assert pytest.approx(matrix) == W2 @ W1
    products = np.linalg.norm(W2, axis=0) * np.linalg.norm(W1, axis=1)
    assert products == pytest.approx(np.full(width, networks.nuclear_norm(matrix) / width))


def test_no_factors_get_below_the_bound() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        W2, W1 = rng.normal(size=(3, 4)), rng.normal(size=(4, 5))
        assert networks.hidden_penalty(W2, W1) >= networks.nuclear_norm(W2 @ W1) ** 2 / 4 * (1 - 1e-12)


def test_a_width_below_the_rank_is_refused() -> None:
    with pytest.raises(ValueError, match="width = 1: a matrix of rank 2 needs at least 2 hidden units"):
        networks.balanced_factors(np.eye(2), 1)


def test_the_geometric_ensemble_of_one_model_is_that_model() -> None:
    scores = np.array([[1.0, -2.0, 0.5]])
    assert networks.geometric_ensemble(scores, np.ones(1)) == pytest.approx(networks.softmax(scores[0]))


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e20])
@pytest.mark.parametrize("width", [4, 7])
def test_balanced_factors_give_the_matrix_and_every_unit_the_same_share(width: int, scale: float) -> None:
    matrix = scale * np.random.default_rng(4).normal(size=(5, 4))
    above, below = networks.balanced_factors(matrix, width)
    np.testing.assert_allclose(above @ below, matrix, rtol=1e-9, atol=1e-12 * scale)
    shares = np.linalg.norm(above, axis=0) * np.linalg.norm(below, axis=1)
    np.testing.assert_allclose(shares, np.linalg.svd(matrix)[1].sum() / width, rtol=1e-9)
