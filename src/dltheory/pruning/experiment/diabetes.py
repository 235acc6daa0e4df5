"""Pruning a real regression: ten weights of the diabetes data, all 1024 sets, in two systems of units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from dltheory.dropout.experiment.diabetes import in_original_units
from dltheory.lab.data import diabetes

from . import linear, random_pruning
from .linear import Array

MAGNITUDE, MAGNITUDE_UNITS = "magnitude, unit columns (= OBD)", "magnitude, original units"
SURGEON, GREEDY = "OBS, ranked once", "OBS, greedy"


@dataclass(frozen=True)
class Curves:
    """Rises of the loss over the explained sum of squares, for 0 to d removed weights, by criterion: (d + 1,) each.

    ``before`` and ``after`` refitting the kept weights, from evaluated losses; ``predicted_before`` and
    ``predicted_after`` from the formulas. ``best``, ``mean`` and ``spread`` (10 % and 90 % quantile, (2, d + 1)) are
    over all sets of a size, first before, then after refitting; ``predicted_mean`` is that of random pruning with a
    fixed count, before.
    """

    before: Mapping[str, Array]
    after: Mapping[str, Array]
    predicted_before: Mapping[str, Array]
    predicted_after: Mapping[str, Array]
    best: tuple[Array, Array]
    mean: tuple[Array, Array]
    spread: tuple[Array, Array]
    predicted_mean: Array


@cache
def subsets() -> linear.Subsets:
    """Every set of the ten weights, pruned and refitted."""
    data = diabetes()
    return linear.all_subsets(data.X, data.y)


def explained() -> float:
    """$\\lVert X\\hat w\\rVert^2$: what all ten weights together lower the loss by."""
    return float(subsets().before[-1][0])


def orders() -> dict[str, list[int]]:
    """The order in which each criterion removes the weights."""
    data = diabetes()
    w, own_units = linear.least_squares(data.X, data.y), linear.least_squares(in_original_units(), data.y)
    return {
        MAGNITUDE: linear.order(np.abs(w)),
        MAGNITUDE_UNITS: linear.order(np.abs(own_units)),
        SURGEON: linear.order(linear.surgeon_saliencies(2 * data.X.T @ data.X, w)),
        GREEDY: linear.greedy_surgeon(data.X, data.y),
    }


def measured_rise(removed: tuple[int, ...], refitted: bool) -> float:
    """The rise for one set, from the losses evaluated for all of them."""
    found, P = subsets(), tuple(sorted(removed))
    return float((found.after if refitted else found.before)[len(P)][found.sets[len(P)].index(P)])


def predicted_rise(removed: tuple[int, ...], refitted: bool) -> float:
    """The rise for one set, from the formulas."""
    data = diabetes()
    w = linear.least_squares(data.X, data.y)
    rise = linear.predicted_rise(data.X, w, removed)
    return rise - linear.predicted_recovery(data.X, w, removed) if refitted else rise


def curves() -> Curves:
    """All criteria side by side. No randomness: random pruning is the mean over every set of a size."""
    found, total, chosen = subsets(), explained(), orders()
    d = len(found.sets) - 1

    def along(rise: Callable[[tuple[int, ...], bool], float], refitted: bool) -> dict[str, Array]:
        return {
            name: np.array([rise(tuple(order[:count]), refitted) for count in range(d + 1)]) / total
            for name, order in chosen.items()
        }

    both = (found.before, found.after)
    return Curves(
        along(measured_rise, False),
        along(measured_rise, True),
        along(predicted_rise, False),
        along(predicted_rise, True),
        tuple(np.array([group.min() for group in groups]) / total for groups in both),
        tuple(np.array([group.mean() for group in groups]) / total for groups in both),
        tuple(np.array([np.quantile(group, (0.1, 0.9)) for group in groups]).T / total for groups in both),
        np.array([random_rise(d - count) for count in range(d + 1)]) / total,
    )


def random_rise(kept: int) -> float:
    """The mean rise of the loss when ``kept`` weights, chosen at random, stay: from the formula for a fixed count."""
    data = diabetes()
    w = linear.least_squares(data.X, data.y)
    return random_pruning.expected_loss_fixed_count(data.X, data.y, w, kept) - linear.loss(data.X, data.y, w)


@dataclass(frozen=True)
class Saliencies:
    """Of each weight over the explained sum of squares, (d,) each: OBD's, OBS's, and $\\hat\\sigma^2t_j^2$ from
    statsmodels; ``threshold`` is $4\\hat\\sigma^2$, where $\\lvert t_j\\rvert=2$."""

    features: tuple[str, ...]
    damage: Array
    surgeon: Array
    t_square: Array
    threshold: float


def saliencies() -> Saliencies:
    """The two saliencies of the ten weights and what regression software says of them."""
    from statsmodels.api import OLS

    data, total = diabetes(), explained()
    w, fitted = linear.least_squares(data.X, data.y), OLS(data.y, data.X).fit()
    return Saliencies(
        data.features,
        linear.damage_saliencies(data.X, w) / total,
        linear.surgeon_saliencies(2 * data.X.T @ data.X, w) / total,
        fitted.mse_resid * np.square(fitted.tvalues) / total,
        4 * float(fitted.mse_resid) / total,
    )


@dataclass(frozen=True)
class FineTuning:
    """Rise of the loss over the explained sum of squares along masked descent, (steps + 1,), and its predicted ends;
    condition numbers of the Hessian and of its kept block."""

    path: Array
    start: float
    end: float
    condition: float
    kept_condition: float


def fine_tuning(criterion: str, *, steps: int, count: int = 5) -> FineTuning:
    """Remove the first ``count`` weights in the order of ``criterion`` at once, then descend with the mask fixed.

    The step is $1/\\lambda_{\\max}(H)$ of the whole problem: what was stable before pruning is stable after it.
    """
    data, total = diabetes(), explained()
    w = linear.least_squares(data.X, data.y)
    removed = tuple(orders()[criterion][:count])
    kept = [index for index in range(len(w)) if index not in removed]
    H = 2 * data.X.T @ data.X
    eta = 1 / float(np.linalg.eigvalsh(H)[-1])
    losses = linear.masked_descent(data.X, data.y, w, removed, eta, steps)
    return FineTuning(
        (losses - linear.loss(data.X, data.y, w)) / total,
        predicted_rise(removed, False) / total,
        predicted_rise(removed, True) / total,
        float(np.linalg.cond(H)),
        float(np.linalg.cond(H[np.ix_(kept, kept)])),
    )
