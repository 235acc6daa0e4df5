"""What the figure to touch computes with, one sample with two features: evidence for the theorems that it draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import minimiser, one_sample
from dltheory.dropout.derivation.symbols import eta, keep, x_1, x_2, y
from dltheory.dropout.experiment import covariance, linear
from verifiedbook.claims import Agreement, Identity, NearMiss

_SCOPE = "one sample, two features"
_CLOSED = "a closed form against eigenvalues or a linear system of at most four rows"


def contributions() -> list[Identity]:
    """Each feature times its weight, for any features and in the toy problem."""
    shared = minimiser.equal_contribution.subs({minimiser.d: 2, minimiser.ridge: (1 - keep) / keep})
    return [
        Identity(
            lambda: [x * weight for x, weight in zip((x_1, x_2), one_sample.solution(), strict=True)],
            [shared, shared],
            scope=_SCOPE,
            near_misses=[NearMiss("nothing is held back", rhs=[y / 2, y / 2])],
        ),
        Identity(
            lambda: [x * weight for x, weight in zip((10, 1), minimiser.toy_minimiser(), strict=True)],
            [shared.subs(y, 11), shared.subs(y, 11)],
            scope="the toy problem, every p",
            near_misses=[NearMiss("nothing is held back", rhs=[sp.Rational(11, 2), sp.Rational(11, 2)])],
        ),
    ]


def least_norm() -> Identity:
    """Where descent ends, a multiple of the features that fits the target."""
    return Identity(
        one_sample.least_norm,
        lambda: sp.Matrix([x_1, x_2]) * y / (x_1**2 + x_2**2),
        scope=_SCOPE,
        near_misses=[NearMiss("equal contributions", rhs=lambda: sp.Matrix([y / x_1, y / x_2]) / 2)],
    )


def equal_condition() -> Agreement:
    """The condition number in standardised coordinates, against NumPy's."""
    return Agreement(
        lambda size, rate: _value(one_sample.equal_condition(), size, rate),
        lambda size, rate: np.linalg.cond(linear.curvature(np.ones((1, 2)), rate)),
        _case,
        because=_CLOSED,
        near_misses=[NearMiss("without dropout's ridge", predict=lambda size, rate: 2 / rate)],
    )


def conditions() -> Agreement:
    """The condition number, what it cannot fall below, and the largest eigenvalue, against NumPy's."""

    def computed(size: float, rate: float) -> list[float]:
        row = np.array([[size, 1.0]])
        K, columns = linear.curvature(row, rate), linear.column_norms(row)
        return [np.linalg.cond(K), (columns.max() / columns.min()) ** 2, np.linalg.norm(K, 2)]

    def closed(size: float, rate: float) -> list[float]:
        named = (one_sample.raw_condition(), one_sample.condition_floor(), one_sample.largest_eigenvalue())
        return [_value(each, size, rate) for each in named]

    return Agreement(
        closed,
        computed,
        _case,
        because=_CLOSED,
        near_misses=[
            NearMiss("the norms' ratio is not squared", predict=lambda size, rate: [size, *closed(size, rate)[1:]]),
            NearMiss("without dropout", measure=lambda size, rate: computed(size, 1.0)),
        ],
    )


def spread() -> Agreement:
    """The stationary covariance in closed form, against a linear system over all masks."""

    def closed(size: float, rate: float, target: float, step: float) -> list[float]:
        numbers = {one_sample.size: size, keep: rate, y: target, eta: step}
        return [float(entry) for entry in one_sample.covariance().subs(numbers)]

    def solved(size: float, rate: float, target: float, step: float) -> np.ndarray:
        S = covariance.stationary(np.array([[size, 1.0]]), np.array([target]), rate, step)
        return S[np.triu_indices(2)]

    return Agreement(
        closed,
        solved,
        lambda rng: {**_case(rng), "target": rng.uniform(1, 4), "step": rng.uniform(0.002, 0.01)},
        tolerance=1e-9,
        count=20,
        because=_CLOSED,
        near_misses=[
            NearMiss("twice the step", measure=lambda size, rate, target, step: solved(size, rate, target, 2 * step))
        ],
    )


def _case(rng: np.random.Generator) -> dict[str, Any]:
    return {"size": rng.uniform(1.2, 4), "rate": rng.uniform(0.3, 0.9)}


def _value(formula: sp.Expr, size: float, rate: float) -> float:
    return float(formula.subs({one_sample.size: size, keep: rate}))
