"""Claims about the best parameters and the acceleration they bring."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims.jury import closed_jury, jury
from dltheory.momentum.derivation.symbols import ell, kappa, m, mu, q
from verifiedbook.claims import Agreement, Enclosure, Evidence, ForAll, Identity, Measured, NearMiss, claim

_U = sp.Symbol("u", positive=True)  # 1/√κ


def _optimum_in(scale: dict) -> list[sp.Expr]:
    """(α, μ, q) of the printed formulas at curvatures given by `scale`."""
    smallest, largest = scale[m], scale[ell]
    ratio = derivation.optimal_rate().subs(kappa, largest / smallest)
    return [
        sp.simplify(e) for e in (derivation.optimal_step().subs(scale), derivation.optimal_memory().subs(scale), ratio)
    ]


@claim(
    "thm-momentum-optimal",
    uses=["lem-momentum-jury", "thm-momentum-heavy-ball", "thm-momentum-regimes"],
    source="polyak1964",
    rests_on="Scaling time and curvature so that $m=(1-q)^2$ loses nothing; this step is prose.",
)
def best_parameters() -> list[Evidence]:
    """No $(\\alpha,\\mu)$ has a worst modulus below $q$,
    and only $\\alpha=4/(\\sqrt\\ell+\\sqrt m)^2$, $\\mu=q^2$ reaches it.
    """
    step = sp.Symbol("alpha", real=True)  # any real step, unlike the chapter's positive one
    low, high = (1 - q) ** 2, (1 + q) ** 2

    def both_ends(condition: Any, radius: sp.Expr = q) -> list[sp.Basic]:
        return [condition(1 + mu - step * curvature, mu, radius) for curvature in (low, high)]

    curvature = sp.Symbol("h", positive=True)
    root = sp.Symbol("s", positive=True)  # √(ℓ/m)
    return [
        ForAll(
            [q < 1, *both_ends(closed_jury)],
            sp.And(sp.Eq(step, 1), sp.Eq(mu, q**2)),
            near_misses=[
                NearMiss(
                    "a worst modulus slightly above q",
                    given=[q < 1, *both_ends(closed_jury, radius=sp.Rational(11, 10) * q)],
                ),
                NearMiss("only the flat end is asked for", given=[q < 1, both_ends(closed_jury)[0]]),
                NearMiss("only the steep end is asked for", given=[q < 1, both_ends(closed_jury)[1]]),
                NearMiss("the memory is q", then=sp.And(sp.Eq(step, 1), sp.Eq(mu, q))),
            ],
        ),
        ForAll(
            [q < 1],
            sp.Not(sp.And(*both_ends(jury))),
            near_misses=[
                NearMiss(
                    "the rate (κ−1)/(κ+1) cannot be beaten either",
                    then=sp.Not(sp.And(*both_ends(jury, 2 * q / (1 + q**2)))),
                )
            ],
        ),
        ForAll(
            [q < 1, curvature >= low, curvature <= high],
            (1 + q**2 - curvature) ** 2 - 4 * q**2 <= 0,
            near_misses=[
                NearMiss("beyond the largest curvature", given=[q < 1, curvature >= low]),
                NearMiss("strictly complex at the ends", then=(1 + q**2 - curvature) ** 2 - 4 * q**2 < 0),
            ],
        ),
        Identity(
            lambda: _optimum_in({m: m, ell: root**2 * m}),
            [4 / (m * (1 + root) ** 2), ((root - 1) / (root + 1)) ** 2, (root - 1) / (root + 1)],
            near_misses=[
                NearMiss(
                    "gradient descent's step 2/(ℓ+m)",
                    rhs=[2 / (m * (1 + root**2)), ((root - 1) / (root + 1)) ** 2, (root - 1) / (root + 1)],
                ),
            ],
        ),
        Agreement(
            lambda ratio: (ratio**0.5 - 1) / (ratio**0.5 + 1),
            _best_worst_modulus,
            [{"ratio": r} for r in (2.0, 18.7385, 470.0)],
            tolerance=2e-3,
            because="at the optimum an error δ in the parameters costs √δ in the modulus; the search stops at δ ≈ 1e-8",
            near_misses=[
                NearMiss("gradient descent's rate", predict=lambda ratio: (ratio - 1) / (ratio + 1)),
                NearMiss("Nesterov's rate", predict=lambda ratio: 1 - ratio**-0.5),
            ],
        ),
        Measured(
            _predicted_rates,
            _measured_rates,
            tolerance=5e-3,
            because="fixed before the run: slope of ln(‖e‖/t) over iterations 100 to 300; other modes leave about 1/t",
            near_misses=[NearMiss("gradient descent's rate", predict=lambda: _predicted_rates(descent=True))],
        ),
    ]


def _best_worst_modulus(ratio: float) -> Any:
    """min over (α, μ) of the worst modulus on curvatures 1 … ratio, by direct search on SciPy's eigenvalues."""
    import numpy as np
    from scipy import optimize

    def worst(parameters: Any) -> float:
        step, memory = parameters[0], parameters[1]
        companions = np.array([[[1 + memory - step * c, -memory], [1.0, 0.0]] for c in (1.0, ratio)])
        return np.abs(np.linalg.eigvals(companions)).max()

    first = (2 / (1 + ratio), 0.5)
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000}
    found = optimize.minimize(worst, first, method="Nelder-Mead", options=options)
    for _ in range(4):  # the valley has a kink: restart the simplex until it no longer moves
        found = optimize.minimize(worst, found.x, method="Nelder-Mead", options=options)
    return found.fun


