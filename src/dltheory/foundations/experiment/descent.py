"""Gradient descent on least squares as it is run, and the path that the chapter's formulas predict for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import lambdify

from dltheory.foundations import derivation
from dltheory.lab.validation import matrix, number, vector, whole

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spectrum:
    """The singular value decomposition $X = U\\Sigma V^\\top$ of a design matrix of rank r, largest value first.

    ``sigma: (r,)``, ``U: (n, r)``, and ``V: (d, d)``, whose columns after the r-th span the null space of X.
    """

    sigma: Array
    U: Array
    V: Array

    @property
    def rank(self) -> int:
        return len(self.sigma)

    @property
    def condition_number(self) -> float:
        """$\\kappa = \\sigma_1^2/\\sigma_r^2$."""
        return float((self.sigma[0] / self.sigma[-1]) ** 2)


def spectrum(X: ArrayLike) -> Spectrum:
    """The singular value decomposition of ``X: (n, d)``.

    A singular value below $\\sigma_1\\max(n, d)$ times the rounding unit counts as zero. Raises ValueError if X is not
    a finite matrix or is zero.
    """
    X = matrix("X", X)
    U, sigma, Vt = np.linalg.svd(X, full_matrices=True)
    rank = int((sigma > sigma[0] * max(X.shape) * np.finfo(float).eps).sum())
    if rank == 0:
        raise ValueError("X is zero: every w is a minimiser and there is nothing to descend")
    return Spectrum(sigma[:rank], U[:, :rank], Vt.T)


def gradient_descent(X: ArrayLike, y: ArrayLike, eta: float, steps: int, start: ArrayLike | None = None) -> Array:
    """The iterates $w_{t+1} = w_t - 2\\eta X^\\top(Xw_t - y)$ for t = 0, …, ``steps``: shape (steps + 1, d).

    ``start`` is 0 unless given. Raises ValueError for arrays that are not finite or do not fit, and unless ``eta`` > 0.
    """
    X = matrix("X", X)
    n, d = X.shape
    y = vector("y", y, n)
    eta, steps = number("eta", eta, above=0), whole("steps", steps)
    w = np.zeros(d) if start is None else vector("start", start, d)
    path = np.empty((steps + 1, d))
    path[0] = w
    for t in range(steps):
        w = w - 2 * eta * (X.T @ (X @ w - y))
        path[t + 1] = w
    return path


def predicted_path(X: ArrayLike, y: ArrayLike, eta: float, times: ArrayLike, start: ArrayLike | None = None) -> Array:
    """The iterates at ``times: (k,)`` from the closed form of each direction, without iterating: shape (k, d)."""
    X = matrix("X", X)
    y, eta = vector("y", y, len(X)), number("eta", eta, above=0)
    w = np.zeros(X.shape[1]) if start is None else vector("start", start, X.shape[1])
    parts = spectrum(X)
    r, times = parts.rank, np.asarray(times)[:, None]
    coordinates = np.tile(parts.V.T @ w, (len(times), 1))
    coordinates[:, :r] = _gd_weight()(eta, parts.sigma, times, parts.U.T @ y, coordinates[:, :r])
    return coordinates @ parts.V.T


@cache
def _gd_weight():  # type: ignore[no-untyped-def]
    """The weight of one direction after t steps, compiled from the formula that the book prints."""
    d = derivation
    return lambdify([d.eta, d.sigma, d.t, d.b, d.a], d.gd_weight(d.a), "numpy")
