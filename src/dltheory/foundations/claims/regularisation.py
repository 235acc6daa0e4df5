"""Early stopping and ridge regression: two filters that are nearly the same."""

from __future__ import annotations

import sympy as sp
from sympy import Eq, Rational, S, exp

from dltheory.foundations import derivation as d
from verifiedbook.claims import Clauses, Enclosure, Erratum, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import EachDirection, Hump, Monotone

from . import diabetes

#: Two numbers that enclose the place where the ratio is largest.
PLACE = (Rational(1793282, 10**6), Rational(1793283, 10**6))


#: With f₀ = 0 a component of the line that is printed is f* + e^(−tλ) f*, which is 1 + e^(−x) of f*.
DIFFERENCE_REVERSED = Erratum(
    "jacot2018",
    "Section 5, the trajectory of $f_t$ (in the copy on arXiv)",
    "Decomposing the difference $(f^*-f_0)=\\Delta_f^0+\\Delta_f^1+\\dots+\\Delta_f^{Nn_L}$ along the eigenspaces of "
    "$\\Pi$, the trajectory of the function $f_t$ reads "
    "$f_t=f^*+\\Delta_f^0+\\sum_{i=1}^{Nn_L}e^{-t\\lambda_i}\\Delta_f^i$.",
    "What is decomposed must be $f_0-f^*$, as in $f_t=f^*+e^{-t\\Pi}(f_0-f^*)$ just above it. As printed the "
    "trajectory starts at $2f^*-f_0$, and along a component that starts at 0 it has fitted "
    "$1+e^{-t\\lambda_i}$ of the goal.",
)


