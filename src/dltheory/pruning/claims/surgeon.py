"""Optimal Brain Surgeon: in blocks of any size, the Lagrangian solved, and its bound."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import blocks as b
from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation import surgeon as s
from dltheory.pruning.derivation.symbols import H_jj, inverse_entry, w_j, w_P
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses

from . import blocks
from .instances import INVERSE, positive_definite
from .printed import (
    H,
    H_matrix,
    change_of_one_weight,
    delta,
    delta_P,
    e_j,
    for_one_weight,
    in_words,
    printed,
)

#: One weight and two at once, of two and three.
_CASES: list[tuple[int, tuple[int, ...]]] = [(2, (0,)), (3, (1,)), (3, (0, 2))]


def _minor(matrix: sp.Matrix, rows: tuple[int, ...]) -> sp.Expr:
    return sp.expand(matrix.extract(list(rows), list(rows)).det())


def _alone(size: int, removed: tuple[int, ...]) -> sp.Matrix:
    """The removed weights go to zero and no other weight moves."""
    return q.removal(size, removed)


def _damage(size: int, removed: tuple[int, ...]) -> sp.Expr:
    """What that costs."""
    change = _alone(size, removed)
    return (change.T * s.hessian(size) * change)[0] / 2


def _lagrangian(size: int, removed: tuple[int, ...], change: sp.Matrix) -> sp.Expr:
    """The Lagrangian at ``change``."""
    value, delta, _ = s.lagrangian(size, removed)
    return sp.cancel(value.subs(dict(zip(delta, change, strict=True))))


@claim("thm-obs", uses=["thm-prune-loss"], source="hassibi1993")
def the_best_way_to_delete_weights() -> Clauses:
    """The square completed in blocks of any size; the Lagrangian's equations solved entry by entry; least squares."""
    inverse, update, positive = blocks.columns_of_the_inverse(), blocks.surgeons_change(), blocks.above_least()
    completed, complement = blocks.square_completed(), blocks.complement_is_positive()
    best = [inverse, update, completed, complement, positive]
    change = Identity(
        lambda: [s.stationary_change(size, P) for size, P in _CASES],
        lambda: [s.change_formula(size, P) for size, P in _CASES],
        scope="up to three weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("the sign is flipped", rhs=lambda: [-s.change_formula(size, P) for size, P in _CASES]),
            NearMiss("no other weight moves", rhs=lambda: [_alone(size, P) for size, P in _CASES]),
            NearMiss(
                "the changes for single weights are added",
                rhs=lambda: [sum((s.change_formula(n, (j,)) for j in P), sp.zeros(n, 1)) for n, P in _CASES],
            ),
        ],
    )
    only = Identity(
        lambda: [s.any_cost(size, P) - s.cost_formula(size, P) for size, P in _CASES],
        lambda: [s.detour_cost(size, P) for size, P in _CASES],
        scope="up to three weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("a detour costs twice as much", rhs=lambda: [2 * s.detour_cost(size, P) for size, P in _CASES]),
            NearMiss("a detour costs nothing", rhs=lambda: [sp.Integer(0) for _ in _CASES]),
        ],
    )
    cost = Identity(
        lambda: [s.stationary_cost(size, P) for size, P in _CASES],
        lambda: [s.cost_formula(size, P) for size, P in _CASES],
        scope="up to three weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("no other weight moves", rhs=lambda: [_damage(size, P) for size, P in _CASES]),
            NearMiss(
                "the costs of single weights are added",
                rhs=lambda: [sum(s.cost_formula(n, (j,)) for j in P) for n, P in _CASES],
            ),
        ],
    )
    # the constraints are met there: what is left of the Lagrangian is the cost, whatever its multipliers
    value = Identity(
        lambda: [_lagrangian(size, P, s.stationary_change(size, P)) for size, P in _CASES],
        lambda: [s.cost_formula(size, P) for size, P in _CASES],
        scope="up to three weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("no other weight moves", lhs=lambda: [_lagrangian(size, P, _alone(size, P)) for size, P in _CASES])
        ],
    )
    without_inverse = Agreement(
        lambda A, w, removed: np.append(
            linear.surgeon_change(A.T @ A, w, removed), linear.surgeon_cost(A.T @ A, w, removed)
        ),
        lambda A, w, removed: _solved_without_inverse(A, w, removed),
        positive_definite,
        tolerance=1e-8,
        because=INVERSE,
        near_misses=[
            NearMiss(
                "no other weight moves",
                predict=lambda A, w, removed: _evaluated(A, linear.removed_at_once(w, removed) - w),
            ),
            NearMiss(
                "the costs of single weights are added",
                predict=lambda A, w, removed: np.append(
                    linear.surgeon_change(A.T @ A, w, removed),
                    linear.surgeon_saliencies(A.T @ A, w)[list(removed)].sum(),
                ),
            ),
        ],
    )
    return clauses(
        i=[*best, change, only, without_inverse],
        ii=[
            Identity(
                s.derive_surgeon_saliency,
                s.surgeon_saliency,
                near_misses=[
                    NearMiss("the ½ is lost", rhs=2 * s.surgeon_saliency),
                    NearMiss("times the entry of the inverse, not divided by it", rhs=w_j**2 * inverse_entry / 2),
                    NearMiss("the weight is not squared", rhs=w_j / (2 * inverse_entry)),
                ],
                scope="given that the change is a multiple of a column of the inverse",
            ),
            inverse,
            completed,
            cost,
        ],
        iii=[*best, change, only, without_inverse],
        iv=[inverse, completed, cost, value, without_inverse],
        reads={
            "": [(H_matrix, r"\succ", 0)],
            "i": [(sp.Symbol("delta_j"), -w_j), (delta, change_of_one_weight())],
            "iii": [(delta_P, in_words(-w_P)), (delta, in_words(b.block_update))],
        },
        vocabulary={"H": H_matrix, r"\delta": delta, r"\delta_P": delta_P, "e_j": e_j},
    )


