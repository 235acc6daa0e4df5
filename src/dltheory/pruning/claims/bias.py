"""Which singular coordinates magnitude pruning removes along gradient descent: small σ early, large σ late."""

from __future__ import annotations

import numpy as np
import sympy as sp
from sympy import And, Rational, Symbol

from dltheory.pruning.derivation import bias as d
from dltheory.pruning.experiment import bias as run
from verifiedbook.claims import Agreement, Enclosure, Exact, ForAll, Identity, Measured, NearMiss, claim

from .bias_oracles import (
    BELOW_PEAK,
    WITNESSES,
    descent,
    keeps_a_band,
    order_by_theorem,
    order_in_run,
    removed_by_run,
    removed_by_theorem,
    searched_peak,
)

#: $\sqrt{2\eta}\,\sigma$ for two directions, the second with the smaller singular value.
_LARGE, _SMALL = sp.symbols("r_i r_j", positive=True)


@claim(
    "thm-pruning-and-gd-bias",
    uses=["thm-gd-filter"],
    source="dltheoreticalanalysis",
    rests_on="Here $r=\\sqrt{2\\eta}\\,\\sigma$, $\\rho=1-\\zeta$. The turning function and its slope are identities "
    "for every $t$. That they give one peak, that a ratio of sizes increases with $\\rho$ at every $t$, and the step "
    "from the signs of the first terms of a power series (decided by solvers) to $x^\\star<t\\zeta_t$ are in the "
    "proof. Solvers compare two directions for $t=2,3$.",
)
def small_singular_values_are_pruned_first_early_and_last_late():
    """From $w_0=0$ with $0<2\\eta\\sigma_1^2<1$ singular coordinate $i$ of $w_t$ has size
    $|u_i^\\top y|(1-(1-2\\eta\\sigma_i^2)^t)/\\sigma_i$. With equal $|u_i^\\top y|\\ne0$ and distinct $\\sigma_i$ it
    increases with $\\sigma$ at $t=1$; for $t\\ge2$ it increases up to $2\\eta\\sigma^2=\\zeta_t$ and decreases after,
    $\\zeta_t$ decreases, $t\\zeta_t>x^\\star\\approx1.2564$ and $t\\zeta_t\\to x^\\star$, $e^{x^\\star}=1+2x^\\star$.
    So pruning the $m$ smallest of these coordinates removes the $m$ smallest $\\sigma$ while
    $2\\eta t\\sigma_1^2\\le x^\\star$, keeps consecutive $\\sigma$ always, which only move down, and removes the $m$
    largest for all large $t$."""
    sizes = {t: (d.size_after(t, _LARGE), d.size_after(t, _SMALL)) for t in (1, 2, 3)}
    third_peak = (9 - sp.sqrt(21)) / 10
    order, remainder = Symbol("m", positive=True), Symbol("delta", positive=True)
    first_terms = [d.series_coefficient(sp.Integer(k)) > 0 for k in (1, 2, 3)]
    near_peak = [d.x >= BELOW_PEAK, d.x <= Rational(12565, 10000)]
    return [
        Identity(
            lambda: [d.derive_coordinate_size(), d.derive_size_in_z()],
            [d.coordinate_size, d.size_in_z],
            near_misses=[
                NearMiss(
                    "the factor 2 of the gradient is lost", rhs=[d.coordinate_size.subs(d.eta, d.eta / 2), d.size_in_z]
                ),
                NearMiss("not divided by σ", rhs=[d.coordinate_size * d.sigma, d.size_in_z]),
                NearMiss("ζ in place of its root", rhs=[d.coordinate_size, d.size_in_z / sp.sqrt(d.z)]),
            ],
        ),
        Identity(
            lambda: [
                d.derive_turning_point(),
                d.turning_point.subs(d.z, 1 - d.kept),
                d.derive_factor_slope(),
                d.derive_flow_turning_point(),
            ],
            [d.turning_point, d.turning_in_factor, 2 * d.t - 2 - (2 * d.t - 1) * d.kept, d.flow_turning_point],
            given=[d.z < 1, d.kept < 1],
            near_misses=[
                NearMiss(
                    "1 + x in place of 1 + 2x in the limit",
                    rhs=[
                        d.turning_point,
                        d.turning_in_factor,
                        2 * d.t - 2 - (2 * d.t - 1) * d.kept,
                        (1 + d.x) / sp.exp(d.x) - 1,
                    ],
                ),
                NearMiss(
                    "the slope of the fitted fraction: the division by σ is lost",
                    lhs=lambda: [
                        sp.diff(1 - (1 - d.z) ** d.t, d.z) * 2 * d.z,
                        d.turning_point.subs(d.z, 1 - d.kept),
                        d.derive_factor_slope(),
                        d.derive_flow_turning_point(),
                    ],
                ),
            ],
        ),
        Identity(
            d.derive_growth,
            [d.growth(steps) for steps in d.GROWTH_STEPS],
            scope="t = 1 to 5",
            near_misses=[
                NearMiss("one step ahead", rhs=[d.growth(steps + 1) for steps in d.GROWTH_STEPS]),
                NearMiss("a power too many", rhs=[d.growth(steps) * d.kept for steps in d.GROWTH_STEPS]),
            ],
        ),
        ForAll(
            [_SMALL < _LARGE, _LARGE < 1],
            sp.And(
                *[d.growth(steps).subs(d.kept, _SMALL) < d.growth(steps).subs(d.kept, _LARGE) for steps in (1, 2, 3)]
            ),
            scope="t = 1, 2, 3; here r are two factors ρ",
            near_misses=[
                NearMiss(
                    "it decreases with ρ",
                    then=sp.And(
                        *[
                            d.growth(steps).subs(d.kept, _LARGE) < d.growth(steps).subs(d.kept, _SMALL)
                            for steps in (1, 2, 3)
                        ]
                    ),
                ),
            ],
        ),
        Identity(
            lambda: [sp.factor(d.turning_after(2, d.z)), d.turning_after(3, third_peak), d.turning_after(1, d.z)],
            [d.z * (2 - 3 * d.z), 0, d.z],
            scope="t = 1, 2, 3",
            near_misses=[
                NearMiss("after two steps the peak is at ζ = ½", rhs=[d.z * (1 - 2 * d.z), 0, d.z]),
                NearMiss(
                    "after three steps the peak is at ζ = x*/3 ≈ 0.4188",
                    lhs=lambda: [
                        sp.factor(d.turning_after(2, d.z)),
                        d.turning_after(3, Rational(4188, 10000)),
                        d.turning_after(1, d.z),
                    ],
                ),
            ],
        ),
        Enclosure(
            d.flow_turning_point,
            d.x,
            (Rational(1, 2), Rational(12564, 10000)),
            lower=0,
            near_misses=[NearMiss("the peak is beyond 1.35", interval=(Rational(1, 2), Rational(135, 100)))],
        ),
        Enclosure(
            d.flow_turning_point,
            d.x,
            (Rational(12565, 10000), 20),
            upper=0,
            near_misses=[
                NearMiss("the peak is below 1.2564", interval=(Rational(12563, 10000), 20)),
                NearMiss("e^x = 1 + 3x", expression=(1 + 3 * d.x) / sp.exp(d.x) - 1),
            ],
        ),
        Identity(
            lambda: d.derive_series_coefficients(4),
            [d.series_coefficient(sp.Integer(k)) for k in range(1, 5)],
            scope="the first four terms",
            near_misses=[
                NearMiss("one order ahead", rhs=[d.series_coefficient(sp.Integer(k)) for k in range(2, 6)]),
                NearMiss(
                    "(1 + 2x) without its power",
                    rhs=[1 - d.x * sp.Rational(k, k + 1) - 1 / (1 + 2 * d.x) for k in range(1, 5)],
                ),
            ],
        ),
        ForAll(
            near_peak,
            And(*first_terms),
            near_misses=[
                NearMiss("four terms are positive", then=And(*first_terms, d.series_coefficient(sp.Integer(4)) > 0)),
                NearMiss("up to x = 3/2", given=[d.x >= BELOW_PEAK, d.x <= Rational(3, 2)]),
            ],
        ),
        # the terms from the fourth on, m = 1/(k + 1), δ = (1 + 2x)^(−k)
        ForAll(
            [d.x >= BELOW_PEAK, order <= Rational(1, 5)],
            1 - d.x * (1 - order) - remainder < 0,
            near_misses=[
                NearMiss("the third too", given=[d.x >= BELOW_PEAK, order <= Rational(1, 4)]),
                NearMiss("for x ≥ 1", given=[d.x >= 1, order <= Rational(1, 5)]),
            ],
        ),
        *[
            ForAll(
                [_SMALL < _LARGE, steps * _LARGE**2 <= BELOW_PEAK, _LARGE < 1],
                sizes[steps][1] < sizes[steps][0],
                scope=f"t = {steps}, up to 2ηtσ² = 5/4",
                near_misses=[
                    NearMiss("at every time", given=[_SMALL < _LARGE, _LARGE < 1]),
                    NearMiss(
                        "up to twice that time",
                        given=[_SMALL < _LARGE, steps * _LARGE**2 <= Rational(5, 2), _LARGE < 1],
                    ),
                ],
            )
            for steps in (2, 3)
        ],
        *[
            ForAll(
                [_SMALL < _LARGE, peak <= _SMALL**2, _LARGE < 1],
                sizes[steps][0] < sizes[steps][1],
                scope=f"t = {steps}, from ζ = {peak} on",
                near_misses=[
                    NearMiss("at every time", given=[_SMALL < _LARGE, _LARGE < 1]),
                    NearMiss("the order of early times", then=sizes[steps][1] < sizes[steps][0]),
                ],
            )
            for steps, peak in ((2, Rational(2, 3)), (3, Rational(442, 1000)))
        ],
        Exact(
            removed_by_theorem,
            removed_by_run,
            WITNESSES,
            near_misses=[
                NearMiss(
                    "pruning always removes the smallest σ first",
                    predict=lambda t, k: sorted(range(3)[-k:]),
                ),
                NearMiss(
                    "pruning always removes the largest σ first",
                    predict=lambda t, k: list(range(k)),
                ),
                NearMiss(
                    "the weights themselves are pruned, not their singular coordinates",
                    measure=lambda t, k: removed_by_run(t, k, rotate=False),
                ),
                NearMiss(
                    "targets 1, 1, 64: equality of the targets is dropped",
                    measure=lambda t, k: removed_by_run(t, k, targets=(1, 1, 64)),
                ),
            ],
        ),
        Exact(
            lambda t: True,
            lambda t: keeps_a_band(t),
            [{"t": t} for t in (1, 3, 5, 8, 13, 21, 34)],
            near_misses=[
                NearMiss("targets 8, 1, 8", measure=lambda t: keeps_a_band(t, targets=(8, 1, 8))),
                NearMiss("the weights themselves are pruned", measure=lambda t: keeps_a_band(t, rotate=False)),
            ],
        ),
        Agreement(
            lambda t: run.peak(t),
            lambda t: searched_peak(t),
            [{"t": t} for t in (2, 3, 10, 100)],
            tolerance=1e-6,
            because="a search by comparing sizes finds a flat maximum to the root of the rounding error",
            near_misses=[NearMiss("x*/t, the peak of the flow", predict=lambda t: run.flow_peak() / t)],
        ),
        Agreement(
            lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).predicted,
            lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).measured,
            descent,
            count=40,
            tolerance=1e-9,
            because="a hundred steps in double precision",
            near_misses=[
                NearMiss(
                    "half the step in the formula",
                    predict=lambda X, y, fraction, t: run.sizes(X, y, [t], fraction / 2).predicted,
                ),
                NearMiss(
                    "one step too many in the formula",
                    predict=lambda X, y, fraction, t: run.sizes(X, y, [t + 1], fraction).predicted,
                ),
            ],
        ),
        Measured(
            lambda: order_by_theorem(),
            lambda: order_in_run(),
            tolerance=0.0,
            because="counts, on the design of the diabetes data with equal targets: pruned directions with small σ",
            near_misses=[
                NearMiss("early for ever", predict=lambda: np.array([5, 5, 3, 3])),
                NearMiss("with the targets of the data", measure=lambda: order_in_run(equal_targets=False)),
            ],
        ),
    ]
