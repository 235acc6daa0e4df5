"""Claims about the powers of one mode's matrix."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import drawn, published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import ClosedForm
from verifiedbook.reading import noncommuting

_S = sp.Symbol("s", positive=True)  # √(1 − β), below 1
_M, _I = noncommuting("M I")  # as the page has them
_ROOTS = {0: _S, 1: -_S}  # the double root at η₋ and at η₊


def _at_double_root(which: int) -> sp.Matrix:
    """M at η₋ (0) or η₊ (1), with β = 1 − s²."""
    at = {eta: derivation.double_root_steps()[which], beta: 1 - _S**2}
    return derivation.iteration_matrix().subs(eta, at[eta]).subs(beta, at[beta]).applyfunc(sp.simplify)


def _diagonal(matrix: sp.Matrix, z1: sp.Expr) -> sp.Matrix:
    return z1**t * sp.eye(2)


def _repeated_powers(which: int) -> ClosedForm:
    matrix, root = _at_double_root(which), _ROOTS[which]
    return ClosedForm(
        derivation.power_repeated(matrix, root),
        t,
        [sp.eye(2)],
        lambda power, t: matrix * power,
        given=[_S < 1],
        near_misses=[
            NearMiss(
                "M is diagonalised: the power is z₁ᵗ I",
                formula=_diagonal(matrix, root),
                erratum=published.ALWAYS_DIAGONAL,
            ),
            NearMiss(
                "t z₁ᵗ in place of t z₁ᵗ⁻¹", formula=_diagonal(matrix, root) + t * root**t * (matrix - root * sp.eye(2))
            ),
        ],
    )


@claim("thm-momentum-jordan", uses=["thm-momentum-modes", "thm-momentum-regimes"])
def double_root_is_a_jordan_block() -> Clauses:
    """The entry off the diagonal; powers by induction at both double roots; the error over t z₁ᵗ⁻¹; β = 1."""
    start = sp.symbols("a x", real=True)
    parts = [_at_double_root(which) - root * sp.eye(2) for which, root in _ROOTS.items()]
    weight = sp.Symbol("beta", real=True)
    off_diagonal = derivation.iteration_matrix()[0, 1].subs(sigma**2, sp.Symbol("g", positive=True)).subs(beta, weight)

    def limits(scale: sp.Expr) -> list[sp.Expr]:
        """The error at large t, over t z₁ᵗ⁻¹ times `scale`."""
        moved = [derivation.power_repeated(_at_double_root(k), r) * sp.Matrix(start) for k, r in _ROOTS.items()]
        ratios = [
            sp.powsimp(sp.expand(each[1] / (t * r ** (t - 1) * scale)))
            for each, r in zip(moved, _ROOTS.values(), strict=True)
        ]
        return [sp.limit(ratio.subs(t, _TIME), _TIME, sp.oo) for ratio in ratios]

    return clauses(
        i=[
            ForAll(
                [weight > 0],
                sp.Ne(off_diagonal, 0),
                near_misses=[NearMiss("β = 0 too", given=[weight >= 0])],
            ),
            Identity(
                lambda: [part**2 for part in parts],
                [sp.zeros(2), sp.zeros(2)],
                given=[_S < 1],
                near_misses=[
                    NearMiss(
                        "the other sign of the root",
                        lhs=lambda: [
                            (part + 2 * r * sp.eye(2)) ** 2 for part, r in zip(parts, _ROOTS.values(), strict=True)
                        ],
                    )
                ],
            ),
        ],
        ii=[
            _repeated_powers(0),
            _repeated_powers(1),
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
        ],
        iii=[
            Identity(
                lambda: limits(sp.Integer(1)),
                lambda: [(part * sp.Matrix(start))[1] for part in parts],
                given=[_S < 1],
                near_misses=[NearMiss("it decays like t² z₁ᵗ", lhs=lambda: limits(t))],
            ),
            *[
                ForAll(
                    [_S < 1, sp.Eq(_tidy((part * sp.Matrix(start))[1]), 0)],
                    sp.Eq(_tidy((part * sp.Matrix(start))[0]), 0),
                    near_misses=[NearMiss("from every start", given=[_S < 1])],
                )
                for part in parts
            ],
        ],
        iv=[
            Identity(
                lambda: (
                    (
                        derivation.iteration_matrix().subs(
                            {beta: 1, eta: derivation.double_root_steps()[0].subs(beta, 1)}
                        )
                    )
                    ** 2
                ),
                sp.zeros(2),
                near_misses=[
                    NearMiss(
                        "the step 1/σ², where gradient descent stops being stable",
                        lhs=lambda: (derivation.iteration_matrix().subs({beta: 1, eta: 1 / sigma**2})) ** 2,
                    )
                ],
            ),
        ],
        reads={
            "": [(0, "<", beta), beta <= 1, (0, "<", sigma), (derivation.discriminant(), 0)]
            + [(sp.Symbol("z_1"), root) for root in _double_roots()],
            "ii": [beta < 1, (0, "<=", t), (_M**t, derivation.power_repeated(_M, sp.Symbol("z_1"), t, _I))],
            "iii": [beta < 1],
            "iv": [sp.Eq(beta, 1), (_M**2, derivation.power_repeated(_M, sp.Integer(0), sp.Integer(2), _I))],
        },
        vocabulary={"M": _M, "I": _I, "D": derivation.discriminant()},
    )


_TIME = sp.Symbol("t", positive=True)


def _double_roots() -> list[sp.Expr]:
    """Half the trace at the two steps at which the roots coincide."""
    return [sp.simplify(derivation.trace().subs(eta, step) / 2) for step in derivation.double_root_steps()]


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Over one denominator, σ² and its reciprocal as one unknown."""
    return sp.factor(expression.subs(sigma, 1 / sp.sqrt(sp.Symbol("g", positive=True))))


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


