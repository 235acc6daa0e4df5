"""The share of the squared norm that pruning removes: predicted for Gaussian weights, and counted on any array."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import lambdify

from dltheory.lab.validation import whole
from dltheory.pruning.derivation import gaussian

Array = NDArray[np.float64]


def removed_share(fraction: ArrayLike) -> Array:
    """The share that the fraction s of smallest Gaussian weights holds, for every s in [0, 1]; ``fraction``'s shape.

    Raises ValueError outside of [0, 1].
    """
    fraction = np.asarray(fraction, dtype=float)
    if not ((fraction >= 0) & (fraction <= 1)).all():
        raise ValueError(f"fraction = {fraction}: every entry must lie in [0, 1]")
    inside = np.clip(fraction, None, np.nextafter(1, 0))  # the threshold is infinite at 1, where the share is 1
    return np.where(fraction == 1, 1.0, _share()(inside))


def measured_share(weights: ArrayLike, count: int) -> float:
    """The share of $\\lVert w\\rVert^2$ in the ``count`` entries of smallest magnitude: exactly that many, ties or not.

    Raises ValueError if there are fewer entries, or if all are 0.
    """
    return float(_cumulated(weights)[_checked(count, np.size(weights))])


def measured_curve(weights: ArrayLike, fractions: ArrayLike) -> Array:
    """The same for the fractions s, rounded to a whole number of weights: shape of ``fractions``."""
    fractions = np.asarray(fractions, dtype=float)
    counts = np.rint(fractions * np.size(weights)).astype(int)
    if counts.size and not (counts.min() >= 0 and counts.max() <= np.size(weights)):
        raise ValueError(f"fractions = {fractions}: every entry must lie in [0, 1]")
    return _cumulated(weights)[counts]


@cache
def _share():  # type: ignore[no-untyped-def]
    return lambdify(gaussian.s, gaussian.share_of_smallest(), ["scipy", "numpy"])


def _checked(count: int, size: int) -> int:
    if whole("count", count) > size:
        raise ValueError(f"count = {count}: there are only {size} weights")
    return count


def _cumulated(weights: ArrayLike) -> Array:
    """Shares of the squared norm in the 0, 1, … smallest entries, increasing from 0 to 1."""
    squares = np.sort(np.square(np.ravel(np.asarray(weights, dtype=float))))
    if not np.isfinite(squares).all():
        raise ValueError("weights has entries that are NaN or infinite, or too large to square")
    total = squares.sum()
    if not total > 0:
        raise ValueError("weights is zero: there is no squared norm to share")
    return np.concatenate([[0.0], np.cumsum(squares) / total])
