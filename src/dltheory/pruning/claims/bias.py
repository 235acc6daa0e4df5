"""Which singular coordinates magnitude pruning removes along gradient descent: small σ early, large σ late."""

from __future__ import annotations

import numpy as np
import sympy as sp
from sympy import And, Rational, Symbol

from dltheory.foundations import derivation as foundations
from dltheory.pruning.derivation import bias as d
from dltheory.pruning.experiment import bias as run
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites

from .bias_oracles import (
    BELOW_PEAK,
    WITNESSES,
    descent,
    keeps_a_band,
    order_by_theorem,
    order_in_run,
    removed_by_run,
    removed_by_theorem,
    searched_peak,
)
from .bias_slopes import grows_less, one_peak, only_zero, ratio_rises, turns_once

#: $\\sqrt{2\\eta}\\,\\sigma$ for two directions, the second with the smaller singular value.
_LARGE, _SMALL = sp.symbols("r_i r_j", positive=True)
_x_star, _zeta_t = sp.symbols("x_star zeta_t", positive=True)


@claim("thm-pruning-and-gd-bias", uses=["thm-gd-filter"], source="dltheoreticalanalysis")
def small_singular_values_are_pruned_first_early_and_last_late() -> Clauses:
    """Signs of slopes for every t; a power series by its terms; three directions in exact arithmetic; runs."""
    sizes = {t: (d.size_after(t, _LARGE), d.size_after(t, _SMALL)) for t in (1, 2, 3)}
    peak, turn = one_peak(), turns_once()
    runs = _in_runs()
    return clauses(
        i=[_size(), Cites("thm-gd-filter", "i"), _sizes_in_runs()],
        ii=[only_zero()],
        iii=[
            ForAll(
                [_SMALL < _LARGE, _LARGE < 1],
                sizes[1][1] < sizes[1][0],
                near_misses=[NearMiss("it decreases", then=sizes[1][0] < sizes[1][1])],
            )
        ],
        iv=[peak, turn, _turning(), _small_times(), _peaks_agree()],
        v=[*grows_less(), ratio_rises(), _falls_where_it_fell()],
        vi=_power_series(),
        vii=[_limit()],
        viii=[
            *[
                ForAll(
                    [_SMALL < _LARGE, steps * _LARGE**2 <= BELOW_PEAK, _LARGE < 1],
                    sizes[steps][1] < sizes[steps][0],
                    scope=f"t = {steps}, up to 2ηtσ² = 5/4",
                    near_misses=[
                        NearMiss("at every time", given=[_SMALL < _LARGE, _LARGE < 1]),
                        NearMiss(
                            "up to twice that time",
                            given=[_SMALL < _LARGE, steps * _LARGE**2 <= Rational(5, 2), _LARGE < 1],
                        ),
                    ],
                )
                for steps in (2, 3)
            ],
            runs,
        ],
        ix=[
            peak,
            *[
                ForAll(
                    [_SMALL < _LARGE, peak <= _SMALL**2, _LARGE < 1],
                    sizes[steps][0] < sizes[steps][1],
                    scope=f"t = {steps}, from ζ = {peak} on",
                    near_misses=[
                        NearMiss("at every time", given=[_SMALL < _LARGE, _LARGE < 1]),
                        NearMiss("the order of early times", then=sizes[steps][1] < sizes[steps][0]),
                    ],
                )
                for steps, peak in ((2, Rational(2, 3)), (3, Rational(442, 1000)))
            ],
            runs,
            _sizes_on_the_diabetes_design(),
        ],
        x=[peak, _bands()],
        xi=[*grows_less(), ratio_rises()],
        reads={
            "": [
                (0, "<", 2 * d.eta * foundations.sigma_1**2),
                (2 * d.eta * foundations.sigma_1**2, "<", 1),
                (1, "<=", d.t),
            ],
            "ii": [
                (sp.exp(d.x), 1 + 2 * d.x),
                (Rational(12564, 10000), "<", _x_star),
                (_x_star, "<", Rational(12565, 10000)),
            ],
            "iii": [(d.t, 1)],
            "iv": [(2, "<=", d.t), (2 * d.eta * d.sigma**2, _zeta_t), (d.turning_point + 1, 1)],
            "vi": [(d.t * _zeta_t, ">", _x_star)],
            "vii": [(d.t * _zeta_t, r"\to", _x_star), (d.t, r"\to", sp.oo)],
            "viii": [(2 * d.eta * d.t * foundations.sigma_1**2, "<=", _x_star)],
            "ix": [(2, "<=", d.t), (2 * d.eta * foundations.sigma_r**2, ">=", _zeta_t)],
        },
        declared={
            r"\abs{v_i^\top w_t}=\abs{u_i^\top y}\,\frac{1-(1-2\eta\sigma_i^2)^t}{\sigma_i}": "vectors; the evidence has numbers",
            r"i\le r": "an index",
            "m<r": "how many are pruned",
        },
    )


