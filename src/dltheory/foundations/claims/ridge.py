"""Ridge regression: a filter on singular directions."""

from __future__ import annotations

import sympy as sp
from sympy import S

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import EachDirection
from verifiedbook.reading import from_above

from .oracles import another_minimiser, filtered, penalised_least_squares, pseudo_inverse
from .problems import ridge_problem


@claim("thm-ridge-filter", source="hastie2009")
def ridge_is_a_filter_on_singular_directions() -> Clauses:
    """The minimiser along each direction, seen or not; that there is no other; and its two limits."""
    shrunk = d.ridge_filter.subs(d.sigma, d.sigma_i) * d.w_star_i
    penalised = (d.mode_loss(d.a) + d.ridge * d.a**2).subs(d.sigma, d.sigma_i)
    least = d.sigma_i * d.b / (d.sigma_i**2 + d.ridge)
    excess = penalised - penalised.subs(d.a, least)
    least_strength, most_strength, w_ridge = S.Zero, sp.oo, sp.Symbol("w_lambda", commutative=False)
    return clauses(
        i=[
            EachDirection(
                {d.w: d.ridge_solution},
                {d.w: d.e_t},
                {d.w: shrunk - d.w_star_i},
                d.sigma_i**2,
                design=d.X,
                target=d.y,
                measured_from={d.w: d.w_star},
                near_misses=[NearMiss("nothing is lost", formula={d.w: 0 * d.w_star_i})],
            ),
            Identity(
                lambda: excess,
                (d.sigma_i**2 + d.ridge) * (d.a - least) ** 2,
                near_misses=[
                    NearMiss("flat where X is blind", rhs=d.sigma_i**2 * (d.a - least) ** 2),
                    NearMiss("twice as steep", rhs=2 * (d.sigma_i**2 + d.ridge) * (d.a - least) ** 2),
                ],
            ),
            Identity(
                d.derive_ridge_filter,
                d.ridge_filter,
                near_misses=[
                    NearMiss("σ in place of σ²", rhs=d.sigma / (d.sigma + d.ridge)),
                    NearMiss("λ counted twice", rhs=d.sigma**2 / (d.sigma**2 + 2 * d.ridge)),
                    NearMiss("λ² in place of λ", rhs=d.sigma**2 / (d.sigma**2 + d.ridge**2)),
                    NearMiss("the complement: what ridge removes", rhs=1 - d.ridge_filter),
                ],
            ),
            Agreement(
                filtered,
                penalised_least_squares,
                ridge_problem,
                near_misses=[
                    NearMiss("half the penalty", predict=lambda X, y, ridge: filtered(X, y, ridge / 2)),
                    NearMiss(
                        "the penalty divided by the number of samples",
                        predict=lambda X, y, ridge: filtered(X, y, ridge / len(y)),
                    ),
                    NearMiss("the penalty squared", predict=lambda X, y, ridge: filtered(X, y, ridge**2)),
                ],
            ),
        ],
        ii=[
            Identity(
                lambda: sp.limit(d.derive_ridge_filter(), d.ridge, least_strength, "+"),
                S.One,
                near_misses=[
                    NearMiss("as λ → ∞ too", lhs=lambda: sp.limit(d.derive_ridge_filter(), d.ridge, most_strength)),
                    NearMiss("where X is blind too", lhs=lambda: sp.limit(d.ridge_filter.subs(d.sigma, 0), d.ridge, 0)),
                ],
            ),
            Agreement(
                lambda X, y, ridge: pseudo_inverse(X) @ y,
                lambda X, y, ridge: penalised_least_squares(X, y, 1e-8),
                ridge_problem,
                tolerance=1e-7,
                because="every filter is within λ/σ² ≤ 4·10⁻⁸ of 1 for λ = 10⁻⁸ and σ ≥ ½",
                near_misses=[
                    NearMiss("a penalty that does not vanish", measure=penalised_least_squares),
                    NearMiss(
                        "another minimiser where there are many", predict=lambda X, y, ridge: another_minimiser(X, y)
                    ),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: sp.limit(d.derive_ridge_filter(), d.ridge, most_strength),
                S.Zero,
                near_misses=[NearMiss("as λ → 0 too", lhs=lambda: sp.limit(d.derive_ridge_filter(), d.ridge, 0, "+"))],
            )
        ],
        reads={
            "": [(0, "<", d.ridge)],
            "i": [(w_ridge, d.over_directions(d.ridge_filter * d.b / d.sigma))],
            "ii": [(d.ridge, "to", from_above(least_strength))],
            "iii": [(d.ridge, "to", most_strength)],
        },
    )
