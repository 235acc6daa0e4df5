"""Numbers are compared rather than forms, and a symbol may be called what its author likes, but only one of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from verifiedbook.claims import Exact, ForAll, NearMiss
from verifiedbook.claims.exact import Undecided, alike, exact
from verifiedbook.claims.smtlib import NotPolynomial, script

NESTED, PLAIN = sp.sqrt(3 + 2 * sp.sqrt(2)), 1 + sp.sqrt(2)
CUBIC = sp.root(2 + sp.sqrt(5), 3) + sp.root(sp.sqrt(5) - 2, 3)  # the square root of 5


def test_one_number_in_two_forms_is_equal() -> None:
    misses = [NearMiss("the root alone", predict=lambda: sp.sqrt(2))]
    assert Exact(lambda: NESTED, lambda: PLAIN, [{}], near_misses=misses).run().status == "holds"


def test_a_near_miss_that_is_the_same_number_breaks_the_check() -> None:
    misses = [NearMiss("written differently", predict=lambda: NESTED)]
    outcome = Exact(lambda: PLAIN, lambda: 1 + sp.sqrt(2), [{}], near_misses=misses).run()
    assert outcome.status == "fails"
    assert "does not reject: written differently" in outcome.detail


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (CUBIC, sp.sqrt(5), True),
        (CUBIC, sp.sqrt(5) + sp.Rational(1, 10**9), False),
        (sp.sin(sp.pi / 8) ** 2, (2 - sp.sqrt(2)) / 4, True),
        (sp.Rational(1, 3), Fraction(1, 3), True),
        ([NESTED, 2], (PLAIN, 2), True),
        ([NESTED, 2], (PLAIN, 3), False),
        ({NESTED, 1}, {PLAIN, 1}, True),
        ({NESTED, 1}, {PLAIN, 2}, False),
        ({"a": NESTED}, {"a": PLAIN}, True),
        ({NESTED: 1}, {PLAIN: 1}, True),
        ({"a": 1}, {"b": 1}, False),
        (PLAIN, "1 + sqrt(2)", False),
        (PLAIN, None, False),
        (True, 1, True),
    ],
)
def test_values_are_alike_if_their_numbers_are(a: object, b: object, same: bool) -> None:
    assert alike(exact(a), exact(b)) is same


def test_numbers_that_nothing_tells_apart_are_undecided() -> None:
    tiny = sp.exp(-sp.Integer(200)) + sp.pi
    with pytest.raises(Undecided, match="could not be shown to be 0"):
        alike(tiny, sp.pi)


@pytest.mark.parametrize("name", [r"\sigma_1", "|x|", "50%", r"|\|%7C", "σ", "sigma_{1}", "x y", ""])
def test_a_symbol_may_have_any_name(name: str) -> None:
    x = sp.Symbol(name, real=True)
    misses = [NearMiss("strict", then=x**2 - 2 * x + 1 > 0)]
    outcome = ForAll([x > 0], x**2 - 2 * x + 1 >= 0, near_misses=misses).run()
    assert outcome.status == "holds", outcome.detail
    assert outcome.near_misses[0].witness.endswith("= 1")


X = sp.Symbol("x", real=True)
TWINS = [
    (X, sp.Symbol("x", positive=True)),
    (sp.Dummy("t", real=True), sp.Dummy("t", real=True)),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_two_symbols_of_one_name_are_refused(one: sp.Symbol, other: sp.Symbol) -> None:
    misses = [NearMiss("more", then=one * other > 2)]
    outcome = ForAll([other > 1], one * other > 1, near_misses=misses).run()
    assert outcome.status == "inconclusive"
    assert f"two symbols are called {one.name}" in outcome.detail
    with pytest.raises(NotPolynomial, match="two symbols are called"):
        script([one > 1, other > 1])
