"""Dropout on real data: against the closed form, against ridge regression, and what changing units does to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dltheory.lab.data import diabetes

from . import linear
from .linear import Array


@dataclass(frozen=True)
class Comparison:
    """Weights in standardised coordinates, (d,): closed form, scikit-learn's ridge, averaged stochastic descent.

    ``standard_error`` is that of the averages, over chains.
    """

    features: tuple[str, ...]
    closed_form: Array
    ridge: Array
    averaged: Array
    standard_error: Array


def in_original_units() -> Array:
    """The ten measurements in years, kg/m², mmHg and so on, their means removed: (442, 10)."""
    from sklearn.datasets import load_diabetes

    raw = load_diabetes(scaled=False).data
    return raw - raw.mean(axis=0)


def compare(*, steps: int, chains: int, seed: int, keep: float = 0.8) -> Comparison:
    """Dropout by descent with a fresh mask for every patient and step, by its formula, and by scikit-learn.

    The first quarter of the steps, from 0, is forgotten before averaging begins.
    """
    from sklearn.linear_model import Ridge

    data = diabetes()
    rng = np.random.default_rng(seed)
    eta = 0.1 / float(np.linalg.eigvalsh(linear.curvature(data.X, keep))[-1])
    start = linear.simulate(data.X, data.y, keep, eta, steps // 4, chains, rng).last
    runs = linear.simulate(data.X, data.y, keep, eta, steps - steps // 4, chains, rng, start=start).average
    norms = linear.column_norms(data.X)
    fitted = Ridge(alpha=linear.ridge_strength(keep), fit_intercept=False).fit(data.X / norms, data.y)
    return Comparison(
        data.features,
        norms * linear.minimiser(data.X, data.y, keep),
        fitted.coef_,
        norms * runs.mean(axis=0),
        norms * runs.std(axis=0, ddof=1) / np.sqrt(chains),
    )


def change_of_units(factors: Array, keep: float = 0.8, column: int = 2) -> tuple[Array, Array]:
    """Relative change of the predictions when one column is multiplied by each factor: dropout's and ridge's.

    Ridge regression has dropout's strength and starts from columns of norm 1, where the two agree. (len(factors),)
    each.
    """
    from sklearn.linear_model import Ridge

    data = diabetes()
    ridge = Ridge(alpha=linear.ridge_strength(keep), fit_intercept=False)

    def predictions(X: Array) -> tuple[Array, Array]:
        return X @ linear.minimiser(X, data.y, keep), ridge.fit(X, data.y).predict(X)

    before = predictions(data.X)
    changes = []
    for factor in factors:
        X = data.X.copy()
        X[:, column] *= factor
        changes.append([np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(predictions(X), before, strict=True)])
    return np.array(changes)[:, 0], np.array(changes)[:, 1]


@dataclass(frozen=True)
class Conditioning:
    """Condition numbers at each keep probability, (m,) each, and what is known of them beforehand."""

    keeps: Array
    standardised: Array
    bound: Array
    original: Array
    floor: float


def conditioning(keeps: Array) -> Conditioning:
    """Of dropout's objective on the diabetes data, columns of norm 1 and columns in their own units."""
    X, units = diabetes().X, in_original_units()
    d = X.shape[1]
    squares = np.square(linear.column_norms(units))
    return Conditioning(
        keeps,
        np.array([np.linalg.cond(linear.curvature(X, keep)) for keep in keeps]),
        1 + d * keeps / (1 - keeps),
        np.array([np.linalg.cond(linear.curvature(units, keep)) for keep in keeps]),
        float(squares.max() / squares.min()),
    )


def stable_steps(keeps: Array) -> tuple[Array, float]:
    """Largest stable step of gradient descent at each keep probability, in the original units, and without dropout."""
    units = in_original_units()
    steps = np.array([1 / np.linalg.eigvalsh(linear.curvature(units, keep))[-1] for keep in keeps])
    return steps, float(1 / np.linalg.eigvalsh(units.T @ units)[-1])
