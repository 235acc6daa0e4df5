"""How fast gradient descent is at best: the step that balances the steepest and the flattest direction."""

from __future__ import annotations

import sympy as sp
from sympy import Abs, And, Eq, IndexedBase, Or, sqrt

from dltheory.foundations import derivation as d
from verifiedbook.claims import Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachTerm, Induction
from verifiedbook.reading import norm, over

from . import diabetes

# Squares of singular values: any one, the largest, the smallest nonzero one.
s, s_1, s_r = sp.symbols("s s_1 s_r", positive=True)

#: The factors of the steepest and of the flattest direction that X sees.
STEEP, FLAT = (d.contraction.subs(d.sigma, value) for value in (d.sigma_1, d.sigma_r))


@claim("thm-gd-optimal-step", uses=["thm-gd-modes", "thm-gd-stability"], source="nesterov2018, polyak1964")
def best_step_balances_steepest_and_flattest_direction() -> Clauses:
    """The worst of the steepest and the flattest direction, between which all others lie, for every step."""
    rho = sp.Function("rho")
    put = {d.sigma**2: s, d.sigma_1**2: s_1, d.sigma_r**2: s_r}
    ordered = d.sigma_r**2 <= d.sigma_1**2
    between = [d.sigma_r**2 <= d.sigma**2, d.sigma**2 <= d.sigma_1**2]
    best = Eq(d.eta, d.optimal_step)
    # both factors within ±(σ₁² − σᵣ²)/(σ₁² + σᵣ²), which is (κ − 1)/(κ + 1): then the larger equals it, by (i)
    bound = d.optimal_rate.subs(d.kappa, d.sigma_1**2 / d.sigma_r**2)
    attained = [bound >= STEEP, -bound <= STEEP, bound >= FLAT, -bound <= FLAT]
    one = {d.sigma_r: d.sigma_1}
    w_t, w_0, P = sp.symbols("w_t w_0 P")
    factor_square, rate_square = sp.symbols("a b", nonnegative=True)
    e, i, count = IndexedBase("e"), sp.Symbol("i", integer=True), sp.Symbol("d", integer=True, positive=True)
    factors, power = IndexedBase("f"), sp.Symbol("g", nonnegative=True)
    derived = Identity(
        lambda: [d.derive_optimal_step(), d.derive_optimal_rate()],
        [d.optimal_step, d.optimal_rate],
        given=[d.kappa > 1],
        near_misses=[
            NearMiss("the step is doubled (loss with a factor ½)", rhs=[2 * d.optimal_step, d.optimal_rate]),
            NearMiss(
                "momentum's rate, with √κ",
                rhs=[d.optimal_step, d.optimal_rate.subs(d.kappa, sqrt(d.kappa))],
            ),
            NearMiss("the rate 1 − 1/κ of the step 1/(2σ₁²)", rhs=[d.optimal_step, 1 - 1 / d.kappa]),
        ],
    )
    # ln ε and the logarithm of the rate, which is below 1, as numbers
    accuracy, decay, excess = sp.Symbol("E", real=True), sp.Symbol("L", negative=True), sp.Symbol("k", positive=True)
    rate, needed = (e.subs(d.kappa, 1 + excess) for e in (d.optimal_rate, d.iterations_needed))
    time = sp.Symbol("t", nonnegative=True)  # the solvers decide it for real times too
    enough, small = time >= needed, time * sp.log(rate) <= sp.log(d.epsilon)
    logarithms = {sp.log(rate): decay, sp.log(d.epsilon): accuracy}
    below_1 = [
        ForAll([d.kappa > 1], d.optimal_rate > 0, near_misses=[NearMiss("κ = 1 too", given=[d.kappa >= 1])]),
        ForAll([], d.optimal_rate < 1, near_misses=[NearMiss("below ½", then=2 * d.optimal_rate < 1)]),
    ]

    def at_once() -> list[sp.Expr]:
        """The rate, the best step and the factor at that step, where all singular values are equal."""
        factor = STEEP.subs(d.eta, d.optimal_step).subs(one)
        return [d.optimal_rate.subs(d.kappa, 1), d.optimal_step.subs(one), factor]

    return clauses(
        i=[
            ForAll(
                [],
                Or(bound <= STEEP, -bound >= STEEP, bound <= FLAT, -bound >= FLAT),
                put=put,
                near_misses=[
                    NearMiss(
                        "the bound is never attained",
                        then=Or(bound < STEEP, -bound > STEEP, bound < FLAT, -bound > FLAT),
                    ),
                    NearMiss("only the steepest direction counts", then=Or(bound <= STEEP, -bound >= STEEP)),
                    NearMiss("only the flattest direction counts", then=Or(bound <= FLAT, -bound >= FLAT)),
                ],
            ),
            *(
                ForAll(
                    between,
                    within,
                    put=put,
                    near_misses=[
                        NearMiss("a direction flatter than the flattest", given=between[1:]),
                        NearMiss("a direction steeper than the steepest", given=between[:1]),
                    ],
                )
                for within in (
                    Or(d.contraction <= STEEP, d.contraction <= FLAT),
                    Or(d.contraction >= STEEP, d.contraction >= FLAT),
                )
            ),
        ],
        ii=[
            ForAll(
                attained,
                best,
                put=put,
                near_misses=[
                    NearMiss("the harmonic mean is lost: η = 1/(2σ₁²)", then=Eq(d.eta, 1 / (2 * d.sigma_1**2))),
                    NearMiss("twice the step", then=Eq(d.eta, 2 * d.optimal_step)),
                    NearMiss("half the step", then=Eq(d.eta, d.optimal_step / 2)),
                ],
            ),
            ForAll(
                [ordered, best],
                And(*attained),
                put=put,
                near_misses=[
                    NearMiss("twice the step", given=[ordered, Eq(d.eta, 2 * d.optimal_step)]),
                    NearMiss("the largest stable step", given=[ordered, Eq(d.eta, d.stability_limit)]),
                ],
            ),
            derived,
            Measured(
                lambda: diabetes.predicted().optimal_step,
                diabetes.measured_fastest_step,
                tolerance=5e-4,
                because="diabetes data; the search ends at 1/10000 of the step",
                near_misses=[
                    NearMiss("the largest stable step", predict=lambda: diabetes.predicted().stable_step),
                    NearMiss("half of it", predict=lambda: diabetes.predicted().optimal_step / 2),
                ],
            ),
        ],
        iii=[
            ForAll(
                [*between, best],
                And(d.contraction <= bound, d.contraction >= -bound),
                put=put,
                near_misses=[
                    NearMiss("a direction flatter than the flattest", given=[*between[1:], best]),
                    NearMiss("the step 1/σ₁²", given=[*between, Eq(d.eta, d.stability_limit)]),
                ],
            ),
            Induction(
                factor_square**d.t <= rate_square**d.t,
                d.t,
                [factor_square <= rate_square, rate_square <= 1],
                near_misses=[NearMiss("the other way round", given=[factor_square >= rate_square, factor_square <= 1])],
            ),
            EachTerm(
                smaller=factors[i] * e[i] ** 2,
                larger=power * e[i] ** 2,
                limits=(i, 1, count),
                given=[factors[i] <= power],
                near_misses=[NearMiss("one factor may be larger", given=[])],
            ),
            Cites("thm-gd-modes", "ii"),
            Measured(
                diabetes.predicted_exponents,
                diabetes.measured_exponents,
                tolerance=1e-3,
                because="diabetes data, −ln(rate) at four steps; the second slowest direction is gone by mid-run",
                near_misses=[
                    NearMiss("the loss's rate for the error's", predict=lambda: 2 * diabetes.predicted_exponents()),
                    NearMiss("momentum's rate, with √κ", predict=diabetes.exponents_with_momentums_rate),
                ],
            ),
            Measured(
                lambda: diabetes.predicted().iterations,
                diabetes.counted_iterations,
                tolerance=1 / 3000,
                because="diabetes data, counts at four steps may differ by one in about three thousand",
                near_misses=[
                    NearMiss("counted for the loss", predict=lambda: diabetes.predicted().iterations // 2),
                    NearMiss("counted from the rate alone", predict=diabetes.iterations_from_rate),
                ],
            ),
        ],
        iv=[
            Identity(
                at_once,
                [0, 1 / (2 * d.sigma_1**2), 0],
                near_misses=[
                    NearMiss("the step 1/σ₁²", rhs=[0, d.stability_limit, 0]),
                    NearMiss("at κ = 4 too", lhs=lambda: [d.optimal_rate.subs(d.kappa, 4), *at_once()[1:]]),
                ],
            )
        ],
        v=[
            *below_1,
            ForAll(
                # ρᵗ ≤ ε says t ln ρ ≤ ln ε
                [enough],
                small,
                put=logarithms,
                near_misses=[NearMiss("half as many", given=[2 * time >= needed, sp.log(d.epsilon) < 0])],
            ),
        ],
        vi=[
            derived,
            Cites("thm-gd-modes", "ii"),
            ForAll(
                [small],
                enough,
                put=logarithms,
                near_misses=[NearMiss("twice as many", given=[small, sp.log(d.epsilon) < 0], then=time >= 2 * needed)],
            ),
        ],
        reads={
            "": [(d.X, "!=", 0), (rho(d.eta), over("max", Abs(d.contraction_i), r"i\le r"))],
            "i": [(d.eta, "in", sp.S.Reals), (rho(d.eta), ">=", d.optimal_rate)],
            "ii": [best],
            "iii": [norm(w_t - P) <= d.optimal_rate**d.t * norm(w_0 - P)],
            "iv": [Eq(d.kappa, 1)],
            "v": [
                d.kappa > 1,
                (0, "<", d.epsilon),
                d.epsilon < 1,
                norm(w_t - P) <= d.epsilon * norm(w_0 - P),
                d.t >= d.iterations_needed,
            ],
            "vi": [(w_0 - P, "!=", 0)],
        },
        vocabulary={r"\rho": rho, r"\varepsilon": d.epsilon},
    )
