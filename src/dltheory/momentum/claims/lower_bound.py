"""The bound that no Krylov method beats on some problem."""

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import oracles
from dltheory.momentum.derivation.symbols import q, t
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss, claim


def _w_of_rate() -> sp.Expr:
    """(κ+1)/(κ−1) as a function of q."""
    ratio = derivation.condition_number_of_rate()
    return sp.factor((ratio + 1) / (ratio - 1))


@claim(
    "thm-momentum-lower-bound",
    uses=["thm-momentum-optimal"],
    source="nesterov2018",
    rests_on="The step from the Lagrange weights to the bound for every $t$ is in the proof.",
)
def krylov_lower_bound() -> list[Evidence]:
    """Some problem with curvatures in $[m,\\ell]$ leaves every Krylov method
    an error of at least $1/T_t(\\frac{\\kappa+1}{\\kappa-1})$.
    """

    x, w = (
        sp.Symbol("x", real=True),
        sp.Symbol("w", positive=True),
    )  # w = (κ+1)/(κ−1), the point h = 0 in [−1, 1]'s scale

    def universal(steps: int) -> ForAll:
        """A polynomial of degree t, below 1 in size at the extrema of T_t on [−1, 1], is below T_t at every w > 1."""
        coefficients = sp.symbols(f"a_0:{steps + 1}", real=True)
        polynomial = sum((a * x**i for i, a in enumerate(coefficients)), sp.Integer(0))
        nodes = [sp.cos(j * sp.pi / steps) for j in range(steps + 1)]
        small = [sp.And(polynomial.subs(x, node) < 1, polynomial.subs(x, node) > -1) for node in nodes]
        value, bound = polynomial.subs(x, w), sp.chebyshevt(steps, w)
        return ForAll(
            [w > 1, *small],
            value < bound,
            scope=f"t = {steps}",
            near_misses=[
                NearMiss("a bound one per cent lower", then=value < sp.Rational(99, 100) * bound),
                NearMiss("one extremum left out", given=[w > 1, *small[1:]]),
            ],
        )

    def lagrange_sum(steps: int) -> sp.Expr:
        return sp.simplify(
            sum(((-1) ** i * value for i, value in enumerate(derivation.lagrange_at_zero(steps))), sp.Integer(0))
        )

    counts = (1, 2, 3)
    return [
        *[universal(steps) for steps in (1, 2, 3)],
        Identity(
            lambda: [lagrange_sum(steps) for steps in counts],
            lambda: [1 / derivation.lower_bound().subs(t, steps) for steps in counts],
            scope="t = 1, 2, 3",
            near_misses=[NearMiss("q^−t, without the second term", rhs=[q**-steps for steps in counts])],
        ),
        Identity(
            lambda: [derivation.lower_bound().subs(t, steps) for steps in counts],
            lambda: [1 / sp.chebyshevt(steps, _w_of_rate()) for steps in counts],
            scope="t = 1, 2, 3",
            near_misses=[NearMiss("heavy ball's rate qᵗ", lhs=lambda: [q**steps for steps in counts])],
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
                    "one step more", measure=lambda rate, steps: oracles.bound_on_hardest_problem(rate, steps, extra=1)
                )
            ],
        ),
    ]
