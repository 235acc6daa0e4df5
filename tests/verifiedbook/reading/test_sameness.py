"""Two relations are the same only if they say the same; one changed sign is enough to part them."""

from __future__ import annotations

import pytest
import sympy as sp

from verifiedbook.reading import Relation, noncommuting, norm, same

beta, eta, sigma = sp.symbols("beta eta sigma", positive=True)
x, y, z, t, k = sp.symbols("x y z t k", real=True)
n = sp.Symbol("n", integer=True, positive=True)
X, w, v = noncommuting("X w v")
i, j = sp.symbols("i j", integer=True)
sigma_i = sp.Symbol("sigma_i")
f = sp.Function("f")
sq = sp.sqrt


def double(inner: sp.Symbol, outer: sp.Symbol) -> sp.Expr:
    return sp.Sum(sp.Sum(inner * outer**2, (inner, 1, n)), (outer, 1, n))


SAME = [
    ((x, "=", y), (y, "=", x)),
    ((x, ">", y), (y, "<", x)),
    ((x, r"\le", y), (x, "<=", y)),
    ((x - y, "<", 0), (x, "<", y)),
    ((2 * x, "<", 2 * y), (x, "<", y)),
    ((0, "<", (x + y) ** 2), (0, "<", x**2 + 2 * x * y + y**2)),
    ((eta, "<", (2 - beta) / (beta * sigma**2)), (eta * beta * sigma**2, "<", 2 - beta)),
    ((x, "=", (1 - beta) / beta), (beta * x, "=", 1 - beta)),
    ((x, "!=", y), (x - y, "!=", 0)),
    ((x, "=", sq(beta) / beta), (x, "=", 1 / sq(beta))),
    ((x, "=", (1 + sq(beta)) * (1 - sq(beta))), (x, "=", 1 - beta)),
    ((x, "=", sp.exp(2 * y)), (x, "=", sp.exp(y) ** 2)),
    ((x, "=", f(y + z) + 1), (x - 1, "=", f(z + y))),
    ((x, "=", f((y + z) ** 2)), (x, "=", f(y**2 + 2 * y * z + z**2))),
    ((x, "=", sp.Sum(i**2, (i, 1, n))), (x, "=", sp.Sum(j**2, (j, 1, n)))),
    (
        (x, "=", sp.Sum(sp.Sum(i * j**2, (i, 1, n)), (j, 1, n))),
        (x, "=", sp.Sum(sp.Sum(j * i**2, (j, 1, n)), (i, 1, n))),
    ),
    ((x, "=", sp.Sum(sigma_i**2 + y, (i, 1, n))), (x, "=", sp.Sum(y + sigma_i**2, (i, 1, n)))),
    ((X * (w + v), "=", 0), (X * w + X * v, "=", 0)),
    ((sp.transpose(X * w), "=", 0), (sp.transpose(w) * sp.transpose(X), "=", 0)),
    ((x, "=", norm(X * (w - v)) ** 2), (x, "=", norm(X * w - X * v) ** 2)),
    ((x, "=", sp.Tuple(1, y)), (x, "=", sp.ImmutableMatrix([1, y]))),
    ((x, "in", sp.S.Reals), (x, "in", sp.S.Reals)),
    ((beta**n, "<", 1), (beta * beta ** (n - 1), "<", 1)),
    ((x, "=", sp.Rational(1, 2)), (2 * x, "=", 1)),
    ((x, "to", y), (x, r"\to", y)),
    ((sp.Abs(x + sp.I * y), "<", beta), (x**2 + y**2, "<", beta**2)),
    ((x**2 + y**2, "<=", beta**2), (sq(x**2 + y**2), "<=", beta)),
    ((sp.Abs(x), "<=", sp.Abs(y)), (x**2, "<=", y**2)),
]