def _evaluated(A: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The change and $\\frac12\\lVert A\\delta\\rVert^2$."""
    return np.append(change, np.square(A @ change).sum() / 2)


def _solved_without_inverse(A: np.ndarray, w: np.ndarray, removed: tuple[int, ...]) -> np.ndarray:
    """The same by least squares on the factor of $H=A^\\top A$: no Hessian is formed."""
    gone = list(removed)
    kept = [index for index in range(len(w)) if index not in gone]
    change = np.zeros(len(w))
    change[gone] = -w[gone]
    change[kept] = np.linalg.lstsq(A[:, kept], A[:, gone] @ w[gone], rcond=None)[0]
    return _evaluated(A, change)


@claim("cor-obs-below-obd", uses=["thm-obs", "thm-obd"], source="hassibi1993")
def the_surgeon_never_costs_more() -> Clauses:
    """Blocks of any size; a squared length is not negative; entries for up to three weights."""
    chosen = [s.gap_square >= 0, sp.Eq(s.step * inverse_entry, 1)]
    sizes = (2, 3)
    return clauses(
        i=[
            blocks.columns_of_the_inverse(),
            Identity(
                lambda: [1 / s.inverse_diagonal(size) for size in sizes],
                lambda: [s.schur_complement(size) for size in sizes],
                scope="up to three weights",
                near_misses=[
                    NearMiss("the diagonal entry alone", rhs=lambda: [s.hessian(size)[0, 0] for size in sizes]),
                    NearMiss(
                        "the correction is added",
                        rhs=lambda: [2 * s.hessian(size)[0, 0] - s.schur_complement(size) for size in sizes],
                    ),
                    NearMiss("[H⁻¹]ⱼⱼ itself", rhs=lambda: [s.inverse_diagonal(size) for size in sizes]),
                ],
            ),
        ],
        ii=[
            _gap_is_a_square(),
            ForAll(
                chosen,
                s.surgeon_saliency <= q.hessian_saliency,
                near_misses=[
                    NearMiss("any x will do", given=chosen[:1]),
                    NearMiss("strictly", then=sp.Implies(sp.Ne(w_j, 0), s.surgeon_saliency < q.hessian_saliency)),
                    NearMiss("without the ½ of the saliency", then=2 * s.surgeon_saliency <= q.hessian_saliency),
                    NearMiss("OBD is the cheaper one", then=s.surgeon_saliency >= q.hessian_saliency),
                ],
            ),
        ],
        iii=[_equal_if_nothing_is_subtracted(), blocks.inverse_above_least(), *_for_three_weights()],
        reads={
            "": [(H, r"\succ", 0)],
            "i": [(1 / printed(inverse_entry)[0], for_one_weight(b.schur))],
            "ii": [printed(s.surgeon_saliency, "<=", q.hessian_saliency)],
            "iii": [(w_j, "!=", 0), (sp.Symbol("H_jk"), 0), (sp.Symbol("k"), "!=", sp.Symbol("j"))],
        },
        vocabulary={"H": H},
    )


def _gap_is_a_square() -> Identity:
    """The square of $H^{1/2}e_j-xH^{-1/2}e_j$ as the quadratic form of $H$ at $e_j-xH^{-1}e_j$."""
    sizes = (2, 3)

    def by_entries() -> list[sp.Expr]:
        values = [{H_jj: s.hessian(size)[0, 0], inverse_entry: s.inverse_diagonal(size)} for size in sizes]
        return [s.gap_square.subs(each) for each in values]

    def by_form(power: int = 1) -> list[sp.Expr]:
        forms = []
        for size in sizes:
            H = s.hessian(size)
            vector = sp.eye(size)[:, 0] - s.step**power * H.inv()[:, 0]
            forms.append((vector.T * H * vector)[0])
        return forms

    return Identity(
        by_entries,
        by_form,
        scope="up to three weights",
        near_misses=[NearMiss("the step is squared", rhs=lambda: by_form(2))],
    )


def _equal_if_nothing_is_subtracted() -> ForAll:
    """Two saliencies are equal if and only if what the Schur complement subtracts from $H_{jj}$ is 0."""
    subtracted = sp.Symbol("h", real=True)  # a quadratic form of the inverse of H_SS at the column of the others
    given = [sp.Ne(w_j, 0), sp.Eq((H_jj - subtracted) * inverse_entry, 1)]
    equal = sp.Eq(s.surgeon_saliency, q.hessian_saliency)
    return ForAll(
        given,
        sp.Equivalent(equal, sp.Eq(subtracted, 0)),
        near_misses=[
            NearMiss("for a weight of 0", given=given[1:]),
            NearMiss("always equal", then=equal),
        ],
    )


def _for_three_weights() -> list[ForAll]:
    H_3 = s.hessian(3)
    definite = [H_3[2, 2] > 0, _minor(H_3, (1, 2)) > 0, _minor(H_3, (0, 1, 2)) > 0]
    whole, block = _minor(H_3, (0, 1, 2)), _minor(H_3, (1, 2))
    same = sp.Eq(whole, H_3[0, 0] * block)
    indefinite = NearMiss("H need not be positive definite", given=[sp.Ne(whole, 0), sp.Ne(block, 0)])
    return [
        ForAll(
            definite,
            1 / s.inverse_diagonal(3) <= H_3[0, 0],
            scope="three weights",
            near_misses=[NearMiss("always equal", then=same), indefinite],
        ),
        ForAll(
            definite,
            sp.Equivalent(same, sp.And(sp.Eq(H_3[0, 1], 0), sp.Eq(H_3[0, 2], 0))),
            scope="three weights",
            near_misses=[
                NearMiss("if one other weight is uncoupled", then=sp.Equivalent(same, sp.Eq(H_3[0, 1], 0))),
                indefinite,
            ],
        ),
    ]
