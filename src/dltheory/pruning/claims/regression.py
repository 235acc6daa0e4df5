"""Optimal Brain Surgeon at work: in regression it prunes by the t statistic; used greedily it is not optimal."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import sympy as sp

from dltheory.lab.data import diabetes
from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation import surgeon as s
from dltheory.pruning.derivation.symbols import gram_inverse_entry, inverse_entry, noise_variance, w_j
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, NearMiss, claim, clauses

from . import blocks
from .instances import INVERSE, regression
from .printed import MATRICES, H_matrix, Value, printed, w
from .quadratic import rise_of_any_set


@claim("thm-obs-is-a-t-test", uses=["thm-obs", "thm-finetune-recovers"], source="seber2003")
def pruning_by_the_surgeon_is_pruning_by_the_t_statistic() -> Clauses:
    """Normal equations in blocks of any size; two definitions put together; regressions solved anew; statsmodels."""
    inverse, refit = blocks.columns_of_the_inverse(), blocks.refit_solves()
    cases = [(2, 0), (2, 1), (3, 0), (3, 2)]
    sets = [(2, (0,)), (3, (1,)), (3, (0, 2))]
    t = sp.Symbol("t", real=True)
    statsmodels = [
        Agreement(
            lambda X, y, removed: _surgeons_word(X, y, removed),
            lambda X, y, removed: _statsmodels(X, y, removed),
            regression,
            tolerance=1e-8,
            because=INVERSE,
            near_misses=_REGRESSION_MISSES,
        ),
        Agreement(
            lambda X, y, removed: _surgeons_word(X, y, removed),
            lambda X, y, removed: _statsmodels(X, y, removed),
            [{"X": diabetes().X, "y": diabetes().y, "removed": P} for P in ((0,), (4, 5), (1, 6, 9))],
            tolerance=1e-9,
            because=INVERSE,
            near_misses=_REGRESSION_MISSES,
        ),
    ]
    return clauses(
        i=[
            blocks.surgeons_change(),
            inverse,
            refit,
            Identity(
                lambda: [q.refit(size, P) for size, P in sets],
                lambda: [s.regression_change(size, P) for size, P in sets],
                scope="up to three weights",
                near_misses=[
                    NearMiss("the sign is flipped", rhs=lambda: [-s.regression_change(*case) for case in sets]),
                    NearMiss("no other weight moves", rhs=lambda: [q.removal(*case) for case in sets]),
                ],
            ),
            Agreement(
                _surgeons_weights,
                _regression_without,
                regression,
                tolerance=1e-7,
                because=INVERSE,
                near_misses=[
                    NearMiss("no other weight moves", predict=lambda **case: _surgeons_weights(**case, move=False)),
                ],
            ),
        ],
        ii=[
            rise_of_any_set(),
            blocks.refit_squares(),
            inverse,
            Identity(
                lambda: [q.refitted_rise(size, (index,)) for size, index in cases],
                lambda: [_regression_saliency(size, index) for size, index in cases],
                scope="up to three weights",
                near_misses=[
                    NearMiss(
                        "the weight's own column: OBD",
                        rhs=lambda: [q.gram(size)[j, j] * q.weights(size)[j] ** 2 for size, j in cases],
                    ),
                    NearMiss("half of it", rhs=lambda: [_regression_saliency(*case) / 2 for case in cases]),
                ],
            ),
            Identity(
                lambda: s.derive_regression_saliency(),
                s.regression_saliency,
                near_misses=[
                    NearMiss(
                        "the Hessian is G", lhs=lambda: s.surgeon_saliency.subs(inverse_entry, gram_inverse_entry)
                    ),
                ],
                scope="given the cost of one weight",
            ),
            *statsmodels,
        ],
        iii=[
            Identity(
                s.relative_rise,
                lambda: t**2 / (s.samples - s.features),
                near_misses=[NearMiss("over n", rhs=lambda: t**2 / s.samples)],
            ),
            Identity(
                s.derive_t_square,
                s.regression_saliency,
                near_misses=[
                    NearMiss("t² alone", lhs=lambda: s.t_statistic**2),
                    NearMiss("t itself", lhs=lambda: noise_variance * s.t_statistic),
                ],
            ),
            *statsmodels,
        ],
        iv=[
            blocks.refit_squares(),
            inverse,
            Identity(
                lambda: s.removed_count * s.noise_estimate * s.f_statistic,
                s.restricted_square - s.residual_square,
                near_misses=[
                    NearMiss("F alone", lhs=lambda: s.noise_estimate * s.f_statistic),
                ],
            ),
            *statsmodels,
        ],
        reads={
            "": [
                s.samples > s.features,
                (s.residual_square, Value(w)),
                (0, "<", s.residual_square),
                printed(noise_variance, s.noise_estimate),
            ],
            "iii": [
                printed(s.regression_saliency, noise_variance * sp.Symbol("t_j") ** 2),
                printed(sp.Symbol("t_j"), s.t_statistic),
            ],
        },
        vocabulary={r"\mathrm{RSS}": s.residual_square, "n": s.samples, "d": s.features, "w": w, **MATRICES},
    )


def _surgeons_weights(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...], move: bool = True) -> np.ndarray:
    """The least-squares solution after the surgeon's change, or with the removed weights at zero alone."""
    w = linear.least_squares(X, y)
    change = linear.surgeon_change(2 * X.T @ X, w, removed) if move else linear.removed_at_once(w, removed) - w
    return X @ (w + change)


