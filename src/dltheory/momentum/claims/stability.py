"""Claims about which steps are stable, and what becomes of the directions that X does not see."""

from functools import cache
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, eta, sigma, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, ClosedForm, MatrixPowers, Powers, Scaling
from verifiedbook.reading import noncommuting


@claim(
    "thm-momentum-stability",
    uses=["thm-momentum-modes", "thm-momentum-charpoly", "lem-momentum-jury"],
    source="polyak1964",
)
def stability() -> Clauses:
    """Powers of the matrix of a mode, for the steepest and for every other one; directions that X does not see."""
    allowed = _within(sigma, 2 - beta)
    steepest = _within(_SIGMA_1, 2 - beta)
    conditions = jury(derivation.trace().subs(eta, _STEP), derivation.determinant(), sp.Integer(1))
    put = {_STEP * beta * sigma**2: _MOVED}
    weight, start = sp.Symbol("beta", real=True), sp.symbols("a_0 x_0", real=True)
    unseen = _MATRIX.subs(sigma, 0)
    at_zero = _MATRIX.subs(beta, 0)
    return clauses(
        i=[
            MatrixPowers(
                _MATRIX,
                given=[beta <= 1],
                exactly=allowed,
                near_misses=[
                    NearMiss("the limit is 2, its value as β → 0", exactly=_within(sigma, sp.Integer(2))),
                    NearMiss("the limit is 2(2−β)", exactly=_within(sigma, 2 * (2 - beta))),
                    NearMiss("the limit is 1, gradient descent's own", exactly=_within(sigma, sp.Integer(1))),
                    NearMiss(
                        "a step of 0 counts as stable",
                        exactly=sp.And(_STEP * beta * sigma**2 >= 0, _STEP * beta * sigma**2 < 2 - beta),
                    ),
                ],
            ),
            ForAll(
                [allowed],
                conditions,
                put=put,
                near_misses=[NearMiss("the limit is 2(2−β)", given=[_within(sigma, 2 * (2 - beta))])],
            ),
            ForAll(
                [conditions],
                allowed,
                put=put,
                near_misses=[NearMiss("the limit is 1", then=_within(sigma, sp.Integer(1)))],
            ),
            Identity(
                lambda: derivation.stability_limit() * beta * sigma**2,
                2 - beta,
                near_misses=[NearMiss("the limit is 2(2−β)", rhs=2 * (2 - beta))],
            ),
            Scaling(
                [beta < 1],
                derivation.stability_limit() > derivation.double_root_steps()[1],
                {beta: 1 - _S**2},
                {_S: sp.sqrt(1 - beta)},
                near_misses=[
                    NearMiss(
                        "η₊ is the highest stable step",
                        then=derivation.stability_limit() <= derivation.double_root_steps()[1],
                    ),
                ],
            ),
            Agreement(
                lambda weight, value: float(derivation.stability_limit().subs({beta: weight, sigma: value})),
                _limit_from_eigenvalues,
                lambda rng: {"weight": rng.uniform(0.02, 1.0), "value": rng.uniform(0.1, 10)},
                count=30,
                tolerance=1e-8,
                because="bisection on SciPy's eigenvalues to a relative 1e-10",
                near_misses=[
                    NearMiss("the limit of gradient descent", predict=lambda weight, value: 1 / value**2),
                    NearMiss("1 + β for 2 − β", predict=lambda weight, value: (1 + weight) / (weight * value**2)),
                ],
            ),
            Measured(
                _predicted_largest_step,
                _measured_largest_step,
                tolerance=1e-3,
                because="fixed before the run: 4000 steps tell growth from decay to a relative 1e-3 in the step",
                near_misses=[
                    NearMiss("gradient descent's limit", predict=lambda: _predicted_largest_step(gain=1.0)),
                    NearMiss("twice gradient descent's limit", predict=lambda: _predicted_largest_step(gain=2.0)),
                ],
            ),
        ],
        ii=[
            MatrixPowers(
                _MATRIX.subs(sigma, _SIGMA_1),
                given=[beta <= 1],
                exactly=steepest,
                near_misses=[NearMiss("gradient descent's limit", exactly=_within(_SIGMA_1, sp.Integer(1)))],
            ),
            ForAll(
                [sigma**2 <= _SIGMA_1**2, steepest],
                allowed,
                put={sigma**2: _SQUARE, _SIGMA_1**2: _SQUARE_1},
                near_misses=[NearMiss("the flattest mode sets the limit", given=[sigma**2 >= _SIGMA_1**2, steepest])],
            ),
            Powers(
                1 - weight,
                given=[weight > 0, weight <= 1],
                near_misses=[NearMiss("β = 0 too", given=[weight >= 0, weight <= 1])],
            ),
            ClosedForm(
                # where X sees nothing the average decays and the position moves by its sum, so it converges
                sp.Matrix(
                    [
                        (1 - beta) ** t * start[0],
                        start[1] - _STEP * start[0] * (1 - beta) * (1 - (1 - beta) ** t) / beta,
                    ]
                ),
                t,
                [sp.Matrix(start)],
                lambda mode, t: unseen * mode,
                near_misses=[
                    NearMiss("nothing moves there", formula=sp.Matrix([(1 - beta) ** t * start[0], start[1]])),
                ],
            ),
            Cites("thm-momentum-modes"),
        ],
        iii=[
            Identity(
                lambda: derivation.iteration_matrix().subs(beta, 0).det(),
                sp.Integer(1),
                near_misses=[NearMiss("at β = 1", lhs=lambda: derivation.iteration_matrix().subs(beta, 1).det())],
            ),
            MatrixPowers(
                at_zero,
                "persist",
                near_misses=[
                    NearMiss(
                        "β = 0 is stable too",
                        fate="vanish",
                        erratum=published.STABLE_AT_ZERO,
                    )
                ],
            ),
        ],
        reads={
            "": [(0, "<", beta), beta <= 1, (0, "<", sigma)],
            "i": [*allowed.args],
            "ii": [(noncommuting("X")[0], "!=", 0), *steepest.args],
            "iii": [(beta, sp.Integer(0))],
        },
        vocabulary={r"\eta": _STEP, r"\sigma_1": _SIGMA_1},
    )


