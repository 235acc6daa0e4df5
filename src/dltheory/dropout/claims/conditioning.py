"""What dropout does to condition numbers and to the largest stable step, in which coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.dropout.experiment import linear, networks
from verifiedbook.claims import Agreement, ForAll, Identity, NearMiss, claim

from .instances import regression
from .published import LARGER_CONDITION_NUMBER, LARGER_STEP

# Eigenvalues of the columns' cosines; two ridge strengths; the number of features as a real number.
mu_1, mu_d = d.mu_1, d.mu_d
count = sp.Symbol("d", positive=True)
stronger = sp.Symbol("lambda_2", positive=True)
# A symmetric 2 x 2 matrix and its eigenvalues.
a, b = sp.symbols("a b", positive=True)
c = sp.Symbol("c", real=True)
e_1, e_2 = sp.symbols("e_1 e_2", positive=True)
f = sp.Symbol("f", real=True)


def _above_both(value: sp.Expr, first: sp.Expr, second: sp.Expr, off: sp.Expr) -> sp.Expr:
    """``value`` exceeds both eigenvalues of the symmetric matrix with that diagonal and off-diagonal entry."""
    return sp.And(value > first, value > second, (value - first) * (value - second) > off**2)


@claim(
    "thm-dropout-conditioning",
    uses=["cor-dropout-standardised"],
    source="vandersluis1969",
    rests_on="That a condition number is the ratio of extreme eigenvalues, that those of a correlation matrix lie in "
    "[0, d], and that extreme eigenvalues enclose the diagonal are in the proof; solvers decide the rest.",
)
def standardised_conditioning_improves_and_the_original_need_not():
    """In standardised coordinates $\\kappa(\\tilde X^\\top\\tilde X+\\lambda I)\\le1+dp/(1-p)$, strictly decreasing as
    $p$ does unless columns are orthogonal; in the original ones
    $\\kappa(G+\\lambda\\operatorname{diag}G)\\ge\\max_jG_{jj}/\\min_jG_{jj}$ for every $p$."""
    bound = 1 + count / ridge
    # d eigenvalues between mu_d and mu_1, none negative, that sum to d
    trace = [
        count >= 2,
        mu_d <= 1,
        mu_1 >= 1,
        mu_1 + (count - 1) * mu_d <= count,
        (count - 1) * mu_1 + mu_d >= count,
    ]
    eigenvalues = [sp.Eq(e_1 + e_2, a + b), sp.Eq(e_1 * e_2, a * b - c**2), e_1 >= e_2]
    return [
        ForAll(
            trace,
            (mu_1 + ridge) / (mu_d + ridge) <= bound,
            near_misses=[
                NearMiss(
                    "1 + 1/λ: the number of features is lost", then=(mu_1 + ridge) / (mu_d + ridge) <= 1 + 1 / ridge
                ),
                NearMiss("1 + dλ: keep and drop exchanged", then=(mu_1 + ridge) / (mu_d + ridge) <= 1 + count * ridge),
                NearMiss("a lower bound", then=(mu_1 + ridge) / (mu_d + ridge) >= bound),
                NearMiss("columns are not of norm 1: the trace is not d", given=[count >= 2, mu_1 >= mu_d]),
            ],
        ),
        ForAll(
            [mu_1 > 1, mu_d < 1, stronger > ridge],
            (mu_1 + stronger) * (mu_d + ridge) < (mu_1 + ridge) * (mu_d + stronger),
            near_misses=[
                NearMiss("also for orthogonal columns", given=[mu_1 >= 1, mu_d <= 1, stronger > ridge]),
                NearMiss(
                    "the condition number grows",
                    then=(mu_1 + stronger) * (mu_d + ridge) > (mu_1 + ridge) * (mu_d + stronger),
                    erratum=LARGER_CONDITION_NUMBER,
                ),
            ],
        ),
        ForAll(
            [*eigenvalues, a >= b],
            sp.And(e_1 >= a, e_2 <= b),
            scope="two features",
            near_misses=[
                NearMiss("an upper bound on the ratio", then=e_1 * b <= e_2 * a),
                NearMiss("the ratio of squares", then=e_1 * b**2 >= e_2 * a**2),
                NearMiss("strictly", then=sp.And(e_1 > a, e_2 < b)),
            ],
        ),
        Identity(
            d.derive_condition_bound,
            d.condition_bound,
            given=[keep < 1],
            near_misses=[
                NearMiss("1 + d(1 − p)/p", rhs=1 + d.d * (1 - keep) / keep),
                NearMiss("1 + p/(1 − p)", rhs=1 + keep / (1 - keep)),
            ],
        ),
        Agreement(
            lambda X, keep: _predicted_condition(X, keep),
            lambda X, keep: np.linalg.cond(linear.curvature(X / linear.column_norms(X), keep)),
            lambda rng: _design(rng),
            tolerance=1e-9,
            because="the larger of the two is at most 200, so two digits are lost",
            near_misses=[
                NearMiss(
                    "in the original coordinates", measure=lambda X, keep: np.linalg.cond(linear.curvature(X, keep))
                ),
                NearMiss("without the ridge", measure=lambda X, keep: float(np.linalg.cond(X) ** 2)),
            ],
        ),
    ]


def _design(rng: np.random.Generator) -> dict[str, Any]:
    return {name: value for name, value in regression(rng).items() if name != "y"}


def _predicted_condition(X: np.ndarray, keep: float) -> float:
    """$(\\mu_1+\\lambda)/(\\mu_d+\\lambda)$ from the singular values of the standardised design."""
    n, features = X.shape
    sigma = np.linalg.svd(X / linear.column_norms(X), compute_uv=False)
    smallest = sigma[-1] ** 2 if n >= features else 0.0
    strength = linear.ridge_strength(keep)
    return float((sigma[0] ** 2 + strength) / (smallest + strength))


@claim(
    "cor-dropout-step-size",
    uses=["cor-dropout-ridge", "thm-gd-stability"],
    rests_on="The solvers decide it for two features; for any number it is a Rayleigh quotient, in the proof.",
)
def inverted_dropout_never_enlarges_the_stable_step():
    """$\\lambda_{\\max}(G+\\lambda\\operatorname{diag}G)\\ge\\lambda_{\\max}(G)+\\lambda\\min_jG_{jj}$, so the largest
    stable step of gradient descent on dropout's objective is smaller than without dropout."""
    gram = [a >= b, c**2 <= a * b]
    with_dropout = _above_both(f, (1 + ridge) * a, (1 + ridge) * b, c)
    return [
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
            lambda X, y, keep: 1 / np.linalg.eigvalsh(linear.curvature(X, keep))[-1],
            lambda X, y, keep: _bisected_step(X, y, keep),
            regression,
            count=12,
            tolerance=1e-2,
            because="300 steps tell growth from decay to about 1/300 of the limit, and the bisection is finer",
            near_misses=[
                NearMiss("the step without dropout", predict=lambda X, y, keep: 1 / np.linalg.eigvalsh(X.T @ X)[-1]),
                NearMiss(
                    "the step of the standardised problem",
                    predict=lambda X, y, keep: (
                        1 / np.linalg.eigvalsh(linear.curvature(X / linear.column_norms(X), keep))[-1]
                    ),
                ),
            ],
        ),
        Agreement(
            lambda X, keep: np.array([1.0]),
            lambda X, keep: np.array([float(_gain(X, keep) >= linear.ridge_strength(keep) * (1 - 1e-12))]),
            lambda rng: _design(rng),
            because="the comparison is exact up to rounding, for which it leaves 1e-12",
            near_misses=[
                NearMiss(
                    "the step grows",
                    measure=lambda X, keep: np.array([float(_gain(X, keep) <= 0)]),
                ),
            ],
        ),
    ]


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
