"""What pruning at random costs when the number of weights that stay is fixed."""

from __future__ import annotations

import numpy as np

from dltheory.dropout.derivation import symbols as moments
from dltheory.lab import validation
from dltheory.pruning.derivation import random_pruning

from .linear import Array, function_of


def expected_loss_fixed_count(X: Array, y: Array, w: Array, kept: int) -> float:
    """The mean loss when ``kept`` of the d weights stay, all choices equally likely, and the others are zero."""
    d = X.shape[1]
    kept = validation.whole("kept", kept)
    if d < 2 or kept > d:
        raise ValueError(f"kept = {kept} of {d} weights: at least two weights and no more kept than there are")
    prediction = X @ w
    arguments = (moments.keep, moments.d, moments.target_square, moments.cross, moments.prediction_square)
    values = (kept / d, d, y @ y, y @ prediction, prediction @ prediction)
    formula = function_of(random_pruning.fixed_count_loss, *arguments, moments.penalty)
    return float(formula(*values, (np.square(X).sum(axis=0) * w**2).sum()))
