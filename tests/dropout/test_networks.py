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


def test_what_is_rounding_beside_the_largest_singular_value_needs_no_unit() -> None:
    above, below = networks.balanced_factors(np.diag([1.0, 1e-13]), 1)
    np.testing.assert_allclose(above @ below, np.diag([1.0, 0.0]), atol=1e-12)


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


def test_the_quadratic_penalty_is_a_sum_over_features_of_the_losses_curvature() -> None:
    rng = np.random.default_rng(1)
    X, theta = rng.normal(size=(4, 3)), rng.normal(size=3)
    curvature = 1 / (4 * np.cosh(X @ theta / 2) ** 2)
    wanted = sum(0.7 / 2 * theta[j] ** 2 * X[i, j] ** 2 * curvature[i] for i in range(4) for j in range(3))
    assert networks.quadratic_penalty(X, theta, 0.7) == pytest.approx(wanted, rel=1e-12)


def test_the_ratio_of_gap_and_penalty_tends_to_its_limit_as_little_is_dropped() -> None:
    rng = np.random.default_rng(2)
    X, theta = rng.normal(size=(4, 3)), rng.normal(size=3)
    bits, probability = networks.all_masks(3, 0.8)
    gap = networks.logistic_gap(X, theta, bits / 0.8, probability)
    ratio = gap / networks.quadratic_penalty(X, theta, 0.25)
    assert networks.bernoulli_gap_ratio(X, theta, 0.8) == pytest.approx(ratio, rel=1e-12)
    nearly = networks.bernoulli_gap_ratio(X, theta, 1 - 1e-6)
    assert networks.gap_ratio_limit(X, theta) == pytest.approx(nearly, rel=1e-5)


def test_the_penalty_of_a_hidden_layer_is_a_sum_over_its_units() -> None:
    above, below = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
    assert networks.hidden_penalty(above, below) == pytest.approx((1 + 9) * 2 + (4 + 16 + 1) * 4.25)


def test_an_ensemble_multiplies_probabilities_and_divides_by_their_sum() -> None:
    scores = np.array([[0.0, 1.0, 2.0], [1000.0, 1001.0, 999.0]])
    each = np.exp([[0.0, 1.0, 2.0], [1.0, 2.0, 0.0]])
    each /= each.sum(axis=1, keepdims=True)
    product = each[0] ** 0.25 * each[1] ** 0.75
    found = networks.geometric_ensemble(scores, np.array([0.25, 0.75]))
    np.testing.assert_allclose(found, product / product.sum(), rtol=1e-12)
