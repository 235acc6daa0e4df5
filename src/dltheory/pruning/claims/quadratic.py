"""Removing weights at a minimum of a quadratic: what it costs at once, weight by weight, and after fine-tuning."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation.symbols import G_ii, G_jj, H_jj, gradient_term, removed_square, w_i, w_j
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Exact, ForAll, Identity, NearMiss, claim

from .instances import any_rank

_ROUNDING = "losses are subtracted, which costs a few digits, and designs lose as many as their condition number has"


def _sets(size: int) -> list[tuple[int, ...]]:
    """Every set of 1 to ``size`` weights."""
    return [chosen for count in range(1, size + 1) for chosen in combinations(range(size), count)]


def _at_minimum(expression: sp.Expr, size: int) -> sp.Expr:
    return expression.subs({b: 0 for b in q.gradient(size)})


@claim(
    "thm-prune-loss",
    source="lecun1990",
    rests_on="The squared residual is multiplied out for symbolic n and d; that its sums over rows and removed columns "
    "are the gradient and the block of G is the proof.",
)
def what_removing_a_set_of_weights_costs():
    """From any $w$, setting $w_P$ to zero changes the loss by $w_P^\\top G_{PP}w_P-\\nabla L(w)_P^\\top w_P$; at a
    minimum, by $w_P^\\top G_{PP}w_P=\\sum_{j\\in P}G_{jj}w_j^2+2\\sum_{i<j}w_iw_jG_{ij}$: the costs of single weights
    do not add up, unless the second sum is 0, as for orthogonal columns."""
    return [
        Identity(
            q.derive_rise,
            q.prune_rise,
            near_misses=[
                NearMiss("away from a minimum the gradient is forgotten", rhs=removed_square),
                NearMiss("the gradient helps", rhs=removed_square + gradient_term),
                NearMiss("half the quadratic term, as if the loss had a ½", rhs=removed_square / 2 - gradient_term),
            ],
        ),
        Identity(
            lambda: [q.loss_change(4, q.removal(4, P)) for P in _sets(4)],
            lambda: [q.rise_formula(4, P) for P in _sets(4)],
            scope="four weights, every set of them",
            near_misses=[
                NearMiss(
                    "the costs of single weights are added",
                    rhs=lambda: [sum(q.rise_formula(4, (j,)) for j in P) for P in _sets(4)],
                ),
                NearMiss(
                    "the rest of the matrix enters", rhs=lambda: [q.rise_formula(4, (0, 1, 2, 3)) for _ in _sets(4)]
                ),
            ],
        ),
        Identity(
            lambda: [_at_minimum(q.rise_formula(4, P), 4) for P in _sets(4)],
            lambda: [sum(q.saliencies_and_cross_terms(4, P)) for P in _sets(4)],
            scope="four weights, every set of them",
            near_misses=[
                NearMiss("saliencies add up", rhs=lambda: [q.saliencies_and_cross_terms(4, P)[0] for P in _sets(4)]),
                NearMiss(
                    "each pair counts once",
                    rhs=lambda: [a + b / 2 for a, b in (q.saliencies_and_cross_terms(4, P) for P in _sets(4))],
                ),
            ],
        ),
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
    ]


def _rise_elsewhere(X: np.ndarray, y: np.ndarray, w: np.ndarray, removed: tuple[int, ...]) -> float:
    """The rise at weights 1.1 times the minimiser, over 1.21 so that the quadratic term is the same."""
    moved = 1.1 * w
    return (linear.loss(X, y, linear.removed_at_once(moved, removed)) - linear.loss(X, y, moved)) / 1.21


@claim(
    "thm-obd",
    uses=["thm-prune-loss"],
    source="lecun1990",
    rests_on="An order of many weights is a comparison of pairs; the solvers decide one pair.",
)
def magnitude_order_is_loss_order_only_for_columns_of_equal_norm():
    """At a minimum, removing one weight costs $G_{jj}w_j^2=\\frac12H_{jj}w_j^2$. If no column is zero,
    $\\lvert w_i\\rvert<\\lvert w_j\\rvert$ is equivalent to a smaller cost for all $i$, $j$ and every $w$ if and only
    if all columns have the same norm; otherwise $w_i=2G_{jj}/(G_{ii}+G_{jj})$, $w_j=1$ with $G_{ii}<G_{jj}$ is ordered
    the wrong way, and so is $H=\\operatorname{diag}(1,\\frac18)$, $w=(1,2)$."""
    agree = sp.Equivalent(sp.Abs(w_i) < sp.Abs(w_j), q.other_saliency() < q.saliency)
    opposite = sp.And(sp.Abs(w_i) > sp.Abs(w_j), q.other_saliency() < q.saliency)
    witness = opposite.subs(q.disagreement(), simultaneous=True)
    return [
        Identity(
            lambda: [q.derive_saliency(), q.hessian_saliency.subs(H_jj, 2 * G_jj)],
            [q.saliency, q.saliency],
            near_misses=[
                NearMiss("½ G w²: the ½ belongs to the Hessian", rhs=[q.saliency / 2, q.saliency]),
                NearMiss("w²: the norm of the column is lost", rhs=[w_j**2, w_j**2]),
                NearMiss("the norm is not squared", rhs=[sp.sqrt(G_jj) * w_j**2, q.saliency]),
            ],
        ),
        ForAll(
            [sp.Eq(G_ii, G_jj)],
            agree,
            near_misses=[
                NearMiss("for columns of any norms", given=[]),
                NearMiss("if column j is at least as long as column i", given=[G_ii <= G_jj]),
            ],
        ),
        ForAll(
            [G_ii < G_jj],
            witness,
            near_misses=[
                NearMiss("for columns of equal norm", given=[G_ii <= G_jj]),
                NearMiss(
                    "the weight in proportion to the squared norm",
                    then=opposite.subs({w_i: G_jj / G_ii, w_j: sp.Integer(1)}, simultaneous=True),
                ),
            ],
        ),
        Exact(
            lambda: (0, 1, sp.Rational(1, 2), sp.Rational(1, 4)),
            lambda: _removals(sp.diag(1, sp.Rational(1, 8)), sp.Matrix([1, 2])),
            [{}],
            near_misses=[
                NearMiss(
                    "magnitude finds the cheaper weight", predict=lambda: (0, 0, sp.Rational(1, 2), sp.Rational(1, 4))
                ),
                NearMiss("for equal curvatures", measure=lambda: _removals(sp.eye(2), sp.Matrix([1, 2]))),
            ],
        ),
    ]


def _removals(H: sp.Matrix, w: sp.Matrix) -> tuple[int, int, sp.Expr, sp.Expr]:
    """The weight of least magnitude, the weight whose removal costs least, and both costs, $\\frac12\\delta^\\top
    H\\delta$ evaluated."""
    costs = []
    for index in range(len(w)):
        change = sp.zeros(len(w), 1)
        change[index] = -w[index]
        costs.append((change.T * H * change)[0] / 2)
    return min(range(len(w)), key=lambda j: abs(w[j])), costs.index(min(costs)), *costs
