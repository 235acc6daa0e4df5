"""The size of a singular coordinate over its singular value, by signs of derivatives, for every number of steps."""

from __future__ import annotations

import sympy as sp
from sympy import Rational, S

from dltheory.pruning.derivation import bias as d
from verifiedbook.claims import ForAll, Identity, NearMiss
from verifiedbook.claims.inference import Hump, Monotone

_INSIDE = (0, 1)
_LINE = 1 - (2 * d.t - 1) * d.z


def only_zero() -> Monotone:
    """$(e^x-1)/x$ increases, so it is 2 at one place only."""
    core = d.x * sp.exp(d.x) - sp.exp(d.x) + 1
    everywhere = (0, sp.oo)
    return Monotone(
        (sp.exp(d.x) - 1) / d.x - 2,
        d.x,
        everywhere,
        "increasing",
        slope=Monotone(core, d.x, everywhere, "increasing", core=d.x, weight=sp.exp(d.x), bound=("above", 0)),
        core=core,
        weight=d.x**-2,
        root=(Rational(12564, 10000), Rational(12565, 10000)),
        near_misses=[NearMiss("beyond 1.2565", root=(Rational(12565, 10000), Rational(13, 10)))],
    )


def turns_once() -> Hump:
    """The turning function rises from 0 and then falls: it is positive up to one place in (0, 1) and negative after."""
    return Hump(
        d.turning_point,
        d.z,
        _INSIDE,
        Monotone(_LINE, d.z, _INSIDE, "decreasing", core=-S.One, weight=2 * d.t - 1),
        core=_LINE,
        weight=d.t * (1 - d.z) ** (d.t - 2),
        near_misses=[NearMiss("positive all the way, at t = 3", function=d.turning_point.subs(d.t, 3), above=0)],
    )


def one_peak() -> Hump:
    """The size rises strictly and then falls strictly; at t = 1 the second part is missing."""
    return Hump(
        d.size_in_z,
        d.z,
        _INSIDE,
        turns_once(),
        core=d.turning_point,
        weight=d.z ** Rational(-3, 2) / 2,
        near_misses=[NearMiss("it falls, then rises: at t = 3", function=-d.size_in_z.subs(d.t, 3))],
    )


def _factor() -> sp.Expr:
    """The factor of the slope of $f_{t+1}/f_t$ in $\\rho$ that has its sign."""
    return d.t - (d.t + 1) * d.kept + d.kept ** (d.t + 1)


def ratio_rises() -> Identity:
    """The slope of $f_{t+1}/f_t$ in $\\rho$ is a positive number times that factor."""
    return Identity(
        lambda: sp.diff(d.growth_ratio, d.kept) * (1 - d.kept**d.t) ** 2 / d.kept ** (d.t - 1),
        _factor(),
        given=[d.kept < 1],
        near_misses=[NearMiss("t in place of t + 1", rhs=d.t - d.t * d.kept + d.kept ** (d.t + 1))],
    )


def grows_less() -> list[Monotone | Identity | ForAll]:
    """The factor decreases to 0 at 1, so it is positive; for small t the ratio is also divided out."""
    inner = Monotone(
        d.kept**d.t - 1,
        d.kept,
        _INSIDE,
        "increasing",
        core=S.One,
        weight=d.t * d.kept ** (d.t - 1),
        bound=("below", 0),
    )
    return [
        Monotone(
            _factor(),
            d.kept,
            _INSIDE,
            "decreasing",
            slope=inner,
            core=d.kept**d.t - 1,
            weight=d.t + 1,
            bound=("above", 0),
            near_misses=[NearMiss("it stays above 1, at t = 3", function=_factor().subs(d.t, 3), bound=("above", 1))],
        ),
        Identity(
            d.derive_growth,
            [d.growth(steps) for steps in d.GROWTH_STEPS],
            scope="t = 1 to 5",
            near_misses=[
                NearMiss("one step ahead", rhs=[d.growth(steps + 1) for steps in d.GROWTH_STEPS]),
                NearMiss("a power too many", rhs=[d.growth(steps) * d.kept for steps in d.GROWTH_STEPS]),
            ],
        ),
    ]


def still_rises() -> list[Monotone | Identity]:
    """The turning function at $\\zeta=x^\\star/t$ for any t: its logarithm rises from 0 with $\\zeta$, up to t = 2."""
    near_peak = [d.x > Rational(5, 4), d.x < Rational(63, 50)]  # further than x*, for the sake of a short certificate
    until_two_steps = (0, Rational(16, 25))  # x*/2 is below 0.62825
    slope = Monotone(
        d.gap_slope,
        d.z,
        until_two_steps,
        "increasing",
        core=d.gap_curvature,
        weight=d.z,
        bound=("above", 0),
        given=near_peak,
    )
    return [
        Identity(
            d.derive_gap,
            lambda: sp.exp(d.log_gap),
            given=[d.z < 1],
            near_misses=[
                NearMiss("1 + x in place of 1 + 2x", rhs=lambda: sp.exp(d.log_gap.subs(2 * d.x, d.x))),
                NearMiss("one step more", lhs=lambda: d.derive_gap() * (1 - d.z)),
            ],
        ),
        Monotone(
            d.log_gap,
            d.z,
            until_two_steps,
            "increasing",
            slope=slope,
            core=d.gap_slope,
            weight=d.z**-2,
            bound=("above", 0),
            given=near_peak,
            near_misses=[
                NearMiss(
                    "for x = 3/2, past the peak of two steps",
                    function=d.log_gap.subs(d.x, Rational(3, 2)),
                    interval=(0, Rational(3, 4)),
                    given=[],
                ),
            ],
        ),
    ]
