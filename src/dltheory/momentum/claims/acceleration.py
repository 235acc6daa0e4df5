"""The acceleration that the best parameters bring over gradient descent's best step."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import kappa
from verifiedbook.claims import Agreement, Clauses, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Monotone

_U = sp.Symbol("u", positive=True)  # 1/√κ
_UNIT = (0, 1)


@claim("cor-momentum-acceleration", uses=["thm-momentum-optimal"], source="polyak1964")
def acceleration() -> Clauses:
    """With u = 1/√κ: u artanh u exceeds artanh u², by two derivatives; then the limit, and counts."""

    def limit(power: int) -> sp.Expr:
        return sp.limit(sp.simplify(derivation.acceleration().subs(kappa, _U**-2)) * _U**power, _U, 0)

    artanh = (sp.log(1 + _U) - sp.log(1 - _U)) / 2
    function = _U * artanh - (sp.log(1 + _U**2) - sp.log(1 - _U**2)) / 2
    slope = artanh - _U / (1 + _U**2)
    tenth = sp.Rational(1, 10)
    return clauses(
        i=[
            Monotone(
                function,
                _U,
                _UNIT,
                "increasing",
                core=slope,
                slope=Monotone(slope, _U, _UNIT, "increasing", bound=("above", 0)),
                bound=("above", 0),
                near_misses=[
                    NearMiss("by a tenth", bound=("above", tenth)),
                    NearMiss("it is decreasing", direction="decreasing", bound=None),
                ],
            ),
            Identity(
                # the quotient of the exponents, over √κ, is 1 + f(u)/artanh u²
                lambda: [
                    derivation.optimal_rate().subs(kappa, _U**-2),
                    derivation.gradient_descent_rate().subs(kappa, _U**-2),
                ],
                [(1 - _U) / (1 + _U), (1 - _U**2) / (1 + _U**2)],
                near_misses=[NearMiss("u² in both", rhs=[(1 - _U**2) / (1 + _U**2)] * 2)],
            ),
            Identity(
                # so the quotient of the exponents is artanh u / artanh u², which exceeds 1/u = √κ as f is positive
                lambda: derivation.acceleration().subs(kappa, _U**-2),
                lambda: (sp.atanh(_U) / sp.atanh(_U**2)).rewrite(sp.log),
                given=[_U < 1],
                near_misses=[
                    NearMiss("twice as much", rhs=lambda: (2 * sp.atanh(_U) / sp.atanh(_U**2)).rewrite(sp.log))
                ],
            ),
            Agreement(
                _counts_from_formulas,
                _counts_from_runs,
                [{"ratio": r, "accuracy": a} for r in (10.0, 100.0, 1000.0) for a in (1e-2, 1e-6)],
                tolerance=0.0,
                because="two iteration counts, integers",
                near_misses=[
                    NearMiss(
                        "plain qᵗ for heavy ball",
                        predict=lambda ratio, accuracy: _counts_from_formulas(ratio, accuracy, plain=True),
                    )
                ],
            ),
            Measured(
                lambda: _counts_on_diabetes(predicted=True),
                lambda: _counts_on_diabetes(predicted=False),
                tolerance=5e-3,
                because="fixed before the run: the mode formula predicts the count to about one step in two hundred",
                near_misses=[
                    NearMiss(
                        "the asymptotic gain √κ alone",
                        predict=lambda: _counts_on_diabetes(predicted=True, asymptotic=True),
                    )
                ],
            ),
        ],
        ii=[
            Identity(
                lambda: limit(1),
                sp.Integer(1),
                near_misses=[
                    NearMiss("the gain is κ", lhs=lambda: limit(2)),
                ],
            )
        ],
        reads={"": [kappa > 1], "i": [_exceeds()], "ii": [(kappa, "to", sp.oo)]},
        vocabulary={"q": derivation.optimal_rate()},
    )


def _exceeds() -> tuple[sp.Expr, str, sp.Expr]:
    """The printed inequality."""
    return derivation.acceleration(), ">", sp.sqrt(kappa)


def _counts_from_formulas(ratio: float, accuracy: float, plain: bool = False) -> Any:
    """Iterations to `accuracy` in the worst case: (gradient descent, heavy ball) from the closed forms."""
    import numpy as np

    from dltheory.momentum.experiment import methods

    times = np.arange(60_000)
    slow = methods.DESCENT_RATE(ratio) ** times
    rate = methods.RATE(ratio)
    fast = rate**times if plain else methods.TRANSIENT(rate, times)
    return [methods.iterations(slow, accuracy), methods.iterations(fast, accuracy)]


def _counts_from_runs(ratio: float, accuracy: float) -> Any:
    """The same counted by running both methods on 201 curvatures between 1 and `ratio`."""
    import numpy as np

    from dltheory.momentum.experiment import methods

    curvature = np.linspace(1.0, ratio, 201)
    descent, ball = (methods.tuning(name, 1.0, ratio) for name in ("gradient descent", "heavy ball"))
    slow = methods.descent_iterations(np.diag(curvature), np.eye(curvature.size)[0], descent.alpha, accuracy)
    fast = methods.worst_factors(ball.alpha, ball.mu, curvature, int(6 * ratio**0.5 * np.log(1 / accuracy)))
    return [slow, methods.iterations(fast, accuracy)]


def _counts_on_diabetes(predicted: bool, asymptotic: bool = False) -> Any:
    """Iterations to ‖e‖ = 1e-6 ‖e₀‖ on diabetes as shipped: gradient descent, heavy ball, Nesterov."""
    from dltheory.momentum.experiment import methods, regression

    problem = regression.diabetes("shipped")
    names: tuple[methods.Method, ...] = ("gradient descent", "heavy ball", "nesterov")
    if predicted:
        counts = [methods.predicted_iterations(problem, name) for name in names]
        return [counts[0], counts[0] / problem.condition_number**0.5, counts[2]] if asymptotic else counts
    return [methods.measured_iterations(problem, name) for name in names]