def _regression_without(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...]) -> np.ndarray:
    """The fit of a regression on the other columns alone, by NumPy."""
    kept = np.delete(X, list(removed), axis=1)
    return kept @ np.linalg.lstsq(kept, y, rcond=None)[0]


def _regression_saliency(size: int, index: int) -> sp.Expr:
    G = q.gram(size)
    entry = G.minor_submatrix(index, index).det() / G.det()
    return s.regression_saliency.subs({w_j: q.weights(size)[index], gram_inverse_entry: entry}, simultaneous=True)


def _surgeons_word(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...]) -> np.ndarray:
    """The saliencies of all weights and the cost of deleting a set."""
    w, H = linear.least_squares(X, y), 2 * X.T @ X
    return np.append(linear.surgeon_saliencies(H, w), linear.surgeon_cost(H, w, removed))


def _statsmodels(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...], scale: float | None = None) -> np.ndarray:
    """$\\hat\\sigma^2t_j^2$ for every weight, and $\\lvert P\\rvert\\hat\\sigma^2F$ for the set, from statsmodels.

    ``scale`` replaces the residual variance that the t statistics are multiplied with.
    """
    from statsmodels.api import OLS

    full = OLS(y, X).fit()
    restricted = OLS(y, np.delete(X, list(removed), axis=1)).fit()
    F = full.compare_f_test(restricted)[0]
    variance = full.mse_resid if scale is None else scale
    return np.append(variance * full.tvalues**2, len(removed) * full.mse_resid * F)


_REGRESSION_MISSES = [
    NearMiss(
        "the residual variance is RSS/n",
        measure=lambda X, y, removed: _statsmodels(
            X, y, removed, linear.loss(X, y, linear.least_squares(X, y)) / len(y)
        ),
    ),
    NearMiss("t² without the variance", measure=lambda X, y, removed: _statsmodels(X, y, removed, 1.0)),
    NearMiss(
        "OBD's saliencies",
        predict=lambda X, y, removed: np.append(
            linear.damage_saliencies(X, linear.least_squares(X, y)),
            linear.predicted_rise(X, linear.least_squares(X, y), removed),
        ),
    ),
]


