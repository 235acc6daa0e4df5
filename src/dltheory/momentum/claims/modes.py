"""Claims about one mode: its matrix and its polynomial."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, z
from verifiedbook.claims import Agreement, Evidence, Identity, NearMiss, claim


@claim(
    "thm-momentum-modes",
    source="polyak1964",
    rests_on="That $d$ modes decouple for every $d$ rests on the SVD, in the proof; two modes are checked in full.",
)
def modes_of_momentum() -> list[Evidence]:
    """In singular coordinates each mode $(a,x)$ evolves by its own $2\\times2$ matrix $M$."""
    m = derivation.iteration_matrix
    expected = sp.Matrix([[1 - beta, 2 * beta * sigma**2], [-eta * (1 - beta), 1 - 2 * eta * beta * sigma**2]])
    # only the line of the average loses the factor; the step was derived from the right one
    lost_two = sp.Matrix([[1 - beta, beta * sigma**2], [-eta * (1 - beta), 1 - 2 * eta * beta * sigma**2]])
    return [
        Identity(
            m,
            expected,
            near_misses=[
                NearMiss("the gradient's factor 2 is lost", rhs=lost_two, erratum=published.LOST_TWO),
                NearMiss("the step has the wrong sign", rhs=expected.subs(eta, -eta)),
                NearMiss("the weights β and 1−β are swapped", rhs=expected.subs(beta, 1 - beta)),
            ],
        ),
        Identity(
            lambda: _two_modes(rotations=1),
            lambda: sp.diag(m().subs(sigma, _SIGMA_1), m().subs(sigma, _SIGMA_2)),
            scope="2 × 2",
            time_limit=30.0,
            near_misses=[
                NearMiss("V⊤ is applied twice", lhs=lambda: _two_modes(rotations=2), erratum=published.ROTATED_TWICE),
                NearMiss(
                    "the modes share one singular value",
                    rhs=lambda: sp.diag(m().subs(sigma, _SIGMA_1), m().subs(sigma, _SIGMA_1)),
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
    ]


_SIGMA_1, _SIGMA_2 = sp.symbols("sigma_1 sigma_2", positive=True)
_U = sp.Symbol("u", real=True)  # tan(θ/2): makes the rotation rational
_A, _D = sp.symbols("q_11 d", positive=True)
_B = sp.Symbol("q_12", real=True)
_Q = sp.Matrix([[_A, _B], [_B, _B**2 / _A + _D]])  # every positive definite 2 × 2 matrix: d is det Q / q₁₁
_C = sp.Matrix(sp.symbols("c_1 c_2", real=True))
_X = sp.Matrix(sp.symbols("x_1 x_2", real=True))


def _two_modes(rotations: int) -> sp.Matrix:
    """One step of (v, w) in two dimensions, read in the coordinates (a1, x1, a2, x2) of the rotation V."""
    rotation = sp.Matrix([[1 - _U**2, -2 * _U], [2 * _U, 1 - _U**2]]) / (1 + _U**2)
    gram = rotation * sp.diag(_SIGMA_1**2, _SIGMA_2**2) * rotation.T
    a1, x1, a2, x2 = sp.symbols("a_1 x_1 a_2 x_2", real=True)
    average, error = rotation * sp.Matrix([a1, a2]), rotation * sp.Matrix([x1, x2])
    new_average = (1 - beta) * average + beta * 2 * gram * error
    new_error = error - eta * new_average
    back = rotation.T**rotations
    (b1, b2), (y1, y2) = back * new_average, back * new_error
    return sp.Matrix([b1, y1, b2, y2]).jacobian([a1, x1, a2, x2]).applyfunc(sp.cancel)


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
def characteristic_polynomial() -> list[Evidence]:
    """$\\chi(z)=z^2-(2-\\beta-2\\eta\\beta\\sigma^2)z+(1-\\beta)$, its two roots, and $\\det M=1-\\beta$."""
    chi = z**2 - (2 - beta - 2 * eta * beta * sigma**2) * z + (1 - beta)
    return [
        Identity(
            derivation.characteristic_polynomial,
            chi,
            near_misses=[
                NearMiss("the factor 2 of the curvature is lost", rhs=chi.subs(sigma**2, sigma**2 / 2)),
                NearMiss("the product of the roots is β", rhs=chi + 2 * beta - 1),
                NearMiss("the step carries the wrong sign", rhs=chi.subs(eta, -eta)),
            ],
        ),
        Identity(
            lambda: (z - derivation.roots()[0]) * (z - derivation.roots()[1]),
            chi,
            near_misses=[NearMiss("one root taken twice", lhs=lambda: (z - derivation.roots()[0]) ** 2)],
        ),
        Identity(
            derivation.determinant,
            1 - beta,
            near_misses=[NearMiss("the determinant is β", rhs=beta)],
        ),
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
    ]
