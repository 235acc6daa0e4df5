"""A derivative that is positive on an interval makes a function increase there, and nothing else does."""

import pytest
import sympy as sp

from dltheory.foundations import derivation as d
from dltheory.pruning.derivation import gaussian
from verifiedbook.claims import Enclosure, ForAll, NearMiss
from verifiedbook.claims.inference import Hump, Monotone

x = d.x  # positive
z = sp.Symbol("z", real=True)
half_line = (0, sp.oo)

#: e^x − 1 > 0, since its derivative is e^x.
GROWS = Monotone(sp.exp(x) - 1, x, half_line, "increasing", core=sp.S.One, weight=sp.exp(x), bound=("above", 0))


def test_the_exponential_lies_above_its_tangent():
    outcome = Monotone(
        sp.exp(x) - 1 - x,
        x,
        half_line,
        "increasing",
        slope=GROWS,
        bound=("above", 0),
        near_misses=[
            NearMiss("a steeper line", function=sp.exp(x) - 1 - 2 * x),
            NearMiss("a higher line", bound=("above", sp.Rational(1, 10))),
            NearMiss("it decreases", direction="decreasing"),
        ],
    ).run()
    assert outcome.status == "holds", outcome.detail


def test_early_stopping_keeps_more_than_ridge_at_every_time():
    """R(x) = (1 + x)(1 − e^{−x})/x > 1 is e^x − 1 − x > 0 times e^{−x}/x: from a difference that starts at 0."""
    gap = d.flow_filter_in_x - d.ridge_filter_in_x
    assert sp.simplify(gap * (1 + x) * sp.exp(x) - (sp.exp(x) - 1 - x)) == 0
    assert sp.simplify(d.filter_ratio - 1 - gap / d.ridge_filter_in_x) == 0
    lies_above = Monotone(sp.exp(x) - 1 - x, x, half_line, "increasing", slope=GROWS, bound=("above", 0))
    assert lies_above.attempt().status == "holds"


def test_early_stopping_keeps_more_than_ridge_and_the_ratio_turns_once():
    core = d.ratio_turning_point  # 1 + x + x² − eˣ, and its slopes 1 + 2x − eˣ, 2 − eˣ
    first, second = sp.diff(core, x), sp.diff(core, x, 2)
    falls = Monotone(second, x, half_line, "decreasing", core=-sp.S.One, weight=sp.exp(x))
    slope = Hump(core, x, half_line, Hump(first, x, half_line, falls))
    outcome = Hump(
        d.filter_ratio,
        x,
        half_line,
        slope,
        core=core,
        weight=sp.exp(-x) / x**2,
        above=1,
        turn=(sp.Rational(179, 100), sp.Rational(180, 100)),
        near_misses=[
            NearMiss("it exceeds 1.1", above=sp.Rational(11, 10)),
            NearMiss("it turns before 1.79", turn=(1, sp.Rational(179, 100))),
            NearMiss("ridge is as strong as time is short", function=d.flow_filter_in_x * (1 + 2 * x) / (2 * x)),
        ],
    ).run()
    assert outcome.status == "holds", outcome.detail


def test_gaussian_weights_hold_a_share_between_two_cubes():
    u, inside = gaussian.u, (0, sp.oo)
    fraction, share = gaussian.removed_fraction, gaussian.removed_share
    density = sp.diff(fraction, u)
    ratio = sp.sqrt(sp.pi / 2)
    tangent = Monotone(
        u - ratio * fraction,
        u,
        inside,
        "increasing",
        slope=Monotone(
            1 - sp.exp(-(u**2) / 2), u, inside, "increasing", core=u, weight=sp.exp(-(u**2) / 2), bound=("above", 0)
        ),
        bound=("above", 0),
    )
    lower = Monotone(
        share - gaussian.lower_bound.subs(gaussian.s, fraction),
        u,
        inside,
        "increasing",
        core=u - ratio * fraction,
        weight=density * (u + ratio * fraction),
        slope=tangent,
        bound=("above", 0),
        near_misses=[NearMiss("half of the cube", function=share - fraction**3 / 1)],
    ).run()
    assert lower.status == "holds", lower.detail
    bell = Monotone(sp.sqrt(3) * density - 1, u, inside, "decreasing", core=-u, weight=sp.sqrt(3) * density)
    upper = Hump(
        gaussian.upper_bound.subs(gaussian.s, fraction) - share,
        u,
        inside,
        Hump(sp.sqrt(3) * fraction - u, u, inside, bell),
        core=sp.sqrt(3) * fraction - u,
        weight=density * (sp.sqrt(3) * fraction + u),
        above=0,
        near_misses=[NearMiss("half of the cube", function=fraction**3 / 2 - share)],
    ).run()
    assert upper.status == "holds", upper.detail


def test_a_hump_needs_a_slope_that_changes_sign_once():
    wave = Hump(sp.sin(z), z, (-4, 4), Monotone(sp.cos(z), z, (-4, 4), "decreasing"))
    assert wave.attempt().status == "fails"
    dip = Hump(sp.exp(x) - 1 - 2 * x, x, half_line, GROWS)
    assert dip.attempt().status == "fails"
    late = Monotone(1 - 2 * x, x, half_line, "decreasing")
    assert Hump(x - x**2, x, (0, 1), late, above=0).attempt().status == "holds"
    assert Hump(x - x**2, x, (0, 1), late, above=sp.Rational(1, 100)).attempt().status == "fails"
    below = Hump(-1 - x**2, x, half_line, Monotone(-2 * x, x, half_line, "decreasing"))
    assert "at least 0" in Hump(-x - x**3 / 3, x, half_line, below).attempt().detail


