"""The bound that no Krylov method beats on some problem."""

from itertools import combinations

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import oracles
from dltheory.momentum.derivation.symbols import kappa, q, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import ClosedForm
from verifiedbook.reading import norm

_COUNTS = (1, 2, 3)


def _chebyshev(steps: sp.Expr, x: sp.Expr) -> sp.Expr:
    return sp.Function("T_t")(x)


def _w_of_rate() -> sp.Expr:
    """(κ+1)/(κ−1) as a function of q."""
    ratio = derivation.condition_number_of_rate()
    return sp.factor((ratio + 1) / (ratio - 1))


def _weights(steps: int) -> list[sp.Expr]:
    """|λ_i|: the Lagrange weights at 0, which alternate in sign."""
    return [sp.factor((-1) ** i * value) for i, value in enumerate(derivation.lagrange_at_zero(steps))]


def _points() -> list[sp.Expr]:
    """The curvatures of the hardest problems, of which m = (1 − q)² and ℓ = (1 + q)² are the ends."""
    return [sp.expand(point) for steps in _COUNTS for point in derivation.chebyshev_extrema(steps)]


def _values(steps: int) -> list[sp.Expr]:
    """p(h_i) of a polynomial p with p(0) = 1."""
    coefficients = sp.symbols(f"a_1:{steps + 1}", real=True)
    nodes = derivation.chebyshev_extrema(steps)
    return [1 + sum((a * node ** (i + 1) for i, a in enumerate(coefficients)), sp.Integer(0)) for node in nodes]


def _squares(steps: int, left_out: int = 0) -> sp.Expr:
    """Σ |λ_i| p(h_i)² / τ: what a polynomial p with p(0) = 1 leaves of the hardest start, whose square is 1."""
    pairs = list(zip(_weights(steps), _values(steps), strict=True))[left_out:]
    return sum((weight * value**2 for weight, value in pairs), sp.Integer(0)) * derivation.lower_bound().subs(t, steps)