_STEP, _MOVED = sp.symbols("eta c", real=True)  # any step, and η β σ²
_SIGMA_1 = sp.Symbol("sigma_1", positive=True)
_SQUARE, _SQUARE_1 = sp.symbols("g g_1", positive=True)
_S = sp.Symbol("s", nonnegative=True)  # √(1 − β)
_MATRIX = derivation.iteration_matrix().subs(eta, _STEP)


def _within(value: sp.Expr, limit: sp.Expr) -> sp.And:
    """0 < η β σ² < limit."""
    return sp.And(_STEP * beta * value**2 > 0, _STEP * beta * value**2 < limit)


def _limit_from_eigenvalues(weight: float, value: float) -> Any:
    """The step at which the spectral radius of M, from SciPy's eigenvalues, passes 1."""
    import numpy as np
    from scipy import linalg, optimize

    def excess(scaled: float) -> float:
        step = scaled / value**2
        matrix = [[1 - weight, 2 * weight * value**2], [-step * (1 - weight), 1 - 2 * step * weight * value**2]]
        return np.abs(linalg.eigvals(matrix)).max() - 1

    return optimize.brentq(excess, 0.5 / weight, 3.0 / weight, rtol=1e-10) / value**2


def _predicted_largest_step(gain: float | None = None) -> Any:
    """(2 − β)/(β σ₁²) on the centred diabetes data, β = 0.3; `gain` replaces (2 − β)/β."""
    from dltheory.momentum.experiment import regression

    largest = regression.diabetes("centred").sigma[0]
    return (gain or (2 - 0.3) / 0.3) / largest**2


@cache
def _measured_largest_step() -> Any:
    from dltheory.momentum.experiment import regression

    return regression.largest_stable_step(regression.diabetes("centred"), beta=0.3)
