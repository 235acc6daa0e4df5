"""Claims about the error before the asymptotic rate sets in, from rest: the hump."""

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import oracles
from dltheory.momentum.claims.chebyshev import HIGH, LOW, TIME, N, argument_at_the_ends, argument_within, end, sizes
from dltheory.momentum.derivation.symbols import h, kappa, mu, q, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Induction
from verifiedbook.reading import over

_ROOT, _TWO = sp.symbols("k r", positive=True)  # √κ and √2
_U = sp.Symbol("u", positive=True)  # 1/√κ
_P = sp.Function("P_t")
_PEAK, _GREATEST = sp.symbols("t_max f_max", positive=True)  # where the largest factor is greatest, and how great


def _over_power(factor: sp.Expr) -> sp.Expr:
    """A factor without qᵗ, at a real time."""
    return sp.simplify(factor / q**t).subs(t, TIME)


@claim("thm-momentum-transient", uses=["thm-momentum-residual-polynomial", "thm-momentum-optimal"])
def transient_hump() -> Clauses:
    """Size of U_t by induction, attained at the ends; growth and its threshold; the peak over real times."""
    rates = [_ROOT > 1, sp.Eq(q * (_ROOT + 1), _ROOT - 1), sp.Eq(_TWO**2, 2)]
    threshold = derivation.hump_threshold().subs(sp.sqrt(2), _TWO)
    worst, flat = (f.subs(t, N) for f in (derivation.transient_factor(), derivation.slowest_mode_factor()))
    newer, older = sp.symbols("U_1 U_0", real=True)
    known = [q < 1, newer <= TIME + 1, newer >= -TIME - 1, older <= TIME, older >= -TIME]
    size = derivation.residual_from_rest(newer, older, sp.Integer(0)).subs(mu, q**2)
    most = _over_power(derivation.transient_factor())
    rate, time = sp.symbols(
        "q t", real=True
    )  # with their signs among the hypotheses, so that nothing is decided before
    bend = sp.diff(_logarithm(), TIME, 2).subs({q: rate, TIME: time})

    def at_the_ends(sign: int) -> sp.Expr:
        """P_t at ξ = ±1, where U_t = (±1)ᵗ(t+1), over (±1)ᵗ."""
        return derivation.residual_from_rest(N + 1, sign * N, N).subs(mu, q**2)

    attained = Identity(
        lambda: [at_the_ends(-1), at_the_ends(+1)],
        lambda: [worst, flat],
        given=[q < 1],
        near_misses=[
            NearMiss("plain qᵗ", rhs=[q**N, q**N]),
            NearMiss("qᵗ(1+t)", rhs=[q**N * (1 + N), q**N * (1 + N)]),
            NearMiss("the steep and the flat end exchanged", rhs=lambda: [flat, worst]),
        ],
    )
    flattest = _over_power(derivation.slowest_mode_factor())
    return clauses(
        i=[
            sizes(),
            argument_within(),
            *(
                ForAll(
                    known,
                    side * size <= most,
                    near_misses=[
                        NearMiss("the flat end's factor", then=side * size <= flattest),
                        NearMiss("nothing is known of U_{t−1}", given=known[:3]),
                    ],
                )
                for side in (1, -1)
            ),
            attained,
            end(-1),
            end(1),
            argument_at_the_ends(),
            Agreement(
                oracles.transient_by_formula,
                oracles.transient_by_running,
                [{"ratio": r} for r in (1.5, 5.0, 6.5, 18.7385, 470.0, 76278.0)],
                tolerance=1e-9,
                because="200 steps of the recurrence in double precision on 401 curvatures, both ends included",
                near_misses=[
                    NearMiss("plain qᵗ", predict=lambda ratio: oracles.transient_by_formula(ratio, plain=True)),
                    NearMiss(
                        "the flat end's factor", predict=lambda ratio: oracles.transient_by_formula(ratio, flat=True)
                    ),
                ],
            ),
            Agreement(
                lambda ratio, steps: oracles.transient_by_formula(ratio)[steps],
                oracles.transient_by_pepit,
                [{"ratio": 25.0, "steps": steps} for steps in (1, 2, 3)],
                tolerance=1e-4,
                because="PEPit's worst case over all quadratics with these curvatures; its solver stops at about 1e-6",
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
                because="fixed before the run: double precision on the diabetes data, from the steepest direction",
                near_misses=[NearMiss("no hump: the start is the largest error", predict=lambda: [1.0, 0.0])],
            ),
        ],
        ii=[
            Induction(
                worst <= 1,
                N,
                [q < 1, worst.subs(N, 1) <= 1],
                near_misses=[NearMiss("for every q below 1", given=[q < 1])],
            ),
            ForAll(
                [*rates, threshold < _ROOT**2],
                worst.subs(N, 1) > 1,
                near_misses=[
                    NearMiss("from the threshold on", given=[*rates, threshold <= _ROOT**2]),
                    NearMiss("the threshold κ = 4", given=[*rates, _ROOT**2 > 4]),
                ],
            ),
            ForAll(
                [*rates, threshold >= _ROOT**2],
                worst.subs(N, 1) <= 1,
                lemmas=[_ROOT <= 1 + _TWO],
                near_misses=[NearMiss("the threshold κ = 9", given=[*rates, _ROOT**2 <= 9])],
            ),
        ],
        iii=[
            attained,
            argument_at_the_ends(),
            Induction(
                flat <= 1,
                N,
                [q < 1],
                near_misses=[NearMiss("at the steep end", then=worst <= 1)],
            ),
        ],
        iv=[
            Identity(
                lambda: sp.diff(_logarithm(), TIME).subs(TIME, derivation.hump_peak_time()),
                sp.Integer(0),
                given=[q < 1],
                near_misses=[
                    NearMiss("at −1/ln q", lhs=lambda: sp.diff(_logarithm(), TIME).subs(TIME, -1 / sp.log(q)))
                ],
            ),
            ForAll(
                [rate > 0, time >= 0],
                bend < 0,
                near_misses=[NearMiss("below −1", then=bend < -1)],
            ),
            Identity(
                lambda: [_limit(derivation.hump_peak_time()), _limit(_peak_value())],
                [sp.S.Half, sp.exp(-1)],
                near_misses=[
                    NearMiss("the greatest value is √κ/2", rhs=[sp.S.Half, sp.S.Half]),
                    NearMiss("it is attained near √κ", rhs=[sp.Integer(1), sp.exp(-1)]),
                ],
            ),
        ],
        reads={
            "": [kappa > 1, (sp.Symbol("v_0"), sp.S.Zero)],
            "i": [
                (h, ">=", LOW**2),
                (h, "<=", HIGH**2),
                (over("max", sp.Abs(_P(h)), "h"), derivation.transient_factor()),
                (h, HIGH**2),
            ],
            "ii": [kappa > derivation.hump_threshold(), sp.Eq(t, 1)],
            "iii": [derivation.slowest_mode_factor() <= 1],
            "iv": [
                (0, "<=", t),
                (kappa, "to", sp.oo),
                (_PEAK / sp.sqrt(kappa), "to", _limit(derivation.hump_peak_time())),
                (_GREATEST / sp.sqrt(kappa), "to", _limit(_peak_value())),
            ],
        },
        vocabulary={"P_t": _P, "h": h, "m": LOW**2, r"\ell": HIGH**2, r"t_{\max}": _PEAK, r"f_{\max}": _GREATEST},
    )


def _logarithm() -> sp.Expr:
    """ln of the largest factor, at a real time."""
    return sp.log(q) * TIME + sp.log(_over_power(derivation.transient_factor()))


def _peak_value() -> sp.Expr:
    """The largest factor at its peak: q to that time is exp(−1 − ln q/(1 + q))."""
    peak = derivation.hump_peak_time()
    return sp.exp(sp.simplify(peak * sp.log(q))) * _over_power(derivation.transient_factor()).subs(TIME, peak)


def _limit(expression: sp.Expr) -> sp.Expr:
    """The limit of the expression over √κ as κ → ∞, with q in terms of u = 1/√κ."""
    rate = sp.simplify(derivation.optimal_rate().subs(kappa, _U**-2))
    return sp.limit(sp.simplify(expression.subs(q, rate) * _U), _U, 0)
