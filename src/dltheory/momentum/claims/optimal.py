"""Claims about the best step and memory."""

from collections.abc import Sequence
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims.jury import closed_jury, jury
from dltheory.momentum.derivation.symbols import alpha, ell, h, kappa, m, mu, q, z
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Scaling

_LOW, _HIGH = sp.symbols("a b", positive=True)  # √m and √ℓ
_STEP = sp.Symbol("alpha", real=True)  # any real step, unlike the chapter's positive one
_UNIT, _SCALED, _CURVATURE = sp.Symbol("r", positive=True), sp.Symbol("c", real=True), sp.Symbol("k", positive=True)
_ROOTS = {sp.sqrt(m): _LOW, sp.sqrt(ell): _HIGH}
_RATE = sp.sqrt(derivation.optimal_memory()).subs(_ROOTS).subs(sp.Abs(_LOW - _HIGH), _HIGH - _LOW)  # q in these

#: m = (1 − q)² r², ℓ = (1 + q)² r², α = c/r²: every pair of ends has this form, and only one each.
_SUBSTITUTION = {_LOW: (1 - q) * _UNIT, _HIGH: (1 + q) * _UNIT, _STEP: _SCALED / _UNIT**2}
_INVERSE = {q: (_HIGH - _LOW) / (_HIGH + _LOW), _UNIT: (_LOW + _HIGH) / 2, _SCALED: _STEP * (_LOW + _HIGH) ** 2 / 4}


def _both_ends(condition: Any, radius: sp.Expr = _RATE) -> list[sp.Basic]:
    """Both modes, h = m and h = ℓ, with both roots within `radius`."""
    return [condition(*_trace_and_determinant(end**2), radius) for end in (_LOW, _HIGH)]