@claim("thm-momentum-powers", uses=["thm-momentum-modes", "thm-momentum-charpoly"])
def powers_for_distinct_roots() -> Clauses:
    """The matrix in terms of its roots, real or complex, by induction; and one that X does not see."""
    z1, z2 = sp.symbols("z_1 z_2")
    b = sp.Symbol("b", nonzero=True)
    # β = 1 − z₁z₂ and 2ηβσ² = (1 − z₁)(1 − z₂): the matrix in terms of its roots, b = 2βσ²
    memory, product = z1 * z2, (1 - z1) * (1 - z2)
    matrix = sp.Matrix([[memory, b], [-memory * product / b, 1 - product]])
    unseen, shrinks = derivation.iteration_matrix().subs(sigma, 0), 1 - beta
    identity = sp.eye(2)
    added = (z1**t * (matrix - z2 * identity) + z2**t * (matrix - z1 * identity)) / (z1 - z2)
    return clauses(
        [
            ClosedForm(
                derivation.power_distinct(matrix, z1, z2),
                t,
                [identity],
                lambda power, t: matrix * power,
                given=[sp.Ne(z1, z2)],
                near_misses=[
                    NearMiss("the sum of the two terms", formula=added),
                    NearMiss("transposed", formula=derivation.power_distinct(matrix, z1, z2).T),
                ],
            ),
            Identity(
                lambda: derivation.iteration_matrix().subs(eta, _eta_of_roots(z1, z2)).subs(beta, 1 - z1 * z2),
                lambda: matrix.subs(b, 2 * (1 - z1 * z2) * sigma**2),
                given=[sp.Ne(z1 * z2, 1)],
                near_misses=[
                    NearMiss(
                        "β = z₁z₂",
                        lhs=lambda: derivation.iteration_matrix().subs(eta, _eta_of_roots(z1, z2)).subs(beta, z1 * z2),
                    )
                ],
            ),
            ClosedForm(
                # σ = 0: the roots are 1 and 1 − β
                derivation.power_distinct(unseen, sp.Integer(1), shrinks),
                t,
                [identity],
                lambda power, t: unseen * power,
                near_misses=[
                    NearMiss(
                        "one step too many", formula=derivation.power_distinct(unseen, sp.Integer(1), shrinks, t + 1)
                    )
                ],
            ),
            drawn.mode_of_two_powers(),
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
                        predict=lambda **case: _distinct_power_from_formula(
                            **{**case, "exponent": case["exponent"] + 1}
                        ),
                    ),
                ],
            ),
        ],
        reads=[sp.Ne(z1, z2), (0, "<=", t), (_M**t, derivation.power_distinct(_M, z1, z2, t, _I))],
        vocabulary={"M": _M, "I": _I},
    )


def _eta_of_roots(z1: sp.Expr, z2: sp.Expr) -> sp.Expr:
    """η from 2ηβσ² = (1 − z₁)(1 − z₂) and β = 1 − z₁z₂."""
    return (1 - z1) * (1 - z2) / (2 * (1 - z1 * z2) * sigma**2)


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
