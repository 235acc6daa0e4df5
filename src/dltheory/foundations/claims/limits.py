"""Where gradient descent is after t steps, and which directions it learns first."""

from __future__ import annotations

import sympy as sp
from sympy import And, S

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Clauses, ForAll, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, ClosedForm, Induction

from .oracles import end_by_formula, end_of_run
from .problems import short_run


@claim("thm-gd-filter", uses=["thm-gd-modes"])
def descent_is_a_filter_on_singular_directions() -> Clauses:
    """The weight along a direction after t steps, from 0 and from any start; where X is blind nothing moves."""
    wrong_sign = (1 - (1 + 2 * d.eta * d.sigma**2) ** d.t) * d.b / d.sigma
    half = (1 - (1 - d.eta * d.sigma**2) ** d.t) * d.b / d.sigma
    late = (1 - d.contraction ** (d.t + 1)) * d.b / d.sigma

    def step(weight: sp.Expr, t: sp.Expr) -> sp.Expr:
        return d.gradient_step(weight)

    return clauses(
        i=[
            ClosedForm(
                d.gd_weight(),
                d.t,
                [S.Zero],
                step,
                near_misses=[
                    NearMiss("the sign in the factor is flipped", formula=wrong_sign),
                    NearMiss("the factor 2 is lost", formula=half),
                    NearMiss("one step ahead: exponent t + 1", formula=late),
                    NearMiss("not divided by σ", formula=d.gd_filter * d.b),
                ],
            ),
            Cites("thm-gd-modes"),
            Agreement(
                lambda X, y, start, eta, steps: end_by_formula(X, y, None, eta, steps),
                lambda X, y, start, eta, steps: end_of_run(X, y, None, eta, steps),
                short_run,
                near_misses=[
                    NearMiss(
                        "one step ahead",
                        predict=lambda X, y, start, eta, steps: end_by_formula(X, y, None, eta, steps + 1),
                    ),
                    NearMiss("the start is not 0", measure=end_of_run),
                ],
            ),
        ],
        ii=[
            ClosedForm(
                d.gd_weight(d.w_0i),
                d.t,
                [d.w_0i],
                step,
                near_misses=[
                    NearMiss("the start never fades", formula=d.gd_weight() + d.w_0i),
                    NearMiss(
                        "the start fades as the square", formula=d.gd_weight() + d.contraction ** (2 * d.t) * d.w_0i
                    ),
                ],
            ),
            Cites("thm-gd-modes", "iii"),
        ],
        reads={
            "": [(d.eta, "in", S.Reals), (0, "<=", d.t)],
            "i": [(d.w_0, d.gd_weight().subs(d.t, 0)), (d.w_t, d.over_directions(d.gd_weight()))],
        },
    )


@claim("cor-gd-large-modes-first", uses=["thm-gd-filter"])
def large_singular_values_are_learnt_first() -> Clauses:
    """The order of the two factors, and by induction that of their powers; t = 2 decides the other way."""
    c_i, c_j = (d.contraction.subs(d.sigma, value) for value in (d.sigma_i, d.sigma_j))
    ordered = d.eta * (d.sigma_i**2 + d.sigma_j**2) < 1
    faster = [d.eta > 0, d.sigma_i > d.sigma_j]
    steepest = [d.eta > 0, d.sigma_1 > d.sigma_2, d.eta < d.ordered_step]
    b_i, b_j = sp.symbols("c_i c_j", real=True)  # the two factors as numbers
    n = sp.Symbol("n", integer=True, nonnegative=True)  # an odd t is 2n + 1

    def odd(factor: sp.Expr) -> sp.Expr:
        return factor * (factor**2) ** n

    # what the step from t to t + 2 leans on: with these sums of squares nothing is said of the signs of the factors
    powers, squared = [b_i**n, b_j**n], [(b_i**2) ** n, (b_j**2) ** n]
    weighted = b_i**2 * squared[0] + b_j**2 * squared[1]
    gap, next_gap = (odd(b_j) * b_j**k - odd(b_i) * b_i**k for k in (0, 2))

    def ahead(steps: int) -> sp.Rel:
        first, second = (d.gd_filter.subs(d.sigma, value).subs(d.t, steps) for value in (d.sigma_i, d.sigma_j))
        return first > second

    return clauses(
        i=[
            ForAll(
                faster,
                c_i < c_j,
                near_misses=[
                    NearMiss("equal singular values", given=[d.eta > 0, d.sigma_i >= d.sigma_j]),
                    NearMiss("a step of 0", given=[d.eta >= 0, d.sigma_i > d.sigma_j]),
                ],
            ),
            Induction(
                odd(b_i) < odd(b_j),
                n,
                [b_i < b_j],
                lemmas=[weighted > 0, sum(squared) * next_gap >= weighted * gap],
                squares=[(b_i + b_j) * powers[0] * powers[1], *powers],
                near_misses=[
                    NearMiss("at even t too", then=(b_i**2) ** n <= (b_j**2) ** n),
                    NearMiss("equal factors", given=[b_i <= b_j]),
                ],
            ),
            Cites("thm-gd-filter", "i"),
        ],
        ii=[
            ForAll(
                [*faster, ordered],
                And(c_i < c_j, -c_j < c_i),
                near_misses=[
                    NearMiss("the condition is dropped", given=faster),
                    NearMiss("equality is allowed", given=[*faster, d.eta * (d.sigma_i**2 + d.sigma_j**2) <= 1]),
                    NearMiss("twice the step", given=[*faster, d.eta * (d.sigma_i**2 + d.sigma_j**2) < 2]),
                    NearMiss("a negative step", given=[d.eta < 0, d.sigma_i > d.sigma_j, ordered]),
                ],
            ),
            Induction(
                And(b_i**d.t < b_j**d.t, -(b_j**d.t) < b_i**d.t),
                d.t,
                [b_i < b_j, -b_j < b_i],
                start=1,
                near_misses=[
                    NearMiss("only c_i < c_j is known", given=[b_i < b_j]),
                    NearMiss("from t = 0 on", start=0),
                ],
            ),
            ForAll(
                [*faster, ahead(2)],
                ordered,
                near_misses=[
                    NearMiss("half the step is needed", then=2 * d.eta * (d.sigma_i**2 + d.sigma_j**2) < 1),
                    NearMiss("one step decides it", given=[*faster, ahead(1)]),
                    NearMiss("three steps decide it", given=[*faster, ahead(3)]),
                ],
            ),
            ForAll(
                steepest,
                d.eta * (d.sigma_1**2 + d.sigma_2**2) < 1,
                near_misses=[
                    NearMiss("up to the largest stable step", given=[*steepest[:2], d.eta < d.stability_limit])
                ],
            ),
            ForAll(
                [d.eta * (d.sigma_1**2 + d.sigma_2**2) < 1],
                steepest[2],
                near_misses=[NearMiss("half the step", then=d.eta < d.ordered_step / 2)],
            ),
            Cites("thm-gd-filter", "i"),
        ],
        reads={"": [*faster, (0, "<=", d.sigma_j)], "ii": [(1, "<=", d.t), ordered]},
    )
