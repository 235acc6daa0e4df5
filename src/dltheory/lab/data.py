"""The regression problem of the experiments, shipped with scikit-learn; sets of images are in ``images``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Regression:
    """A regression problem: design matrix ``X: (n, d)``, targets ``y: (n,)`` and the names of the d features."""

    X: NDArray[np.float64]
    y: NDArray[np.float64]
    features: tuple[str, ...]


@cache
def diabetes() -> Regression:
    """Disease progression of 442 patients and ten measurements of each (Efron et al. 2004), from scikit-learn.

    Columns of ``X`` have mean 0 and norm 1, as shipped. ``y`` has its mean removed: with centred columns that is least
    squares with an intercept, so no column of ones is needed. The arrays are read-only.
    """
    from sklearn.datasets import load_diabetes

    shipped = load_diabetes(scaled=True)
    X = np.ascontiguousarray(shipped.data, dtype=np.float64)
    y = shipped.target - shipped.target.mean()
    X.setflags(write=False)
    y.setflags(write=False)
    return Regression(X, y, tuple(shipped.feature_names))
