"""Where gradient descent ends: at the minimiser nearest to its start."""

from __future__ import annotations

import sympy as sp
from sympy import Eq, Or, S

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachTerm, Powers
from verifiedbook.reading import pseudo_inverse

from .oracles import (
    end_of_run,
    exact_limit,
    exact_limit_from_zero,
    exact_limit_with_seen_start,
    exact_nearest_minimiser,
    limit_from,
    one_exact_step,
)
from .problems import problem


@claim("thm-gd-min-norm", uses=["thm-gd-modes", "thm-gd-stability"], source="gunasekar2018")
def descent_ends_at_the_nearest_minimiser() -> Clauses:
    """What is left of the error, and what never moves; a minimiser differs from the limit where X is blind only."""
    designs = (
        {"X": [[10, 1]], "y": [11], "start": [0, 0]},
        {"X": [[10, 1]], "y": [11], "start": [1, -2]},
        {"X": [[1, 2, 3], [2, 4, 6]], "y": [1, 1], "start": [1, 0, -1]},
        {"X": [[1, 0, 1], [0, 2, 1]], "y": [3, -1], "start": [2, 5, 7]},
        {"X": [[1, 1], [1, 2], [1, 4]], "y": [0, 1, 5], "start": [3, 3]},
    )
    one_step = (
        {"X": [[10, 1]], "y": [11], "start": [0, 0]},
        {"X": [[3, -2, 6]], "y": [5], "start": [1, 1, 0]},
        {"X": [[1, 1, 0], [1, -1, 0]], "y": [2, 7], "start": [4, 0, 9]},
    )

    def error_and_unseen_step(start: sp.Expr = d.a, limit: sp.Expr = d.b / d.sigma) -> list[sp.Expr]:
        """The error after t steps, and where a step takes a weight that X does not see."""
        return [d.gd_weight(start) - limit, d.gradient_step(d.a).subs(d.sigma, 0)]

    left_of_error = d.contraction**d.t * (d.a - d.b / d.sigma)
    # a direction: seen (1) or not (0); coordinate of all minimisers, of the start, of any other minimiser
    i, count = sp.Symbol("i", integer=True), sp.Symbol("d", integer=True, positive=True)
    seen, minimiser, start, other = (sp.IndexedBase(name)[i] for name in ("p", "b", "w", "z"))
    either = [Or(Eq(seen, 0), Eq(seen, 1))]
    limit = seen * minimiser + (1 - seen) * start
    any_minimiser = seen * minimiser + (1 - seen) * other
    u = d.eta * d.sigma_1**2
    design, unit = sp.symbols("X I", commutative=False)
    instance, least = one_step[0], sp.ImmutableMatrix([sp.Rational(110, 101), sp.Rational(11, 101)])
    return clauses(
        i=[
            Identity(
                error_and_unseen_step,
                [left_of_error, d.a],
                near_misses=[
                    NearMiss("the start is forgotten", lhs=lambda: error_and_unseen_step(start=S.Zero)),
                    NearMiss("the limit is b/σ²", lhs=lambda: error_and_unseen_step(limit=d.b / d.sigma**2)),
                    NearMiss("weights that X does not see decay too", rhs=[left_of_error, (1 - 2 * d.eta) * d.a]),
                ],
            ),
            Powers(
                d.contraction,
                given=[d.sigma <= d.sigma_1, u > 0, u < 1],
                near_misses=[
                    NearMiss("at the limit", given=[d.sigma <= d.sigma_1, u > 0, u <= 1]),
                    NearMiss("a step of 0", given=[d.sigma <= d.sigma_1, u >= 0, u < 1]),
                ],
            ),
            Cites("thm-gd-modes", "iii"),
            Exact(
                exact_limit,
                one_exact_step,
                one_step,
                scope="three designs with one nonzero singular value, where a step of 1/(2σ²) ends the descent",
                near_misses=[
                    NearMiss("the start is forgotten", predict=exact_limit_from_zero),
                    NearMiss("the wrong part of the start is kept", predict=exact_limit_with_seen_start),
                ],
            ),
            Agreement(
                lambda X, y, start, eta: limit_from(X, y, start),
                lambda X, y, start, eta: end_of_run(X, y, start, eta, 3000),
                problem,
                count=10,
                tolerance=1e-9,
                because="3000 steps leave at most a fraction 10⁻²⁶ of the first error, and rounding 10⁻¹⁵ a step",
                near_misses=[
                    NearMiss("the start is forgotten", predict=lambda X, y, start, eta: limit_from(X, y, 0 * start)),
                    NearMiss(
                        "the limit depends on the step",
                        predict=lambda X, y, start, eta: (1 + eta) * limit_from(X, y, start),
                    ),
                ],
            ),
        ],
        ii=[
            EachTerm(
                smaller=(limit - start) ** 2,
                larger=(any_minimiser - start) ** 2,
                limits=(i, 1, count),
                given=either,
                near_misses=[NearMiss("farther from the start by the half", larger=(any_minimiser - start) ** 2 / 2)],
            ),
            Exact(
                exact_limit,
                exact_nearest_minimiser,
                designs,
                near_misses=[
                    NearMiss("the start is forgotten", predict=exact_limit_from_zero),
                    NearMiss("the wrong part of the start is kept", predict=exact_limit_with_seen_start),
                ],
            ),
        ],
        iii=[
            EachTerm(
                # a start in the row space, 0 among them, has no coordinate where X is blind
                smaller=limit**2,
                larger=any_minimiser**2,
                limits=(i, 1, count),
                given=[*either, Or(Eq(seen, 1), Eq(start, 0))],
                near_misses=[
                    NearMiss("from any start", given=either),
                    NearMiss("half the norm", larger=any_minimiser**2 / 2),
                ],
            ),
        ],
        iv=[
            Exact(
                lambda X, y, start: least,
                one_exact_step,
                one_step[:1],
                complete=True,
                near_misses=[
                    NearMiss(
                        "equal contributions",
                        predict=lambda X, y, start: sp.Matrix([sp.Rational(11, 20), sp.Rational(11, 2)]),
                    ),
                    NearMiss("equal weights", predict=lambda X, y, start: sp.Matrix([1, 1])),
                    NearMiss(
                        "with a bias, as in a layer of a network",
                        predict=lambda X, y, start: sp.Rational(11, 102) * sp.Matrix([10, 1]),
                    ),
                ],
            ),
        ],
        reads={
            "": [u > 0, u < 1],
            "i": [(d.w_limit, d.limit_from(d.w_0, design, pseudo_inverse(design), d.y_all, unit))],
            "iii": [(d.w_0, S.Zero)],
            "iv": [
                Eq((sp.Matrix(instance["X"]) * sp.Matrix(sp.symbols("w_1 w_2")))[0], instance["y"][0]),
                (d.w_0, sp.Matrix(instance["start"]).norm()),
                (d.w_limit, least),
            ],
        },
        vocabulary={"X": design, "I": unit},
    )