@claim("thm-early-stopping", uses=["thm-ridge-filter", "thm-gd-filter"], source="ali2019")
def early_stopping_is_nearly_ridge() -> Clauses:
    """The flow solved, the two filters compared; the ratio rises to one turn and falls, above 1 all the way."""
    half_line = (0, sp.oo)
    turning = d.ratio_turning_point  # 1 + x + x² − eˣ, positive before the turn; its slopes are 1 + 2x − eˣ, 2 − eˣ
    first, second = sp.diff(turning, d.x), sp.diff(turning, d.x, 2)
    falls = Monotone(second, d.x, half_line, "decreasing", core=-S.One, weight=exp(d.x))
    slope = Hump(turning, d.x, half_line, Hump(first, d.x, half_line, falls))
    weight = exp(-d.x) / d.x**2
    x_star, ratio = sp.Symbol("x_star", positive=True), sp.Function("R")
    flow, matched, weights = sp.symbols("f_flow f_ridge w", cls=sp.Function)  # the two filters in x
    ends = (S.Zero, sp.oo)
    velocity = sp.MatrixSymbol("v", d.d, 1)
    moving, speed = sp.Symbol("w_dot", commutative=False), sp.Symbol("v_i", real=True)
    return clauses(
        i=[
            Identity(
                d.derive_flow_filter,
                d.flow_filter,
                near_misses=[
                    NearMiss("the factor 2 of the gradient is lost", rhs=1 - exp(-d.tau * d.sigma**2)),
                    NearMiss("σ in place of σ²", rhs=1 - exp(-2 * d.tau * d.sigma)),
                    NearMiss("the sign is flipped", rhs=1 - exp(2 * d.tau * d.sigma**2)),
                    NearMiss(
                        "the first difference taken the other way",
                        rhs=1 + exp(-2 * d.tau * d.sigma**2),
                        erratum=DIFFERENCE_REVERSED,
                    ),
                ],
            ),
            EachDirection(
                # along each direction, seen or not, the flow is the equation that is solved
                {velocity: -d.loss_gradient},
                {velocity: speed, d.w: d.e_t},
                {velocity: -2 * d.sigma_i**2 * d.e_t},
                d.sigma_i**2,
                design=d.X,
                target=d.y,
                measured_from={d.w: d.w_star},
                near_misses=[NearMiss("the factor 2 is lost", formula={velocity: -(d.sigma_i**2) * d.e_t})],
            ),
            Identity(
                lambda: -sp.diff(d.mode_loss(d.a), d.a),
                -2 * d.sigma**2 * (d.a - d.b / d.sigma),
                near_misses=[NearMiss("the factor 2 is lost", rhs=-(d.sigma**2) * (d.a - d.b / d.sigma))],
            ),
            Identity(
                lambda: d.flow_filter.subs(d.tau, d.x / (2 * d.sigma**2)),
                d.flow_filter_in_x,
                near_misses=[NearMiss("with x = τσ²", lhs=d.flow_filter.subs(d.tau, d.x / d.sigma**2))],
            ),
        ],
        ii=[
            Identity(
                lambda: d.derive_ridge_filter().subs(d.ridge, d.matched_ridge),
                d.ridge_filter_in_x.subs(d.x, 2 * d.tau * d.sigma**2),
                near_misses=[NearMiss("ridge with λ = 1/τ", rhs=2 * d.tau * d.sigma**2 / (2 + 2 * d.tau * d.sigma**2))],
            ),
        ],
        iii=[
            Identity(
                d.derive_filter_ratio,
                d.filter_ratio,
                near_misses=[
                    NearMiss("ridge with λ = 1/τ", lhs=lambda: _ratio_with(1 / d.tau)),
                    NearMiss("ridge with λ = 1/(4τ)", lhs=lambda: _ratio_with(1 / (4 * d.tau))),
                ],
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
        ],
        iv=[
            Hump(
                turning,
                d.x,
                half_line,
                Hump(first, d.x, half_line, falls),
                core=first,
                near_misses=[NearMiss("it falls first and rises then", function=-turning)],
            ),
            Enclosure(
                turning,
                d.x,
                (Rational(179, 100), PLACE[0]),
                lower=0,
                complete=True,
                near_misses=[NearMiss("positive up to 1.8", interval=(Rational(179, 100), Rational(18, 10)))],
            ),
            Enclosure(
                turning,
                d.x,
                (PLACE[1], Rational(18, 10)),
                upper=0,
                complete=True,
                near_misses=[NearMiss("negative from 1.79 on", interval=(Rational(179, 100), Rational(18, 10)))],
            ),
        ],
        v=[
            Hump(
                d.filter_ratio,
                d.x,
                half_line,
                slope,
                core=turning,
                weight=weight,
                above=1,
                turn=PLACE,
                near_misses=[
                    NearMiss("it exceeds 1.1", above=Rational(11, 10)),
                    NearMiss("it turns before 1.79", turn=(1, Rational(179, 100))),
                    NearMiss("ridge with λ = 1/(4τ)", function=d.flow_filter_in_x * (1 + 2 * d.x) / (2 * d.x)),
                ],
            ),
            Identity(
                d.derive_turning_point,
                turning,
                near_misses=[
                    NearMiss("the slope vanishes where eˣ = 1 + x + x²/2", rhs=1 + d.x + d.x**2 / 2 - exp(d.x)),
                ],
            ),
        ],
        vi=[
            Identity(
                d.derive_largest_ratio,
                d.largest_ratio,
                near_misses=[NearMiss("the place is lost: 1 + 1/(1 + x)", rhs=1 + 1 / (1 + d.x))],
            ),
        ],
        vii=[
            Enclosure(
                d.largest_ratio,
                d.x,
                PLACE,
                lower=Rational(1298425, 10**6),
                upper=Rational(1298426, 10**6),
                complete=True,
                near_misses=[
                    NearMiss("at most 1.298", upper=Rational(1298, 10**3)),
                    NearMiss("at least 1.299", lower=Rational(1299, 10**3)),
                ],
            ),
        ],
        viii=[
            Identity(
                lambda: [sp.limit(d.filter_ratio, d.x, end) for end in ends],
                [S.One, S.One],
                near_misses=[
                    NearMiss(
                        "ridge with λ = 1/τ", lhs=lambda: [sp.limit(_ratio_with(1 / d.tau), d.x, end) for end in ends]
                    )
                ],
            ),
        ],
        reads={
            "": [(0, "<", d.tau), Eq(d.x, 2 * d.tau * d.sigma**2), (2 * d.tau * d.sigma**2, ">", 0)],
            "i": [
                (moving, -d.loss_gradient),
                (weights(0), d.flow_filter.subs(d.tau, 0)),
                (flow(d.x), d.flow_filter_in_x),
            ],
            "ii": [Eq(d.ridge, d.matched_ridge), (matched(d.x), d.ridge_filter_in_x)],
            "iii": [(ratio(d.x), d.filter_ratio)],
            "iv": [(exp(d.x), d.x**2 + d.x + 1), (PLACE[0], "<", x_star), (x_star, "<", PLACE[1])],
            "v": [(0, "<", d.x), (1, "<", ratio(d.x)), (ratio(d.x), "<=", ratio(x_star))],
            "vi": [(ratio(x_star), d.largest_ratio.subs(d.x, x_star))],
            "vii": [
                (Rational(1298425, 10**6), "<=", ratio(x_star)),
                (ratio(x_star), "<=", Rational(1298426, 10**6)),
            ],
            "viii": [(d.x, "to", end) for end in ends],
        },
        vocabulary={
            r"\sigma_i": d.sigma,
            r"f_{\text{flow}}": flow,
            r"f_{\text{ridge}}": matched,
            r"\nabla L": lambda weights: d.gradient_at(weights, *sp.symbols("X y", commutative=False)),
        },
    )


def _ratio_with(strength: sp.Expr) -> sp.Expr:
    """The ratio of the filters when ridge has another strength."""
    matched = d.ridge_filter.subs(d.ridge, strength)
    return sp.simplify((d.flow_filter / matched).subs(d.tau, d.x / (2 * d.sigma**2)))
