"""How the error of gradient descent moves: mode by mode, when it shrinks, how fast at best."""

from __future__ import annotations

import sympy as sp
from sympy import And, Eq, Or, S

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, ClosedForm, EachDirection, Powers
from verifiedbook.reading import integers

from . import diabetes
from .oracles import bisected_limit, end_by_formula, end_of_run, largest_singular_value, seen
from .problems import problem, short_run

# Squares of singular values: any one, the largest, the smallest nonzero one.
s, s_1, s_r = sp.symbols("s s_1 s_r", positive=True)

#: The factors of the steepest and of the flattest direction that X sees.
STEEP, FLAT = (d.contraction.subs(d.sigma, value) for value in (d.sigma_1, d.sigma_r))


@claim("thm-gd-modes")
def each_singular_direction_moves_alone() -> Clauses:
    """One step along a direction from the matrices, seen by X or not; then t steps, and what X does not see."""
    half_gradient = 1 - d.eta * d.sigma**2
    flipped = 1 + 2 * d.eta * d.sigma**2
    first_power = 1 - 2 * d.eta * d.sigma
    both = [d.contraction.subs(d.sigma, value) for value in (d.sigma_1, d.sigma_2)]
    basis, weights = sp.MatrixSymbol("V", d.d, d.d), sp.MatrixSymbol("w_t", d.d, 1)
    return clauses(
        i=[
            EachDirection(
                {d.w: d.descent_step},
                {d.w: d.e_t},
                {d.w: d.contraction_i * d.e_t},
                d.sigma_i**2,
                design=d.X,
                target=d.y,
                measured_from={d.w: d.w_star},
                next_names={d.w: d.e_next},
                near_misses=[
                    NearMiss("the factor 2 is lost", formula={d.w: (1 - d.eta * d.sigma_i**2) * d.e_t}),
                    NearMiss("the sign is flipped: ascent", formula={d.w: (1 + 2 * d.eta * d.sigma_i**2) * d.e_t}),
                    NearMiss("σ in place of σ²", formula={d.w: (1 - 2 * d.eta * d.sigma_i) * d.e_t}),
                ],
            ),
            Identity(
                d.derive_contraction,
                d.contraction,
                near_misses=[
                    NearMiss("the factor 2 of the gradient is lost", rhs=half_gradient),
                    NearMiss("the sign is flipped: ascent", rhs=flipped),
                    NearMiss("σ in place of σ²", rhs=first_power),
                ],
            ),
            Identity(
                d.derive_matrix_contractions,
                both,
                scope="2 × 2 designs: every two rotations but half turns, every two singular values",
                near_misses=[
                    NearMiss("the two directions change places", rhs=both[::-1]),
                    NearMiss("every direction has the same factor", rhs=[both[0], both[0]]),
                ],
            ),
        ],
        ii=[
            ClosedForm(
                d.contraction_i**d.t * d.e_0,
                d.t,
                [d.e_0],
                lambda error, t: d.contraction_i * error,
                term=d.e_t,
                near_misses=[
                    NearMiss("one step too many", formula=d.contraction_i ** (d.t + 1) * d.e_0),
                    NearMiss("linear in t", formula=(1 - 2 * d.t * d.eta * d.sigma_i**2) * d.e_0),
                ],
            ),
            Agreement(
                end_by_formula,
                end_of_run,
                short_run,
                near_misses=[
                    NearMiss(
                        "half the step size in the formula",
                        predict=lambda X, y, start, eta, steps: end_by_formula(X, y, start, eta / 2, steps),
                    ),
                    NearMiss(
                        "one step too many in the formula",
                        predict=lambda X, y, start, eta, steps: end_by_formula(X, y, start, eta, steps + 1),
                    ),
                    NearMiss(
                        "the part of the start that X does not see decays too",
                        predict=lambda X, y, start, eta, steps: end_by_formula(X, y, seen(X, start), eta, steps),
                    ),
                ],
            ),
        ],
        iii=[
            Powers(
                d.contraction_i,
                "stay",
                given=[Eq(d.sigma_i, 0)],
                near_misses=[NearMiss("directions that X sees do not change either", given=[d.sigma_i >= 0])],
            )
        ],
        reads={
            "": [
                (sp.Symbol("e_t", commutative=False), d.error_along(basis, weights, d.w_star)),
                (d.eta, "in", S.Reals),
                (0, "<=", d.t),
                (d.i, "in", integers(1, d.d)),
            ],
            "i": [(d.e_next, d.contraction_i * d.e_t)],
            "ii": [(d.e_t, d.contraction_i**d.t * d.e_0)],
            "iii": [Eq(d.sigma_i, 0)],
        },
        vocabulary={"e_{t,i}": d.e_t, "e_{t+1,i}": d.e_next, "e_{0,i}": d.e_0},
    )


