"""Claims about one mode: its matrix and its polynomial."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, z
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import EachDirection


@claim("thm-momentum-modes", source="polyak1964")
def modes_of_momentum() -> Clauses:
    """The update in matrices along one singular direction, seen by X or not; two modes in full; random regressions."""
    average, error = sp.symbols("a_t x_t", real=True)
    after = sp.symbols("a_next x_next", real=True)
    matrix = derivation.iteration_matrix().subs(_REAL | {sigma: _SIGMA})
    moved = matrix * sp.Matrix([average, error])
    v, w, w_star = (sp.MatrixSymbol(name, _WIDTH, 1) for name in ("v", "w", "w_star"))
    x = sp.MatrixSymbol("X", _ROWS, _WIDTH)
    y = sp.MatrixSymbol("y", _ROWS, 1)
    update = [part.subs(_REAL) for part in derivation.averaged_update(derivation.loss_gradient(x, y, w), v, w)]

    def each(formula: sp.Matrix) -> dict[sp.MatrixSymbol, sp.Expr]:
        return {v: formula[0], w: formula[1]}

    # the right average, without the factor 2 of the gradient in its second term
    lost_two = sp.Matrix([moved[0] - _REAL[beta] * _SIGMA**2 * error, moved[1]])
    m = derivation.iteration_matrix
    return clauses(
        [
            EachDirection(
                {v: update[0], w: update[1]},
                {v: average, w: error},
                each(moved),
                _SIGMA**2,
                design=x,
                target=y,
                measured_from={w: w_star},
                next_names={v: after[0], w: after[1]},
                near_misses=[
                    NearMiss("the gradient's factor 2 is lost", formula=each(lost_two)),
                    NearMiss("the step has the wrong sign", formula=each(moved.subs(_REAL[eta], -_REAL[eta]))),
                    NearMiss(
                        "the weights β and 1−β are swapped", formula=each(moved.subs(_REAL[beta], 1 - _REAL[beta]))
                    ),
                    NearMiss("σ in place of σ²", formula=each(moved.subs(_SIGMA**2, _SIGMA))),
                ],
            ),
            Identity(
                lambda: derivation.averaged_step(2 * sigma**2 * error, average, error),
                lambda: m() * sp.Matrix([average, error]),
                near_misses=[
                    NearMiss("half the gradient", lhs=derivation.averaged_step(sigma**2 * error, average, error))
                ],
            ),
            Identity(
                lambda: _two_modes(),
                lambda: sp.diag(m().subs(sigma, _SIGMA_1), m().subs(sigma, _SIGMA_2)),
                scope="2 × 2",
                time_limit=30.0,
                near_misses=[
                    NearMiss(
                        "the modes share one singular value",
                        rhs=lambda: sp.diag(m().subs(sigma, _SIGMA_1), m().subs(sigma, _SIGMA_1)),
                    ),
                ],
            ),
            Identity(
                lambda: _constant_left(2 * _LEFT, _RIGHT),
                sp.zeros(4, 1),
                scope="2 × 2",
                near_misses=[
                    NearMiss(
                        "Σ²V⊤w* has no factor 2",
                        lhs=lambda: _constant_left(_LEFT, _RIGHT),
                        erratum=published.LOST_TWO,
                    ),
                    NearMiss(
                        "the target's term is multiplied by V⊤ twice",
                        lhs=lambda: _constant_left(2 * _LEFT, _ROTATION.T * _RIGHT),
                        erratum=published.ROTATED_TWICE,
                    ),
                ],
            ),
            Identity(
                lambda: _quadratic(),
                lambda: _completed_square(sign=+1),
                scope="the square that puts the optimum at 0, 2 × 2",
                near_misses=[
                    NearMiss(
                        "the square is completed with x − Q⁻¹c",
                        rhs=lambda: _completed_square(sign=-1),
                        erratum=published.SQUARE,
                    ),
                ],
            ),
            Agreement(
                _coordinates_from_modes,
                _coordinates_from_regression,
                _random_regression,
                count=20,
                tolerance=1e-9,
                because="12 steps in double precision, coordinates of order one",
                near_misses=[
                    NearMiss("the average is not kept", predict=_coordinates_without_memory),
                    NearMiss("steps of half the size", predict=lambda **case: _coordinates_from_modes(**_halved(case))),
                ],
            ),
        ],
        reads=[(0, "<=", _SIGMA), (sp.Matrix(after), moved)],
        vocabulary={
            "M": matrix,
            "a_t": average,
            "x_t": error,
            "a_{t+1}": after[0],
            "x_{t+1}": after[1],
            r"\sigma": _SIGMA,
            r"\eta": _REAL[eta],
            r"\beta": _REAL[beta],
        },
    )


_REAL = {eta: sp.Symbol("eta", real=True), beta: sp.Symbol("beta", real=True)}
_SIGMA = sp.Symbol("sigma", nonnegative=True)
_ROWS, _WIDTH = sp.symbols("n d", integer=True, positive=True)  # of X: any numbers
_SIGMA_1, _SIGMA_2 = sp.symbols("sigma_1 sigma_2", positive=True)
_U = sp.Symbol("u", real=True)  # tan(θ/2): makes the rotation rational
_A, _D = sp.symbols("q_11 d", positive=True)
_B = sp.Symbol("q_12", real=True)
_Q = sp.Matrix([[_A, _B], [_B, _B**2 / _A + _D]])  # every positive definite 2 × 2 matrix: d is det Q / q₁₁
_C = sp.Matrix(sp.symbols("c_1 c_2", real=True))
_X = sp.Matrix(sp.symbols("x_1 x_2", real=True))


_ROTATION = sp.Matrix([[1 - _U**2, -2 * _U], [2 * _U, 1 - _U**2]]) / (1 + _U**2)  # V, every rotation but by π
_GRAM = _ROTATION * sp.diag(_SIGMA_1**2, _SIGMA_2**2) * _ROTATION.T
_OPTIMUM = sp.Matrix(sp.symbols("o_1 o_2", real=True))  # V⊤w*
#: The term of the gradient that the target brings, in singular coordinates: 2 V⊤X⊤y, where X⊤y = X⊤Xw*.
_RIGHT = 2 * _ROTATION.T * _GRAM * _ROTATION * _OPTIMUM


def _two_modes() -> sp.Matrix:
    """One step of (v, w) in two dimensions, read in the coordinates (a1, x1, a2, x2) of the rotation V."""
    a1, x1, a2, x2 = sp.symbols("a_1 x_1 a_2 x_2", real=True)
    average, error = _ROTATION * sp.Matrix([a1, a2]), _ROTATION * sp.Matrix([x1, x2])
    step = derivation.averaged_update(2 * _GRAM * error, average, error)
    (b1, b2), (y1, y2) = (_ROTATION.T * part for part in step)
    return sp.Matrix([b1, y1, b2, y2]).jacobian([a1, x1, a2, x2]).applyfunc(sp.cancel)


_LEFT = sp.diag(_SIGMA_1**2, _SIGMA_2**2) * _OPTIMUM  # Σ²V⊤w*


def _constant_left(left: sp.Matrix, right: sp.Matrix) -> sp.Matrix:
    """What one step from rest at the optimum moves: nothing, if the gradient's two constant terms cancel."""
    average, position = derivation.averaged_update(left - right, sp.zeros(2, 1), _OPTIMUM)
    return sp.Matrix([*average, *(position - _OPTIMUM)]).applyfunc(sp.cancel)


