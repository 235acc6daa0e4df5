"""Early stopping against ridge regression: filter by filter on one data set, and test errors over random splits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import lambdify

from dltheory.foundations import derivation
from dltheory.lab.validation import number, whole

from .descent import gradient_descent, spectrum

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FilterConfig:
    """A run with so small a step that gradient descent follows the gradient flow; ``fraction`` is of the largest."""

    fraction: float = 0.001
    steps: int = 4000


@dataclass(frozen=True)
class FilterPaths:
    """Filters of every direction along a path, ``x, descent, ridge: (k, r)``; $x = 2\\tau\\sigma_i^2$."""

    x: Array
    descent: Array
    ridge: Array


def filter_paths(X: Array, y: Array, config: FilterConfig) -> FilterPaths:
    """The fitted fraction of each direction, measured: gradient descent after t steps, and ridge matched to it."""
    fraction = number("fraction", config.fraction, above=0, below=1)
    parts = spectrum(X)
    eta = fraction / parts.sigma[0] ** 2
    times = np.unique(np.geomspace(1, whole("steps", config.steps, at_least=1), 60).astype(int))
    full = (np.linalg.lstsq(X, y, rcond=None)[0] @ parts.V)[: parts.rank]
    path = gradient_descent(X, y, eta, config.steps)[times] @ parts.V[:, : parts.rank]
    strength = lambdify(derivation.tau, derivation.matched_ridge)(eta * times)
    x = 2 * eta * times[:, None] * parts.sigma**2
    return FilterPaths(x, path / full, ridge_fractions(X, y, strength))


def ridge_fractions(X: Array, y: Array, strengths: ArrayLike) -> Array:
    """The share of each least-squares coefficient that ridge regression keeps, for ``strengths: (k,)``: shape (k, r).

    Solved as least squares with the extra rows $\\sqrt\\lambda I$, so no filter formula enters.
    """
    parts, d = spectrum(X), X.shape[1]
    full = (np.linalg.lstsq(X, y, rcond=None)[0] @ parts.V)[: parts.rank]
    targets = np.concatenate([y, np.zeros(d)])
    weights = [
        np.linalg.lstsq(np.vstack([X, np.sqrt(number("strengths", s, above=0)) * np.eye(d)]), targets, rcond=None)[0]
        for s in np.ravel(strengths)
    ]
    return np.array(weights) @ parts.V[:, : parts.rank] / full


@dataclass(frozen=True)
class SplitsConfig:
    """Repeated random splits: how many, how many training examples, and the times at which to stop."""

    splits: int = 200
    train: int = 60
    times: int = 40  # how many, evenly spaced in the logarithm
    steps: int = 4000  # gradient descent steps to the longest time
    seed: int = 0


@dataclass(frozen=True)
class SplitErrors:
    """Test errors over those of the training mean, ``descent, ridge: (splits, k)``, at the times ``tau: (k,)``."""

    tau: Array
    descent: Array
    ridge: Array


def split_errors(X: Array, y: Array, config: SplitsConfig) -> SplitErrors:
    """Mean squared test error of gradient descent stopped at time $\\tau$ and of ridge with $\\lambda=1/(2\\tau)$.

    Each split draws ``train`` rows; means of the training rows are removed from training and test rows alike, which is
    an intercept without penalty. All splits share one step size, half the smallest of their largest stable steps.
    """
    splits, train = whole("splits", config.splits, at_least=1), whole("train", config.train, at_least=2)
    if train >= len(X):
        raise ValueError(f"train = {train}: it must be below the number of rows, {len(X)}")
    rng = np.random.default_rng(config.seed)
    order = np.array([rng.permutation(len(X)) for _ in range(splits)])
    X_train, y_train, X_test, y_test = (
        X[order[:, :train]],
        y[order[:, :train]],
        X[order[:, train:]],
        y[order[:, train:]],
    )
    X_mean, y_mean = X_train.mean(axis=1, keepdims=True), y_train.mean(axis=1, keepdims=True)
    X_train, X_test, y_train, y_test = X_train - X_mean, X_test - X_mean, y_train - y_mean, y_test - y_mean

    G = X_train.transpose(0, 2, 1) @ X_train
    c = np.einsum("sni,sn->si", X_train, y_train)
    largest = np.linalg.eigvalsh(G)[:, -1].max()
    eta = 0.5 / largest
    steps = np.unique(np.geomspace(1, config.steps, config.times).astype(int))

    def test_error(w: Array) -> Array:
        residual = y_test - np.einsum("smi,si->sm", X_test, w)
        return (residual**2).mean(axis=1) / (y_test**2).mean(axis=1)

    descent, w = [], np.zeros_like(c)
    for step in range(1, steps[-1] + 1):
        w = w - 2 * eta * ((G @ w[..., None])[..., 0] - c)
        if step in steps:
            descent.append(test_error(w))
    strength = lambdify(derivation.tau, derivation.matched_ridge)(eta * steps)
    ridge = [test_error(np.linalg.solve(G + s * np.eye(X.shape[1]), c[..., None])[..., 0]) for s in strength]
    return SplitErrors(eta * steps, np.array(descent).T, np.array(ridge).T)
