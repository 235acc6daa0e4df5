"""Dropout beyond least squares, by enumerating masks: logistic regression, a hidden layer, softmax ensembles."""

from __future__ import annotations

from itertools import product

import numpy as np

from .linear import Array


def all_masks(features: int, keep: float) -> tuple[Array, Array]:
    """Every 0/1 mask, (2^d, d), and its probability, (2^d,)."""
    bits = np.array(list(product((0.0, 1.0), repeat=features)))
    return bits, np.prod(np.where(bits > 0, keep, 1 - keep), axis=1)


def log_partition(scores: Array) -> Array:
    """$\\log(1+e^z)$, without overflow."""
    return np.logaddexp(0.0, scores)


def logistic_gap(X: Array, theta: Array, noise: Array, probability: Array) -> float:
    """Expected logistic loss under multiplicative noise of mean 1, less the loss without: the labels cancel.

    ``noise``: (m, d), one vector of factors an outcome; every row of ``X`` meets every outcome.
    """
    scores = (noise[:, None, :] * X) @ theta  # (m, n)
    return float(probability @ log_partition(scores).sum(axis=1) - log_partition(X @ theta).sum())


def quadratic_penalty(X: Array, theta: Array, variance: float) -> float:
    """$\\frac v2\\theta^\\top\\operatorname{diag}(X^\\top SX)\\theta$ with $S=\\operatorname{diag}\\pi(1-\\pi)$."""
    pi = 1 / (1 + np.exp(-(X @ theta)))
    return float(variance / 2 * (np.square(X * theta) * (pi * (1 - pi))[:, None]).sum())


def bernoulli_gap_ratio(X: Array, theta: Array, keep: float) -> float:
    """Gap under inverted dropout over the quadratic penalty at variance $(1-p)/p$."""
    bits, probability = all_masks(len(theta), keep)
    gap = logistic_gap(X, theta, bits / keep, probability)
    return gap / quadratic_penalty(X, theta, (1 - keep) / keep)


def gap_ratio_limit(X: Array, theta: Array) -> float:
    """Its limit as $p\\to1$: $\\sum_{i,j}[A(z_i-a_{ij})-A(z_i)+a_{ij}A'(z_i)]$ over the quadratic penalty at variance
    1."""
    z = (X @ theta)[:, None]
    pull = X * theta  # what feature j adds to the score
    divergence = log_partition(z - pull) - log_partition(z) + pull / (1 + np.exp(-z))
    return float(divergence.sum() / quadratic_penalty(X, theta, 1.0))


def nuclear_norm(matrix: Array) -> float:
    """The sum of the singular values."""
    return float(np.linalg.svd(matrix, compute_uv=False).sum())


def hidden_penalty(W2: Array, W1: Array) -> float:
    """$\\sum_j\\lVert W_{2,:j}\\rVert^2\\lVert W_{1,j:}\\rVert^2$: the penalty over $\\lambda$ for whitened inputs."""
    return float((np.square(W2).sum(axis=0) * np.square(W1).sum(axis=1)).sum())


def balanced_factors(matrix: Array, width: int) -> tuple[Array, Array]:
    """$W_2$, $W_1$ with $W_2W_1$ = ``matrix`` and all products of norms equal to nuclear norm over width.

    ``width`` is at least the rank. $W_2=U\\Sigma^{1/2}R$, $W_1=R^\\top\\Sigma^{1/2}V^\\top$, where the rotation $R$
    gives $R^\\top\\Sigma R$ a constant diagonal: each plane rotation sets one entry to the mean, so ``width`` - 1 are
    enough.
    """
    U, sigma, Vt = np.linalg.svd(matrix, full_matrices=False)
    rank = int((sigma > 1e-12 * sigma[0]).sum())
    if width < rank:
        raise ValueError(f"width = {width}: a matrix of rank {rank} needs at least {rank} hidden units")
    values = np.zeros(width)
    values[:rank] = sigma[:rank]
    square, rotation, mean = np.diag(values), np.eye(width), values.mean()
    for _ in range(width - 1):
        diagonal = np.diag(square)
        low, high = int(diagonal.argmin()), int(diagonal.argmax())
        if diagonal[high] - diagonal[low] < 1e-15 * max(mean, 1e-300):
            break
        # t solves (a t² + 2 c t + b) / (1 + t²) = mean, with a <= mean <= b on the diagonal
        a, b, c = diagonal[low] - mean, diagonal[high] - mean, square[low, high]
        tangent = (-c + np.sqrt(c * c - a * b)) / a if a else 0.0
        cosine = 1 / np.sqrt(1 + tangent**2)
        plane = np.eye(width)
        plane[[low, high], [low, high]] = cosine * tangent
        plane[low, high], plane[high, low] = -cosine, cosine
        square, rotation = plane.T @ square @ plane, rotation @ plane
    half = np.sqrt(values)
    left = np.zeros((matrix.shape[0], width))
    right = np.zeros((width, matrix.shape[1]))
    left[:, :rank], right[:rank] = U[:, :rank], Vt[:rank]
    return (left * half) @ rotation, rotation.T @ (half[:, None] * right)


def softmax(scores: Array) -> Array:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def geometric_ensemble(scores: Array, weights: Array) -> Array:
    """The normalised weighted geometric mean of the softmax outputs: ``scores`` (m, classes), ``weights`` (m,)."""
    logs = weights @ np.log(softmax(scores))
    return softmax(logs)