def _quadratic() -> sp.Expr:
    """x⊤Qx / 2 + x⊤c."""
    return (_X.T * _Q * _X / 2 + _X.T * _C)[0]


def _completed_square(sign: int) -> sp.Expr:
    """(x ± Q⁻¹c)⊤ Q (x ± Q⁻¹c) / 2 − c⊤Q⁻¹c / 2."""
    centre = _Q.inv() * _C
    shifted = _X + sign * centre
    return sp.simplify((shifted.T * _Q * shifted / 2 - _C.T * centre / 2)[0])


def _random_regression(rng: Any) -> Any:
    """A regression with n = 6, d = 4, of full rank or of rank 2, and parameters inside the stable region."""
    import numpy as np

    x = rng.normal(size=(6, 4))
    if rng.random() < 0.5:
        x = x[:, :2] @ rng.normal(size=(2, 4))
    weight = rng.uniform(0.05, 1.0)
    largest = np.linalg.norm(x, 2) ** 2
    step = rng.uniform(0.1, 1.0) * (2 - weight) / (weight * largest)
    return {"x": x, "y": rng.normal(size=6), "start": rng.normal(size=4), "step": step, "weight": weight}


def _halved(case: Any) -> Any:
    return {**case, "step": case["step"] / 2}


def _coordinates_from_modes(x: Any, y: Any, start: Any, step: float, weight: float, memory: float = True) -> Any:
    """V⊤(w − w*) after 12 steps from the powers of each mode's matrix, v0 = 0."""
    import numpy as np

    _, values, vt = np.linalg.svd(x)
    values = np.concatenate([values, np.zeros(vt.shape[0] - values.size)])
    error = vt @ (start - np.linalg.pinv(x, rcond=1e-10) @ y)
    kept = 1 - weight if memory else 0.0
    matrices = np.array([[[kept, 2 * weight * s**2], [-step * kept, 1 - 2 * step * weight * s**2]] for s in values])
    return (np.linalg.matrix_power(matrices, 12) @ np.stack([np.zeros_like(error), error], axis=1)[..., None])[:, 1, 0]