def _trace_and_determinant(curvature: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Of heavy ball's polynomial, at any real step."""
    _, minus_trace, determinant = sp.Poly(derivation.heavy_ball_polynomial(), z).all_coeffs()
    return (-minus_trace).subs({alpha: _STEP, h: curvature}), determinant


def _scaled(given: Sequence[Any], then: Any, misses: Sequence[NearMiss]) -> Scaling:
    return Scaling([_LOW < _HIGH, *given], then, _SUBSTITUTION, _INVERSE, [q < 1], near_misses=misses)


@claim(
    "thm-momentum-optimal",
    uses=["lem-momentum-jury", "thm-momentum-heavy-ball", "thm-momentum-regimes"],
    source="polyak1964",
)
def best_parameters() -> Clauses:
    """In the roots of m and ℓ, scaled to one number; the mode between the ends; m = ℓ by itself."""
    best_step = derivation.optimal_step().subs(_ROOTS)
    best_memory = derivation.optimal_memory().subs(_ROOTS)
    unit = {_LOW: 1 - q, _HIGH: 1 + q}
    unit_step, unit_memory = (sp.simplify(e.subs(unit)) for e in (best_step, best_memory))

    def unit_ends(radius: sp.Expr = q) -> list[sp.Basic]:
        return [closed_jury(*_trace_and_determinant((1 + sign * q) ** 2), radius) for sign in (-1, 1)]

    trace, determinant = (e.subs({_STEP: best_step, mu: best_memory}) for e in _trace_and_determinant(_CURVATURE))
    between = [_CURVATURE >= _LOW**2, _CURVATURE <= _HIGH**2]
    disc = trace**2 - 4 * determinant
    turned = {
        "substitution": {_LOW: _SUBSTITUTION[_LOW], _HIGH: _SUBSTITUTION[_HIGH], _CURVATURE: h * _UNIT**2},
        "inverse": {q: _INVERSE[q], _UNIT: _INVERSE[_UNIT], h: 4 * _CURVATURE / (_LOW + _HIGH) ** 2},
    }
    equal = {m: ell}
    one_trace, one_determinant = _trace_and_determinant(ell)
    return clauses(
        i=[
            _scaled(
                [],
                sp.Not(sp.And(*_both_ends(jury))),
                [
                    NearMiss(
                        "the rate (κ−1)/(κ+1) cannot be beaten either",
                        then=sp.Not(sp.And(*_both_ends(jury, (_HIGH**2 - _LOW**2) / (_HIGH**2 + _LOW**2)))),
                    )
                ],
            ),
            Identity(
                lambda: derivation.optimal_rate().subs(kappa, (_HIGH / _LOW) ** 2),
                (_HIGH - _LOW) / (_HIGH + _LOW),
                given=[_LOW < _HIGH],
                near_misses=[
                    NearMiss(
                        "gradient descent's", lhs=derivation.gradient_descent_rate().subs(kappa, (_HIGH / _LOW) ** 2)
                    )
                ],
            ),
            Agreement(
                lambda ratio: (ratio**0.5 - 1) / (ratio**0.5 + 1),
                _best_worst_modulus,
                [{"ratio": r} for r in (2.0, 18.7385, 470.0)],
                tolerance=2e-3,
                because="an error δ in the best parameters costs √δ in the modulus; the search stops at δ ≈ 1e-8",
                near_misses=[
                    NearMiss("gradient descent's rate", predict=lambda ratio: (ratio - 1) / (ratio + 1)),
                    NearMiss("Nesterov's rate", predict=lambda ratio: 1 - ratio**-0.5),
                ],
            ),
        ],
        ii=[
            # in units in which m = (1 − q)² and ℓ = (1 + q)²: the polynomial sees α h alone, so nothing is lost
            ForAll(
                [q < 1, *unit_ends()],
                sp.Eq(_STEP, unit_step),
                near_misses=[
                    NearMiss("a worst modulus slightly above q", given=[q < 1, *unit_ends(sp.Rational(11, 10) * q)]),
                    NearMiss("only the flat end is asked for", given=[q < 1, unit_ends()[0]]),
                    NearMiss("only the steep end is asked for", given=[q < 1, unit_ends()[1]]),
                ],
            ),
            ForAll(
                [q < 1, *unit_ends()],
                sp.Eq(mu, unit_memory),
                near_misses=[
                    NearMiss("a worst modulus slightly above q", given=[q < 1, *unit_ends(sp.Rational(11, 10) * q)]),
                    NearMiss("the memory is q", then=sp.Eq(mu, q)),
                ],
            ),
            Identity(
                lambda: derivation.heavy_ball_polynomial().subs(
                    {alpha: alpha / _UNIT**2, h: h * _UNIT**2}, simultaneous=True
                ),
                derivation.heavy_ball_polynomial,
                near_misses=[
                    NearMiss("the step is not scaled", lhs=derivation.heavy_ball_polynomial().subs(h, h * _UNIT**2))
                ],
            ),
            Identity(
                lambda: [(e.subs(_SUBSTITUTION, simultaneous=True)) for e in (best_step * _UNIT**2, best_memory)],
                [unit_step, unit_memory],
                near_misses=[NearMiss("the memory is q", rhs=[unit_step, q])],
            ),
            # m = ℓ: both roots are 0, so the trace and the determinant are
            ForAll(
                [sp.Eq(one_trace, 0), sp.Eq(one_determinant, 0)],
                sp.Eq(_STEP, derivation.optimal_step().subs(equal)),
                near_misses=[NearMiss("from the determinant alone", given=[sp.Eq(one_determinant, 0)])],
            ),
            Identity(
                lambda: sp.solve(one_determinant, mu)[0],
                lambda: derivation.optimal_memory().subs(equal),
                near_misses=[
                    NearMiss("the memory of κ = 9", rhs=lambda: derivation.optimal_memory().subs({m: 1, ell: 9}))
                ],
            ),
            Measured(
                _predicted_rates,
                _measured_rates,
                tolerance=5e-3,
                because="fixed before the run: slope of ln(‖e‖/t), iterations 100 to 300; other modes leave about 1/t",
                near_misses=[NearMiss("gradient descent's rate", predict=lambda: _predicted_rates(descent=True))],
            ),
        ],
        iii=[
            Scaling(
                [_LOW < _HIGH, *between],
                disc <= 0,
                **turned,
                new_given=[q < 1],
                near_misses=[
                    NearMiss("beyond the largest curvature", given=[_LOW < _HIGH, between[0]]),
                    NearMiss("strictly complex at the ends", then=disc < 0),
                ],
            ),
            Identity(
                lambda: determinant,
                lambda: derivation.optimal_rate().subs(kappa, (_HIGH / _LOW) ** 2) ** 2,
                given=[_LOW < _HIGH],
                near_misses=[NearMiss("the memory is q", lhs=_RATE)],
            ),
            Identity(
                lambda: (
                    derivation.heavy_ball_polynomial()
                    .subs({alpha: derivation.optimal_step(), mu: derivation.optimal_memory()})
                    .subs({h: ell, m: ell})
                ),
                z**2,
                near_misses=[
                    NearMiss(
                        "for m = ℓ/4 too",
                        lhs=lambda: (
                            derivation.heavy_ball_polynomial()
                            .subs({alpha: derivation.optimal_step(), mu: derivation.optimal_memory()})
                            .subs({h: ell, m: ell / 4})
                        ),
                    )
                ],
            ),
            Cites("thm-momentum-regimes", "i"),
            Cites("thm-momentum-regimes", "iii"),
        ],
        reads={
            "": [
                (0, "<", _LOW**2),
                (_LOW**2, "<=", _HIGH**2),
                (kappa, _HIGH**2 / _LOW**2),
                (sp.Symbol("q"), derivation.optimal_rate()),
            ],
            "i": [(_CURVATURE, _LOW**2), (_CURVATURE, _HIGH**2)],
            "ii": [(alpha, best_step), (mu, sp.Symbol("q") ** 2)],
            "iii": between,
        },
        vocabulary={"q": sp.Symbol("q"), r"\alpha": alpha, "h": _CURVATURE, "m": _LOW**2, r"\ell": _HIGH**2},
    )


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
