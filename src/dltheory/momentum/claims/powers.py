"""Claims about the powers of one mode's matrix."""

from functools import partial
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, t
from verifiedbook.claims import Agreement, Evidence, Identity, NearMiss, claim

_S = sp.Symbol("s", positive=True)  # √(1 − β), below 1


def _at_double_root(which: int) -> sp.Matrix:
    """M at η₋ (0) or η₊ (1), with β = 1 − s²."""
    at = {eta: derivation.double_root_steps()[which], beta: 1 - _S**2}
    return derivation.iteration_matrix().subs(eta, at[eta]).subs(beta, at[beta]).applyfunc(sp.simplify)


@claim(
    "thm-momentum-jordan",
    uses=["thm-momentum-modes", "thm-momentum-regimes"],
    rests_on="The step from $t$ to $t+1$ is checked for symbolic $t$; the induction itself is in the proof.",
)
def double_root_is_a_jordan_block() -> list[Evidence]:
    """At $D=0$, $0<\\beta<1$: $M\\ne z_1I$, so $M$ is not diagonalisable, and $M^t=z_1^tI+tz_1^{t-1}(M-z_1I)$."""
    size = sp.Symbol("n", nonnegative=True, integer=True)
    root = {0: _S, 1: -_S}

    def step(which: int, power: Any = derivation.power_repeated) -> list[sp.Matrix]:
        m = _at_double_root(which)
        return [
            m * power(m, root[which], size) - power(m, root[which], size + 1),
            power(m, root[which], sp.Integer(0)) - sp.eye(2),
        ]

    def nilpotent(sign: int = 1) -> list[list[Any]]:
        """At η₋ and at η₊: the entry of M − z₁I off the diagonal, and the square of M − z₁I."""
        pairs = [(_at_double_root(which), sign * root[which]) for which in (0, 1)]
        return [[m[0, 1], (m - z1 * sp.eye(2)) ** 2] for m, z1 in pairs]

    def diagonal(matrix: sp.Matrix, z1: sp.Expr, exponent: sp.Expr) -> sp.Matrix:
        return z1**exponent * sp.eye(2)

    def off_by_one(matrix: sp.Matrix, z1: sp.Expr, exponent: sp.Expr) -> sp.Matrix:
        return z1**exponent * sp.eye(2) + exponent * z1**exponent * (matrix - z1 * sp.eye(2))

    zeros = [sp.zeros(2), sp.zeros(2)]
    return [
        *[
            Identity(
                partial(step, which),
                zeros,
                given=[_S < 1],
                near_misses=[
                    NearMiss(
                        "M is diagonalised: the power is z₁ᵗ I",
                        lhs=partial(step, which, diagonal),
                        erratum=published.ALWAYS_DIAGONAL,
                    ),
                    NearMiss("t z₁ᵗ in place of t z₁ᵗ⁻¹", lhs=partial(step, which, off_by_one)),
                ],
            )
            for which in (0, 1)
        ],
        Identity(
            nilpotent,
            [[2 * (1 - _S**2) * sigma**2, sp.zeros(2)]] * 2,
            given=[_S < 1],
            near_misses=[
                NearMiss("M − z₁I vanishes", lhs=lambda: [[sp.Integer(0), sp.zeros(2)]] * 2),
                NearMiss("the other sign of the root", lhs=partial(nilpotent, sign=-1)),
            ],
        ),
        Identity(
            lambda: (derivation.iteration_matrix().subs({beta: 1, eta: 1 / (2 * sigma**2)})) ** 2,
            sp.zeros(2),
            near_misses=[
                NearMiss(
                    "the step 1/σ², where gradient descent stops being stable",
                    lhs=lambda: (derivation.iteration_matrix().subs({beta: 1, eta: 1 / sigma**2})) ** 2,
                )
            ],
        ),
        Agreement(
            _power_from_formula,
            _power_by_multiplication,
            lambda rng: {
                "s": rng.uniform(0.2, 0.95),
                "value": rng.uniform(0.3, 3.0),
                "sign": rng.choice([-1.0, 1.0]),
                "exponent": int(rng.integers(1, 40)),
            },
            count=30,
            tolerance=1e-9,
            because="repeated multiplication of 2 × 2 matrices in double precision",
            near_misses=[NearMiss("z₁ᵗ I alone", predict=lambda **case: _power_from_formula(**case, linear=False))],
        ),
    ]


