"""Claims about what momentum gains in the step, and about when every mode oscillates."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import alpha, beta, eta, kappa, sigma
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites

_S = sp.Symbol("s", nonnegative=True)  # √(1 − β)


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
                [weight <= 1],
                2 - weight >= 1,
                near_misses=[NearMiss("the gain is strict at β = 1", then=2 - weight > 1)],
            ),
            ForAll(
                [weight > 0],
                2 - weight < 2,
                near_misses=[
                    NearMiss("the step that is taken can double", then=2 - weight >= 2),
                    NearMiss("β = 0 is admitted", given=[weight >= 0]),
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
    # D ≤ 0 says that 2ηβσ², with β = 1 − s², lies between the squares of 1 − s and 1 + s
    reach = 2 * step * square * (1 - _S**2)
    return clauses(
        i=[
            ForAll(
                [*below, complex_or_repeated(sp.Integer(1)), complex_or_repeated(root)],
                possible,
                lemmas=[reach >= (1 - _S) ** 2, reach * root**2 <= (1 + _S) ** 2],
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
                [complex_or_repeated(times).subs(_S, 0) for times in (sp.Integer(1), root)],
                sp.Eq(root**2, 1),
                near_misses=[
                    NearMiss(
                        "at β = 3/4",
                        given=[complex_or_repeated(times).subs(_S, sp.S.Half) for times in (sp.Integer(1), root)],
                    )
                ],
            )
        ],
        reads={
            "": [(0, "<", beta), beta <= 1],
            "i": [
                (0, "<", sigma),
                (derivation.discriminant(), "<=", 0),
                (sp.sqrt(kappa), "<=", derivation.complex_condition_limit()),
            ],
            "ii": [sp.Eq(beta, 1), sp.Eq(kappa, 1)],
        },
        vocabulary={"D": derivation.discriminant()},
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