@claim("thm-gd-stability", uses=["thm-gd-modes"], source="nesterov2018")
def gradient_descent_is_stable_below_a_step() -> Clauses:
    """The factors of all directions that X sees, and what becomes of the powers of the steepest one."""
    u = d.eta * d.sigma_1**2
    below = d.eta < d.stability_limit
    seen_factors, top = [d.contraction, STEEP], STEEP
    flatter = [d.sigma <= d.sigma_1]
    return clauses(
        i=[
            Powers(
                seen_factors,
                given=flatter,
                exactly=And(u > 0, u < 1),
                near_misses=[
                    NearMiss("the limit itself is allowed", exactly=And(u > 0, u <= 1)),
                    NearMiss("twice the limit (the factor 2 is lost)", exactly=And(u > 0, u < 2)),
                    NearMiss("half the limit is needed", exactly=And(u > 0, u < S.Half)),
                    NearMiss("a step of 0 is allowed", exactly=And(u >= 0, u < 1)),
                    NearMiss("the smallest singular value sets the limit", given=[d.sigma >= d.sigma_1]),
                    NearMiss("a direction that X does not see shrinks too", factors=[d.contraction_i, top], given=[]),
                ],
            ),
            ForAll([d.eta > 0], u > 0, near_misses=[NearMiss("a step of 0 too", given=[d.eta >= 0])]),
            ForAll([u > 0], d.eta > 0, near_misses=[NearMiss("a step of 0 too", given=[u >= 0])]),
            ForAll(
                [below],
                u < 1,
                near_misses=[
                    NearMiss("1/σ₁ in place of 1/σ₁²", given=[d.eta < 1 / d.sigma_1]),
                    NearMiss("twice the limit", given=[d.eta < 2 * d.stability_limit]),
                ],
            ),
            ForAll(
                [u < 1],
                below,
                near_misses=[
                    NearMiss("half the limit", then=d.eta < d.stability_limit / 2),
                    NearMiss("1/σ₁ in place of 1/σ₁²", then=d.eta < 1 / d.sigma_1),
                ],
            ),
            Cites("thm-gd-modes"),
            Agreement(
                lambda X, y: 1 / largest_singular_value(X) ** 2,
                bisected_limit,
                lambda rng: {name: value for name, value in problem(rng).items() if name in "Xy"},
                count=8,
                tolerance=4e-3,
                because="a run of 400 steps sees growth of the error by 1/400 a step, and the bisection ends at 1/1000",
                near_misses=[
                    NearMiss("twice the limit", predict=lambda X, y: 2 / largest_singular_value(X) ** 2),
                    NearMiss("half the limit", predict=lambda X, y: 1 / (2 * largest_singular_value(X) ** 2)),
                    NearMiss("1/σ₁ in place of 1/σ₁²", predict=lambda X, y: 1 / largest_singular_value(X)),
                ],
            ),
            Measured(
                lambda: diabetes.predicted().stable_step,
                diabetes.measured_stable_step,
                tolerance=5e-4,
                because="diabetes data; a run of 2000 steps resolves 1/4000 of the step, the bisection 1/10000",
                near_misses=[
                    NearMiss("the optimal step is the limit", predict=lambda: diabetes.predicted().optimal_step),
                    NearMiss("twice the limit", predict=lambda: 2 * diabetes.predicted().stable_step),
                ],
            ),
        ],
        ii=[
            Powers(
                top,
                "persist",
                given=[Or(u <= 0, u >= 1)],
                near_misses=[
                    NearMiss("from half the limit on", given=[Or(u <= 0, u >= S.Half)]),
                    NearMiss("whatever the step", given=[]),
                ],
            ),
            Cites("thm-gd-modes", "ii"),
        ],
        iii=[
            Powers(
                top,
                "stay",
                given=[Eq(d.eta, 0)],
                near_misses=[NearMiss("for small steps too", given=[d.eta >= 0])],
            )
        ],
        iv=[
            Powers(
                top,
                "alternate",
                given=[Eq(u, 1)],
                near_misses=[NearMiss("at half the limit", given=[Eq(2 * u, 1)])],
            )
        ],
        v=[
            Powers(
                top,
                "grow",
                given=[Or(u < 0, u > 1)],
                near_misses=[
                    NearMiss("from the limit on", given=[Or(u < 0, u >= 1)]),
                    NearMiss("a step of 0 too", given=[Or(u <= 0, u > 1)]),
                ],
            )
        ],
        reads={
            "": [(d.X, "!=", 0)],
            "i": [u > 0, u < 1],
            "ii": [(d.e_0, "!=", 0)],
            "iii": [Eq(d.eta, 0)],
            "iv": [Eq(u, 1)],
        },
        vocabulary={"e_{0,1}": d.e_0},
    )