def _double_root_matrix(s: float, value: float, sign: float) -> Any:
    import numpy as np

    weight = 1 - s**2
    step = (1 - sign * s) ** 2 / (2 * weight * value**2)
    return np.array([[1 - weight, 2 * weight * value**2], [-step * (1 - weight), 1 - 2 * step * weight * value**2]])


def _power_from_formula(s: float, value: float, sign: float, exponent: int, linear: bool = True) -> Any:
    import numpy as np

    matrix, root = _double_root_matrix(s, value, sign), sign * s
    nilpotent = matrix - root * np.eye(2)
    return root**exponent * np.eye(2) + linear * exponent * root ** (exponent - 1) * nilpotent


def _power_by_multiplication(s: float, value: float, sign: float, exponent: int) -> Any:
    import numpy as np

    return np.linalg.matrix_power(_double_root_matrix(s, value, sign), exponent)


@claim(
    "thm-momentum-powers",
    uses=["thm-momentum-modes", "thm-momentum-charpoly"],
    rests_on="The step from $t$ to $t+1$ is checked for symbolic $t$; the induction itself is in the proof.",
)
def powers_for_distinct_roots() -> list[Evidence]:
    """For $z_1\\ne z_2$: $M^t=[z_1^t(M-z_2I)-z_2^t(M-z_1I)]/(z_1-z_2)$."""
    z1, z2 = sp.symbols("z_1 z_2")  # real or complex
    b = sp.Symbol("b", nonzero=True)
    # β = 1 − z₁z₂ and 2ηβσ² = (1 − z₁)(1 − z₂): the matrix in terms of its roots, b = 2βσ²
    memory, product = z1 * z2, (1 - z1) * (1 - z2)
    matrix = sp.Matrix([[memory, b], [-memory * product / b, 1 - product]])

    def step(power: Any) -> list[sp.Matrix]:
        return [matrix * power(t) - power(t + 1), power(sp.Integer(0)) - sp.eye(2)]

    def formula(exponent: sp.Expr) -> sp.Matrix:
        return derivation.power_distinct(matrix, z1, z2, exponent)

    def swapped(exponent: sp.Expr) -> sp.Matrix:
        return derivation.power_distinct(matrix, z2, z1, exponent).subs({z1: z2, z2: z1}, simultaneous=True).T

    zeros = [sp.zeros(2), sp.zeros(2)]
    return [
        Identity(
            lambda: step(formula),
            zeros,
            given=[sp.Ne(z1, z2)],
            near_misses=[
                NearMiss(
                    "the sum of the two terms",
                    lhs=lambda: step(
                        lambda e: (z1**e * (matrix - z2 * sp.eye(2)) + z2**e * (matrix - z1 * sp.eye(2))) / (z1 - z2)
                    ),
                ),
                NearMiss("transposed", lhs=lambda: step(swapped)),
            ],
        ),
        Agreement(
            _distinct_power_from_formula,
            _distinct_power_by_multiplication,
            lambda rng: {
                "weight": rng.uniform(0.1, 0.9),
                "moved": rng.uniform(0.05, 1.0),
                "exponent": int(rng.integers(1, 30)),
            },
            count=40,
            tolerance=1e-8,
            because="the formula divides by the distance of the roots, which stays above 1e-3 in these draws",
            near_misses=[
                NearMiss(
                    "one exponent too many",
                    predict=lambda **case: _distinct_power_from_formula(**{**case, "exponent": case["exponent"] + 1}),
                ),
            ],
        ),
    ]


def _mode(weight: float, moved: float) -> Any:
    """M with σ = 1 and η β σ² = moved."""
    import numpy as np

    step = moved / weight
    return np.array([[1 - weight, 2 * weight], [-step * (1 - weight), 1 - 2 * moved]])


def _distinct_power_from_formula(weight: float, moved: float, exponent: int) -> Any:
    import numpy as np
    from scipy import linalg

    matrix = _mode(weight, moved)
    z1, z2 = linalg.eigvals(matrix)
    power = z1**exponent * (matrix - z2 * np.eye(2)) - z2**exponent * (matrix - z1 * np.eye(2))
    return (power / (z1 - z2)).real


def _distinct_power_by_multiplication(weight: float, moved: float, exponent: int) -> Any:
    import numpy as np

    return np.linalg.matrix_power(_mode(weight, moved), exponent)
