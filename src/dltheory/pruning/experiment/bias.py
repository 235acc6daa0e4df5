"""Which singular coordinates magnitude pruning would remove along gradient descent from 0, run and predicted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from sympy import lambdify, nsolve

from dltheory.foundations.experiment import Spectrum, gradient_descent, spectrum
from dltheory.lab.data import diabetes
from dltheory.lab.validation import number, whole
from dltheory.pruning.derivation import bias

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sizes:
    """Magnitudes of the singular coordinates of $w_t$ at ``times: (m,)``, from a run and from the formula.

    ``measured, predicted: (m, r)`` belong to ``sigma: (r,)``, largest first; ``eta`` is the step size.
    """

    sigma: Array
    eta: float
    times: NDArray[np.int64]
    measured: Array
    predicted: Array


@dataclass(frozen=True)
class Design:
    """A synthetic design: ``directions`` singular values in geometric order from 1 down to ``smallest``; n = d + 5."""

    directions: int = 24
    smallest: float = 0.05
    seed: int = 0


def synthetic(config: Design) -> tuple[Array, Array]:
    """A design and targets with $\\lvert u_i^\\top y\\rvert = 1$ for every i; singular vectors at random."""
    d = whole("directions", config.directions, at_least=2)
    smallest = number("smallest", config.smallest, above=0, below=1)
    rng = np.random.default_rng(config.seed)
    U, V = (np.linalg.qr(rng.normal(size=(side, d)))[0] for side in (d + 5, d))
    return (U * np.geomspace(1, smallest, d)) @ V.T, U.sum(axis=1)


def with_equal_targets(X: ArrayLike) -> tuple[Array, Array]:
    """``X`` and the targets $y=\\sum_iu_i$: every $u_i^\\top y$ is 1."""
    X = np.asarray(X, dtype=float)
    return X, spectrum(X).U.sum(axis=1)


def sizes(X: ArrayLike, y: ArrayLike, times: ArrayLike, fraction: float = 0.25) -> Sizes:
    """Coordinates along gradient descent from 0 with $\\eta\\sigma_1^2$ = ``fraction``, below ½, at ``times``."""
    times = np.asarray(times, dtype=np.int64)
    if times.ndim != 1 or len(times) == 0 or times.min() < 1:
        raise ValueError(f"times has shape {times.shape}: it must be a list of whole numbers of at least 1")
    parts = spectrum(X)
    eta = number("fraction", fraction, above=0, below=0.5) / parts.sigma[0] ** 2
    path = gradient_descent(X, y, eta, int(times.max()))[times]
    measured = np.abs(path @ parts.V[:, : parts.rank])
    return Sizes(parts.sigma, eta, times, measured, predicted_sizes(parts, np.asarray(y, dtype=float), eta, times))


def predicted_sizes(parts: Spectrum, y: Array, eta: float, times: ArrayLike) -> Array:
    """The formula for every direction of ``parts`` at ``times: (m,)``: shape (m, r)."""
    return size_formula()(eta, parts.sigma, np.asarray(times)[:, None], np.abs(parts.U.T @ y))


@cache
def size_formula():  # type: ignore[no-untyped-def]
    """Size of a coordinate from step size, singular value, time and $\\lvert u^\\top y\\rvert$, compiled."""
    return lambdify([bias.eta, bias.sigma, bias.t, bias.target], bias.coordinate_size, "numpy")


def removed(magnitudes: ArrayLike, count: int) -> NDArray[np.int64]:
    """Places of the ``count`` smallest entries of ``magnitudes: (r,)``, sorted; among equals the later ones go."""
    magnitudes = np.asarray(magnitudes, dtype=float)
    if whole("count", count) > len(magnitudes):
        raise ValueError(f"count = {count}: there are only {len(magnitudes)} coordinates")
    order = np.lexsort((-np.arange(len(magnitudes)), magnitudes))
    return np.sort(order[:count])


def among_smallest(magnitudes: Array, count: int) -> NDArray[np.int64]:
    """How many of the ``count`` coordinates removed are those with the smallest $\\sigma$: one number a row, (m,)."""
    width = magnitudes.shape[1]
    return np.array([(removed(row, count) >= width - count).sum() for row in magnitudes])


def rank_of_flattest(magnitudes: Array) -> NDArray[np.int64]:
    """How many coordinates are smaller than that of the smallest $\\sigma$: one number a row of (m, r), shape (m,)."""
    return (magnitudes < magnitudes[:, -1:]).sum(axis=1)


@cache
def flow_peak() -> float:
    """$x^\\star$, the positive solution of $e^x=1+2x$."""
    return float(nsolve(bias.flow_turning_point, bias.x, 1.25))


def peak(steps: int) -> float:
    """$\\zeta_t$, the $\\zeta=2\\eta\\sigma^2$ in (0, 1) at which the size is largest after ``steps`` of at least 2."""
    turning = lambdify(bias.kept, bias.turning_in_factor.subs(bias.t, whole("steps", steps, at_least=2)))
    rising = (2 * steps - 2) / (2 * steps - 1)  # from 0 to here the turning function rises through its only zero
    return 1 - float(brentq(turning, 0, rising, xtol=1e-15))


def turning_times(found: Sizes) -> tuple[float, float]:
    """When the peak passes the largest and the smallest $\\sigma$: $x^\\star/(2\\eta\\sigma_1^2)$, $x^\\star/(2\\eta
    \\sigma_r^2)$."""
    first, last = (flow_peak() / (2 * found.eta * value**2) for value in found.sigma[[0, -1]])
    return float(first), float(last)


def is_band(kept: ArrayLike) -> bool:
    """Whether the places ``kept`` are consecutive."""
    kept = np.sort(np.asarray(kept))
    return bool(len(kept) == 0 or kept[-1] - kept[0] + 1 == len(kept))


@cache
def on_diabetes(
    steps: int = 5000, points: int = 50, equal_targets: bool = False, times: tuple[int, ...] | None = None
) -> Sizes:
    """The diabetes data, $\\eta\\sigma_1^2=\\frac14$, at ``times``, or at about ``points`` times up to ``steps``.

    ``equal_targets`` replaces the targets by $\\sum_iu_i$.
    """
    data = diabetes()
    X, y = with_equal_targets(data.X) if equal_targets else (data.X, data.y)
    return sizes(X, y, np.unique(np.geomspace(1, steps, points).astype(int)) if times is None else times)
