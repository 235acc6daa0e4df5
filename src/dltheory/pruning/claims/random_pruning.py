"""Random pruning: each weight by a coin of its own is dropout's loss, a fixed number of weights is not quite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import sympy as sp

from dltheory.dropout.derivation import objective, sums
from dltheory.dropout.derivation import printed as words
from dltheory.dropout.derivation.symbols import (
    cross,
    d,
    keep,
    penalty,
    prediction_square,
    ridge,
    target_square,
)
from dltheory.pruning.derivation import random_pruning as r
from dltheory.pruning.derivation.quadratic import saliency
from dltheory.pruning.derivation.symbols import G_jj, w_j
from verifiedbook.claims import Clauses, Exact, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Sums
from verifiedbook.reading import over

from .printed import X, w, w_hat, y

Masks = Iterator[tuple[tuple[int, ...], sp.Expr]]

#: The example of the theorem; a wide design; orthogonal columns; a single sample.
INSTANCES: list[dict[str, Any]] = [
    {
        "X": sp.Matrix(r.EXAMPLE_ROWS),
        "y": sp.Matrix(r.EXAMPLE_TARGETS),
        "w": sp.Matrix(r.EXAMPLE_WEIGHTS),
        "k": 2,
    },
    {
        "X": sp.Matrix([[1, -2, 0, 3], [2, 1, 1, -1]]),
        "y": sp.Matrix([1, 5]),
        "w": sp.Matrix([1, sp.Rational(-1, 2), 2, sp.Rational(1, 3)]),
        "k": 1,
    },
    {
        "X": sp.Matrix([[1, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]]),
        "y": sp.Matrix([1, 2, 0, -1]),
        "w": sp.Matrix([2, 1, -1]),
        "k": 2,
    },
    {"X": sp.Matrix([[3, 1]]), "y": sp.Matrix([2]), "w": sp.Matrix([1, -1]), "k": 1},
]


@claim(
    "thm-random-pruning-is-dropout",
    uses=["thm-dropout-expected-loss", "cor-dropout-ridge", "thm-obd"],
    source="srivastava2014",
)
def pruning_at_random_is_dropout() -> Clauses:
    """Moments of a mask put into the squared residuals, for symbolic n and d; all masks of small problems."""
    original, saliency_part = r.penalty_summands()
    strength = {ridge: objective.ridge_strength}
    return clauses(
        i=[
            Identity(
                r.derive_independent_loss,
                objective.expected_loss,
                given=[keep <= 1],
                near_misses=[
                    NearMiss("the loss of the mean weights", rhs=objective.expected_loss - keep * (1 - keep) * penalty),
                    NearMiss("p is the share that is pruned", rhs=objective.expected_loss.subs(keep, 1 - keep)),
                    NearMiss("a fixed number of weights", rhs=r.fixed_count_loss),
                ],
            ),
            Exact(
                lambda X, y, w, k: _evaluated(objective.expected_loss, X, y, w, k),
                lambda X, y, w, k: _mean(X, y, w, _coins(X.cols, sp.Rational(k, X.cols))),
                INSTANCES,
                near_misses=[
                    NearMiss(
                        "a fixed number of weights is kept",
                        measure=lambda X, y, w, k: _mean(X, y, w, _choices(X.cols, k)),
                    ),
                    NearMiss(
                        "all weights are kept or none",
                        measure=lambda X, y, w, k: _mean(X, y, w, _all_or_none(X.cols, sp.Rational(k, X.cols))),
                    ),
                ],
            ),
        ],
        ii=[
            Identity(
                r.derive_fixed_count_loss,
                r.fixed_count_loss,
                given=[d >= 2, keep <= 1],
                near_misses=[
                    NearMiss("dropout's objective", rhs=objective.expected_loss),
                    NearMiss(
                        "d for d − 1: drawn with replacement",
                        rhs=objective.expected_loss - keep * (1 - keep) * prediction_square / d,
                    ),
                    NearMiss("the correction has the other sign", rhs=objective.expected_loss - r.difference),
                ],
            ),
            Exact(
                lambda X, y, w, k: _evaluated(r.fixed_count_loss, X, y, w, k),
                lambda X, y, w, k: _mean(X, y, w, _choices(X.cols, k)),
                INSTANCES,
                near_misses=[
                    NearMiss(
                        "dropout's objective",
                        predict=lambda X, y, w, k: _evaluated(objective.expected_loss, X, y, w, k),
                    ),
                    NearMiss(
                        "one weight fewer is kept", measure=lambda X, y, w, k: _mean(X, y, w, _choices(X.cols, k - 1))
                    ),
                ],
            ),
        ],
        iii=[
            Identity(
                r.derive_difference,
                r.difference,
                given=[d >= 2, keep <= 1],
                near_misses=[
                    NearMiss("no difference", rhs=sp.Integer(0)),
                    NearMiss("p² for p(1 − p)", rhs=r.difference * keep / (1 - keep)),
                ],
            ),
        ],
        iv=[
            Exact(
                lambda: (sp.Rational(16, 3), 6),
                lambda: _example(),
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("the two agree", predict=lambda: (6, 6)),
                    NearMiss("exchanged", predict=lambda: (6, sp.Rational(16, 3))),
                ],
            ),
        ],
        v=[
            Sums(
                keep * (1 - keep) * sums.norms(),
                objective.ridge_strength * _sum_of_saliencies(keep * sums.w[sums.j]),
                near_misses=[
                    NearMiss("at ŵ in place of pŵ", rhs=objective.ridge_strength * _sum_of_saliencies(sums.w[sums.j])),
                    NearMiss("without λ", rhs=_sum_of_saliencies(keep * sums.w[sums.j])),
                ],
            ),
            Identity(
                lambda: [original],
                lambda: [saliency_part.subs(strength)],
                given=[keep <= 1],
                near_misses=[
                    NearMiss("at ŵ in place of pŵ", rhs=lambda: [saliency_part.subs(strength) / keep**2]),
                    NearMiss("without λ", rhs=lambda: [G_jj * w_j**2]),
                    NearMiss("λ = p/(1 − p)", rhs=lambda: [saliency_part.subs(ridge, keep / (1 - keep))]),
                ],
            ),
        ],
        reads={
            "ii": [d >= 2, (keep, r.kept / d)],
            "iv": [
                (X, sp.ImmutableMatrix(r.EXAMPLE_ROWS)),
                (y, sp.Tuple(*r.EXAMPLE_TARGETS)),
                (w_hat, sp.Tuple(*r.EXAMPLE_WEIGHTS)),
            ],
            "v": [
                (w, keep * w_hat),
                (ridge * words.column_norms(w), ridge * over("sum", saliency, "j")),
            ],
        },
        vocabulary={
            "p": keep,
            "k": r.kept,
            "d": d,
            "X": X,
            "y": y,
            "w": w,
            r"\hat w": w_hat,
            r"\Gamma": words.Gamma,
            "G_{jj}": G_jj,
            "w_j": w_j,
        },
    )


def _sum_of_saliencies(weight: sp.Expr) -> sp.Expr:
    """$\\sum_jG_{jj}w_j^2$ for these weights, with $G_{jj}=\\sum_ix_{ij}^2$."""
    column = sp.Sum(sums.X[sums.i, sums.j] ** 2, sums.rows)
    return sp.Sum(saliency.subs({G_jj: column, w_j: weight}, simultaneous=True), sums.columns)


def _evaluated(formula: sp.Expr, X: sp.Matrix, y: sp.Matrix, w: sp.Matrix, k: int) -> sp.Expr:
    """``formula`` with its scalars computed from the data, at $p=k/d$."""
    prediction = X * w
    values = {
        target_square: (y.T * y)[0],
        cross: (y.T * prediction)[0],
        prediction_square: (prediction.T * prediction)[0],
        penalty: sum(X[i, j] ** 2 * w[j] ** 2 for i in range(X.rows) for j in range(X.cols)),
    }
    return formula.subs({**values, keep: sp.Rational(k, X.cols), d: X.cols})


def _mean(X: sp.Matrix, y: sp.Matrix, w: sp.Matrix, masks: Masks) -> sp.Expr:
    """The loss of the pruned weights, averaged over ``masks`` with their probabilities."""
    total = sp.Integer(0)
    for mask, probability in masks:
        residual = y - X * sp.Matrix([bit * value for bit, value in zip(mask, w, strict=True)])
        total += probability * (residual.T * residual)[0]
    return total


def _coins(size: int, p: sp.Expr) -> Masks:
    for mask in product((0, 1), repeat=size):
        yield mask, p ** sum(mask) * (1 - p) ** (size - sum(mask))


def _choices(size: int, k: int) -> Masks:
    chosen = list(combinations(range(size), k))
    for kept in chosen:
        yield tuple(int(index in kept) for index in range(size)), sp.Rational(1, len(chosen))


def _all_or_none(size: int, p: sp.Expr) -> Masks:
    yield (1,) * size, p
    yield (0,) * size, 1 - p


def _example() -> tuple[sp.Expr, sp.Expr]:
    """Both expectations in the example, by enumeration: a fixed count first, coins second."""
    X, y, w = (sp.Matrix(value) for value in (r.EXAMPLE_ROWS, r.EXAMPLE_TARGETS, r.EXAMPLE_WEIGHTS))
    return _mean(X, y, w, _choices(3, int(3 * r.EXAMPLE_KEEP))), _mean(X, y, w, _coins(3, r.EXAMPLE_KEEP))
