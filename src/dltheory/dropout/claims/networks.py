"""A hidden layer of a linear network."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation import printed, sums
from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import CauchySchwarz, Sums
from verifiedbook.reading import expectation

from .factors import levelled_factors
from .instances import THIRD, squared
from .objective import PRINTED

Array = np.ndarray


#: Outputs o of W₂ (outputs by hidden units), hidden units h, and products of norms.
o, out, width = sp.symbols("o m k", integer=True, positive=True)
W, hidden, target, norms = (sp.IndexedBase(name, real=True) for name in ("W", "h", "y", "a"))
unit, units = sums.j, (sums.j, 1, width)


def _hidden_loss(noise: Any) -> sp.Expr:
    """The squared error over all outputs where unit j is multiplied by ``noise``."""
    output = sp.Sum(noise * W[o, unit] * hidden[unit], units)
    return sp.Sum((target[o] - output) ** 2, (o, 1, out))


def _hidden_penalty(strength: sp.Expr) -> sp.Expr:
    """$\\lambda\\sum_j\\lVert W_{2,:j}\\rVert^2h_j^2$."""
    return strength * sp.Sum(W[o, unit] ** 2 * hidden[unit] ** 2, (o, 1, out), units)


@claim("thm-dropout-linear-network", uses=["cor-dropout-ridge"], source="mianjy2018")
def hidden_dropout_bounds_the_nuclear_norm() -> Clauses:
    """The mean over masks for any widths; Cauchy and Schwarz, and the triangle inequality of the nuclear norm."""
    mean, penalty = d.v_j * d.h_j, d.hidden_penalty_term.subs(ridge, (1 - keep) / keep)
    strength, noise = (1 - keep) / keep, sums.N[unit]
    total = sp.Sum(norms[unit], units) ** 2
    squares = sp.Sum(norms[unit] ** 2, units)
    nuclear, products, square_sum, many = sp.symbols("c b q K", nonnegative=True)
    return clauses(
        i=[
            Sums(
                _hidden_loss(noise / keep),
                _hidden_loss(1) + _hidden_penalty(strength),
                noise={sums.N: (keep, keep * (1 - keep))},
                given=[keep <= 1],
                near_misses=[
                    NearMiss("no penalty", rhs=_hidden_loss(1)),
                    NearMiss("λ = 1 − p", rhs=_hidden_loss(1) + _hidden_penalty(1 - keep)),
                    NearMiss("masks that are not inverted", lhs=_hidden_loss(noise)),
                ],
            ),
            Identity(
                lambda: list(d.hidden_layer_terms()),
                [mean, penalty],
                given=[keep <= 1],
                near_misses=[
                    NearMiss("the mean shrinks by p", rhs=[keep * mean, penalty]),
                    NearMiss("λ = 1 − p", rhs=[mean, (1 - keep) * d.v_j**2 * d.h_j**2]),
                    NearMiss("without squares", rhs=[mean, penalty / (d.v_j * d.h_j)]),
                ],
            ),
            Exact(
                _predicted_hidden_loss,
                _enumerated_hidden_loss,
                _HIDDEN,
                near_misses=[
                    NearMiss("no penalty", predict=lambda W2, W1, x, y, p: squared(y - W2 * W1 * x)),
                    NearMiss(
                        "the units share one mask entry",
                        measure=lambda **case: _enumerated_hidden_loss(**case, together=True),
                    ),
                ],
            ),
        ],
        ii=[
            CauchySchwarz(
                total,
                width * squares,
                norms[unit],
                sp.S.One,
                units,
                near_misses=[
                    NearMiss("without the width", rhs=squares),
                    NearMiss("twice the sum", lhs=4 * total),
                ],
            ),
            ForAll(
                # c the nuclear norm, b the sum of the products, q the sum of their squares, K the width
                [many >= 1, nuclear <= products, products**2 <= many * square_sum],
                square_sum >= nuclear**2 / many,
                near_misses=[
                    NearMiss("the width is lost", then=square_sum >= nuclear**2),
                    NearMiss("the products sum to less", given=[many >= 1, products**2 <= many * square_sum]),
                ],
            ),
            Agreement(
                lambda W2, W1: np.ones(2),
                _nuclear_inequalities,
                _factors,
                because="rounding is allowed for by one part in 10¹²",
                near_misses=[
                    NearMiss("the width is lost", measure=lambda W2, W1: _nuclear_inequalities(W2, W1, width=1)),
                ],
            ),
        ],
        iii=[
            # Lagrange's identity: the sum of squares is at its bound if and only if all products are equal
            Sums(
                width * squares - total,
                sp.Sum((norms[unit] - norms[sums.k]) ** 2, units, (sums.k, 1, width)) / 2,
                near_misses=[
                    NearMiss(
                        "counted twice", rhs=sp.Sum((norms[unit] - norms[sums.k]) ** 2, units, (sums.k, 1, width))
                    ),
                    NearMiss("the width is lost", lhs=squares - total),
                ],
            ),
            ForAll(
                [nuclear <= products, products**2 <= many * square_sum],
                sp.Equivalent(
                    sp.Eq(many * square_sum, nuclear**2),
                    sp.And(sp.Eq(many * square_sum, products**2), sp.Eq(products, nuclear)),
                ),
                near_misses=[
                    NearMiss(
                        "equal products are enough",
                        then=sp.Equivalent(sp.Eq(many * square_sum, nuclear**2), sp.Eq(many * square_sum, products**2)),
                    ),
                    NearMiss(
                        "the right sum is enough",
                        then=sp.Equivalent(sp.Eq(many * square_sum, nuclear**2), sp.Eq(products, nuclear)),
                    ),
                ],
            ),
            Exact(
                _condition_of_equality,
                _attains,
                [
                    {"W2": sp.Matrix([[1, -1]]), "W1": sp.Matrix([[1], [1]])},
                    {"W2": sp.Matrix([[2, 1]]), "W1": sp.Matrix([[2], [1]])},
                    {"W2": sp.Matrix([[2, 1]]), "W1": sp.Matrix([[1], [2]])},
                ],
                near_misses=[
                    NearMiss(
                        "equal products are enough", predict=lambda W2, W1: _condition_of_equality(W2, W1, sums=False)
                    ),
                    NearMiss(
                        "the right sum is enough", predict=lambda W2, W1: _condition_of_equality(W2, W1, equal=False)
                    ),
                ],
            ),
        ],
        iv=[
            *levelled_factors(),
            Agreement(
                lambda matrix, width: run.nuclear_norm(matrix) ** 2 / width,
                lambda matrix, width: run.hidden_penalty(*run.balanced_factors(matrix, width)),
                _products,
                tolerance=1e-9,
                because="a singular value decomposition and at most five rotations in double precision",
                near_misses=[
                    NearMiss(
                        "the factors of the SVD, not balanced", measure=lambda matrix, width: _svd_penalty(matrix)
                    ),
                    NearMiss(
                        "Frobenius norm in place of nuclear",
                        predict=lambda matrix, width: float(np.square(matrix).sum()) / width,
                    ),
                    NearMiss("the width is lost", predict=lambda matrix, width: run.nuclear_norm(matrix) ** 2),
                ],
            ),
        ],
        reads={
            "i": [(printed.hidden_masked, printed.hidden_penalised)],
            "ii": [(expectation(printed.x * printed.transpose(printed.x)), printed.I)],
        },
        vocabulary={
            **PRINTED,
            "x": printed.x,
            "W_1": printed.W_1,
            "W_2": printed.W_2,
            "W_{2,:j}": printed.W_2j,
            "k": printed.k,
            "I": printed.I,
        },
    )


def _factors(rng: np.random.Generator) -> dict[str, Any]:
    """Two random factors, not balanced."""
    width = int(rng.integers(1, 7))
    return {"W2": rng.normal(size=(4, width)), "W1": rng.normal(size=(width, 5)) * 10.0 ** rng.uniform(-1, 1)}


def _nuclear_inequalities(W2: Array, W1: Array, width: int | None = None) -> Array:
    """1 where the triangle inequality of the nuclear norm holds, and where the penalty is at least its bound."""
    products = np.linalg.norm(W2, axis=0) * np.linalg.norm(W1, axis=1)
    nuclear, room = run.nuclear_norm(W2 @ W1), 1 - 1e-12
    bound = nuclear**2 / (W2.shape[1] if width is None else width)
    return np.array([products.sum() >= room * nuclear, run.hidden_penalty(W2, W1) >= room * bound], dtype=float)


_HIDDEN = [
    {
        "W2": sp.Matrix([[1, 2], [0, -1]]),
        "W1": sp.Matrix([[1, 1], [2, -1]]),
        "x": sp.Matrix([1, 3]),
        "y": sp.Matrix([2, 1]),
        "p": THIRD,
    },
    {
        "W2": sp.Matrix([[1, -1, 2]]),
        "W1": sp.Matrix([[1], [3], [-2]]),
        "x": sp.Matrix([2]),
        "y": sp.Matrix([1]),
        "p": sp.Rational(3, 5),
    },
]


def _predicted_hidden_loss(W2: sp.Matrix, W1: sp.Matrix, x: sp.Matrix, y: sp.Matrix, p: sp.Expr) -> sp.Expr:
    hidden = W1 * x
    penalty = sum(squared(W2[:, j]) * hidden[j] ** 2 for j in range(W2.cols))
    return squared(y - W2 * hidden) + (1 - p) / p * penalty


def _enumerated_hidden_loss(
    W2: sp.Matrix, W1: sp.Matrix, x: sp.Matrix, y: sp.Matrix, p: sp.Expr, together: bool = False
) -> sp.Expr:
    hidden, total = W1 * x, sp.Integer(0)
    for bits in product((0, 1), repeat=1 if together else W2.cols):
        kept = list(bits) * W2.cols if together else list(bits)
        masked = sp.Matrix([bit * unit / p for bit, unit in zip(kept, hidden, strict=True)])
        total += p ** sum(bits) * (1 - p) ** (len(bits) - sum(bits)) * squared(y - W2 * masked)
    return total


def _products(rng: np.random.Generator) -> dict[str, Any]:
    rank = int(rng.integers(2, 4))
    matrix = rng.normal(size=(4, rank)) @ rng.normal(size=(rank, 5))
    return {"matrix": matrix, "width": int(rng.integers(rank, 7))}


def _svd_penalty(matrix: Array) -> float:
    return float(np.square(np.linalg.svd(matrix, compute_uv=False)).sum())


def _products_of_norms(W2: sp.Matrix, W1: sp.Matrix) -> list[sp.Expr]:
    """$\\lVert W_{2,:j}\\rVert\\lVert W_{1,j:}\\rVert$ for every hidden unit."""
    return [sp.sqrt(squared(W2[:, j]) * squared(W1[j, :].T)) for j in range(W2.cols)]


def _condition_of_equality(W2: sp.Matrix, W1: sp.Matrix, equal: bool = True, sums: bool = True) -> bool:
    """Whether the condition holds for a product that is a single number, whose nuclear norm is its modulus.

    Without ``equal`` or ``sums`` that half of the condition is not asked for.
    """
    products = _products_of_norms(W2, W1)
    return (not equal or len(set(products)) == 1) and (not sums or sum(products) == abs((W2 * W1)[0, 0]))


def _attains(W2: sp.Matrix, W1: sp.Matrix) -> bool:
    """Whether the penalty equals its lower bound, for such a product."""
    return W2.cols * sum(each**2 for each in _products_of_norms(W2, W1)) == (W2 * W1)[0, 0] ** 2
