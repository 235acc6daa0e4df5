"""What the claims on the transient need of Chebyshev polynomials, for every order: their sizes on [-1, 1]."""

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, ell, h, m, mu, q
from verifiedbook.claims import ForAll, Identity, NearMiss
from verifiedbook.claims.inference import ClosedForm, Induction

N = sp.Symbol("n", integer=True, nonnegative=True)
TIME = sp.Symbol("t", nonnegative=True)  # the index, for the solvers
X = sp.Symbol("x", real=True)  # ξ
FIRST, OLDER = sp.symbols("T V", real=True)  # T_n(ξ) and U_{n−1}(ξ)
NEWER = X * OLDER + FIRST  # U_n(ξ)
LOW, HIGH = sp.symbols("a b", positive=True)  # √m and √ℓ
INSIDE = [X <= 1, X >= -1]


def sizes() -> Induction:
    """|U_{n−1}| ≤ n and T_n² + (1 − ξ²) U_{n−1}² = 1 on [−1, 1], so |T_n| ≤ 1 and |U_n| ≤ n + 1."""
    circle = sp.Eq(FIRST**2 + (1 - X**2) * OLDER**2, 1)
    return Induction(
        sp.And(OLDER <= N, OLDER >= -N, circle),
        N,
        INSIDE,
        moves={OLDER: NEWER, FIRST: X * FIRST - (1 - X**2) * OLDER},
        starts={OLDER: sp.Integer(0), FIRST: sp.Integer(1)},
        near_misses=[
            NearMiss("beyond the interval", given=[X >= -1]),
            NearMiss("half the size", then=sp.And(OLDER <= N / 2, OLDER >= -N / 2, circle)),
        ],
    )


def end(sign: int) -> ClosedForm:
    """U_n(±1) = (±1)ⁿ(n + 1)."""
    return ClosedForm(
        sign**N * (N + 1),
        N,
        [1, 2 * sign],
        lambda older, newer, n: 2 * sign * newer - older,
        near_misses=[NearMiss("n in place of n + 1", formula=sign**N * N)],
    )


def argument_within() -> ForAll:
    """At the best pair −1 ≤ ξ ≤ 1 for every curvature between the ends."""
    best = {mu: q**2, alpha: derivation.optimal_step().subs({m: LOW**2, ell: HIGH**2})}
    xi = derivation.chebyshev_argument().subs(best)
    given = [LOW < HIGH, sp.Eq(q * (LOW + HIGH), HIGH - LOW), h >= LOW**2, h <= HIGH**2]
    return ForAll(
        given,
        sp.And(xi <= 1, xi >= -1),
        near_misses=[
            NearMiss("beyond the steep end", given=given[:3]),
            NearMiss("before the flat end", given=[*given[:2], given[3]]),
        ],
    )


def argument_at_the_ends() -> Identity:
    """ξ is 1 at h = m and −1 at h = ℓ."""
    low, high = (1 - q) * LOW, (1 + q) * LOW  # √m and √ℓ: q is (√ℓ − √m)/(√ℓ + √m)
    step = derivation.optimal_step().subs({sp.sqrt(m): low, sp.sqrt(ell): high})

    def at(root: sp.Expr) -> sp.Expr:
        return derivation.chebyshev_argument().subs({h: root**2, mu: q**2, alpha: step})

    return Identity(
        lambda: [at(low), at(high)],
        [sp.Integer(1), sp.Integer(-1)],
        given=[q < 1],
        near_misses=[NearMiss("the ends change places", rhs=[sp.Integer(-1), sp.Integer(1)])],
    )
