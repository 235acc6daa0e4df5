"""Claims about the error as a polynomial in the curvature, and about a start that has no hump."""

from collections.abc import Callable

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import drawn, oracles
from dltheory.momentum.claims.chebyshev import (
    FIRST,
    NEWER,
    OLDER,
    TIME,
    N,
    X,
    argument_at_the_ends,
    argument_within,
    end,
    sizes,
)
from dltheory.momentum.claims.lower_bound import one_problem_for_all
from dltheory.momentum.derivation.symbols import alpha, h, kappa, mu, q, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import ClosedForm, Induction
from verifiedbook.reading import over

_S = sp.Symbol("s", positive=True)  # √μ
_E, _AFTER = sp.symbols("e f", real=True)  # the error now and one step later

#: P_t of T_t, U_t, U_{t−1} and t.
Polynomial = Callable[[sp.Expr, sp.Expr, sp.Expr, sp.Expr], sp.Expr]


def _from_rest(first: sp.Expr, newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    return derivation.residual_from_rest(newer, older, steps)


def _short(first: sp.Expr, newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    return derivation.residual_short_first_step(first, newer, steps)


def _from_gradient(first: sp.Expr, newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    return derivation.residual_from_gradient(newer, older, steps)


def _without_root(first: sp.Expr, newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    return mu ** (steps / 2) * (newer - mu * older)


def _undamped(first: sp.Expr, newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    return mu**steps * (newer - sp.sqrt(mu) * older)


_MOVED = 1 + _S**2 - 2 * _S * X  # α h, in terms of ξ
_MOVES = {OLDER: NEWER, FIRST: X * FIRST - (1 - X**2) * OLDER}


def _in_terms_of_xi(expression: sp.Expr) -> sp.Expr:
    return expression.subs(h, _MOVED / alpha).subs(mu, _S**2)


def _now_and_next(polynomial: Polynomial) -> sp.Basic:
    """The error now and after one more step is the polynomial at these times."""

    def at(first: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
        return sp.factor(sp.powsimp(_in_terms_of_xi(polynomial(first, X * older + first, older, steps))))

    return sp.And(
        sp.Eq(_E, at(FIRST, OLDER, N)),
        sp.Eq(_AFTER, at(_MOVES[FIRST], _MOVES[OLDER], N + 1)),
    )


def _is_the_error(polynomial: Polynomial, first_step: sp.Expr, wrong: dict[str, Polynomial]) -> Induction:
    """The error is the polynomial for every t: both go on by the same recurrence, from the same two values."""
    step = derivation.heavy_ball_update(_AFTER, _E, h * _AFTER)
    return Induction(
        _now_and_next(polynomial),
        N,
        [_S < 1],
        moves={_E: _AFTER, _AFTER: sp.expand(_in_terms_of_xi(step)), **_MOVES},
        starts={
            _E: sp.Integer(1),
            _AFTER: sp.expand(_in_terms_of_xi(1 - first_step * h)),
            OLDER: sp.Integer(0),
            FIRST: sp.Integer(1),
        },
        near_misses=[NearMiss(name, then=_now_and_next(other)) for name, other in wrong.items()],
    )


def _first_errors(count: int) -> list[sp.Expr]:
    """The first errors of heavy ball from rest, e₀ = 1, step by step."""
    errors = [sp.Integer(1), derivation.heavy_ball_update(sp.Integer(1), sp.Integer(1), h)]
    while len(errors) < count:
        errors.append(sp.expand(derivation.heavy_ball_update(errors[-1], errors[-2], h * errors[-1])))
    return errors


@claim("thm-momentum-residual-polynomial", uses=["thm-momentum-heavy-ball"])
def residual_polynomials() -> Clauses:
    """Three starts, each by induction on t with the recurrences of T and U; then ξ, and a run."""
    first, newer, older = sp.symbols("T_t U_t U_t-1")
    return clauses(
        i=[
            _is_the_error(
                _from_rest,
                alpha,
                {"μᵗ in place of μ^(t/2)": _undamped, "μ in place of √μ before U_{t−1}": _without_root},
            ),
            Identity(
                lambda: derivation.chebyshev_argument() * 2 * sp.sqrt(mu),
                1 + mu - alpha * h,
                near_misses=[NearMiss("the sign of αh", rhs=1 + mu + alpha * h)],
            ),
            Identity(
                lambda: [derivation.residual_polynomial(steps) for steps in range(4)],
                lambda: _first_errors(4),
                given=[mu > 0],
                near_misses=[NearMiss("one step too many", rhs=lambda: _first_errors(5)[1:])],
            ),
            *drawn.oscillation_of_a_mode(),
            Agreement(
                oracles.residual_by_scipy,
                oracles.residual_by_running,
                lambda rng: {
                    "memory": rng.uniform(0.05, 0.95),
                    "moved": rng.uniform(0.01, 2.5),
                    "steps": int(rng.integers(1, 25)),
                },
                count=40,
                tolerance=1e-8,
                because="SciPy's Chebyshev polynomials against 25 steps of the recurrence, values within 1e4",
                near_misses=[
                    NearMiss("U_t alone", predict=lambda **case: oracles.residual_by_scipy(**case, correction=0.0)),
                    NearMiss("a plus sign", predict=lambda **case: oracles.residual_by_scipy(**case, correction=-1.0)),
                ],
            ),
        ],
        ii=[_is_the_error(_short, alpha / (1 + mu), {"the polynomial from rest": _from_rest})],
        iii=[_is_the_error(_from_gradient, alpha / (1 - mu), {"a start from rest": _from_rest})],
        reads={
            "": [(0, "<", mu), mu < 1, (sp.Symbol("e_t"), sp.Symbol("P_t") * sp.Symbol("e_0"))],
            "i": [(sp.Symbol("v_0"), sp.S.Zero), (sp.Symbol("P_t"), _from_rest(first, newer, older, t))],
            "ii": [(sp.Symbol("P_t"), _short(first, newer, older, t))],
            "iii": [(sp.Symbol("P_t"), _from_gradient(first, newer, older, t))],
        },
        vocabulary={
            "P_t": sp.Symbol("P_t"),
            "T_t": lambda x: first,
            "U_t": lambda x: newer,
            "U_{t-1}": lambda x: older,
        },
    )


@claim(
    "cor-momentum-short-first-step",
    uses=["thm-momentum-residual-polynomial", "thm-momentum-optimal", "thm-momentum-lower-bound"],
)
def short_first_step() -> Clauses:
    """Sizes of T_t and U_t by induction, attained at both ends; the factor falls by the same; the bound at t = 1."""
    factor = derivation.short_first_step_factor()
    first, newer = sp.symbols("T_1 U_1", real=True)
    known = [q < 1, first <= 1, first >= -1, newer <= TIME + 1, newer >= -TIME - 1]
    size = derivation.residual_short_first_step(first, newer, sp.Integer(0)).subs(mu, q**2)
    most = sp.simplify(factor / q**t).subs(t, TIME)
    polynomial, after_one, curvature = sp.Function("P_t"), sp.Function("P_1"), sp.Symbol("h")

    def at_the_end(sign: int) -> sp.Expr:
        """P_t at ξ = ±1, where T_t = (±1)ᵗ and U_t = (±1)ᵗ(t + 1)."""
        return derivation.residual_short_first_step(sp.Integer(sign) ** N, sign**N * (N + 1), N).subs(mu, q**2)

    return clauses(
        i=[
            sizes(),
            argument_within(),
            *(
                ForAll(
                    known,
                    side * size <= most,
                    near_misses=[
                        NearMiss("the factor is 1", then=side * size <= 1),
                        NearMiss("nothing is known of T_t", given=[q < 1, *known[3:]]),
                    ],
                )
                for side in (1, -1)
            ),
            Identity(
                lambda: [at_the_end(1), at_the_end(-1)],
                lambda: [factor.subs(t, N), (-1) ** N * factor.subs(t, N)],
                given=[q < 1],
                near_misses=[
                    NearMiss(
                        "the factor of the full first step",
                        rhs=lambda: [derivation.transient_factor().subs(t, N)] * 2,
                    ),
                    NearMiss("plain qᵗ", rhs=[q**N, (-1) ** N * q**N]),
                ],
            ),
            end(-1),
            end(1),
            ClosedForm(
                (-1) ** N,
                N,
                [1, -1],
                lambda before, now, n: -2 * now - before,
                near_misses=[NearMiss("without the sign", formula=1 + 0 * N)],
            ),
            argument_at_the_ends(),
            Agreement(
                lambda ratio: oracles.short_start_by_formula(ratio),
                oracles.short_start_by_running,
                [{"ratio": r} for r in (2.0, 18.7385, 470.0)],
                tolerance=1e-9,
                because="200 steps of the recurrence in double precision on 401 curvatures, both ends included",
                near_misses=[NearMiss("started with the full step", measure=oracles.transient_by_running)],
            ),
        ],
        ii=[
            Induction(
                factor.subs(t, N + 1) < factor.subs(t, N),
                N,
                [q < 1],
                near_misses=[
                    NearMiss(
                        "the factor of the full first step",
                        then=derivation.transient_factor().subs(t, N + 1) < derivation.transient_factor().subs(t, N),
                    ),
                    NearMiss("by half", then=factor.subs(t, N + 1) < factor.subs(t, N) / 2),
                ],
            )
        ],
        iii=[
            Identity(
                lambda: [factor.subs(t, 1), derivation.lower_bound().subs(t, 1)],
                lambda: [2 * q / (1 + q**2)] * 2,
                near_misses=[
                    NearMiss(
                        "the bound is met at t = 2 as well",
                        lhs=[factor.subs(t, 2), derivation.lower_bound().subs(t, 2)],
                        rhs=[derivation.lower_bound().subs(t, 2)] * 2,
                    )
                ],
            ),
            one_problem_for_all(1),
        ],
        reads={
            "": [kappa > 1],
            "i": [(over("max", sp.Abs(polynomial(curvature)), "h"), factor)],
            "iii": [(over("max", sp.Abs(after_one(curvature)), "h"), factor.subs(t, 1))],
        },
        vocabulary={"P_t": polynomial, "P_1": after_one},
    )