DIFFERENT = [
    ((x, "<", y), (x, "<=", y), "strictness"),
    ((x, "<", y), (y, "<", x), ""),
    ((x, "<", 2 * y), (x, "<", y), ""),
    ((x, "=", 2 * y), (x, "=", y), "right"),
    ((x, "=", -y), (x, "=", y), ""),
    ((sp.Abs(x + sp.I * y), "<", beta), (x**2 + y**2, "<", beta), ""),
    ((sp.Abs(x + sp.I * y), "<", beta), (x**2 + y**2, "<=", beta**2), "strictness"),
    ((sp.Abs(x + sp.I * y), "<", beta), (x**2 - y**2, "<", beta**2), ""),
    # of numbers that may be negative the squares say something else
    ((sp.Abs(x), "<", y), (x**2, "<", y**2), ""),
    ((x, "=", y**2), (x, "=", y**3), ""),
    ((x, "!=", y), (x, "=", y), ""),
    ((eta * beta * sigma**2, "<", 2 - beta), (eta * beta * sigma, "<", 2 - beta), ""),
    ((0, "<", beta**2), (0, "<", beta), "right"),
    ((0, "<", beta * eta), (0, "<", beta), "right"),
    ((0, "<=", beta), (0, "<", beta), "strictness"),
    ((-x, "<", -y), (x, "<", y), ""),
    ((x, "=", f(y)), (x, "=", f(z)), ""),
    ((x, "=", f(2 * y)), (x, "=", f(y)), ""),
    ((x, "=", sp.Sum(i**2, (i, 1, n))), (x, "=", sp.Sum(i**2, (i, 0, n))), ""),
    ((x, "=", sp.Sum(sp.Sum(i * j, (i, 1, n)), (j, 1, n))), (x, "=", sp.Sum(sp.Sum(i * i, (i, 1, n)), (j, 1, n))), ""),
    ((x, "=", sp.Sum(sigma_i, (j, 1, n))), (x, "=", sp.Sum(sigma_i, (i, 1, n))), ""),
    ((X * w, "=", 0), (w * X, "=", 0), ""),
    ((X * w, "=", v), (sp.transpose(X) * w, "=", v), ""),
    ((x, "=", norm(X * w) ** 2), (x, "=", norm(X * w)), ""),
    ((x, "=", norm(X * w)), (x, "=", norm(X * v)), ""),
    ((x, "=", sp.Tuple(1, 2)), (x, "=", sp.Tuple(2, 1)), ""),
    ((x, "=", sp.ImmutableMatrix([[1, 2]])), (x, "=", sp.ImmutableMatrix([[1], [2]])), "shape"),
    ((x, "in", sp.S.Reals), (x, "in", sp.S.Integers), ""),
    ((x, "=", sq(y**2)), (x, "=", y), ""),
    ((x, "=", sp.Float("1.2985")), (x, "=", sp.Float("1.2986")), ""),
    ((y, "=", 1 / (1 + x)), (y, "=", 1 / (1 - x)), ""),
    ((y, "=", (1 - x) ** (t - 1)), (y, "=", (1 - x) ** t), ""),
    ((1, "<", x / y), (y, "<", x), ""),
    ((x, "to", sp.oo), (x, "to", 0), ""),
]


@pytest.mark.parametrize(("page", "proved"), SAME)
def test_what_says_the_same_is_the_same_from_either_side(page, proved):
    assert same(Relation(*page), Relation(*proved)).decision == "same"
    assert same(Relation(*proved), Relation(*page)).decision == "same"


@pytest.mark.parametrize(("page", "proved", "why"), DIFFERENT)
def test_what_differs_is_different_and_the_reason_is_given(page, proved, why):
    outcome = same(Relation(*page), Relation(*proved))
    assert outcome.decision == "different"
    assert outcome.reason
    assert why in outcome.reason


def test_a_sign_that_is_not_known_moves_no_factor():
    assert same(Relation(1, "<", x / y), Relation(y, "<", x)).decision != "same"
    a, b = sp.symbols("a b", positive=True)
    assert same(Relation(1, "<", a / b), Relation(b, "<", a)).decision == "same"


def test_an_unknown_relation_is_refused():
    with pytest.raises(ValueError, match="no relation"):
        Relation(x, "~~", y)
