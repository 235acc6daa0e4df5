"""The largest stable step of gradient descent on dropout's objective, beside that without dropout."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import printed
from dltheory.dropout.derivation.symbols import eta, ridge
from dltheory.dropout.experiment import linear, networks
from verifiedbook.claims import Agreement, Clauses, ForAll, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachDirection, EachTerm, Powers, rayleigh

from .conditioning import a, along, along_all, b, c, design, i, k_1, k_d, norms, size, values
from .instances import regression
from .objective import PRINTED
from .published import LARGER_STEP

f = sp.Symbol("f", real=True)


def _above_both(value: sp.Expr, first: sp.Expr, second: sp.Expr, off: sp.Expr) -> sp.Expr:
    """``value`` exceeds both eigenvalues of the symmetric matrix with that diagonal and off-diagonal entry."""
    # and so the second entry, since the product is positive
    return sp.And(value > first, (value - first) * (value - second) > off**2)


@claim("cor-dropout-step-size", uses=["cor-dropout-ridge", "thm-gd-stability"])
def inverted_dropout_never_enlarges_the_stable_step() -> Clauses:
    """Rayleigh's quotient at the top eigenvector without dropout; the factor of a step along each eigenvector."""
    gram = [a >= b, c**2 <= a * b]
    with_dropout = _above_both(f, (1 + ridge) * a, (1 + ridge) * b, c)
    smallest, top_without, top_with = sp.symbols("m l_0 l_1", positive=True)
    H, w_t, pull = sp.MatrixSymbol("K", size, size), sp.MatrixSymbol("w", size, 1), sp.MatrixSymbol("b", size, 1)
    w_i, b_i, k_i = sp.symbols("w_i b_i k_i", real=True)
    factor = 1 - 2 * eta * k_1
    gains = EachTerm(
        smallest * along[i] ** 2,
        norms[i] * along[i] ** 2,
        along_all,
        given=[norms[i] >= smallest],
        near_misses=[NearMiss("the largest of the norms", given=[norms[i] <= smallest])],
    )
    return clauses(
        i=[
            gains,
            rayleigh(
                values[i],
                along[i],
                along_all,
                k_1,
                near_misses=[NearMiss("the smallest eigenvalue in its place", given=[values[i] >= k_1])],
            ),
            ForAll(
                [*gram, with_dropout],
                _above_both(f - ridge * b, a, b, c),
                timeout=8.0,
                scope="two features",
                near_misses=[
                    NearMiss("by the larger of the two norms", then=_above_both(f - ridge * a, a, b, c)),
                    NearMiss(
                        "a bound for dropout's objective from one without it: the step may be as large",
                        given=[*gram, _above_both(f, a, b, c)],
                        then=with_dropout,
                        erratum=LARGER_STEP,
                    ),
                ],
            ),
            Agreement(
                lambda X, keep: np.array([1.0]),
                lambda X, keep: np.array([float(_gain(X, keep) >= linear.ridge_strength(keep) * (1 - 1e-12))]),
                lambda rng: design(rng),
                because="the comparison is exact up to rounding, for which it leaves 1e-12",
                near_misses=[
                    NearMiss(
                        "the step grows",
                        measure=lambda X, keep: np.array([float(_gain(X, keep) <= 0)]),
                    ),
                ],
            ),
        ],
        ii=[
            ForAll(
                [top_with >= top_without + ridge * smallest],
                top_with > top_without,
                near_misses=[
                    NearMiss("a column of zeros", given=[top_with >= top_without]),
                    NearMiss("twice as large", then=top_with > 2 * top_without),
                ],
            )
        ],
        iii=[
            EachDirection(
                {w_t: w_t - 2 * eta * (H * w_t - pull)},
                {w_t: w_i, pull: b_i},
                {w_t: w_i - 2 * eta * (k_i * w_i - b_i)},
                k_i,
                hessian=H,
                near_misses=[NearMiss("half the gradient", formula={w_t: w_i - eta * (k_i * w_i - b_i)})],
            ),
            Powers(
                [1 - 2 * eta * k_d, factor],
                given=[k_d <= k_1],
                exactly=eta * k_1 < 1,
                near_misses=[
                    NearMiss("twice the limit", exactly=eta * k_1 < 2),
                    NearMiss("the limit itself", exactly=eta * k_1 <= 1),
                ],
            ),
            Cites("thm-gd-stability"),
            Agreement(
                lambda X, y, keep: 1 / np.linalg.eigvalsh(linear.curvature(X, keep))[-1],
                lambda X, y, keep: _bisected_step(X, y, keep),
                regression,
                count=12,
                tolerance=1e-2,
                because="300 steps tell growth from decay to about 1/300 of the limit, and the bisection is finer",
                near_misses=[
                    NearMiss(
                        "the step without dropout", predict=lambda X, y, keep: 1 / np.linalg.eigvalsh(X.T @ X)[-1]
                    ),
                    NearMiss(
                        "the step of the standardised problem",
                        predict=lambda X, y, keep: (
                            1 / np.linalg.eigvalsh(linear.curvature(X / linear.column_norms(X), keep))[-1]
                        ),
                    ),
                ],
            ),
        ],
        iv=[
            ForAll(
                [top_with > top_without],
                1 / top_with < 1 / top_without,
                near_misses=[NearMiss("larger", then=1 / top_with > 1 / top_without)],
            )
        ],
        reads={
            "i": [(printed.top_of_dropout, ">=", printed.top_and_gain)],
            "ii": [(printed.top_of_dropout, ">", printed.top_of_gram)],
        },
        vocabulary={**PRINTED, r"\lambda_{\max}": printed.lambda_max, "G_{jj}": printed.G_jj},
    )


def _gain(X: np.ndarray, keep: float) -> float:
    """$(\\lambda_{\\max}(G+\\lambda\\operatorname{diag}G)-\\lambda_{\\max}(G))/\\min_jG_{jj}$."""
    gram = X.T @ X
    rise = np.linalg.eigvalsh(linear.curvature(X, keep))[-1] - np.linalg.eigvalsh(gram)[-1]
    return float(rise / np.diag(gram).min())


def _bisected_step(X: np.ndarray, y: np.ndarray, keep: float) -> float:
    """The largest step at which 300 steps of gradient descent on the loss averaged over all masks get no longer.

    The masks are enumerated one by one, so that neither the ridge form nor its Hessian enters.
    """
    bits, probability = networks.all_masks(X.shape[1], keep)
    hessian, pull = np.zeros((X.shape[1],) * 2), np.zeros(X.shape[1])
    for kept, chance in zip(bits, probability, strict=True):
        masked = X * (kept / keep)
        hessian += 2 * chance * masked.T @ masked
        pull += 2 * chance * masked.T @ y
    start = np.random.default_rng(0).normal(size=X.shape[1])
    low, high = 0.0, 10 / float(np.square(X).sum()) * X.shape[1]
    for _ in range(40):
        middle = (low + high) / 2
        w, lengths = start, []
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run may leave the range of numbers
            for _ in range(300):
                move = -middle * (hessian @ w - pull)
                w = w + move
                lengths.append(float(np.linalg.norm(move)))
        stable = np.isfinite(w).all() and lengths[-1] <= lengths[0]
        low, high = (middle, high) if stable else (low, middle)
    return low
