"""Where gradient descent is after t steps, which directions it learns first, and where it ends."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from sympy import And, Implies, S

from dltheory.claims import Agreement, Exact, ForAll, Identity, NearMiss, claim
from dltheory.foundations import derivation as d

from .problems import invertible_limit, problem, short_run

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
def descent_is_a_filter_on_singular_directions():
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
            lambda X, y, start, eta, steps: _from_zero(X, y, eta, steps),
            lambda X, y, start, eta, steps: _run_from_zero(X, y, eta, steps),
            short_run,
            near_misses=[
                NearMiss("one step ahead", predict=lambda X, y, start, eta, steps: _from_zero(X, y, eta, steps + 1)),
                NearMiss("the start is not 0", measure=lambda X, y, start, eta, steps: _run(X, y, start, eta, steps)),
            ],
        ),
    ]


@claim(
    "cor-gd-large-modes-first",
    uses=["thm-gd-filter"],
    rests_on="The solvers decide t = 1, 2, 3, 4 and the step from t to t + 2; that these give every $t$ is induction.",
)
def large_singular_values_are_learnt_first():
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
def descent_ends_at_the_nearest_minimiser():
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
            near_misses=[
                NearMiss("the start is forgotten", lhs=lambda: error_and_unseen_step(start=S.Zero)),
                NearMiss("the limit is b/σ²", lhs=lambda: error_and_unseen_step(limit=d.b / d.sigma**2)),
                NearMiss("weights that X does not see decay too", rhs=[left_of_error, (1 - 2 * d.eta) * d.a]),
            ],
        ),
        Exact(
            lambda X, y, start: sp.Rational(11, 101) * sp.Matrix([10, 1]),
            lambda X, y, start: _one_exact_step(X, y, start),
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
            _exact_limit,
            _one_exact_step,
            one_step,
            scope="three designs with one nonzero singular value, where a step of 1/(2σ²) ends the descent",
            near_misses=[
                NearMiss("the start is forgotten", predict=lambda X, y, start: _exact_limit(X, y, [0] * len(start))),
                NearMiss("the wrong part of the start is kept", predict=_exact_seen_start),
            ],
        ),
        Exact(
            _exact_limit,
            _exact_nearest_minimiser,
            designs,
            near_misses=[
                NearMiss("the start is forgotten", predict=lambda X, y, start: _exact_limit(X, y, [0] * len(start))),
                NearMiss("the wrong part of the start is kept", predict=_exact_seen_start),
            ],
        ),
        Agreement(
            lambda X, y, start, eta: invertible_limit(X, y, start),
            lambda X, y, start, eta: _run(X, y, start, eta, 3000),
            problem,
            count=10,
            tolerance=1e-9,
            because="3000 steps leave at most a fraction 10⁻²⁶ of the first error, and rounding 10⁻¹⁵ a step",
            near_misses=[
                NearMiss("the start is forgotten", predict=lambda X, y, start, eta: invertible_limit(X, y, 0 * start)),
                NearMiss(
                    "the limit depends on the step",
                    predict=lambda X, y, start, eta: (1 + eta) * invertible_limit(X, y, start),
                ),
            ],
        ),
    ]


def _same_sign(factor: sp.Expr, power: sp.Expr) -> list[sp.Basic]:
    """What an odd power has in common with the number itself."""
    return [Implies(factor > 0, power > 0), Implies(factor < 0, power < 0), Implies(sp.Eq(factor, 0), sp.Eq(power, 0))]


def _run(X, y, start, eta, steps):
    from dltheory.foundations.experiment import gradient_descent

    return gradient_descent(X, y, eta, steps, start)[-1]


def _run_from_zero(X, y, eta, steps):
    return _run(X, y, None, eta, steps)


def _from_zero(X, y, eta, steps):
    from dltheory.foundations.experiment import predicted_path

    return predicted_path(X, y, eta, [steps])[0]


def _one_exact_step(X, y, start):
    """One exact step of gradient descent, $\\eta = 1/(2\\sigma^2)$ with $\\sigma$ the only nonzero singular value."""
    rows = [[Fraction(entry) for entry in row] for row in X]
    eta = 1 / (2 * sum(entry * entry for entry in rows[0]))
    residual = [
        sum(x * w for x, w in zip(row, start, strict=True)) - target for row, target in zip(rows, y, strict=True)
    ]
    step = [2 * eta * sum(row[j] * r for row, r in zip(rows, residual, strict=True)) for j in range(len(start))]
    return sp.Matrix([sp.Rational(w - move) for w, move in zip(start, step, strict=True)])


def _exact_limit(X, y, start):
    """$X^+y + (I - X^+X)w_0$ in rational arithmetic."""
    X, y, start = sp.Matrix(X), sp.Matrix(y), sp.Matrix(start)
    return X.pinv() * y + start - X.pinv() * X * start


def _exact_seen_start(X, y, start):
    X, y, start = sp.Matrix(X), sp.Matrix(y), sp.Matrix(start)
    return X.pinv() * y + X.pinv() * X * start


def _exact_nearest_minimiser(X, y, start):
    """The solution of the normal equations that differs from the start by a combination of the rows of X."""
    X, y, start = sp.Matrix(X), sp.Matrix(y), sp.Matrix(start)
    unseen = [vector.T for vector in X.nullspace()]
    system = sp.Matrix.vstack(X.T * X, *unseen)
    right = sp.Matrix.vstack(X.T * y, *(vector * start for vector in unseen))
    unknowns = sp.Matrix(sp.symbols(f"w_1:{X.cols + 1}"))
    solution = sp.solve(list(system * unknowns - right), list(unknowns), dict=True)[0]
    return unknowns.subs(solution)
