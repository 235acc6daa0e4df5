"""Claims about which steps are stable, what momentum gains there, and when every mode oscillates."""

from functools import cache
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import alpha, beta, eta, kappa, sigma, t
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, ClosedForm, MatrixPowers, Powers, Scaling


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
                [beta <= 1, allowed],
                conditions,
                put=put,
                near_misses=[NearMiss("the limit is 2(2−β)", given=[beta <= 1, _within(sigma, 2 * (2 - beta))])],
            ),
            ForAll(
                [beta <= 1, conditions],
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
                        erratum=published.HIGHEST_STEP,
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
                [beta <= 1, sigma**2 <= _SIGMA_1**2, steepest],
                allowed,
                put={sigma**2: _SQUARE, _SIGMA_1**2: _SQUARE_1},
                near_misses=[
                    NearMiss("the flattest mode sets the limit", given=[beta <= 1, sigma**2 >= _SIGMA_1**2, steepest])
                ],
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
            "ii": [*steepest.args],
            "iii": [(beta, sp.Integer(0))],
        },
        vocabulary={r"\eta": _STEP, r"\sigma_1": _SIGMA_1},
        declared={r"X\ne0": "a design that sees something"},
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


@claim("cor-momentum-step-gain", uses=["thm-momentum-stability"])
def step_gain() -> Clauses:
    """The two limits over gradient descent's, and how large the second can be."""
    scale, weight = sp.Symbol("s", positive=True), sp.Symbol("beta", real=True)
    in_eta = (2 - beta) / beta

    def gain() -> sp.Expr:
        return derivation.stability_limit() / derivation.gradient_descent_limit()

    return clauses(
        i=[
            Identity(
                gain,
                in_eta,
                near_misses=[
                    NearMiss("the step that is taken gains it as well", lhs=lambda: beta * gain()),
                    NearMiss("η gains a factor 2", rhs=sp.Integer(2)),
                ],
            ),
            Identity(
                lambda: derivation.stability_limit().subs(sigma, scale * sigma),
                lambda: derivation.stability_limit() / scale**2,
                near_misses=[
                    NearMiss(
                        "the limit has no scale, like a condition number",
                        rhs=derivation.stability_limit,
                        erratum=published.CONDITION_AS_STEP,
                    )
                ],
            ),
            Identity(
                derivation.gradient_descent_limit,
                1 / sigma**2,
                near_misses=[NearMiss("twice as large", rhs=2 / sigma**2)],
            ),
            Cites("thm-momentum-stability", "ii"),
        ],
        ii=[
            Identity(
                lambda: beta * gain(),
                2 - beta,
                near_misses=[NearMiss("(2−β)/β", rhs=in_eta)],
            ),
            Cites("thm-momentum-stability", "ii"),
        ],
        iii=[
            ForAll(
                [weight > 0, weight <= 1],
                sp.And(2 - weight >= 1, 2 - weight < 2),
                near_misses=[
                    NearMiss("the step that is taken can double", then=2 - weight >= 2),
                    NearMiss("the gain is strict at β = 1", then=2 - weight > 1),
                    NearMiss("β = 0 is admitted", given=[weight >= 0, weight <= 1]),
                ],
            ),
        ],
        reads={"": [weight > 0, weight <= 1], "ii": [sp.Eq(alpha, eta * weight)]},
        vocabulary={r"\beta": weight},
    )


