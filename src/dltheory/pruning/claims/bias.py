"""Which singular coordinates magnitude pruning removes along gradient descent: small σ early, large σ late."""

from __future__ import annotations

import sympy as sp
from sympy import Rational, Symbol

from dltheory.foundations import derivation as foundations
from dltheory.pruning.derivation import bias as d
from verifiedbook.claims import Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites
from verifiedbook.reading import noncommuting

from .bias_oracles import BELOW_PEAK
from .bias_runs import bands, in_runs, peaks_agree, sizes_in_runs, sizes_on_the_diabetes_design
from .bias_slopes import grows_less, one_peak, only_zero, ratio_rises, still_rises, turns_once

#: $\\sqrt{2\\eta}\\,\\sigma$ for two directions, the second with the smaller singular value.
_LARGE, _SMALL = sp.symbols("r_i r_j", positive=True)
_x_star, _zeta_t = sp.symbols("x_star zeta_t", positive=True)


#: Singular vectors and iterates as the page names them.
_u_i, _v_i, _w_t, _y = noncommuting("u_i v_i w_t y")
_sigma_i = Symbol("sigma_i", positive=True)


def _size_of_coordinate() -> tuple[sp.Expr, sp.Expr]:
    """The size of a coordinate, with the target's size by its name."""
    size, target = sp.Abs(sp.transpose(_v_i) * _w_t), sp.Abs(sp.transpose(_u_i) * _y)
    return size, d.coordinate_size.subs({d.sigma: _sigma_i}) / d.target * target


@claim("thm-pruning-and-gd-bias", uses=["thm-gd-filter"], source="dltheoreticalanalysis")
def small_singular_values_are_pruned_first_early_and_last_late() -> Clauses:
    """Signs of slopes for every t; three directions in exact arithmetic; runs."""
    sizes = {t: (d.size_after(t, _LARGE), d.size_after(t, _SMALL)) for t in (2, 3)}
    peak, turn = one_peak(), turns_once()
    early = [turn, only_zero(), *still_rises()]
    exact_runs = in_runs()
    return clauses(
        i=[_size(), Cites("thm-gd-filter", "i"), sizes_in_runs()],
        ii=[only_zero()],
        iii=[
            Identity(
                lambda: d.size_in_z.subs(d.t, 1),
                sp.sqrt(d.z),
                near_misses=[NearMiss("in proportion to the square", rhs=d.z)],
            )
        ],
        iv=[peak, turn, _turning(), _small_times(), peaks_agree()],
        v=[*grows_less(), ratio_rises(), _falls_where_it_fell()],
        vi=early,
        vii=[_limit()],
        viii=[
            peak,
            *early,
            _in_roots(),
            *[
                ForAll(
                    [_SMALL < _LARGE, steps * _LARGE**2 <= BELOW_PEAK],  # so 2ησ₁² is below 1
                    sizes[steps][1] < sizes[steps][0],
                    scope=f"t = {steps}, up to 2ηtσ² = 5/4",
                    near_misses=[
                        NearMiss("at every time", given=[_SMALL < _LARGE, _LARGE < 1]),
                        NearMiss(
                            "up to twice that time",
                            given=[_SMALL < _LARGE, steps * _LARGE**2 <= Rational(5, 2)],
                        ),
                    ],
                )
                for steps in (2, 3)
            ],
            exact_runs,
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
            exact_runs,
            sizes_on_the_diabetes_design(),
        ],
        x=[peak, bands()],
        xi=[*grows_less(), ratio_rises()],
        reads={
            "": [
                (0, "<", 2 * d.eta * foundations.sigma_1**2),
                (2 * d.eta * foundations.sigma_1**2, "<", 1),
                (1, "<=", d.t),
            ],
            "i": [(d.direction, "<=", d.rank), _size_of_coordinate()],
            "ii": [
                (sp.exp(d.x), 1 + 2 * d.x),
                (Rational(12564, 10000), "<", _x_star),
                (_x_star, "<", Rational(12565, 10000)),
            ],
            "iii": [(d.direction, "<=", d.rank), (d.t, 1)],
            "iv": [(2, "<=", d.t), (2 * d.eta * d.sigma**2, _zeta_t), (d.turning_point + 1, 1)],
            "vi": [(d.t * _zeta_t, ">", _x_star)],
            "vii": [(d.t * _zeta_t, r"\to", _x_star), (d.t, r"\to", sp.oo)],
            "viii": [
                (d.removed, "<", d.rank),
                (2 * d.eta * d.t * foundations.sigma_1**2, "<=", _x_star),
            ],
            "ix": [(2, "<=", d.t), (2 * d.eta * foundations.sigma_r**2, ">=", _zeta_t)],
        },
        vocabulary={"u_i": _u_i, "v_i": _v_i, "w_t": _w_t, r"\sigma_i": _sigma_i},
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


def _in_roots() -> Identity:
    """The sizes after two and three steps as polynomials in the root of $\\zeta$."""
    root = sp.Symbol("r", positive=True)
    return Identity(
        lambda: [d.size_after(steps, root) for steps in (2, 3)],
        lambda: [d.size_in_z.subs({d.t: steps, d.z: root**2}) for steps in (2, 3)],
        scope="t = 2, 3",
        near_misses=[NearMiss("one step more", lhs=lambda: [d.size_after(steps, root) for steps in (3, 4)])],
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
