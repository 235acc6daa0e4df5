"""Second moments for any design: the recursion of matrices, and what becomes of entries and coordinates."""

from __future__ import annotations

import sympy as sp

from dltheory.dropout.derivation import iterates as d
from dltheory.dropout.derivation.symbols import eta
from verifiedbook.claims import Evidence, ForAll, NearMiss
from verifiedbook.claims.inference import ClosedForm, EachTerm, Induction, Matrices, Powers


def recursion() -> Matrices:
    """One step for one mask; its mean is the equation for S where the mean error is 0."""
    return Matrices(
        d.next_square,
        d.moved_square,
        symmetric=(d.A_B,),
        near_misses=[
            NearMiss("the noise enters as 2η²gg", rhs=lambda: d.moved_square() - 2 * eta**2 * d.g_B * d.g_B.T),
            NearMiss(
                "nothing is linear in the error",
                rhs=lambda: d.contraction * d.error * d.error.T * d.contraction + 4 * eta**2 * d.g_B * d.g_B.T,
            ),
        ],
    )


def convergence() -> list[Evidence]:
    """Along an eigenvector of the map, with one direction of the mean: a closed form, and powers that vanish."""
    apart = [sp.Ne(d.c, d.tau), sp.Ne(d.tau, 1)]
    inside = [d.tau > -1, d.tau < 1, d.c > -1, d.c < 1]
    n, root = sp.Symbol("n", integer=True, nonnegative=True), sp.Symbol("x", positive=True)
    return [
        ClosedForm(
            d.second_moment,
            d.t,
            [d.start],
            lambda moment, t: d.tau * moment + d.added + d.pull * d.c**t,
            given=apart,
            near_misses=[
                NearMiss("the mean error is 0", formula=d.second_moment.subs(d.pull, 0)),
                NearMiss("it starts at the fixed point", formula=d.fixed),
            ],
        ),
        Powers(
            [d.tau, d.c],
            given=inside,
            near_misses=[NearMiss("at the limit", given=[inside[0], d.tau <= 1, *inside[2:]])],
        ),
        # where c = τ a factor t comes in, which powers of a number below 1 outweigh: nxⁿ ≤ 1/(1 − x), so nx²ⁿ → 0
        ClosedForm(
            d.resonant_moment,
            d.t,
            [d.start],
            lambda moment, t: d.tau * moment + d.added + d.pull * d.tau**t,
            given=[sp.Ne(d.tau, 1), sp.Ne(d.tau, 0)],
            near_misses=[NearMiss("without the factor t", formula=d.resonant_moment.subs(d.pull, d.pull / d.t))],
        ),
        Induction(
            root**n * (1 + n * (1 - root)) <= 1,
            n,
            [root < 1],
            near_misses=[NearMiss("twice as large", then=root**n * (1 + 2 * n * (1 - root)) <= 1)],
        ),
    ]


def by_order() -> Matrices:
    """What a mask does to a symmetric matrix, in powers of the step."""
    return Matrices(
        d.moved,
        d.moved_by_order,
        symmetric=(d.A_B, d.S),
        near_misses=[
            NearMiss("the first order counts once", rhs=lambda: d.moved_by_order() + 2 * eta * d.A_B * d.S),
            NearMiss("A and S change places", rhs=lambda: d.S - 4 * eta * d.A_B * d.S + 4 * eta**2 * d.A_B**2 * d.S),
        ],
    )


def small_steps() -> list[Evidence]:
    """The only solution for small steps, entry by entry, and how far S is from it, in norms.

    ``least`` is the least eigenvalue of K, ``growth`` what $S\\mapsto\\mathbb E\\,A_BSA_B$ multiplies norms by at most,
    ``size``, ``noise`` and ``rest`` the norms of S, Q and $S-\\eta S_1$.
    """
    least, growth, noise = sp.symbols("kappa g q", positive=True)
    size, rest = sp.symbols("s r", nonnegative=True)
    twice = 2 * least
    given = [
        twice * size <= 2 * eta * (noise + growth * size),
        twice * rest <= 2 * eta * growth * size,
        2 * eta * growth <= least,
    ]
    pair = sp.Symbol("i", integer=True)
    first, second, part = (sp.IndexedBase(name, real=True)[pair] for name in ("k", "l", "s"))
    return [
        ForAll(
            [],
            sp.Equivalent(sp.Eq(d.lyapunov_entry, 2 * d.q), sp.Eq(d.s_1, d.small_step_entry)),
            near_misses=[
                NearMiss(
                    "KS + SK = Q", then=sp.Equivalent(sp.Eq(d.lyapunov_entry, d.q), sp.Eq(d.s_1, d.small_step_entry))
                ),
                NearMiss("S₁ = K⁻¹Q", then=sp.Equivalent(sp.Eq(d.lyapunov_entry, 2 * d.q), sp.Eq(d.s_1 * d.k, d.q))),
            ],
        ),
        EachTerm(
            smaller=(twice * part) ** 2,
            larger=((first + second) * part) ** 2,
            limits=(pair, 1, sp.Symbol("N", integer=True, positive=True)),
            given=[least <= first, least <= second],
            near_misses=[NearMiss("twice as much", smaller=(2 * twice * part) ** 2)],
        ),
        ForAll(
            given,
            size <= 2 * eta * noise / least,
            near_misses=[
                NearMiss("for all steps", given=given[:2]),
                NearMiss("half as large", then=size <= eta * noise / least),
            ],
        ),
        ForAll(
            given,
            rest <= 2 * eta**2 * growth * noise / least**2,
            near_misses=[
                NearMiss("for all steps", given=given[:2]),
                NearMiss("of order η³", then=rest <= 2 * eta**3 * growth * noise / least**2),
            ],
        ),
    ]


def memory_of_the_mean() -> list[Evidence]:
    """Covariances of all pairs of T iterates added up, for one entry in the eigenbasis of K."""
    return [
        ClosedForm(
            d.memory(d.k),
            d.t,
            [0],
            lambda partial, t: d.factor(d.k) * (1 + partial),
            near_misses=[
                NearMiss("one term more", formula=d.memory(d.k) / d.factor(d.k)),
                NearMiss("the factor 2 is lost", formula=2 * d.memory(d.k)),
            ],
        ),
        # a further iterate has the covariance S with itself, and with the t before it what the memory keeps
        ClosedForm(
            d.pair_sum(),
            d.t,
            [0],
            lambda pairs, t: pairs + 1 + d.memory(d.k, t) + d.memory(d.l, t),
            near_misses=[
                NearMiss("S is not subtracted", formula=d.pair_sum() + d.t),
                NearMiss("the iterates are independent", formula=d.t),
                NearMiss("the ends are forgotten", formula=d.t * d.memory_limit),
            ],
        ),
        Powers(
            [d.factor(d.k), d.factor(d.l)],
            given=[eta * d.k < 1, eta * d.l < 1],
            near_misses=[NearMiss("up to twice the step", given=[eta * d.k < 2, eta * d.l < 2])],
        ),
    ]