@claim("thm-momentum-all-complex", uses=["thm-momentum-discriminant", "thm-momentum-regimes"])
def all_modes_complex() -> Clauses:
    """If both ends are complex the ratio is bounded; if it is, the step of the flattest mode serves all."""
    root, step = sp.Symbol("k", positive=True), sp.Symbol("eta", real=True)  # √κ, any step
    flattest, ratio, square = sp.symbols("sigma_r r g", positive=True)  # σ_r, σ/σ_r and σ_r²
    limit = derivation.complex_condition_limit().subs(sp.sqrt(1 - beta), _S)

    def complex_or_repeated(times: sp.Expr, at: sp.Expr = step) -> sp.Basic:
        """D ≤ 0 in the mode with `times` the least singular value."""
        condition = derivation.discriminant().subs({eta: at, sigma: times * flattest})
        return condition.subs(flattest**2, square).subs(beta, 1 - _S**2) <= 0

    possible = root <= limit
    chosen = derivation.double_root_steps()[0].subs(sigma**2, square).subs(sp.sqrt(1 - beta), _S).subs(beta, 1 - _S**2)
    below = [_S < 1, root >= 1]
    serves = [_S < 1, possible, ratio >= 1, ratio <= root]
    return clauses(
        i=[
            ForAll(
                [*below, complex_or_repeated(sp.Integer(1)), complex_or_repeated(root)],
                possible,
                near_misses=[
                    NearMiss("strictly", then=root < limit),
                    NearMiss("only the fastest mode", given=[*below, complex_or_repeated(root)]),
                ],
            ),
            ForAll(
                serves,
                complex_or_repeated(ratio, at=chosen),
                near_misses=[
                    NearMiss("κ in place of √κ", given=[_S < 1, ratio >= 1, ratio <= root, root <= limit**2]),
                    NearMiss(
                        "some step works for every condition number",
                        given=[_S < 1, ratio >= 1, ratio <= root],
                        erratum=published.ALL_COMPLEX,
                    ),
                ],
            ),
            Exact(
                lambda root, s: root <= limit.subs(_S, s),
                _intervals_meet,
                [{"root": sp.Rational(k), "s": sp.Rational(n, 10)} for k in (1, 2, 4, 9) for n in range(1, 10)],
                near_misses=[NearMiss("κ in place of √κ", predict=lambda root, s: root**2 * (1 - s) <= 1 + s)],
            ),
            Agreement(
                lambda: [2.251e-4, 2.369e-4],
                _complex_steps_of_the_source,
                [{}],
                tolerance=3e-4,
                because="the two ends are stated to four digits",
                near_misses=[NearMiss("the published steps lie there", predict=lambda: [1e-4, 2e-4])],
            ),
        ],
        ii=[
            ForAll(
                [root >= 1, *(complex_or_repeated(times).subs(_S, 0) for times in (sp.Integer(1), root))],
                sp.Eq(root**2, 1),
                near_misses=[
                    NearMiss(
                        "at β = 3/4",
                        given=[
                            root >= 1,
                            *(complex_or_repeated(times).subs(_S, sp.S.Half) for times in (sp.Integer(1), root)),
                        ],
                    )
                ],
            )
        ],
        reads={
            "": [(0, "<", beta), beta <= 1],
            "i": [(sp.sqrt(kappa), "<=", derivation.complex_condition_limit())],
            "ii": [sp.Eq(beta, 1), sp.Eq(kappa, 1)],
        },
        declared={r"\sigma>0": "the modes that X sees", r"D\le0": "the name of the discriminant"},
    )


def _intervals_meet(root: sp.Expr, s: sp.Expr) -> bool:
    """Whether η₋ of the flattest mode, σ = 1, is at most η₊ of the steepest, σ = √κ, with β = 1 − s²."""
    low, high = derivation.double_root_steps()
    weight = 1 - s**2
    return bool(low.subs({beta: weight, sigma: 1}) <= high.subs({beta: weight, sigma: root}))


def _complex_steps_of_the_source() -> Any:
    """The steps with complex eigenvalues in both modes of the source's problem, first and last on a grid."""
    import numpy as np

    from dltheory.momentum.experiment import regression, spectrum

    steps = np.linspace(1e-4, 3e-4, 40_001)
    values = regression.source_problem().sigma
    complex_everywhere = (np.abs(spectrum.eigenvalues(steps[:, None], 0.6, values).imag) > 0).all(axis=(1, 2))
    return [steps[complex_everywhere].min(), steps[complex_everywhere].max()]
