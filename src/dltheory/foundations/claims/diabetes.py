"""What the formulas predict for the diabetes data and what runs on it show; each is computed once."""

from __future__ import annotations

from functools import cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from dltheory.foundations import derivation as d
from dltheory.foundations.experiment import (
    DescentConfig,
    FilterConfig,
    Limits,
    filter_paths,
    predicted_limits,
    spectrum,
)
from dltheory.foundations.experiment.diabetes import (
    fastest_step,
    iterations_to_accuracy,
    largest_stable_step,
    measured_rate,
)
from dltheory.lab.data import diabetes

Array = NDArray[np.float64]
CONFIG = DescentConfig()


@cache
def predicted() -> Limits:
    return predicted_limits(diabetes().X, diabetes().y, CONFIG)


@cache
def measured_stable_step() -> float:
    return largest_stable_step(diabetes().X, diabetes().y, CONFIG)


@cache
def measured_fastest_step() -> float:
    return fastest_step(diabetes().X, diabetes().y, measured_stable_step(), CONFIG)


def predicted_exponents() -> Array:
    """$-\\ln$ of the rate at each step: rates near 1 differ little, exponents do."""
    return -np.log(predicted().rate)


@cache
def measured_exponents() -> Array:
    data = diabetes()
    return -np.log([measured_rate(data.X, data.y, eta, CONFIG) for eta in predicted().eta])


def exponents_with_momentums_rate() -> Array:
    """The predicted exponents with $(\\sqrt\\kappa-1)/(\\sqrt\\kappa+1)$ for the best step, which needs momentum."""
    root = spectrum(diabetes().X).condition_number ** 0.5
    return np.append(predicted_exponents()[:-1], -np.log((root - 1) / (root + 1)))


@cache
def counted_iterations() -> Array:
    data = diabetes()
    return np.array([iterations_to_accuracy(data.X, data.y, eta, CONFIG) for eta in predicted().eta])


def iterations_from_rate() -> Array:
    """What the rate alone promises from every start; a given start may need fewer."""
    return np.ceil(np.log(CONFIG.accuracy) / np.log(predicted().rate))


def largest_ratio() -> float:
    """The formula for the largest ratio of the filters at the root of the slope."""
    return float(d.largest_ratio.subs(d.x, sp.nsolve(d.ratio_turning_point, d.x, 1.8)))


@cache
def measured_ratios() -> tuple[float, float]:
    """The largest and the smallest ratio of early stopping to ridge over all directions and times."""
    paths = filter_paths(diabetes().X, diabetes().y, FilterConfig())
    ratio = paths.descent / paths.ridge
    return float(ratio.max()), float(ratio.min())