def _lagrange(steps: int) -> tuple[list[sp.Basic], list[sp.Expr]]:
    """Lemmas and squares of the proof: Σ|λ_i| Σ|λ_i| p(h_i)² − 1 is the sum of |λ_i λ_j| (p(h_i) ± p(h_j))²."""
    signed = [(-1) ** i * value for i, value in enumerate(_values(steps))]
    pairs = combinations(zip(_weights(steps), signed, strict=True), 2)
    terms = [sp.factor(a * b * (v - w) ** 2) for (a, v), (b, w) in pairs]
    top, bottom = sp.fraction(sp.factor(sum(terms, sp.Integer(0))))
    (core,) = (factor for factor, _ in sp.factor_list(top)[1] if factor.free_symbols - {q})
    positive, squares = {q + 1}, []
    for term in terms:
        factors = sp.factor_list(sp.cancel(term * core * bottom / top))[1]
        squares.append(sp.prod([factor ** (times // 2) for factor, times in factors]))
        positive |= {factor for factor, times in factors if times % 2}
    signs = [sp.Gt(factor, 0, evaluate=False) for factor in sorted(positive, key=sp.default_sort_key)]
    return [*signs, core >= 0], squares


def one_problem_for_all(steps: int, scope: str = "") -> ForAll:
    """However the coefficients are chosen, the error on the one problem is not below the bound."""
    bound = derivation.lower_bound().subs(t, steps) ** 2
    lemmas, squares = _lagrange(steps)
    return ForAll(
        [q < 1],
        _squares(steps) >= bound,
        scope=scope,
        timeout=10.0,
        lemmas=lemmas,
        squares=squares,
        near_misses=[
            NearMiss("the bound is never attained", then=_squares(steps) > bound),
            NearMiss("one of the curvatures is left out", then=_squares(steps, left_out=1) >= bound),
        ],
    )


@claim("thm-momentum-lower-bound", uses=["thm-momentum-optimal"], source="nesterov2018")
def krylov_lower_bound() -> Clauses:
    """One problem for all methods: every polynomial, for t up to three and by least squares beyond; T_t for every t."""
    index = sp.Symbol("n", integer=True, nonnegative=True)
    closed = 1 / derivation.lower_bound().subs(t, index)
    printed = 1 / _chebyshev(t, (kappa + 1) / (kappa - 1))
    ratio = norm(sp.Symbol("w_t") - sp.Symbol("w_star")) / norm(sp.Symbol("w_0") - sp.Symbol("w_star"))
    return clauses(
        i=[
            *(one_problem_for_all(steps, f"t = {steps}, any q") for steps in _COUNTS),
            ForAll(
                [q < 1],
                sp.And(*(weight > 0 for steps in _COUNTS for weight in _weights(steps))),
                scope="t = 1, 2, 3",
                near_misses=[
                    NearMiss("whatever the sign", then=sp.And(*(w > 0 for w in derivation.lagrange_at_zero(2))))
                ],
            ),
            # the ends themselves are among the points, and nothing is left to decide there
            ForAll(
                [],
                sp.And(*(point >= (1 - q) ** 2 for point in _points() if sp.expand(point - (1 - q) ** 2) != 0)),
                scope="t = 1, 2, 3",
                near_misses=[NearMiss("inside", then=sp.And(*(point > (1 - q) ** 2 for point in _points())))],
            ),
            ForAll(
                [],
                sp.And(*(point <= (1 + q) ** 2 for point in _points() if sp.expand(point - (1 + q) ** 2) != 0)),
                scope="t = 1, 2, 3",
                near_misses=[NearMiss("inside", then=sp.And(*(point < (1 + q) ** 2 for point in _points())))],
            ),
            Identity(
                lambda: [sp.simplify(sum(_weights(steps))) for steps in _COUNTS],
                lambda: [1 / derivation.lower_bound().subs(t, steps) for steps in _COUNTS],
                scope="t = 1, 2, 3",
                near_misses=[NearMiss("q^−t, without the second term", rhs=[q**-steps for steps in _COUNTS])],
            ),
            Agreement(
                oracles.bound_by_formula,
                oracles.bound_by_linear_programme,
                [{"rate": rate, "steps": steps} for rate in (0.4, 0.7, 0.9) for steps in (1, 4, 7, 10)],
                tolerance=1e-6,
                because="HiGHS keeps its constraints to 1e-7",
                near_misses=[NearMiss("heavy ball's qᵗ", predict=lambda rate, steps: rate**steps)],
            ),
            Agreement(
                oracles.bound_by_formula,
                oracles.bound_on_hardest_problem,
                [{"rate": rate, "steps": steps} for rate in (0.4, 0.7, 0.9) for steps in (1, 5, 10, 20)],
                tolerance=1e-9,
                because="one weighted least-squares problem with at most 21 unknowns, in a Chebyshev basis",
                near_misses=[
                    NearMiss(
                        "one step more",
                        measure=lambda rate, steps: oracles.bound_on_hardest_problem(rate, steps, extra=1),
                    )
                ],
            ),
        ],
        ii=[
            ClosedForm(
                closed,
                index,
                [1, _w_of_rate()],
                # the recurrence of the Chebyshev polynomials at (κ+1)/(κ−1)
                lambda older, newer, n: 2 * _w_of_rate() * newer - older,
                given=[q < 1],
                near_misses=[
                    NearMiss("q^−t, without the second term", formula=q**-index),
                    NearMiss("at 1/q", start=[1, 1 / q], step=lambda older, newer, n: 2 / q * newer - older),
                ],
            ),
            Identity(
                lambda: sp.simplify(derivation.condition_number_of_rate().subs(q, derivation.optimal_rate())),
                kappa,
                given=[kappa > 1],
                near_misses=[NearMiss("√κ", rhs=sp.sqrt(kappa))],
            ),
        ],
        reads={
            "": [kappa > 1, (1, "<=", t), (t, "<", sp.Symbol("d"))],
            "i": [(ratio, ">=", printed)],
            "ii": [(printed, derivation.lower_bound())],
        },
        vocabulary={"T_t": lambda x: _chebyshev(t, x), r"w^\star": sp.Symbol("w_star")},
    )
