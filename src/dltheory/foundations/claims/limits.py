"""Where gradient descent is after t steps, which directions it learns first, and where it ends."""

from __future__ import annotations

import sympy as sp
from sympy import And, Implies, S

from dltheory.foundations import derivation as d
from verifiedbook.claims import Agreement, Evidence, Exact, ForAll, Identity, NearMiss, claim

from .oracles import (
    end_by_formula,
    end_of_run,
    exact_limit,
    exact_limit_from_zero,
    exact_limit_with_seen_start,
    exact_nearest_minimiser,
    limit_from,
    one_exact_step,
)
from .problems import problem, short_run

# 1 − 2ησᵢ² and 1 − 2ησⱼ² as numbers, and their powers
c_i, c_j, power_i, power_j = sp.symbols("c_i c_j p_i p_j", real=True)


def weight_after_one_more(formula: sp.Expr) -> sp.Expr:
    """``formula`` for the weight after t steps, one step later."""
    return formula.subs(d.t, d.t + 1)


@claim(
    "thm-gd-filter",
    uses=["thm-gd-modes"],
    rests_on="Base case and induction step are identities in $\\eta$, $\\sigma$, $b$, the start and $t$; that they "
    "give every $t$ is induction.",
)
def descent_is_a_filter_on_singular_directions() -> list[Evidence]:
    """From $w_0 = 0$, $w_t = \\sum_{i\\le r}\\frac{1-(1-2\\eta\\sigma_i^2)^t}{\\sigma_i}(u_i^\\top y)\\,v_i$ for every
    $\\eta$ and every $t$."""

    def induction(formula: sp.Expr, start: sp.Expr = S.Zero) -> list[sp.Expr]:
        return [formula.subs(d.t, 0), weight_after_one_more(formula)]

    def by_descent(start: sp.Expr = S.Zero) -> list[sp.Expr]:
        return [start, d.derive_next_weight(start)]

    wrong_sign = (1 - (1 + 2 * d.eta * d.sigma**2) ** d.t) * d.b / d.sigma
    half = (1 - (1 - d.eta * d.sigma**2) ** d.t) * d.b / d.sigma
    late = (1 - d.contraction ** (d.t + 1)) * d.b / d.sigma
    unscaled = d.gd_filter * d.b
    return [
        Identity(
            lambda: induction(d.gd_weight()),
            by_descent,
            near_misses=[
                NearMiss("the sign in the factor is flipped", lhs=lambda: induction(wrong_sign)),
                NearMiss("the factor 2 is lost", lhs=lambda: induction(half)),
                NearMiss("one step ahead: exponent t + 1", lhs=lambda: induction(late)),
                NearMiss("not divided by σ", lhs=lambda: induction(unscaled)),
            ],
        ),
        Identity(
            lambda: induction(d.gd_weight(d.a)),
            lambda: by_descent(d.a),
            near_misses=[
                NearMiss("the start never fades", lhs=lambda: induction(d.gd_weight() + d.a)),
                NearMiss(
                    "the start fades as the square",
                    lhs=lambda: induction(d.gd_weight() + d.contraction ** (2 * d.t) * d.a),
                ),
            ],
        ),
        Agreement(
            lambda X, y, start, eta, steps: end_by_formula(X, y, None, eta, steps),
            lambda X, y, start, eta, steps: end_of_run(X, y, None, eta, steps),
            short_run,
            near_misses=[
                NearMiss(
                    "one step ahead", predict=lambda X, y, start, eta, steps: end_by_formula(X, y, None, eta, steps + 1)
                ),
                NearMiss("the start is not 0", measure=end_of_run),
            ],
        ),
    ]


