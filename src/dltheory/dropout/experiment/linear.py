"""Dropout in linear regression: losses, the minimiser, and many chains of stochastic gradient descent at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dltheory.dropout.derivation import minimiser as derivation
from dltheory.lab import validation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chains:
    """Independent runs of the same iteration. ``last``: (chains, d); ``average`` the mean of all iterates but the
    start, likewise; both rows in the same order."""

    last: Array
    average: Array


@cache
def _minimiser_function() -> Callable[..., Any]:
    from sympy import lambdify

    arguments = (derivation.X, derivation.target, derivation.Gamma, derivation.ridge)
    return lambdify(arguments, derivation.minimiser, "numpy")


def keep_probability(value: float) -> float:
    """``value`` if it is a keep probability strictly between 0 and 1. Raises ValueError."""
    return validation.number("keep", value, above=0, below=1)


def ridge_strength(keep: float) -> float:
    """$(1-p)/p$; 0 at $p = 1$."""
    keep = validation.number("keep", keep, above=0)
    if keep > 1:
        raise ValueError(f"keep = {keep:g}: a keep probability is at most 1")
    return (1 - keep) / keep


def column_norms(X: Array) -> Array:
    """$\\lVert X_{:j}\\rVert$: (d,)."""
    return np.sqrt(np.square(X).sum(axis=0))


def minimiser(X: Array, y: Array, keep: float) -> Array:
    """The minimiser of dropout's expected loss, $(G+\\lambda\\Gamma^2)^{-1}X^\\top y$: (d,).

    ``X``: (n, d) without a zero column, ``y``: (n,), ``keep`` strictly between 0 and 1. Raises ValueError.
    """
    X = validation.matrix("X", X)
    y = validation.vector("y", y, X.shape[0])
    norms = column_norms(X)
    if not norms.all():
        raise ValueError(f"X has a column of zeros (number {int(norms.argmin())}): its weight is not determined")
    strength = ridge_strength(keep_probability(keep))
    return np.asarray(_minimiser_function()(X, y[:, None], np.diag(norms), strength))[:, 0]


def curvature(X: Array, keep: float) -> Array:
    """$G + \\lambda\\operatorname{diag}G$, half the Hessian: (d, d)."""
    gram = X.T @ X
    return gram + ridge_strength(keep) * np.diag(np.diag(gram))


def penalised_loss(X: Array, y: Array, w: Array, keep: float) -> float:
    """$\\lVert y-Xw\\rVert^2 + \\lambda\\lVert\\Gamma w\\rVert^2$."""
    return float(np.square(y - X @ w).sum() + ridge_strength(keep) * np.square(column_norms(X) * w).sum())


def inverted_masks(rng: np.random.Generator, shape: tuple[int, ...], keep: float) -> Array:
    """Independent entries $B/p$."""
    return (rng.random(shape) < keep) / keep


def mean_path(X: Array, y: Array, keep: float, eta: float, steps: int, start: Array | None = None) -> Array:
    """The mean of the iterates: gradient descent on the penalised loss, (steps + 1, d)."""
    K, pull = curvature(X, keep), X.T @ y
    path = [np.zeros(X.shape[1]) if start is None else np.asarray(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - 2 * eta * (K @ path[-1] - pull))
    return np.array(path)


def simulate(
    X: Array,
    y: Array,
    keep: float,
    eta: float,
    steps: int,
    chains: int,
    rng: np.random.Generator,
    *,
    batch: int = 1,
    shared: bool = False,
    start: Array | None = None,
) -> Chains:
    """Stochastic gradient descent with inverted dropout: a fresh mask a step, from 0 unless told otherwise.

    ``start`` is one for all chains, (d,), or one each, (chains, d). All rows of ``X`` are used in a step; ``shared``
    gives them one mask. The gradient is the mean over ``batch`` masks, which
    is what a batch of copies of the data does. The step is $w - \\eta\\nabla$ with $\\nabla = 2X_B^\\top(X_Bw-y)$.
    """
    keep, eta = keep_probability(keep), validation.number("eta", eta, above=0)
    rows, d = X.shape
    w = np.array(np.broadcast_to(0.0 if start is None else start, (chains, d)), dtype=float)
    total = np.zeros_like(w)
    for _ in range(steps):
        gradient = np.zeros_like(w)
        for _ in range(batch):
            masked = X * inverted_masks(rng, (chains, 1 if shared else rows, d), keep)
            residual = np.einsum("cnd,cd->cn", masked, w) - y
            gradient += np.einsum("cnd,cn->cd", masked, residual)
        w = w - 2 * eta / batch * gradient
        total += w
    return Chains(w, total / max(steps, 1))
