"""Claims about Nesterov's form."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims.jury import closed_jury, jury
from dltheory.momentum.derivation.symbols import alpha, h, kappa, mu, z
from verifiedbook.claims import Evidence, ForAll, Identity, NearMiss, claim

_U = sp.Symbol("u", positive=True)  # 1/√κ


@claim(
    "thm-momentum-nesterov",
    uses=["lem-momentum-jury"],
    source="nesterov2018, lessard2016",
)
def nesterov() -> list[Evidence]:
    """Nesterov's form has $z^2-(1+\\mu)(1-\\alpha h)z+\\mu(1-\\alpha h)$;
    at $\\alpha=1/\\ell$, $\\mu=q$ its worst modulus is $1-1/\\sqrt\\kappa$.
    """
    chi = z**2 - (1 + mu) * (1 - alpha * h) * z + mu * (1 - alpha * h)
    memory = sp.Symbol("mu", positive=True)
    curvature = sp.Symbol("h", positive=True)  # h/ℓ in [1/κ, 1]
    tuned = [_U < 1, sp.Eq(memory * (1 + _U), 1 - _U), curvature >= _U**2, curvature <= 1]
    damped = 1 - curvature

    def inside(radius: sp.Expr, condition: Any = closed_jury) -> sp.Basic:
        return condition((1 + memory) * damped, memory * damped, radius)

    return [
        Identity(
            derivation.nesterov_polynomial,
            chi,
            near_misses=[
                NearMiss("heavy ball's polynomial", rhs=derivation.heavy_ball_polynomial),
                NearMiss("the gradient taken before the look-ahead in one term", rhs=chi + mu * alpha * h),
            ],
        ),
        ForAll(
            tuned,
            inside(1 - _U),
            near_misses=[
                NearMiss("heavy ball's rate q", then=inside(memory)),
                NearMiss("strictly inside", then=inside(1 - _U, jury)),
                NearMiss("the memory q²", given=[_U < 1, sp.Eq(memory * (1 + _U) ** 2, (1 - _U) ** 2), *tuned[2:]]),
            ],
        ),
        Identity(
            lambda: derivation.nesterov_polynomial().subs({mu: (1 - _U) / (1 + _U), alpha: 1, h: _U**2}),
            (z - (1 - _U)) ** 2,
            near_misses=[
                NearMiss("the double root is q", rhs=(z - (1 - _U) / (1 + _U)) ** 2),
                NearMiss(
                    "at the steep end",
                    lhs=lambda: derivation.nesterov_polynomial().subs({mu: (1 - _U) / (1 + _U), alpha: 1, h: 1}),
                ),
            ],
        ),
        Identity(
            lambda: derivation.nesterov_rate().subs(kappa, _U**-2),
            1 - _U,
            near_misses=[NearMiss("1 − 1/κ", rhs=1 - _U**2)],
        ),
    ]