def _coordinates_without_memory(**case: Any) -> Any:
    return _coordinates_from_modes(**case, memory=False)


def _coordinates_from_regression(x: Any, y: Any, start: Any, step: float, weight: float) -> Any:
    """The same from the update written with X, y and w."""
    import numpy as np

    w, average = start, np.zeros_like(start)
    for _ in range(12):
        average = (1 - weight) * average + weight * 2 * x.T @ (x @ w - y)
        w = w - step * average
    _, _, vt = np.linalg.svd(x)
    return vt @ (w - np.linalg.pinv(x, rcond=1e-10) @ y)


@claim("thm-momentum-charpoly", uses=["thm-momentum-modes"], source="polyak1964")
def characteristic_polynomial() -> Clauses:
    """The polynomial of the matrix, its two roots, their sum and product, and its values at 1 and -1."""
    chi = derivation.characteristic_polynomial()
    z1, z2 = derivation.roots()
    return clauses(
        i=[
            Identity(
                derivation.characteristic_polynomial,
                lambda: derivation.iteration_matrix().charpoly(z).as_expr(),
                near_misses=[
                    NearMiss("the factor 2 of the curvature is lost", lhs=chi.subs(sigma**2, sigma**2 / 2)),
                    NearMiss("the product of the roots is β", lhs=chi + 2 * beta - 1),
                    NearMiss("the step carries the wrong sign", lhs=chi.subs(eta, -eta)),
                ],
            ),
            Identity(
                lambda: (z - derivation.roots()[0]) * (z - derivation.roots()[1]),
                derivation.characteristic_polynomial,
                near_misses=[NearMiss("one root taken twice", lhs=lambda: (z - derivation.roots()[0]) ** 2)],
            ),
            Identity(
                lambda: derivation.roots()[0] - derivation.roots()[1],
                lambda: sp.sqrt(derivation.discriminant()),
                near_misses=[NearMiss("the roots change places", lhs=z2 - z1)],
            ),
        ],
        ii=[
            Identity(
                lambda: [sum(derivation.roots()), sp.expand(sp.prod(derivation.roots()))],
                lambda: [derivation.trace(), derivation.determinant()],
                near_misses=[
                    NearMiss("the product is β", rhs=lambda: [derivation.trace(), beta]),
                    NearMiss("the sum has the other sign", rhs=lambda: [-derivation.trace(), 1 - beta]),
                ],
            ),
            Identity(
                derivation.determinant,
                lambda: derivation.iteration_matrix().det(),
                near_misses=[NearMiss("the determinant is β", lhs=beta)],
            ),
        ],
        iii=[
            Identity(
                lambda: [derivation.characteristic_polynomial().subs(z, value) for value in (-1, 1)],
                [2 * (2 - beta) - 2 * eta * beta * sigma**2, 2 * eta * beta * sigma**2],
                near_misses=[
                    NearMiss(
                        "the value at −1 is labelled as the value at 1",
                        lhs=lambda: [derivation.characteristic_polynomial().subs(z, value) for value in (1, -1)],
                        erratum=published.MINUS_ONE,
                    )
                ],
            ),
        ],
        vocabulary={r"\chi": sp.Lambda(z, chi), "z_1": z1, "z_2": z2, "M": derivation.iteration_matrix()},
    )
