"""Claims about which steps are stable, what momentum gains there, and when every mode oscillates."""

from functools import cache
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, sigma
from verifiedbook.claims import Agreement, Evidence, Exact, ForAll, Identity, Measured, NearMiss, claim


@claim(
    "thm-momentum-stability",
    uses=["thm-momentum-charpoly", "lem-momentum-jury"],
    source="polyak1964",
    rests_on="The passage from one mode to all modes rests on the SVD, in the proof.",
)
def stability() -> list[Evidence]:
    """For $0<\\beta\\le1$ the spectral radius of $M$ is below 1 iff $0<\\eta\\beta\\sigma^2<2-\\beta$."""
    moved = sp.Symbol("c", real=True)  # the product η β σ², as one unknown
    s = sp.Symbol("s", nonnegative=True)  # √(1 − β)
    conditions = jury(2 - beta - 2 * moved, 1 - beta, sp.Integer(1))
    allowed = sp.And(moved > 0, moved < 2 - beta)
    weight, curvature = sp.Symbol("beta", nonnegative=True), sp.Symbol("g", positive=True)  # β ≥ 0 and η σ²
    return [
        ForAll(
            [beta <= 1, allowed],
            conditions,
            near_misses=[
                NearMiss("the limit is 2, its value as β → 0", given=[beta <= 1, moved > 0, moved < 2]),
                NearMiss("the limit is 2(2−β)", given=[beta <= 1, moved > 0, moved < 2 * (2 - beta)]),
                NearMiss("a step of 0 counts as stable", given=[beta <= 1, moved >= 0, moved < 2 - beta]),
            ],
        ),
        ForAll(
            [beta <= 1, conditions],
            allowed,
            near_misses=[
                NearMiss("the limit is 1, gradient descent's own", then=sp.And(moved > 0, moved < 1)),
                NearMiss(
                    "η₊ is the highest stable step",
                    given=[s < 1, jury(1 + s**2 - 2 * moved, s**2, sp.Integer(1))],
                    then=2 * moved <= (1 + s) ** 2,
                    erratum=published.HIGHEST_STEP,
                ),
            ],
        ),
        ForAll(
            [weight > 0, weight <= 1, weight * curvature < 2 - weight],
            jury(2 - weight - 2 * weight * curvature, 1 - weight, sp.Integer(1)),
            near_misses=[
                NearMiss(
                    "β = 0 is admitted",
                    given=[weight <= 1, weight * curvature < 2 - weight],
                    erratum=published.STABLE_AT_ZERO,
                )
            ],
        ),
        Agreement(
            lambda weight, value: (2 - weight) / (weight * value**2),
            _limit_from_eigenvalues,
            lambda rng: {"weight": rng.uniform(0.02, 1.0), "value": rng.uniform(0.1, 10)},
            count=30,
            tolerance=1e-8,
            because="bisection on SciPy's eigenvalues to a relative 1e-10",
            near_misses=[
                NearMiss("the limit of gradient descent", predict=lambda weight, value: 1 / value**2),
                NearMiss("1 + β in place of 2 − β", predict=lambda weight, value: (1 + weight) / (weight * value**2)),
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
    ]


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
def step_gain() -> list[Evidence]:
    """The largest stable $\\eta$ grows by $(2-\\beta)/\\beta$,
    the step $\\alpha=\\eta\\beta$ that is taken by $2-\\beta<2$.
    """
    scale = sp.Symbol("s", positive=True)
    in_eta = (2 - beta) / beta
    return [
        Identity(
            lambda: [
                derivation.stability_limit() / derivation.gradient_descent_limit(),
                beta * derivation.stability_limit() / derivation.gradient_descent_limit(),
            ],
            [in_eta, 2 - beta],
            near_misses=[
                NearMiss("the step that is taken gains (2−β)/β as well", rhs=[in_eta, in_eta]),
                NearMiss("η gains a factor 2", rhs=[sp.Integer(2), 2 - beta]),
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
        ForAll(
            [beta <= 1],
            sp.And(2 - beta >= 1, 2 - beta < 2),
            near_misses=[
                NearMiss("the step that is taken can double", then=2 - beta >= 2),
                NearMiss("the gain is strict at β = 1", then=2 - beta > 1),
            ],
        ),
    ]


@claim("thm-momentum-all-complex", uses=["thm-momentum-discriminant", "thm-momentum-regimes"])
def all_modes_complex() -> list[Evidence]:
    """Some $\\eta$ has $D\\le0$ in every mode iff $\\sqrt\\kappa\\le(1+\\sqrt{1-\\beta})/(1-\\sqrt{1-\\beta})$."""
    s, root = sp.Symbol("s", nonnegative=True), sp.Symbol("k", positive=True)  # √(1 − β) and √κ
    slow, ratio = sp.Symbol("c", positive=True), sp.Symbol("r", positive=True)  # η β σ_r² and σ/σ_r

    def complex_or_repeated(moved: sp.Expr) -> sp.Basic:
        return (1 - s**2 + 2 * moved) ** 2 - 8 * moved <= 0

    possible = root * (1 - s) <= 1 + s
    chosen = (1 - s) ** 2 / 2  # the step η₋ of the slowest mode
    return [
        ForAll(
            [s < 1, root >= 1, complex_or_repeated(slow), complex_or_repeated(root**2 * slow)],
            possible,
            near_misses=[
                NearMiss("strictly", then=root * (1 - s) < 1 + s),
                NearMiss("only the fastest mode", given=[s < 1, root >= 1, complex_or_repeated(root**2 * slow)]),
            ],
        ),
        ForAll(
            [s < 1, possible, ratio >= 1, ratio <= root],
            complex_or_repeated(ratio**2 * chosen),
            near_misses=[
                NearMiss(
                    "κ in place of √κ", given=[s < 1, ratio >= 1, ratio <= root, root * (1 - s) ** 2 <= (1 + s) ** 2]
                ),
            ],
        ),
        Exact(
            lambda root, s: root * (1 - s) <= 1 + s,
            _intervals_meet,
            [{"root": sp.Rational(k), "s": sp.Rational(n, 10)} for k in (1, 2, 4, 9) for n in range(1, 10)],
            near_misses=[
                NearMiss("κ in place of √κ", predict=lambda root, s: root**2 * (1 - s) <= 1 + s),
                NearMiss(
                    "some step works for every condition number",
                    predict=lambda root, s: True,
                    erratum=published.ALL_COMPLEX,
                ),
            ],
        ),
        Agreement(
            lambda: [2.251e-4, 2.369e-4],
            _complex_steps_of_the_source,
            [{}],
            tolerance=3e-4,
            because="the two ends are stated to four digits",
            near_misses=[NearMiss("the published steps lie there", predict=lambda: [1e-4, 2e-4])],
        ),
    ]


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