def test_the_glm_ratio_of_dropout_exceeds_1():
    """f = 2(A(0) − A + zA') − z²A'' for A = ln(1 + e^z): f(0) = 0 and f' = −z²A''' > 0 for z > 0."""
    positive = sp.Symbol("z", positive=True)
    A = sp.log(1 + sp.exp(positive))
    first, second, third = (sp.diff(A, positive, order) for order in (1, 2, 3))
    f = 2 * (sp.log(2) - A + positive * first) - positive**2 * second
    weight = positive**2 * sp.exp(positive) / (1 + sp.exp(positive)) ** 3
    assert sp.simplify(third + weight / positive**2 * (sp.exp(positive) - 1)) == 0
    rises = Monotone(sp.exp(positive) - 1, positive, half_line, "increasing", core=sp.S.One, weight=sp.exp(positive),
                     bound=("above", 0))  # fmt: skip
    outcome = Monotone(
        f, positive, half_line, "increasing", core=sp.exp(positive) - 1, weight=weight, slope=rises, bound=("above", 0),
        near_misses=[NearMiss("three times for twice", function=f + sp.log(2) - A + positive * first,
                              direction="decreasing")],
    ).run()  # fmt: skip
    assert outcome.status == "holds", outcome.detail


def test_a_rational_slope_is_left_to_the_solvers_with_parameters():
    rate = sp.Symbol("a", real=True)
    assert Monotone(z**3 + rate * z, z, (-sp.oo, sp.oo), "increasing", given=[rate > 0]).attempt().status == "holds"
    assert Monotone(z**3 + rate * z, z, (-sp.oo, sp.oo), "increasing", given=[rate > -1]).attempt().status != "holds"


def test_a_root_is_the_only_one():
    root = Monotone(z**3 + z - 1, z, (-sp.oo, sp.oo), "increasing", root=(sp.Rational(6, 10), sp.Rational(7, 10)))
    assert root.attempt().status == "holds"
    elsewhere = Monotone(z**3 + z - 1, z, (-sp.oo, sp.oo), "increasing", root=(sp.Rational(7, 10), 1))
    assert elsewhere.attempt().status == "fails"


def test_a_slope_by_intervals():
    steep = Enclosure(sp.cos(z), z, (-1, 1), lower=sp.Rational(1, 2))
    assert Monotone(sp.sin(z), z, (-1, 1), "increasing", slope=steep).attempt().status == "holds"
    assert Monotone(sp.sin(z), z, (-1, 2), "increasing", slope=steep).attempt().status == "fails"  # sine turns before 2
    touching = Enclosure(1 - sp.cos(z), z, (-1, 1), lower=0)
    verdict = Monotone(z - sp.sin(z), z, (-1, 1), "increasing", slope=touching).attempt()
    assert verdict.status == "inconclusive"
    assert "away from 0" in verdict.detail


@pytest.mark.parametrize(
    "flat",
    [
        sp.Max(z, 0),
        sp.Piecewise((z, z < 0), (0, z < 1), (z - 1, True)),
        sp.floor(z),
        sp.Abs(z) + z,
    ],
)
def test_a_derivative_that_vanishes_on_an_interval_is_not_enough(flat):
    verdict = Monotone(flat, z, (-2, 2), "increasing").attempt()
    assert verdict.status == "fails", verdict
    assert "not strictly" in verdict.detail


def test_a_derivative_that_vanishes_at_a_point_is_left_open():
    assert Monotone(z**3, z, (-1, 1), "increasing").attempt().status == "inconclusive"


def test_a_pole_inside_is_found():
    verdict = Monotone(-1 / z, z, (-1, 1), "increasing").attempt()
    assert verdict.status != "holds"  # the slope 1/z² is positive, and yet −1/z jumps down at 0
    assert Monotone(-1 / z, z, (0, 1), "increasing").attempt().status == "holds"
    assert Monotone(sp.log(z), z, (-1, 1), "increasing").attempt().status != "holds"


def test_the_slopes_evidence_must_be_about_the_slope():
    other = Monotone(x, x, half_line, "increasing", bound=("above", 0))
    verdict = Monotone(sp.exp(x) - 1 - x, x, half_line, "increasing", slope=other).attempt()
    assert "something else" in verdict.detail
    short = Monotone(sp.exp(x) - 1, x, (1, sp.oo), "increasing", core=sp.S.One, weight=sp.exp(x), bound=("above", 0))
    assert "cover" in Monotone(sp.exp(x) - 1 - x, x, half_line, "increasing", slope=short).attempt().detail
    without = Monotone(sp.exp(x) - 1, x, half_line, "increasing", core=sp.S.One, weight=sp.exp(x))
    assert "not concluded" in Monotone(sp.exp(x) - 1 - x, x, half_line, "increasing", slope=without).attempt().detail
    assumed = ForAll([], x > 0)
    assert "sign of a slope" in Monotone(sp.exp(x) - 1 - x, x, half_line, "increasing", slope=assumed).attempt().detail


def test_a_weight_that_may_be_negative_is_refused():
    verdict = Monotone(z**2, z, (-1, 1), "increasing", core=sp.Integer(2), weight=z).attempt()
    assert verdict.status == "fails"
    assert "weight" in Monotone(z**3 / 3 + z**5, z, (0, 1), "increasing", core=z, weight=z - 1).attempt().detail


def test_a_symbol_that_does_not_run_over_the_interval_is_refused():
    assert "whole interval" in Monotone(x**3, x, (-1, 1), "increasing").attempt().detail