def _size() -> Identity:
    return Identity(
        lambda: [d.derive_coordinate_size(), d.derive_size_in_z()],
        [d.coordinate_size, d.size_in_z],
        near_misses=[
            NearMiss(
                "the factor 2 of the gradient is lost", rhs=[d.coordinate_size.subs(d.eta, d.eta / 2), d.size_in_z]
            ),
            NearMiss("not divided by σ", rhs=[d.coordinate_size * d.sigma, d.size_in_z]),
            NearMiss("ζ in place of its root", rhs=[d.coordinate_size, d.size_in_z / sp.sqrt(d.z)]),
        ],
    )


def _turning() -> Identity:
    """The slope of the size, and the slope of that, for every t."""
    slope = 2 * d.t - 2 - (2 * d.t - 1) * d.kept
    return Identity(
        lambda: [d.derive_turning_point(), d.turning_point.subs(d.z, 1 - d.kept), d.derive_factor_slope()],
        [d.turning_point, d.turning_in_factor, slope],
        given=[d.z < 1, d.kept < 1],
        near_misses=[
            NearMiss(
                "the slope of the fitted fraction: the division by σ is lost",
                lhs=lambda: [
                    sp.diff(1 - (1 - d.z) ** d.t, d.z) * 2 * d.z,
                    d.turning_point.subs(d.z, 1 - d.kept),
                    d.derive_factor_slope(),
                ],
            ),
        ],
    )


def _limit() -> Identity:
    return Identity(
        lambda: d.derive_flow_turning_point(),
        d.flow_turning_point,
        near_misses=[NearMiss("1 + x in place of 1 + 2x", rhs=(1 + d.x) / sp.exp(d.x) - 1)],
    )


def _small_times() -> Identity:
    third_peak = (9 - sp.sqrt(21)) / 10
    return Identity(
        lambda: [sp.factor(d.turning_after(2, d.z)), d.turning_after(3, third_peak), d.turning_after(1, d.z)],
        [d.z * (2 - 3 * d.z), 0, d.z],
        scope="t = 1, 2, 3",
        near_misses=[
            NearMiss("after two steps the peak is at ζ = ½", rhs=[d.z * (1 - 2 * d.z), 0, d.z]),
            NearMiss(
                "after three steps the peak is at ζ = x*/3 ≈ 0.4188",
                lhs=lambda: [
                    sp.factor(d.turning_after(2, d.z)),
                    d.turning_after(3, Rational(4188, 10000)),
                    d.turning_after(1, d.z),
                ],
            ),
        ],
    )


def _peaks_agree() -> Agreement:
    return Agreement(
        lambda t: run.peak(t),
        lambda t: searched_peak(t),
        [{"t": t} for t in (2, 3, 10, 100)],
        tolerance=1e-6,
        because="a search by comparing sizes finds a flat maximum to the root of the rounding error",
        near_misses=[NearMiss("x*/t, the peak of the flow", predict=lambda t: run.flow_peak() / t)],
    )


def _falls_where_it_fell() -> ForAll:
    """A product whose first factor does not grow and whose second shrinks, both positive, has a negative slope."""
    size, slope, ratio, less = sp.symbols("f f' g g'", real=True)
    given = [size > 0, slope <= 0, ratio > 0, less < 0]
    return ForAll(
        given,
        slope * ratio + size * less < 0,
        near_misses=[
            NearMiss("where it still grows", given=[size > 0, ratio > 0, less < 0]),
            NearMiss("the second factor may stay", given=[*given[:3], less <= 0]),
        ],
    )


