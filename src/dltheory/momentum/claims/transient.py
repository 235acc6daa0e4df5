"""Claims about the error before the asymptotic rate sets in: residual polynomials and the hump."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import oracles
from dltheory.momentum.derivation.symbols import alpha, h, mu, q, t
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, Measured, NearMiss, claim

_M = sp.Symbol("mu", positive=True)  # 0 < μ < 1
_S = sp.Symbol("s", positive=True)  # √μ
_NEWER, _OLDER = sp.symbols("U_1 U_0", real=True)  # U_t(ξ), U_{t−1}(ξ)


def _xi() -> sp.Expr:
    return derivation.chebyshev_argument().subs(mu, _S**2)


def _residual_of_recurrence(polynomial: Any) -> sp.Expr:
    """P_{t+1} − (1+μ−αh) P_t + μ P_{t−1} with U_{t+1} = 2ξU_t − U_{t−1} and U_{t−2} = 2ξU_{t−1} − U_t."""
    xi, n = _xi(), sp.Symbol("n", positive=True, integer=True)
    after, before = 2 * xi * _NEWER - _OLDER, 2 * xi * _OLDER - _NEWER

    def at(newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
        return polynomial(newer, older, steps).subs(mu, _S**2)

    terms = (
        at(after, _NEWER, n + 1) - (1 + _S**2 - alpha * h) * at(_NEWER, _OLDER, n) + _S**2 * at(_OLDER, before, n - 1)
    )
    return sp.simplify(sp.expand(sp.powsimp(terms / _S**n, force=True)))


def _short_first(newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
    """The second residual polynomial in terms of U_t, U_{t−1}: T_t = U_t − ξ U_{t−1}."""
    return derivation.residual_short_first_step(newer - derivation.chebyshev_argument() * older, newer, steps)


def _first_values(polynomial: Any) -> list[sp.Expr]:
    """P₀ and P₁, from U_{−1} = 0, U_0 = 1, U_1 = 2ξ."""
    xi = derivation.chebyshev_argument()
    zero, one = sp.Integer(0), sp.Integer(1)
    values = [polynomial(one, zero, zero), polynomial(2 * xi, one, one)]
    return [sp.simplify(value.subs(mu, _S**2)) for value in values]


@claim(
    "thm-momentum-residual-polynomial",
    uses=["thm-momentum-heavy-ball"],
    rests_on="A two-term recurrence with two starting values has one solution: the induction is in the proof.",
)
def residual_polynomials() -> list[Evidence]:
    """From rest the error is $P_t(h)e_0$ with

    $P_t=\\mu^{t/2}[U_t(\\xi)-\\sqrt\\mu U_{t-1}(\\xi)]$, $\\xi=(1+\\mu-\\alpha h)/(2\\sqrt\\mu)$.
    """
    moved = alpha * h
    memory = _S**2
    starts = [
        (derivation.residual_from_rest, 1 - moved, "from rest"),
        (_short_first, 1 - moved / (1 + memory), "first step α/(1+μ)"),
        (derivation.residual_from_gradient, 1 - moved / (1 - memory), "v₀ the first gradient"),
    ]

    def without_root(newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
        return mu ** (steps / 2) * (newer - mu * older)

    def undamped(newer: sp.Expr, older: sp.Expr, steps: sp.Expr) -> sp.Expr:
        return mu**steps * (newer - sp.sqrt(mu) * older)

    return [
        Identity(
            lambda: [_residual_of_recurrence(polynomial) for polynomial, _, _ in starts],
            [sp.Integer(0)] * 3,
            given=[_S < 1],
            near_misses=[
                NearMiss("μᵗ in place of μ^(t/2)", lhs=lambda: [_residual_of_recurrence(undamped)] * 3),
            ],
        ),
        Identity(
            lambda: [_first_values(polynomial) for polynomial, _, _ in starts],
            [[sp.Integer(1), first] for _, first, _ in starts],
            given=[_S < 1],
            near_misses=[
                NearMiss("μ in place of √μ before U_{t−1}", lhs=lambda: [_first_values(without_root)] * 3),
                NearMiss("the notebook's start taken for a start from rest", rhs=[[sp.Integer(1), 1 - moved]] * 3),
            ],
        ),
        Agreement(
            oracles.residual_by_scipy,
            oracles.residual_by_running,
            lambda rng: {
                "memory": rng.uniform(0.05, 0.95),
                "moved": rng.uniform(0.01, 2.5),
                "steps": int(rng.integers(1, 25)),
            },
            count=40,
            tolerance=1e-8,
            because="SciPy's Chebyshev polynomials against 25 steps of the recurrence, values within 1e4 of each other",
            near_misses=[
                NearMiss("U_t alone", predict=lambda **case: oracles.residual_by_scipy(**case, correction=0.0)),
                NearMiss("a plus sign", predict=lambda **case: oracles.residual_by_scipy(**case, correction=-1.0)),
            ],
        ),
    ]


@claim(
    "thm-momentum-transient",
    uses=["thm-momentum-residual-polynomial", "thm-momentum-optimal"],
    rests_on="$|U_t(\\xi)|\\le t+1$ on $[-1,1]$ and the concavity of $\\ln$ of the factor in $t$ are in the proof. "
    "That the peak is $\\sqrt\\kappa/e$ is in the proof; the limit checked is the value at $t=\\sqrt\\kappa/2$.",
)
def transient_hump() -> list[Evidence]:
    """At the optimum, from rest, the worst factor is $q^t(1+t(1+q))$; it first grows iff $\\kappa>3+2\\sqrt2$."""
    root = sp.Symbol("k", positive=True)  # √κ
    rates = [root > 1, sp.Eq(q * (root + 1), root - 1)]
    n = sp.Symbol("n", nonnegative=True, integer=True)

    def at_the_ends(sign: int) -> sp.Expr:
        """P_t at ξ = ±1, where U_t = (±1)ᵗ(t+1), over (±1)ᵗ."""
        return derivation.residual_from_rest(n + 1, sign * n, n).subs(mu, q**2)

    worst = derivation.transient_factor().subs(t, n)
    return [
        Identity(
            lambda: [at_the_ends(-1), at_the_ends(+1)],
            lambda: [worst, derivation.slowest_mode_factor().subs(t, n)],
            given=[q < 1],
            near_misses=[
                NearMiss("plain qᵗ", rhs=[q**n, q**n]),
                NearMiss("qᵗ(1+t)", rhs=[q**n * (1 + n), q**n * (1 + n)]),
                NearMiss(
                    "the steep and the flat end exchanged",
                    rhs=lambda: [derivation.slowest_mode_factor().subs(t, n), worst],
                ),
            ],
        ),
        ForAll(
            rates,
            sp.Equivalent(q * (2 + q) > 1, root**2 - 2 * root - 1 > 0),
            near_misses=[
                NearMiss("the threshold κ = 4", then=sp.Equivalent(q * (2 + q) > 1, root > 2)),
                NearMiss("q > ½", then=sp.Equivalent(q * (2 + q) > 1, q > sp.Rational(1, 2))),
            ],
        ),
        Identity(
            lambda: derivation.hump_threshold(),
            lambda: (1 + sp.sqrt(2)) ** 2,
            near_misses=[NearMiss("κ = 2 + 2√2", rhs=2 + 2 * sp.sqrt(2))],
        ),
        Identity(
            lambda: sp.limit((worst.subs(n, 1 / (2 * _S)) * _S).subs(q, (1 - _S) / (1 + _S)), _S, 0),
            sp.exp(-1),
            near_misses=[NearMiss("the peak is √κ/2", rhs=sp.Rational(1, 2))],
        ),
        Agreement(
            oracles.transient_by_formula,
            oracles.transient_by_running,
            [{"ratio": r} for r in (1.5, 5.0, 6.5, 18.7385, 470.0, 76278.0)],
            tolerance=1e-9,
            because="200 steps of the recurrence in double precision on 401 curvatures, both ends included",
            near_misses=[
                NearMiss("plain qᵗ", predict=lambda ratio: oracles.transient_by_formula(ratio, plain=True)),
                NearMiss("the flat end's factor", predict=lambda ratio: oracles.transient_by_formula(ratio, flat=True)),
            ],
        ),
        Agreement(
            lambda ratio, steps: oracles.transient_by_formula(ratio)[steps],
            oracles.transient_by_pepit,
            [{"ratio": 25.0, "steps": steps} for steps in (1, 2, 3)],
            tolerance=1e-4,
            because="PEPit's worst case over all quadratics with these curvatures; its SDP solver stops at about 1e-6",
            near_misses=[
                NearMiss(
                    "plain qᵗ", predict=lambda ratio, steps: oracles.transient_by_formula(ratio, plain=True)[steps]
                )
            ],
        ),
        Measured(
            oracles.predicted_hump,
            oracles.measured_hump,
            tolerance=1e-9,
            because="fixed before the run: double precision on the diabetes data, started in the steepest direction",
            near_misses=[NearMiss("no hump: the start is the largest error", predict=lambda: [1.0, 0.0])],
        ),
    ]


@claim(
    "cor-momentum-short-first-step",
    uses=["thm-momentum-residual-polynomial", "thm-momentum-optimal"],
    rests_on="That the ends are worst rests on $|T_t|\\le1$, $|U_t|\\le t+1$, in the proof. "
    "That the factor falls for every $t$ rests on $\\tanh a<a$, in the proof; $t=1,2$ are checked.",
)
def short_first_step() -> list[Evidence]:
    """With first step $\\alpha/(1+\\mu)$ the worst factor is $q^t(1+t\\frac{1-q^2}{1+q^2})$, which never grows."""
    n = sp.Symbol("n", nonnegative=True, integer=True)

    def at_the_end() -> sp.Expr:
        """P_t at ξ = 1, where T_t = 1 and U_t = t + 1."""
        return derivation.residual_short_first_step(sp.Integer(1), n + 1, n).subs(mu, q**2)

    factor = derivation.short_first_step_factor()
    return [
        Identity(
            at_the_end,
            lambda: factor.subs(t, n),
            given=[q < 1],
            near_misses=[
                NearMiss("the factor of the full first step", rhs=lambda: derivation.transient_factor().subs(t, n)),
                NearMiss("plain qᵗ", rhs=q**n),
            ],
        ),
        ForAll(
            [q < 1],
            sp.And(factor.subs(t, 1) < 1, factor.subs(t, 2) < factor.subs(t, 1)),
            near_misses=[
                NearMiss("the factor of the full first step", then=derivation.transient_factor().subs(t, 1) < 1)
            ],
        ),
        Identity(
            lambda: factor.subs(t, 1),
            lambda: derivation.lower_bound().subs(t, 1),
            near_misses=[
                NearMiss(
                    "the bound is met at t = 2 as well", lhs=factor.subs(t, 2), rhs=derivation.lower_bound().subs(t, 2)
                )
            ],
        ),
        Agreement(
            lambda ratio: oracles.short_start_by_formula(ratio),
            oracles.short_start_by_running,
            [{"ratio": r} for r in (2.0, 18.7385, 470.0)],
            tolerance=1e-9,
            because="200 steps of the recurrence in double precision on 401 curvatures, both ends included",
            near_misses=[NearMiss("started with the full step", measure=oracles.transient_by_running)],
        ),
    ]
