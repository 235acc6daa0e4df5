"""Removing weights at a minimum of a quadratic: what it costs at once, weight by weight, and after fine-tuning."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation import several
from dltheory.pruning.derivation.symbols import G_ii, G_jj, H_jj, gradient_term, removed_square, w_i, w_j
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums

from . import blocks
from .instances import any_rank
from .printed import H_matrix, X, removed_norm, w, y

_ROUNDING = "losses are subtracted, which costs a few digits, and designs lose as many as their condition number has"


def _sets(size: int) -> list[tuple[int, ...]]:
    """Every set of 1 to ``size`` weights."""
    return [chosen for count in range(1, size + 1) for chosen in combinations(range(size), count)]


def _at_minimum(expression: sp.Expr, size: int) -> sp.Expr:
    return expression.subs({b: 0 for b in q.gradient(size)})


@claim("thm-prune-loss", source="lecun1990")
def what_removing_a_set_of_weights_costs() -> Clauses:
    """The loss as a sum over rows, for any n and any set; every set of four weights; designs of any rank."""
    curvature, square = q.summed_curvature(), q.summed_square()
    G, (w_1, w_2), pair = q.gram(2), q.weights(2), (0, 1)
    return clauses(
        i=[
            rise_of_any_set(),
            Identity(
                q.derive_rise,
                q.prune_rise,
                near_misses=[NearMiss("the gradient helps", rhs=removed_square + gradient_term)],
            ),
            Identity(
                lambda: [q.loss_change(4, q.removal(4, P)) for P in _sets(4)],
                lambda: [q.rise_formula(4, P) for P in _sets(4)],
                scope="four weights, every set of them",
                near_misses=[
                    NearMiss(
                        "the rest of the matrix enters", rhs=lambda: [q.rise_formula(4, (0, 1, 2, 3)) for _ in _sets(4)]
                    ),
                ],
            ),
        ],
        ii=[
            Identity(
                lambda: q.prune_rise.subs(gradient_term, 0),
                removed_square,
                near_misses=[NearMiss("half of it", rhs=removed_square / 2)],
            ),
            Sums(curvature, square, near_misses=[NearMiss("half of it", rhs=square / 2)]),
            blocks.cost_at_once(),
            Agreement(
                lambda X, y, w, removed: linear.predicted_rise(X, w, removed),
                lambda X, y, w, removed: linear.loss(X, y, linear.removed_at_once(w, removed)) - linear.loss(X, y, w),
                any_rank,
                tolerance=1e-8,
                because=_ROUNDING,
                near_misses=[
                    NearMiss(
                        "the sum of the saliencies",
                        predict=lambda X, y, w, removed: linear.damage_saliencies(X, w)[list(removed)].sum(),
                    ),
                    NearMiss("at weights that are no minimum", measure=_rise_elsewhere),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: _at_minimum(q.rise_formula(2, pair), 2),
                lambda: G[0, 0] * w_1**2 + 2 * G[0, 1] * w_1 * w_2 + G[1, 1] * w_2**2,
                near_misses=[
                    NearMiss("saliencies add up", rhs=lambda: q.saliencies_and_cross_terms(2, pair)[0]),
                    NearMiss(
                        "the pair counts once",
                        rhs=lambda: sum(q.saliencies_and_cross_terms(2, pair)) - G[0, 1] * w_1 * w_2,
                    ),
                ],
            ),
            Identity(
                lambda: [_at_minimum(q.rise_formula(4, P), 4) for P in _sets(4)],
                lambda: [sum(q.saliencies_and_cross_terms(4, P)) for P in _sets(4)],
                scope="four weights, every set of them",
                near_misses=[
                    NearMiss(
                        "saliencies add up", rhs=lambda: [q.saliencies_and_cross_terms(4, P)[0] for P in _sets(4)]
                    ),
                ],
            ),
        ],
        iv=[
            *_equally_correlated(),
            ForAll(
                [],
                sp.Equivalent(
                    sp.Eq(_at_minimum(q.rise_formula(2, pair), 2), q.saliencies_and_cross_terms(2, pair)[0]),
                    sp.Eq(G[0, 1] * w_1 * w_2, 0),
                ),
                near_misses=[
                    NearMiss(
                        "only for orthogonal columns",
                        then=sp.Equivalent(
                            sp.Eq(_at_minimum(q.rise_formula(2, pair), 2), q.saliencies_and_cross_terms(2, pair)[0]),
                            sp.Eq(G[0, 1], 0),
                        ),
                    ),
                ],
            ),
        ],
        reads={"ii": [(q.rise, removed_norm)], "iv": [(G[0, 1] * w_1 * w_2, 0)]},
        vocabulary={"G_{ii}": G[0, 0], "G_{jj}": G[1, 1], "G_{ij}": G[0, 1], "w_i": w_1, "w_j": w_2},
    )


def _equally_correlated() -> list[Identity]:
    """Many weights with one correlation, as the figure draws them: the rise in two sums, and what OBD predicts."""
    sizes = (2, 3, 4)
    return [
        Identity(
            lambda: [several.written_out(size) for size in sizes],
            lambda: [several.in_two_sums(size) for size in sizes],
            scope="up to four weights with one correlation",
            near_misses=[
                NearMiss("saliencies add up", rhs=lambda: [sum(w**2 for w in q.weights(size)) for size in sizes])
            ],
        ),
        Identity(
            lambda: several.correlated_rise.subs(several.correlation, 0),
            several.predicted_rise,
            near_misses=[NearMiss("correlated by ½", lhs=several.correlated_rise.subs(several.correlation, sp.S.Half))],
        ),
    ]


def rise_of_any_set() -> Sums:
    """What any set of weights changes, as sums over rows: the curvature of the set and its gradient."""
    curvature, slope = q.summed_curvature(), q.summed_gradient()
    return Sums(
        q.summed_rise(),
        curvature - slope,
        near_misses=[
            NearMiss("away from a minimum the gradient is forgotten", rhs=curvature),
            NearMiss("the gradient helps", rhs=curvature + slope),
            NearMiss("half the quadratic term, as if the loss had a ½", rhs=curvature / 2 - slope),
        ],
    )


def _rise_elsewhere(X: np.ndarray, y: np.ndarray, w: np.ndarray, removed: tuple[int, ...]) -> float:
    """The rise at weights 1.1 times the minimiser, over 1.21 so that the quadratic term is the same."""
    moved = 1.1 * w
    return (linear.loss(X, y, linear.removed_at_once(moved, removed)) - linear.loss(X, y, moved)) / 1.21


@claim("thm-obd", uses=["thm-prune-loss"], source="lecun1990")
def magnitude_order_is_loss_order_only_for_columns_of_equal_norm() -> Clauses:
    """One pair of weights decides: an order of many is a comparison of pairs."""
    agree = sp.Equivalent(sp.Abs(w_i) < sp.Abs(w_j), q.other_saliency() < q.saliency)
    opposite = [sp.Abs(w_i) > sp.Abs(w_j), q.other_saliency() < q.saliency]
    named = [sp.Eq(symbol, value) for symbol, value in q.disagreement().items()]
    equal = ForAll(
        [sp.Eq(G_ii, G_jj)],
        agree,
        near_misses=[
            NearMiss("for columns of any norms", given=[]),
            NearMiss("if column j is at least as long as column i", given=[G_ii <= G_jj]),
        ],
    )
    unequal = [
        ForAll(
            [G_ii < G_jj],
            order.subs(q.disagreement(), simultaneous=True),
            near_misses=[
                NearMiss("for columns of equal norm", given=[G_ii <= G_jj]),
                NearMiss(wrong, then=order.subs({w_i: value, w_j: sp.Integer(1)}, simultaneous=True)),
            ],
        )
        for order, wrong, value in zip(
            opposite,
            ("the weight as the squared norms the other way round", "the weight in proportion to the squared norm"),
            (G_ii / G_jj, G_jj / G_ii),
            strict=True,
        )
    ]
    return clauses(
        i=[
            Identity(
                lambda: [q.derive_saliency(), q.hessian_saliency.subs(H_jj, 2 * G_jj)],
                [q.saliency, q.saliency],
                near_misses=[
                    NearMiss("½ G w²: the ½ belongs to the Hessian", rhs=[q.saliency / 2, q.saliency]),
                    NearMiss("w²: the norm of the column is lost", rhs=[w_j**2, w_j**2]),
                    NearMiss("the norm is not squared", rhs=[sp.sqrt(G_jj) * w_j**2, q.saliency]),
                ],
            ),
            Cites("thm-prune-loss", "ii"),
        ],
        ii=[equal, *unequal],
        iii=unequal,
        iv=[
            Exact(
                lambda: (0, 1, sp.Rational(1, 2), sp.Rational(1, 4)),
                lambda: _removals(q.UNEQUAL_HESSIAN, q.UNEQUAL_WEIGHTS),
                [{}],
                complete=True,
                near_misses=[
                    NearMiss(
                        "magnitude finds the cheaper weight",
                        predict=lambda: (0, 0, sp.Rational(1, 2), sp.Rational(1, 4)),
                    ),
                    NearMiss("for equal curvatures", measure=lambda: _removals(sp.eye(2), q.UNEQUAL_WEIGHTS)),
                ],
            ),
        ],
        reads={
            "i": [(q.saliency, q.hessian_saliency)],
            "ii": [(y, X * w), sp.Abs(w_i) < sp.Abs(w_j)],
            "iii": [G_ii < G_jj, *named],
            "iv": [
                (w, sp.Tuple(*q.UNEQUAL_WEIGHTS)),
                (H_matrix, sp.Function("diag")(*q.UNEQUAL_HESSIAN.diagonal())),
            ],
        },
        vocabulary={"w": w, "X": X, "y": y, "H": H_matrix},
        conventions=[sp.Eq(H_jj, 2 * G_jj)],
    )


def _removals(H: sp.Matrix, w: sp.Matrix) -> tuple[int, int, sp.Expr, sp.Expr]:
    """The weight of least magnitude, the weight whose removal costs least, and both costs, $\\frac12\\delta^\\top
    H\\delta$ evaluated."""
    costs = []
    for index in range(len(w)):
        change = sp.zeros(len(w), 1)
        change[index] = -w[index]
        costs.append((change.T * H * change)[0] / 2)
    return min(range(len(w)), key=lambda j: abs(w[j])), costs.index(min(costs)), *costs
