"""Optimal Brain Surgeon: the Lagrangian solved, for one weight and for a set, and its bound."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation import surgeon as s
from dltheory.pruning.derivation.symbols import inverse_entry, w_j
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses

from .instances import INVERSE, positive_definite
from .printed import MATRICES, printed

#: One weight and two at once, of two to four.
_CASES: list[tuple[int, tuple[int, ...]]] = [(2, (0,)), (3, (1,)), (3, (0, 2)), (4, (0,)), (4, (1, 3))]


def _minor(matrix: sp.Matrix, rows: tuple[int, ...]) -> sp.Expr:
    return sp.expand(matrix.extract(list(rows), list(rows)).det())


def _definite() -> list[sp.Expr]:
    """$H\\succ0$ for three weights, by minors that end with the first."""
    H = s.hessian(3)
    return [H[2, 2] > 0, _minor(H, (1, 2)) > 0, _minor(H, (0, 1, 2)) > 0]


def _alone(size: int, removed: tuple[int, ...]) -> sp.Matrix:
    """The removed weights go to zero and no other weight moves."""
    return q.removal(size, removed)


def _damage(size: int, removed: tuple[int, ...]) -> sp.Expr:
    """What that costs."""
    change = _alone(size, removed)
    return (change.T * s.hessian(size) * change)[0] / 2


@claim("thm-obs", uses=["thm-prune-loss"], source="hassibi1993")
def the_best_way_to_delete_weights() -> Clauses:
    """The Lagrangian's equations solved entry by entry, the square completed, and least squares on a factor of H."""
    detour = s.detour_cost(3, (0,))
    moves = s.detour(3, (0,))
    change = Identity(
        lambda: [s.stationary_change(size, P) for size, P in _CASES],
        lambda: [s.change_formula(size, P) for size, P in _CASES],
        scope="up to four weights, one or two deleted",
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
        scope="up to four weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("a detour costs twice as much", rhs=lambda: [2 * s.detour_cost(size, P) for size, P in _CASES]),
            NearMiss("a detour costs nothing", rhs=lambda: [sp.Integer(0) for _ in _CASES]),
        ],
    )
    cost = Identity(
        lambda: [s.stationary_cost(size, P) for size, P in _CASES],
        lambda: [s.cost_formula(size, P) for size, P in _CASES],
        scope="up to four weights, one or two deleted",
        time_limit=40.0,
        near_misses=[
            NearMiss("no other weight moves", rhs=lambda: [_damage(size, P) for size, P in _CASES]),
            NearMiss(
                "the costs of single weights are added",
                rhs=lambda: [sum(s.cost_formula(n, (j,)) for j in P) for n, P in _CASES],
            ),
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
        i=[
            change,
            only,
            ForAll(
                _definite(),
                sp.And(detour >= 0, sp.Equivalent(sp.Eq(detour, 0), sp.And(*(sp.Eq(move, 0) for move in moves)))),
                scope="one of three weights deleted",
                near_misses=[
                    NearMiss("the kept block may have a negative curvature", given=_definite()[2:]),
                    NearMiss("every detour costs, none included", then=detour > 0),
                    NearMiss("a detour in one weight is free", then=sp.Implies(sp.Eq(moves[0], 0), sp.Eq(detour, 0))),
                ],
            ),
            without_inverse,
        ],
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
            cost,
        ],
        iii=[change, only, without_inverse],
        iv=[cost, without_inverse],
        declared={
            r"H\succ0": "a hypothesis on a matrix",
            r"\delta_j=-w_j": "what a change must do",
            r"\delta_P=-w_P": "what a change must do",
            r"\delta=-\frac{w_j}{[H^{-1}]_{jj}}H^{-1}e_j": "a vector; the evidence has its entries",
            r"\delta=-[H^{-1}]_{:P}\bigl([H^{-1}]_{PP}\bigr)^{-1}w_P": "a vector; the evidence has its entries",
        },
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
    """A squared length is not negative, in any dimension; entries for up to four weights."""
    H = s.hessian(3)
    chosen = [s.gap_square >= 0, sp.Eq(s.step * inverse_entry, 1)]
    whole, block = _minor(H, (0, 1, 2)), _minor(H, (1, 2))
    uncoupled = sp.And(sp.Eq(H[0, 1], 0), sp.Eq(H[0, 2], 0))
    sizes = (2, 3, 4)
    return clauses(
        i=[
            Identity(
                lambda: [1 / s.inverse_diagonal(size) for size in sizes],
                lambda: [s.schur_complement(size) for size in sizes],
                scope="up to four weights",
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
        iii=[
            ForAll(
                _definite(),
                sp.And(
                    1 / s.inverse_diagonal(3) <= H[0, 0],
                    sp.Equivalent(sp.Eq(whole, H[0, 0] * block), uncoupled),
                ),
                scope="three weights",
                near_misses=[
                    NearMiss(
                        "equality if one other weight is uncoupled",
                        then=sp.Implies(sp.Eq(H[0, 1], 0), sp.Eq(whole, H[0, 0] * block)),
                    ),
                    NearMiss("always equal", then=sp.Eq(whole, H[0, 0] * block)),
                    NearMiss("H need not be positive definite", given=[sp.Ne(whole, 0), sp.Ne(block, 0)]),
                ],
            ),
        ],
        reads={"ii": [printed(s.surgeon_saliency, "<=", q.hessian_saliency)]},
        vocabulary={"H": MATRICES["H"]},
        declared={
            r"H\succ0": "a hypothesis on a matrix",
            r"\frac1{[H^{-1}]_{jj}}=H_{jj}-H_{jS}H_{SS}^{-1}H_{Sj}": "blocks; the evidence has their entries",
            r"w_j\ne0": "a weight that is there to be deleted",
            r"H_{jk}=0": "entries; the evidence has those of three weights",
            r"k\ne j": "an index",
        },
    )
