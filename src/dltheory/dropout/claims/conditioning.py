"""What dropout does to condition numbers and to the largest stable step, in which coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation import printed
from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.dropout.experiment import linear
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachTerm, rayleigh

from . import drawn
from .instances import regression
from .objective import PRINTED
from .published import LARGER_CONDITION_NUMBER

# Eigenvalues of the columns' cosines; two ridge strengths; the number of features as a real number.
mu_1, mu_d = d.mu_1, d.mu_d
count = sp.Symbol("d", positive=True)
stronger = sp.Symbol("lambda_2", positive=True)
# A symmetric 2 x 2 matrix and its eigenvalues.
a, b = sp.symbols("a b", positive=True)
c = sp.Symbol("c", real=True)
e_1, e_2 = sp.symbols("e_1 e_2", positive=True)


# Eigenvalues of dropout's matrix, and the coordinates of a unit vector along their eigenvectors.
i, size = sp.symbols("i n", integer=True, positive=True)
values, along, norms = (sp.IndexedBase(name, real=True) for name in ("k", "v", "G"))
along_all = (i, 1, size)
k_1, k_d, top, low = sp.symbols("k_1 k_d a b", positive=True)


@claim("thm-dropout-conditioning", uses=["cor-dropout-standardised"], source="vandersluis1969")
def standardised_conditioning_improves_and_the_original_need_not() -> Clauses:
    """The largest and the smallest eigenvalue of columns of norm 1, and the quotient of Rayleigh for any diagonal."""
    bound, ratio = 1 + count / ridge, d.standardised_condition
    eigenvalues = [sp.Eq(e_1 + e_2, a + b), sp.Eq(e_1 * e_2, a * b - c**2), e_1 >= e_2]
    # d eigenvalues between mu_d and mu_1, none negative, that sum to d
    trace = [
        count >= 2,
        mu_d <= 1,
        mu_1 >= 1,
        mu_1 + (count - 1) * mu_d <= count,
        (count - 1) * mu_1 + mu_d >= count,
    ]
    above = rayleigh(
        values[i],
        along[i],
        along_all,
        k_1,
        near_misses=[NearMiss("the smallest eigenvalue in its place", given=[values[i] >= k_1])],
    )
    below = EachTerm(
        k_d * along[i] ** 2,
        values[i] * along[i] ** 2,
        along_all,
        given=[k_d <= values[i]],
        near_misses=[NearMiss("the largest eigenvalue in its place", given=[k_d >= values[i]])],
    )
    return clauses(
        i=[
            ForAll(
                trace,
                ratio <= bound,
                near_misses=[
                    NearMiss("1 + 1/λ: the number of features is lost", then=ratio <= 1 + 1 / ridge),
                    NearMiss("1 + dλ: keep and drop exchanged", then=ratio <= 1 + count * ridge),
                    NearMiss("a lower bound", then=ratio >= bound),
                    NearMiss("columns are not of norm 1: the trace is not d", given=[count >= 2, mu_1 >= mu_d]),
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
                lambda rng: design(rng),
                tolerance=1e-9,
                because="the larger of the two is at most 200, so two digits are lost",
                near_misses=[
                    NearMiss(
                        "in the original coordinates", measure=lambda X, keep: np.linalg.cond(linear.curvature(X, keep))
                    ),
                    NearMiss("without the ridge", measure=lambda X, keep: float(np.linalg.cond(X) ** 2)),
                ],
            ),
            drawn.equal_condition(),
            Cites("cor-dropout-standardised"),
        ],
        ii=[
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
        ],
        iii=[
            Identity(
                lambda: d.standardised_condition.subs({mu_1: 1, mu_d: 1}),
                sp.Integer(1),
                near_misses=[
                    NearMiss("where only the largest is 1", lhs=lambda: d.standardised_condition.subs(mu_1, 1))
                ],
            )
        ],
        iv=[
            drawn.conditions(),
            above,
            below,
            ForAll(
                # the diagonal's largest and smallest entry, times 1 + λ, lie between the eigenvalues
                [top * (1 + ridge) <= k_1, low * (1 + ridge) >= k_d],
                k_1 / k_d >= top / low,
                near_misses=[
                    NearMiss("an upper bound on the ratio", then=k_1 / k_d <= top / low),
                    NearMiss("the ratio of squares", then=k_1 / k_d >= top**2 / low**2),
                    NearMiss("strictly", then=k_1 / k_d > top / low),
                ],
            ),
            ForAll(
                eigenvalues,
                e_1 >= a,
                scope="two features",
                near_misses=[NearMiss("from above", then=e_1 <= a), NearMiss("strictly", then=e_1 > a)],
            ),
            ForAll(
                eigenvalues,
                e_2 <= b,
                scope="two features",
                near_misses=[NearMiss("from below", then=e_2 >= b), NearMiss("strictly", then=e_2 < b)],
            ),
        ],
        reads={
            "": [(ridge, o.ridge_strength), (0, "<", keep), (keep, "<", 1)],
            "i": [(printed.standardised_kappa, "<=", d.condition_bound)],
            "iv": [(printed.kappa_of_dropout, ">=", printed.ratio_of_norms)],
        },
        vocabulary={**PRINTED, r"\kappa": printed.kappa, "I": printed.I, "G_{jj}": printed.G_jj},
    )


def design(rng: np.random.Generator) -> dict[str, Any]:
    return {name: value for name, value in regression(rng).items() if name != "y"}


def _predicted_condition(X: np.ndarray, keep: float) -> float:
    """$(\\mu_1+\\lambda)/(\\mu_d+\\lambda)$ from the singular values of the standardised design."""
    n, features = X.shape
    sigma = np.linalg.svd(X / linear.column_norms(X), compute_uv=False)
    smallest = sigma[-1] ** 2 if n >= features else 0.0
    strength = linear.ridge_strength(keep)
    return float((sigma[0] ** 2 + strength) / (smallest + strength))