@claim("thm-obs-greedy-gap", uses=["thm-obs"], source="natarajan1995")
def deleting_greedily_is_not_optimal() -> Clauses:
    """One matrix: its minors, the greedy order and its cost, all pairs, each by solving for the kept weights."""
    minors = (13, 166, 1109, 1670)
    pairs = [{"H": s.GREEDY_HESSIAN, "w": s.GREEDY_WEIGHTS, "removed": P} for P in combinations(range(4), 2)]
    told = (minors, (3, 1), sp.Rational(6730, 87), (1, 2), sp.Rational(2151, 122))

    def instance(places: slice, *near_misses: NearMiss) -> Exact:
        return Exact(
            lambda: told[places],
            lambda: _greedy_and_best(s.GREEDY_HESSIAN, s.GREEDY_WEIGHTS)[places],
            [{}],
            complete=True,
            near_misses=list(near_misses),
        )

    costs = Exact(
        s.cost_at,
        lambda H, w, removed: _reduced(H, w, removed),
        pairs,
        near_misses=[
            NearMiss(
                "the costs of single weights are added",
                predict=lambda H, w, removed: sum(s.cost_at(H, w, (j,)) for j in removed),
            ),
            NearMiss("no other weight moves", measure=lambda H, w, removed: _reduced(H, w, removed, move=False)),
        ],
    )
    return clauses(
        i=[
            instance(
                slice(0, 3),
                NearMiss("greedy finds the best pair", predict=lambda: (minors, (2, 1), told[4])),
                NearMiss("the cost without its ½", predict=lambda: (minors, (3, 1), 2 * told[2])),
                NearMiss(
                    "the couplings are ignored: with a diagonal Hessian greedy is optimal",
                    measure=lambda: _greedy_and_best(sp.diag(*s.GREEDY_HESSIAN.diagonal()), s.GREEDY_WEIGHTS)[:3],
                ),
                NearMiss("greedy starts with the 3rd", predict=lambda: (minors, (2, 3), told[2])),
            ),
            costs,
        ],
        ii=[
            instance(
                slice(3, 5),
                NearMiss("the greedy pair is the best", predict=lambda: ((1, 3), told[2])),
                NearMiss("the cost without its ½", predict=lambda: ((1, 2), 2 * told[4])),
            ),
            costs,
        ],
        reads={
            "": [
                (H_matrix, sp.ImmutableMatrix(s.GREEDY_HESSIAN)),
                (sp.ImmutableMatrix(s.GREEDY_HESSIAN), r"\succ", 0),
                (w, sp.Tuple(*s.GREEDY_WEIGHTS)),
            ],
        },
        vocabulary={"H": H_matrix, "w": w},
    )


def _reduced(H: sp.Matrix, w: sp.Matrix, removed: tuple[int, ...], move: bool = True) -> sp.Expr:
    """The cost by solving for the kept weights' change and evaluating $\\frac12\\delta^\\top H\\delta$."""
    gone = list(removed)
    kept = [index for index in range(H.rows) if index not in gone]
    change = sp.zeros(H.rows, 1)
    for index in gone:
        change[index] = -w[index]
    if move:
        answer = H.extract(kept, kept).LUsolve(H.extract(kept, gone) * w.extract(gone, [0]))
        for index, value in zip(kept, answer, strict=True):
            change[index] = value
    return (change.T * H * change)[0] / 2


def _greedy_and_best(H: sp.Matrix, w: sp.Matrix) -> tuple[Any, ...]:
    """The leading minors of H, the greedy order and its cost, the best pair and its cost."""
    minors = tuple(H[:size, :size].det() for size in range(1, H.rows + 1))
    order: tuple[int, ...] = ()
    for _ in range(2):
        left = [index for index in range(H.rows) if index not in order]
        # after each deletion the rest is refitted, so the cost of the next is that of the larger set less the last
        order = (*order, min(left, key=lambda index: _reduced(H, w, (*order, index))))
    best = min(combinations(range(H.rows), 2), key=lambda pair: _reduced(H, w, pair))
    return minors, order, _reduced(H, w, order), best, _reduced(H, w, best)
