"""Claims about the discriminant and the three regimes."""

from collections.abc import Callable

import numpy as np
import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import drawn, published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, z
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Scaling

_STEP = sp.Symbol("eta", real=True)  # any step, unlike the chapter's positive one
_S = sp.Symbol("s", nonnegative=True)  # √(1 − β)
_ROOT = {"substitution": {beta: 1 - _S**2}, "inverse": {_S: sp.sqrt(1 - beta)}}
_MOVED = sp.Symbol("g", real=True)  # η σ²

_D = derivation.discriminant().subs(eta, _STEP)
_LOW, _HIGH = derivation.double_root_steps()
_WORDS = {"D": _D, r"\eta_-": _LOW, r"\eta_+": _HIGH, r"\eta": _STEP}


@claim("thm-momentum-discriminant", uses=["thm-momentum-charpoly"])
def discriminant() -> Clauses:
    """The two printed forms; the sign of their product, with √(1 − β) named; both ends at β = 1."""

    def factored(minus: sp.Expr = _LOW, plus: sp.Expr = _HIGH) -> sp.Expr:
        return 4 * beta**2 * sigma**4 * (_STEP - minus) * (_STEP - plus)

    wrong_boundary = (2 - beta - 2 * sp.sqrt(1 + beta)) / (2 * beta * sigma**2)
    return clauses(
        i=[
            drawn.discriminant_of_roots(),
            Identity(
                derivation.discriminant,
                lambda: sp.expand(derivation.trace() ** 2 - 4 * derivation.determinant()),
                near_misses=[
                    NearMiss("4 det M is added", rhs=lambda: derivation.trace() ** 2 + 4 * derivation.determinant()),
                    NearMiss("the determinant is not multiplied by 4", rhs=lambda: derivation.trace() ** 2 - 1 + beta),
                ],
            ),
            Identity(
                _D,
                factored,
                given=[beta <= 1],
                near_misses=[
                    NearMiss(
                        "the upper end is 2 − β − 2√(1+β)",
                        rhs=lambda: factored(plus=wrong_boundary),
                        erratum=published.BOUNDARY,
                    ),
                    NearMiss("the lower end is gradient descent's limit", rhs=lambda: factored(minus=1 / sigma**2)),
                ],
            ),
        ],
        ii=[
            Scaling(
                [beta <= 1, _D < 0],
                _STEP > _LOW,
                **_ROOT,
                near_misses=[NearMiss("from twice that on", then=_STEP > 2 * _LOW)],
            ),
            Scaling(
                [beta <= 1, _D < 0],
                _STEP < _HIGH,
                **_ROOT,
                near_misses=[NearMiss("up to gradient descent's limit", then=1 / sigma**2 > _STEP)],
            ),
            Scaling(
                [beta <= 1, _STEP > _LOW, _STEP < _HIGH],
                _D < 0,
                **_ROOT,
                near_misses=[
                    NearMiss("the ends included", given=[beta <= 1, _STEP >= _LOW, _STEP <= _HIGH]),
                    NearMiss("from 0 on", given=[beta <= 1, _STEP > 0, _STEP < _HIGH]),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: _LOW.subs(beta, 1),
                lambda: _HIGH.subs(beta, 1),
                near_misses=[
                    NearMiss(
                        "at β = 3/4 too",
                        lhs=_LOW.subs(beta, sp.Rational(3, 4)),
                        rhs=_HIGH.subs(beta, sp.Rational(3, 4)),
                    )
                ],
            )
        ],
        reads={
            "": [(0, "<", beta), beta <= 1, (0, "<", sigma)],
            "ii": [_D < 0, _STEP > _LOW, _STEP < _HIGH],
            "iii": [sp.Eq(beta, 1)],
        },
        vocabulary=_WORDS,
    )


@claim("thm-momentum-regimes", uses=["thm-momentum-charpoly", "thm-momentum-discriminant"])
def regimes() -> Clauses:
    """Every number x + iy at which the polynomial vanishes; two real roots; the polynomial at both double roots."""
    x, y, z1, z2 = sp.symbols("x y z_1 z_2", real=True)
    polynomial = derivation.characteristic_polynomial().subs(eta, _STEP)
    real, imaginary = sp.expand(polynomial.subs(z, x + sp.I * y)).as_real_imag()
    root_of = [sp.Eq(real, 0), sp.Eq(imaginary, 0)]
    memory = derivation.determinant()
    put = {_STEP * sigma**2: _MOVED}
    two_roots = [sp.Eq(z1 * z2, memory), z1**2 >= z2**2]

    def chi_at(which: int) -> sp.Expr:
        at_double = {eta: derivation.double_root_steps()[which].subs(beta, 1 - _S**2)}
        return sp.simplify(derivation.characteristic_polynomial().subs(beta, 1 - _S**2).subs(at_double))

    return clauses(
        i=[
            ForAll(
                [*root_of, _D < 0],
                sp.Ne(y, 0),
                put=put,
                near_misses=[NearMiss("the hypothesis D < 0 is dropped", given=root_of)],
            ),
            ForAll(
                [*root_of, _D < 0],
                sp.Eq(x**2 + y**2, memory),
                put=put,
                near_misses=[
                    NearMiss(
                        "the modulus is 2√(1−β)",
                        then=sp.Eq(x**2 + y**2, 4 * memory),
                        erratum=published.MODULUS,
                    ),
                    NearMiss("the modulus is 1 − β", then=sp.Eq(x**2 + y**2, memory**2)),
                    NearMiss("the hypothesis D < 0 is dropped", given=root_of),
                ],
            ),
        ],
        ii=[
            ForAll(
                [*root_of, _D > 0],
                sp.Eq(y, 0),
                put=put,
                near_misses=[NearMiss("D < 0 in place of D > 0", given=[*root_of, _D < 0])],
            ),
            ForAll(
                [*two_roots, sp.Ne(z1, z2)],
                z1**2 > memory,
                near_misses=[
                    NearMiss("the smaller root exceeds it too", then=z2**2 > memory),
                    NearMiss("the larger root is above 1", then=z1**2 > 1),
                    NearMiss("a double root counts as distinct", given=two_roots),
                ],
            ),
            drawn.modulus_of_roots(),
            Agreement(
                _radius(),
                _radius_by_eigenvalues,
                lambda rng: {
                    "step": rng.uniform(0.01, 4),
                    "weight": rng.uniform(0.05, 1.0),
                    "value": rng.uniform(0.3, 2),
                },
                count=60,
                tolerance=1e-7,
                because="near a double root the eigenvalues keep half of their digits",
                near_misses=[
                    NearMiss("√(1−β) in every regime", predict=lambda step, weight, value: (1 - weight) ** 0.5),
                    NearMiss("1 − β", predict=lambda step, weight, value: 1 - weight),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: [chi_at(0), chi_at(1)],
                [(z - _S) ** 2, (z + _S) ** 2],
                given=[_S < 1],
                near_misses=[
                    NearMiss("the signs are given to the other step", rhs=[(z + _S) ** 2, (z - _S) ** 2]),
                    NearMiss("the root is 1 − β", rhs=[(z - _S**2) ** 2, (z + _S**2) ** 2]),
                ],
            ),
        ],
        reads={
            "": [(0, "<", beta), beta <= 1, (0, "<", sigma)],
            "i": [_D < 0],
            "ii": [_D > 0],
            "iii": [sp.Eq(_D, 0)],
        },
        vocabulary=_WORDS,
    )


def _radius() -> Callable[..., float]:
    """The spectral radius of M from the printed formula, as a function of numbers."""
    formula = sp.lambdify((eta, beta, sigma), derivation.spectral_radius(), modules="math")
    return lambda step, weight, value: formula(step, weight, value)


def _radius_by_eigenvalues(step: float, weight: float, value: float) -> float:
    """The same from SciPy's eigenvalues of M."""
    from scipy import linalg

    from dltheory.momentum.experiment import spectrum

    return float(np.abs(linalg.eigvals(spectrum.iteration_matrix(step, weight, value))).max())
