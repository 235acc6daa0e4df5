"""How the error of gradient descent moves: mode by mode, when it shrinks, how fast at best."""

from __future__ import annotations

import sympy as sp
from sympy import And, Eq, Or, Symbol, sqrt

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, Measured, NearMiss, claim

from . import diabetes
from .oracles import bisected_limit, end_by_formula, end_of_run, largest_singular_value, seen
from .problems import problem, short_run

# Squares of singular values: any one, the largest, the smallest nonzero one.
s, s_1, s_r = sp.symbols("s s_1 s_r", positive=True)


def contraction_at(square: sp.Expr) -> sp.Expr:
    """The contraction factor of the direction whose squared singular value is ``square``."""
    return d.contraction.subs(d.sigma, sqrt(square))


def limit_of(square: sp.Expr) -> sp.Expr:
    """The largest stable step when the largest squared singular value is ``square``."""
    return d.stability_limit.subs(d.sigma_1, sqrt(square))


@claim(
    "thm-gd-modes",
    rests_on="The identity is derived for one direction, and from the matrices for two samples and two features. "
    "The change of coordinates in any dimension is the singular value decomposition, in the proof.",
)
def each_singular_direction_moves_alone() -> list[Evidence]:
    """In the coordinates $e_t = V^\\top(w_t - w^\\star)$ gradient descent acts on each direction alone,
    $e_{t+1,i} = (1 - 2\\eta\\sigma_i^2)\\,e_{t,i}$."""
    half_gradient = 1 - d.eta * d.sigma**2
    flipped = 1 + 2 * d.eta * d.sigma**2
    first_power = 1 - 2 * d.eta * d.sigma
    both = [d.contraction.subs(d.sigma, value) for value in (d.sigma_1, d.sigma_2)]
    return [
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
            scope="2 × 2 designs: every two rotations, every two singular values",
            near_misses=[
                NearMiss("the two directions change places", rhs=both[::-1]),
                NearMiss("every direction has the same factor", rhs=[both[0], both[0]]),
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
    ]


@claim(
    "thm-gd-stability",
    uses=["thm-gd-modes"],
    source="nesterov2018",
    rests_on="Here $s=\\sigma_i^2$ and $s_1=\\sigma_1^2$. Solvers decide that every factor lies strictly between −1 "
    "and 1. That powers of such a factor tend to 0, and powers of any other do not, is elementary and in the proof.",
)
def gradient_descent_is_stable_below_a_step() -> list[Evidence]:
    """For $X \\ne 0$, gradient descent converges to a minimiser from every start if and only if
    $0 < \\eta\\sigma_1^2 < 1$."""
    unseen = Symbol("s_0", nonnegative=True)
    factor, top = contraction_at(s), contraction_at(s_1)
    shrinks, top_shrinks = And(factor > -1, factor < 1), And(top > -1, top < 1)
    below = d.eta < limit_of(s_1)
    return [
        ForAll(
            [s <= s_1, d.eta > 0, below],
            shrinks,
            near_misses=[
                NearMiss("the limit itself is allowed", given=[s <= s_1, d.eta > 0, d.eta <= limit_of(s_1)]),
                NearMiss("twice the limit (the factor 2 is lost)", given=[s <= s_1, d.eta > 0, d.eta < 2 / s_1]),
                NearMiss("a step of 0 is allowed", given=[s <= s_1, d.eta >= 0, below]),
                NearMiss("the smallest singular value sets the limit", given=[s >= s_1, d.eta > 0, below]),
                NearMiss(
                    "a direction that X does not see shrinks too",
                    given=[unseen <= s_1, d.eta > 0, below],
                    then=And(contraction_at(unseen) > -1, contraction_at(unseen) < 1),
                ),
            ],
        ),
        ForAll(
            [top_shrinks],
            And(d.eta > 0, below),
            near_misses=[
                NearMiss("the step must stay below half the limit", then=And(d.eta > 0, d.eta < limit_of(s_1) / 2)),
                NearMiss("only growth is excluded, not oscillation", given=[top < 1]),
                NearMiss("the factor may be −1", given=[top >= -1, top < 1]),
            ],
        ),
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
    ]


@claim(
    "thm-gd-optimal-step",
    uses=["thm-gd-modes", "thm-gd-stability"],
    source="nesterov2018, polyak1964",
    rests_on="Here $s=\\sigma_i^2$, $s_1=\\sigma_1^2$, $s_r=\\sigma_r^2$. Solvers compare the steepest and the "
    "flattest direction; the factors of the others lie between these two, which they decide too.",
)
def best_step_balances_steepest_and_flattest_direction() -> list[Evidence]:
    """$\\max_{i\\le r}|1 - 2\\eta\\sigma_i^2| \\ge (\\kappa-1)/(\\kappa+1)$ for every $\\eta$, with equality if and
    only if $\\eta = 1/(\\sigma_1^2+\\sigma_r^2)$."""
    # (κ − 1)/(κ + 1) with the denominator cleared: the factors are multiplied by σ₁² + σᵣ² instead
    bound, scale = s_1 - s_r, s_1 + s_r
    steep, flat, between = (contraction_at(square) * scale for square in (s_1, s_r, s))
    optimum = d.optimal_step.subs({d.sigma_1: sqrt(s_1), d.sigma_r: sqrt(s_r)})
    ordered = s_r <= s_1
    exceeds = Or(steep >= bound, steep <= -bound, flat >= bound, flat <= -bound)
    strictly = Or(steep > bound, steep < -bound, flat > bound, flat < -bound)
    attained = And(steep <= bound, steep >= -bound, flat <= bound, flat >= -bound)
    inside = And(between <= bound, between >= -bound)
    return [
        ForAll(
            [ordered],
            exceeds,
            near_misses=[
                NearMiss("the bound is never attained", then=strictly),
                NearMiss("only the steepest direction counts", then=Or(steep >= bound, steep <= -bound)),
                NearMiss("twice the bound", then=Or(steep >= 2 * bound, steep <= -2 * bound, flat >= 2 * bound)),
            ],
        ),
        ForAll(
            [ordered, attained],
            Eq(d.eta, optimum),
            near_misses=[
                NearMiss("the harmonic mean is lost: η = 1/(2σ₁²)", then=Eq(d.eta, 1 / (2 * s_1))),
                NearMiss("twice the step", then=Eq(d.eta, 2 * optimum)),
                NearMiss("half the step", then=Eq(d.eta, optimum / 2)),
            ],
        ),
        ForAll(
            [s_r <= s, s <= s_1, Eq(d.eta, optimum)],
            inside,
            near_misses=[
                NearMiss("a direction flatter than the flattest", given=[s <= s_1, s_r <= s_1, Eq(d.eta, optimum)]),
                NearMiss("the step 1/σ₁²", given=[s_r <= s, s <= s_1, Eq(d.eta, 1 / s_1)]),
            ],
        ),
        Identity(
            lambda: [d.derive_optimal_step(), d.derive_optimal_rate()],
            [d.optimal_step, d.optimal_rate],
            near_misses=[
                NearMiss("the step is doubled (loss with a factor ½)", rhs=[2 * d.optimal_step, d.optimal_rate]),
                NearMiss(
                    "momentum's rate, with √κ",
                    rhs=[d.optimal_step, d.optimal_rate.subs(d.kappa, sqrt(d.kappa))],
                ),
                NearMiss("the rate 1 − 1/κ of the step 1/(2σ₁²)", rhs=[d.optimal_step, 1 - 1 / d.kappa]),
            ],
        ),
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
    ]