def _predicted_rates(descent: bool = False) -> Any:
    from dltheory.momentum.experiment import methods, regression

    ratio = regression.diabetes("shipped").condition_number
    return [float((methods.DESCENT_RATE if descent else methods.RATE)(ratio))]


def _measured_rates() -> Any:
    import numpy as np

    from dltheory.momentum.experiment import methods, regression

    problem = regression.diabetes("shipped")
    tuned = methods.tuning("heavy ball", problem.curvature[-1], problem.curvature[0])
    sizes = methods.errors("heavy ball", 2 * problem.X.T @ problem.X, -problem.optimum, tuned, 300)
    times = np.arange(100, 301)
    envelope = np.maximum.accumulate(sizes[::-1])[::-1]
    return [float(np.exp(np.polyfit(times, np.log(envelope[100:] / times), 1)[0]))]


@claim(
    "cor-momentum-acceleration",
    uses=["thm-momentum-optimal"],
    source="polyak1964",
    rests_on="That a function with a positive derivative increases from its value at 0 is used twice, in the proof.",
)
def acceleration() -> list[Evidence]:
    """$\\ln q/\\ln\\frac{\\kappa-1}{\\kappa+1}$
    exceeds $\\sqrt\\kappa$ for every $\\kappa>1$ and is $\\sqrt\\kappa(1+o(1))$.
    """

    def limit(power: int) -> sp.Expr:
        return sp.limit(sp.simplify(derivation.acceleration().subs(kappa, _U**-2)) * _U**power, _U, 0)

    scaled = _U * (sp.log(1 + _U) - sp.log(1 - _U)) / (sp.log(1 + _U**2) - sp.log(1 - _U**2))
    inner = (sp.Rational(1, 20), sp.Rational(19, 20))
    return [
        Identity(
            lambda: limit(1),
            sp.Integer(1),
            near_misses=[
                NearMiss("the limit is 2", rhs=sp.Integer(2)),
                NearMiss("the gain is κ", lhs=lambda: limit(2)),
            ],
        ),
        Enclosure(
            scaled,
            _U,
            inner,
            lower=sp.Integer(1),
            upper=sp.Rational(118, 100),
            near_misses=[
                NearMiss("at most √κ", upper=sp.Integer(1)),
                NearMiss("at least 1.1 √κ", lower=sp.Rational(11, 10)),
            ],
            scope="κ from 1.11 to 400",
            time_limit=30.0,
        ),
        Identity(
            lambda: sp.diff(_U * sp.atanh(_U) - sp.atanh(_U**2), _U),
            sp.atanh(_U) - _U / (1 + _U**2),
            given=[_U < 1],
            near_misses=[NearMiss("u/(1−u²) in place of u/(1+u²)", rhs=sp.atanh(_U) - _U / (1 - _U**2))],
        ),
        ForAll(
            [_U < 1],
            sp.And(1 / (1 - _U**2) > 1, _U / (1 + _U**2) < _U),
            near_misses=[
                NearMiss("the slope of artanh is above 2", then=1 / (1 - _U**2) > 2),
                NearMiss("u/(1+u²) is below u/2", then=_U / (1 + _U**2) < _U / 2),
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
                    "the asymptotic gain √κ alone", predict=lambda: _counts_on_diabetes(predicted=True, asymptotic=True)
                )
            ],
        ),
    ]


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
