"""The share of Gaussian weights by signs of derivatives: where it grows, and between which bounds it lies."""

from __future__ import annotations

import sympy as sp

from dltheory.pruning.derivation import gaussian as d
from verifiedbook.claims import Identity, NearMiss
from verifiedbook.claims.inference import Hump, Monotone


def slopes() -> Identity:
    right = [d.u**2, 2 * d.u / sp.diff(d.removed_fraction, d.u), -d.u]
    return Identity(
        lambda: [d.derive_slope(), d.derive_second_slope(), d.derive_concavity()],
        right,
        near_misses=[
            NearMiss("the slope is u, the size of the next weight and not its square", rhs=[d.u, *right[1:]]),
            NearMiss("the second slope is u", rhs=[d.u**2, d.u, -d.u]),
        ],
    )


_ALL = (0, sp.oo)
#: $2\\varphi(u)$, the slope of the removed fraction in u.
_WEIGHT = sp.diff(d.removed_fraction, d.u)


def rises(function: sp.Expr, core: sp.Expr) -> Monotone:
    """Both the fraction and the share grow with the threshold, from 0."""
    return Monotone(
        function,
        d.u,
        _ALL,
        "increasing",
        core=core,
        weight=_WEIGHT,
        bound=("above", 0),
        near_misses=[NearMiss("less its first tenth it is positive still", function=function - sp.Rational(1, 10))],
    )


def lower_bound() -> Monotone:
    """The slope of $R-\\frac\\pi6s^3$ in u has the sign of $\\sqrt{2/\\pi}\\,u-s$, which increases from 0."""
    line = sp.sqrt(2 / sp.pi) * d.u
    slower = 1 - sp.exp(-(d.u**2) / 2)
    first = Monotone(slower, d.u, _ALL, "increasing", core=d.u, weight=1 - slower, bound=("above", 0))
    second = Monotone(
        line - d.removed_fraction,
        d.u,
        _ALL,
        "increasing",
        slope=first,
        core=slower,
        weight=sp.sqrt(2 / sp.pi),
        bound=("above", 0),
    )
    difference = d.removed_share - d.lower_bound.subs(d.s, d.removed_fraction)
    return Monotone(
        difference,
        d.u,
        _ALL,
        "increasing",
        slope=second,
        core=line - d.removed_fraction,
        weight=_WEIGHT * sp.pi / 2 * (line + d.removed_fraction),
        bound=("above", 0),
        near_misses=[NearMiss("by at least 1/100", function=difference - sp.Rational(1, 100))],
    )


def upper_bound() -> Hump:
    """The slope of $s^3-R$ has the sign of $\\sqrt3s-u$, which rises from 0 and falls; both ends are 0."""
    core = sp.sqrt(3) * d.removed_fraction - d.u
    falls = Monotone(sp.sqrt(3) * _WEIGHT - 1, d.u, _ALL, "decreasing", core=-d.u, weight=sp.sqrt(3) * _WEIGHT)
    difference = d.upper_bound.subs(d.s, d.removed_fraction) - d.removed_share
    return Hump(
        difference,
        d.u,
        _ALL,
        Hump(core, d.u, _ALL, falls),
        core=core,
        weight=_WEIGHT * (sp.sqrt(3) * d.removed_fraction + d.u),
        above=0,
        near_misses=[NearMiss("by at least 1/100", function=difference - sp.Rational(1, 100))],
    )


def gap() -> Hump:
    """The slope of $s-R$ in u has the sign of $1-u^2$."""
    difference = d.removed_fraction - d.removed_share
    near_one = (sp.Rational(9999, 10000), sp.Rational(10001, 10000))
    return Hump(
        difference,
        d.u,
        _ALL,
        Monotone(d.derive_gap_slope(), d.u, _ALL, "decreasing", core=-d.u, weight=sp.Integer(2)),
        core=d.derive_gap_slope(),
        weight=_WEIGHT,
        turn=near_one,
        near_misses=[NearMiss("largest at u = ½", turn=(sp.Rational(49, 100), sp.Rational(51, 100)))],
    )


#: Per mille of the weights removed, of the squared norm that they hold, and thresholds below and above the one that
#: removes them; the last is the threshold 1 itself.
_MILLES = {
    500: (71, ("0.6744", "0.6746")),
    700: (217, ("1.0364", "1.0365")),
    900: (561, ("1.6448", "1.6449")),
}
_AT_ONE = (683, 199)


def printed_shares() -> list[Monotone]:
    """Each fraction is removed at a threshold between two, where the share is within half a per mille of what is said.

    The share rises: it is half a per mille too small at a threshold before them, and as much too large at one after.
    """
    found = []
    for fraction, (share, ends) in _MILLES.items():
        low, high = map(sp.Rational, ends)
        found.append(_reaches(d.removed_fraction, sp.S.One, sp.Rational(fraction, 1000), (low, high)))
        found += _between(d.removed_share, d.u**2, share, (low, high))
    return found


def shares_at_one() -> list[Monotone]:
    """At the threshold 1 fraction and share are within half a per mille of what is said."""
    fraction, share = _AT_ONE
    ends = (sp.S.One, sp.S.One)
    return [*_between(d.removed_fraction, sp.S.One, fraction, ends), *_between(d.removed_share, d.u**2, share, ends)]


def _between(function: sp.Expr, core: sp.Expr, milles: int, ends: tuple[sp.Expr, sp.Expr]) -> list[Monotone]:
    """The function is half a per mille less than said before the first of two places, and more after the second."""
    low, high = ends
    half = sp.Rational(1, 2)
    return [
        _reaches(function, core, (milles - half) / 1000, (low / 2, low)),
        _reaches(function, core, (milles + half) / 1000, (high, 2 * high)),
    ]


def _reaches(function: sp.Expr, core: sp.Expr, level: sp.Expr, where: tuple[sp.Expr, sp.Expr]) -> Monotone:
    """A function that rises with the threshold is ``level`` at one place, which lies between two."""
    above = where[1]
    return Monotone(
        function - level,
        d.u,
        _ALL,
        "increasing",
        core=core,
        weight=_WEIGHT,
        root=where,
        near_misses=[NearMiss("further up", root=(above, 2 * above))],
    )
