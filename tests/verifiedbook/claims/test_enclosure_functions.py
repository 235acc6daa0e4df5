"""What interval arithmetic encloses beside rational functions, against mpmath to many digits."""

import mpmath
import pytest
import sympy as sp

from verifiedbook.claims import Enclosure

x = sp.Symbol("x", real=True)


def bounds(expression, point, width):
    """Whether the value at a point, widened by ``width`` to both sides, is accepted as bounds around that point."""
    value = sp.Rational(str(mpmath.mpf(sp.N(expression.subs(x, point), 30))))
    near = (point - sp.Rational(1, 10**9), point + sp.Rational(1, 10**9))
    return Enclosure(expression, x, near, lower=value - width, upper=value + width).attempt().status


@pytest.mark.parametrize("point", [sp.Rational(place, 10) for place in (-33, -7, -1, 2, 9, 21, 40)])
def test_the_error_function_is_enclosed(point):
    assert bounds(sp.erf(x), point, sp.Rational(1, 10**6)) == "holds"
    near = (point, point + sp.Rational(1, 10**9))
    assert Enclosure(sp.erf(x), x, near, lower=sp.Rational(11, 10)).attempt().status == "fails"


def test_it_increases_over_a_wide_interval():
    assert (
        Enclosure(sp.erf(x), x, (-2, 2), lower=sp.Rational(-996, 1000), upper=sp.Rational(996, 1000)).attempt().status
        == "holds"
    )
    assert Enclosure(sp.erf(x), x, (-2, 2), upper=sp.Rational(995, 1000)).attempt().status == "fails"


def test_too_far_out_it_says_nothing():
    assert Enclosure(sp.erf(x), x, (5, 7), upper=2).run().status == "inconclusive"


def test_pi_and_half_powers():
    assert bounds(sp.pi * x, sp.Integer(2), sp.Rational(1, 10**6)) == "holds"
    assert bounds(x ** sp.Rational(-3, 2), sp.Integer(3), sp.Rational(1, 10**6)) == "holds"
    assert bounds(sp.sqrt(2 / sp.pi) * x, sp.Integer(1), sp.Rational(1, 10**6)) == "holds"