@claim(
    "cor-gd-large-modes-first",
    uses=["thm-gd-filter"],
    rests_on="Here $u=\\eta\\sigma^2$, $c=1-2u$ and $p=c^t$. The solvers decide t = 1, 2, 3, 4 and the step from t to "
    "t + 2; that these give every $t$ is induction.",
)
def large_singular_values_are_learnt_first() -> list[Evidence]:
    """For $\\eta > 0$ and $\\sigma_i > \\sigma_j \\ge 0$, the fitted fraction of direction $i$ exceeds that of $j$ at
    every $t \\ge 1$ if and only if $\\eta(\\sigma_i^2 + \\sigma_j^2) < 1$; at odd $t$ it does for every $\\eta > 0$."""
    # η and σ² only enter as the product u = ησ²
    u_i, u_j = sp.symbols("u_i u_j", real=True)

    def fraction(u: sp.Expr, steps: int) -> sp.Expr:
        return d.gd_filter.subs(d.eta, u / d.sigma**2).subs(d.t, steps)

    def ahead(steps: int) -> sp.Rel:
        return fraction(u_i, steps) > fraction(u_j, steps)

    ordered = u_i + u_j < 1
    faster = [u_j >= 0, u_j < u_i]
    smaller = And(c_i < c_j, -c_j < c_i)  # |c_i| < c_j, what the condition says of the two factors
    return [
        ForAll(
            [*faster, ordered],
            And(*(ahead(steps) for steps in (1, 2, 3, 4))),
            near_misses=[
                NearMiss("the condition is dropped", given=faster),
                NearMiss("equality is allowed", given=[*faster, u_i + u_j <= 1]),
                NearMiss("twice the step", given=[*faster, u_i + u_j < 2]),
                NearMiss("a negative step", given=[u_j <= 0, u_i < u_j, ordered]),
                NearMiss("equal singular values", given=[u_j >= 0, u_j <= u_i, ordered]),
                NearMiss("the small direction is first", then=fraction(u_i, 2) < fraction(u_j, 2)),
            ],
        ),
        ForAll(
            faster,
            And(ahead(1), ahead(3)),
            near_misses=[
                NearMiss("at t = 2 as well", then=ahead(2)),
                NearMiss("equal singular values", given=[u_j >= 0, u_j <= u_i]),
            ],
        ),
        ForAll(
            [*faster, ahead(2)],
            ordered,
            near_misses=[
                NearMiss("half the step is needed", then=2 * (u_i + u_j) < 1),
                NearMiss("one step decides it", given=[*faster, ahead(1)]),
                NearMiss("three steps decide it", given=[*faster, ahead(3)]),
            ],
        ),
        ForAll(
            [smaller, power_i < power_j, -power_j < power_i],
            And(c_i**2 * power_i < c_j**2 * power_j, -(c_j**2) * power_j < c_i**2 * power_i),
            near_misses=[
                NearMiss("only c_i < c_j is known", given=[c_i < c_j, power_i < power_j, -power_j < power_i]),
                NearMiss("the powers are compared without their size", given=[smaller, power_i < power_j]),
            ],
        ),
        ForAll(
            [c_i < c_j, power_i < power_j, *_same_sign(c_i, power_i), *_same_sign(c_j, power_j)],
            c_i**2 * power_i < c_j**2 * power_j,
            near_misses=[
                NearMiss("the powers may have any sign", given=[c_i < c_j, power_i < power_j]),
                NearMiss("the step from t to t + 1", then=c_i * power_i < c_j * power_j),
            ],
        ),
    ]


@claim(
    "thm-gd-min-norm",
    uses=["thm-gd-modes", "thm-gd-stability"],
    source="gunasekar2018",
    rests_on="The identities are for one direction that $X$ sees and one that it does not. That the powers vanish is "
    "the stability theorem, that the limit is the nearest minimiser in any dimension is in the proof.",
)
def descent_ends_at_the_nearest_minimiser() -> list[Evidence]:
    """For $0 < \\eta\\sigma_1^2 < 1$ gradient descent from $w_0$ tends to $X^+y + (I - X^+X)w_0$, the minimiser nearest
    to $w_0$; for $10w_1 + w_2 = 11$ from 0 it is $(110/101, 11/101)$."""
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
    return [
        Identity(
            error_and_unseen_step,
            [left_of_error, d.a],
            scope="one direction that X sees and one that it does not",
            near_misses=[
                NearMiss("the start is forgotten", lhs=lambda: error_and_unseen_step(start=S.Zero)),
                NearMiss("the limit is b/σ²", lhs=lambda: error_and_unseen_step(limit=d.b / d.sigma**2)),
                NearMiss("weights that X does not see decay too", rhs=[left_of_error, (1 - 2 * d.eta) * d.a]),
            ],
        ),
        Exact(
            lambda X, y, start: sp.Rational(11, 101) * sp.Matrix([10, 1]),
            one_exact_step,
            one_step[:1],
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
        Exact(
            exact_limit,
            exact_nearest_minimiser,
            designs,
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
    ]


def _same_sign(factor: sp.Expr, power: sp.Expr) -> list[sp.Basic]:
    """What an odd power has in common with the number itself."""
    return [Implies(factor > 0, power > 0), Implies(factor < 0, power < 0), Implies(sp.Eq(factor, 0), sp.Eq(power, 0))]