def _power_series() -> list[Identity | ForAll]:
    """The first terms from the logarithm, their signs, and that of all others; the proof puts them together."""
    order, remainder = Symbol("m", positive=True), Symbol("delta", positive=True)
    first_terms = [d.series_coefficient(sp.Integer(k)) > 0 for k in (1, 2, 3)]
    near_peak = [d.x >= BELOW_PEAK, d.x <= Rational(12565, 10000)]
    return [
        Identity(
            lambda: d.derive_series_coefficients(4),
            [d.series_coefficient(sp.Integer(k)) for k in range(1, 5)],
            scope="the first four terms",
            near_misses=[
                NearMiss("one order ahead", rhs=[d.series_coefficient(sp.Integer(k)) for k in range(2, 6)]),
                NearMiss(
                    "(1 + 2x) without its power",
                    rhs=[1 - d.x * sp.Rational(k, k + 1) - 1 / (1 + 2 * d.x) for k in range(1, 5)],
                ),
            ],
        ),
        ForAll(
            near_peak,
            And(*first_terms),
            scope="signs of the first three terms",
            near_misses=[
                NearMiss("four terms are positive", then=And(*first_terms, d.series_coefficient(sp.Integer(4)) > 0)),
                NearMiss("up to x = 3/2", given=[d.x >= BELOW_PEAK, d.x <= Rational(3, 2)]),
            ],
        ),
        # the terms from the fourth on, m = 1/(k + 1), δ = (1 + 2x)^(−k)
        ForAll(
            [d.x >= BELOW_PEAK, order <= Rational(1, 5)],
            1 - d.x * (1 - order) - remainder < 0,
            scope="signs of the terms from the fourth on",
            near_misses=[
                NearMiss("the third too", given=[d.x >= BELOW_PEAK, order <= Rational(1, 4)]),
                NearMiss("for x ≥ 1", given=[d.x >= 1, order <= Rational(1, 5)]),
            ],
        ),
    ]


def _in_runs() -> Exact:
    return Exact(
        removed_by_theorem,
        removed_by_run,
        WITNESSES,
        near_misses=[
            NearMiss(
                "pruning always removes the smallest σ first",
                predict=lambda t, k: sorted(range(3)[-k:]),
            ),
            NearMiss(
                "pruning always removes the largest σ first",
                predict=lambda t, k: list(range(k)),
            ),
            NearMiss(
                "the weights themselves are pruned, not their singular coordinates",
                measure=lambda t, k: removed_by_run(t, k, rotate=False),
            ),
            NearMiss(
                "targets 1, 1, 64: equality of the targets is dropped",
                measure=lambda t, k: removed_by_run(t, k, targets=(1, 1, 64)),
            ),
        ],
    )


def _bands() -> Exact:
    return Exact(
        lambda t: True,
        lambda t: keeps_a_band(t),
        [{"t": t} for t in (1, 3, 5, 8, 13, 21, 34)],
        near_misses=[
            NearMiss("targets 8, 1, 8", measure=lambda t: keeps_a_band(t, targets=(8, 1, 8))),
            NearMiss("the weights themselves are pruned", measure=lambda t: keeps_a_band(t, rotate=False)),
        ],
    )


def _sizes_in_runs() -> Agreement:
    return Agreement(
        lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).predicted,
        lambda X, y, fraction, t: run.sizes(X, y, [t], fraction).measured,
        descent,
        count=40,
        tolerance=1e-9,
        because="a hundred steps in double precision",
        near_misses=[
            NearMiss(
                "half the step in the formula",
                predict=lambda X, y, fraction, t: run.sizes(X, y, [t], fraction / 2).predicted,
            ),
            NearMiss(
                "one step too many in the formula",
                predict=lambda X, y, fraction, t: run.sizes(X, y, [t + 1], fraction).predicted,
            ),
        ],
    )


def _sizes_on_the_diabetes_design() -> Measured:
    return Measured(
        lambda: order_by_theorem(),
        lambda: order_in_run(),
        tolerance=0.0,
        because="counts, on the design of the diabetes data with equal targets: pruned directions with small σ",
        near_misses=[
            NearMiss("early for ever", predict=lambda: np.array([5, 5, 3, 3])),
            NearMiss("with the targets of the data", measure=lambda: order_in_run(equal_targets=False)),
        ],
    )
