"""Ridge regression and early stopping: two filters that are nearly the same."""

from __future__ import annotations

import sympy as sp
from sympy import Rational, S, Symbol, exp

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Enclosure, Evidence, ForAll, Identity, Measured, NearMiss, claim

from . import diabetes
from .oracles import another_minimiser, filtered, penalised_least_squares, pseudo_inverse
from .problems import ridge_problem

#: A rational number just above the largest ratio, and two that enclose the place where it is attained.
LARGEST = Rational(12985, 10000)
PLACE = (Rational(1793282, 10**6), Rational(1793283, 10**6))


@claim(
    "thm-ridge-filter",
    source="hastie2009",
    rests_on="The identity is for one direction; the change of coordinates is the singular value decomposition, in the "
    "proof.",
)
def ridge_is_a_filter_on_singular_directions() -> list[Evidence]:
    """For $\\lambda > 0$ ridge regression multiplies the least-squares coefficient of direction $i$ by
    $\\sigma_i^2/(\\sigma_i^2+\\lambda)$; as $\\lambda\\to0^+$ it tends to $X^+y$."""
    return [
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
        Identity(
            lambda: sp.limit(d.derive_ridge_filter(), d.ridge, 0, "+"),
            S.One,
            near_misses=[
                NearMiss("nothing is fitted in the limit", rhs=S.Zero),
                NearMiss("half is fitted in the limit", rhs=S.Half),
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
        Agreement(
            lambda X, y, ridge: pseudo_inverse(X) @ y,
            lambda X, y, ridge: penalised_least_squares(X, y, 1e-8),
            ridge_problem,
            tolerance=1e-7,
            because="every filter is within λ/σ² ≤ 4·10⁻⁸ of 1 for λ = 10⁻⁸ and σ ≥ ½",
            near_misses=[
                NearMiss("a penalty that does not vanish", measure=penalised_least_squares),
                NearMiss("another minimiser where there are many", predict=lambda X, y, ridge: another_minimiser(X, y)),
            ],
        ),
    ]


@claim(
    "thm-early-stopping",
    uses=["thm-ridge-filter", "thm-gd-filter"],
    source="ali2019",
    rests_on="$e^x > 1 + x$ for $x \\ne 0$ is taken as known. Interval arithmetic covers the middle of the half-line; "
    "near 0 and far out the solvers conclude from that inequality, with $E = e^{-x}$ as an unknown. That $x_\\star$ is "
    "the only turning point on $(0,\\infty)$, and strictness in the middle, are in the proof.",
)
def early_stopping_is_nearly_ridge() -> list[Evidence]:
    """Gradient flow from 0 for time $\\tau$ has the filter $1-e^{-x}$, $x = 2\\tau\\sigma^2$, ridge with
    $\\lambda = 1/(2\\tau)$ has $x/(1+x)$; their ratio lies between 1 and 1.2985 for every $x > 0$."""
    E = Symbol("E", positive=True)  # e^{-x}
    ratio_from_E = d.filter_ratio.subs(exp(-d.x), E)
    below_one_plus_x = (1 + d.x) * E < 1  # e^x > 1 + x
    above_one_minus_x = 1 - d.x < E  # e^{-x} > 1 - x
    middle = (Rational(1, 4), Rational(4))
    return [
        Identity(
            d.derive_flow_filter,
            d.flow_filter,
            near_misses=[
                NearMiss("the factor 2 of the gradient is lost", rhs=1 - exp(-d.tau * d.sigma**2)),
                NearMiss("σ in place of σ²", rhs=1 - exp(-2 * d.tau * d.sigma)),
                NearMiss("the sign is flipped", rhs=1 - exp(2 * d.tau * d.sigma**2)),
            ],
        ),
        Identity(
            lambda: [d.derive_filter_ratio(), d.derive_turning_point(), d.derive_largest_ratio()],
            [d.filter_ratio, d.ratio_turning_point, d.largest_ratio],
            near_misses=[
                NearMiss(
                    "ridge with λ = 1/τ",
                    lhs=lambda: [_ratio_with(1 / d.tau), d.derive_turning_point(), d.derive_largest_ratio()],
                ),
                NearMiss(
                    "ridge with λ = 1/(4τ)",
                    lhs=lambda: [_ratio_with(1 / (4 * d.tau)), d.derive_turning_point(), d.derive_largest_ratio()],
                ),
                NearMiss(
                    "the slope vanishes where eˣ = 1 + x + x²/2",
                    rhs=[d.filter_ratio, 1 + d.x + d.x**2 / 2 - exp(d.x), d.largest_ratio],
                ),
            ],
        ),
        Enclosure(
            d.filter_ratio,
            d.x,
            middle,
            lower=1,
            upper=LARGEST,
            near_misses=[
                NearMiss("at most 1.298", upper=Rational(1298, 1000)),
                NearMiss("at most 5/4", upper=Rational(5, 4)),
                NearMiss("at least 6/5", lower=Rational(6, 5)),
                NearMiss("early stopping is below ridge", lower=None, upper=1),
            ],
        ),
        ForAll(
            [d.x >= middle[1], below_one_plus_x],
            sp.And(ratio_from_E > 1, ratio_from_E < LARGEST),
            near_misses=[
                NearMiss("from x = 2 on", given=[d.x >= 2, below_one_plus_x]),
                NearMiss("below 1.2", then=ratio_from_E < Rational(6, 5)),
                NearMiss("eˣ > 1 + x is not used", given=[d.x >= middle[1]]),
            ],
        ),
        ForAll(
            [d.x <= middle[0], below_one_plus_x, above_one_minus_x],
            sp.And(ratio_from_E > 1, ratio_from_E < LARGEST),
            near_misses=[
                NearMiss("up to x = ½", given=[d.x <= S.Half, below_one_plus_x, above_one_minus_x]),
                NearMiss("eˣ > 1 + x is not used", given=[d.x <= middle[0], above_one_minus_x]),
                NearMiss("e⁻ˣ > 1 − x is not used", given=[d.x <= middle[0], below_one_plus_x]),
            ],
        ),
        Enclosure(
            d.ratio_turning_point,
            d.x,
            (Rational(1), PLACE[0]),
            lower=0,
            near_misses=[NearMiss("the slope is positive up to 1.8", interval=(Rational(1), Rational(18, 10)))],
        ),
        Enclosure(
            d.ratio_turning_point,
            d.x,
            (PLACE[1], Rational(4)),
            upper=0,
            near_misses=[NearMiss("the slope is negative from 1.79 on", interval=(Rational(179, 100), Rational(4)))],
        ),
        Enclosure(
            d.largest_ratio,
            d.x,
            PLACE,
            lower=Rational(1298425, 10**6),
            upper=Rational(1298426, 10**6),
            near_misses=[NearMiss("1.2983", lower=Rational(12982, 10**4), upper=Rational(12984, 10**4))],
        ),
        Measured(
            lambda: [diabetes.largest_ratio(), 1.0],
            diabetes.measured_ratios,
            tolerance=2e-3,
            because="diabetes data; steps of 1/1000 of the largest differ from the flow by about ησ² = 10⁻³",
            near_misses=[
                NearMiss("the two filters are equal", predict=lambda: [1.0, 1.0]),
                NearMiss("ridge with λ = 1/τ", predict=lambda: [2.0, 1.0]),
            ],
        ),
    ]


def _ratio_with(strength: sp.Expr) -> sp.Expr:
    """The ratio of the filters when ridge has another strength."""
    matched = d.ridge_filter.subs(d.ridge, strength)
    return sp.simplify((d.flow_filter / matched).subs(d.tau, d.x / (2 * d.sigma**2)))
