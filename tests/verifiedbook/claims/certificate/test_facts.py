"""What is written as facts says the same as the statement: at random points, and to both solvers."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from verifiedbook.claims import solvers
from verifiedbook.claims.certificate import facts
from verifiedbook.claims.smtlib import script

x, y, z = sp.symbols("x y z", real=True)

FORMULAS = [
    x > y,
    x * y**2 - 3 * x <= z / 2,
    sp.Eq(x**2, y + 1),
    sp.Ne(x * y, z),
    sp.And(x > 0, sp.Or(y >= 1, z < -2)),
    sp.Not(sp.And(x > 0, y > 0)),
    sp.Implies(x > y, x**3 > y**3),
    sp.Equivalent(x > y, y > z, z > 0),
    sp.Abs(x - y) < sp.Abs(z),
    sp.Max(x, y, z**2) >= sp.Min(x + y, 1),
    sp.Abs(sp.Max(x, -y) - 1) <= 2,
    1 / x > y / (1 + x**2),
    x / y - z / (x * y) <= (x + 1) / y**2,
    1 / (x + 1 / y) >= 2,
    x / (sp.Max(x, y) - 3) < z,
    sp.Implies(sp.Eq(x, 0), y > 0),
    (x + 1) ** -3 + x**4 >= sp.Rational(2, 7),
]


def value(polynomial: Any, point: dict[str, Fraction], variables: list[str]) -> Fraction:
    total = Fraction(0)
    for coefficient, exponents in polynomial:
        term = Fraction(coefficient)
        for name, exponent in zip(variables, exponents, strict=True):
            term *= point[name] ** exponent
        total += term
    return total


def holds(formula: Any, point: dict[str, Fraction], statement: dict[str, Any]) -> bool:
    """The truth of a formula at a point, as the package's docstring says it: an independent reading."""
    kind, *parts = formula
    if kind == "and":
        return all(holds(part, point, statement) for part in parts)
    if kind == "or":
        return any(holds(part, point, statement) for part in parts)
    if kind == "not":
        return not holds(parts[0], point, statement)
    divisors = [polynomial for kind, polynomial, *_ in statement["given"] if kind == "divisor"]
    left = value(parts[0], point, statement["variables"])
    for divisor in parts[1:]:
        left /= value(divisors[divisor], point, statement["variables"])
    return {">": left > 0, ">=": left >= 0, "=": left == 0}[kind]


def extended(formula: sp.Basic, point: dict[sp.Symbol, sp.Rational], statement: dict[str, Any]) -> dict[str, Fraction]:
    """The point with the values of |x|, max and min under their names."""
    pieces = {sp.latex(piece): piece for piece in formula.atoms(sp.Abs, sp.Max, sp.Min)}
    named = {name: pieces[latex].subs(point) for name, latex in statement["named"].items()}
    values = {**{symbol.name: number for symbol, number in point.items()}, **named}
    return {name: Fraction(int(number.p), int(number.q)) for name, number in values.items()}


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_facts_hold_where_the_formula_does(formula: Any) -> None:
    """150 points on a small grid, so that equations and ties occur; the definitions of named values hold at all."""
    rng = random.Random(1)
    statement = facts.statement([], formula)
    definitions = [part for part in statement["given"] if part[0] != "divisor"]
    truths = set()
    for _ in range(150):
        point = {symbol: sp.Rational(rng.randint(-6, 6), rng.choice((1, 2, 3))) for symbol in (x, y, z)}
        try:
            true = bool(formula.subs(point))
        except TypeError:  # something is divided by 0
            with pytest.raises(ZeroDivisionError):
                holds(statement["then"], extended(formula, point, statement), statement)
            continue
        try:
            values = extended(formula, point, statement)
            assert all(holds(part, values, statement) for part in definitions)
            assert holds(statement["then"], values, statement) == true
        except ZeroDivisionError:
            # 1/(x + 1/y) is read as y/(xy + 1), and SymPy as 0 at y = 0, where it has no value
            assert point[y] == 0
        truths.add(true)
    assert truths == {True, False} or formula in (FORMULAS[6], FORMULAS[16])


def test_a_name_for_a_maximum_has_no_other_value() -> None:
    """What defines m = max(x, y) fails for every other m; the same for |x|."""
    for formula, right in ((sp.Max(x, y) > 0, 3), (sp.Abs(x) > 0, 2), (sp.Min(x, y) > 0, 2)):
        statement = facts.statement([], formula)
        point = {"x": Fraction(2), "y": Fraction(3)}
        fit = [
            m
            for m in range(-5, 6)
            if all(holds(part, {**point, "m_1": Fraction(m)}, statement) for part in statement["given"])
        ]
        assert fit == [right]


def as_sympy(formula: Any, statement: dict[str, Any]) -> Any:
    """A formula of facts as SymPy's, quotients over the product of their divisors."""
    kind, *parts = formula
    if kind in ("and", "or", "not"):
        return {"and": sp.And, "or": sp.Or, "not": sp.Not}[kind](*(as_sympy(part, statement) for part in parts))
    divisors = [expression(part[1], statement) for part in statement["given"] if part[0] == "divisor"]
    left = expression(parts[0], statement) / sp.Mul(*(divisors[divisor] for divisor in parts[1:]))
    return {">": sp.Gt, ">=": sp.Ge, "=": sp.Eq}[kind](left, 0)


def expression(polynomial: Any, statement: dict[str, Any]) -> sp.Expr:
    symbols = [sp.Symbol(name, real=True) for name in statement["variables"]]
    powers = [(c, [s**e for s, e in zip(symbols, m, strict=True)]) for c, m in polynomial]
    return sp.Add(*(sp.Rational(c) * sp.Mul(*factors) for c, factors in powers))


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_both_solvers_find_no_difference(formula: Any) -> None:
    """No values satisfy the definitions and exactly one of formula and facts, where no divisor is 0."""
    statement = facts.statement([], formula)
    pieces = {sp.latex(piece): piece for piece in formula.atoms(sp.Abs, sp.Max, sp.Min)}
    names = {pieces[latex]: sp.Symbol(name, real=True) for name, latex in statement["named"].items()}
    defined = [sp.Eq(name, piece) for piece, name in names.items()]
    assumed, divisors = [], []
    for part in statement["given"]:
        if part[0] == "divisor":
            divisors.append(sp.Ne(expression(part[1], statement), 0))
        else:
            assumed.append(as_sympy(part, statement))
    different = sp.Or(
        sp.And(formula, sp.Not(as_sympy(statement["then"], statement))),
        sp.And(sp.Not(formula), as_sympy(statement["then"], statement)),
    )
    text = script([*defined, *divisors, sp.Or(different, sp.Not(sp.And(*assumed)))])
    answers = [solver.decide(text, 0.5).verdict for solver in solvers.SOLVERS]  # one may be undecided, however long
    assert "sat" not in answers
    assert "unsat" in answers


def test_divisors_come_before_what_divides_by_them() -> None:
    statement = facts.statement([y > 1 / x, x > 0], 1 / (1 + 1 / x) > 0)
    assert [part[0] for part in statement["given"]] == [">", "divisor", ">", "divisor"]
    assert statement["given"][0] == [">", [["1", [1, 0]]]]
    assert statement["given"][2] == [">", [["1", [1, 1]], ["-1", [0, 0]]], 0]


def test_what_facts_cannot_say_is_refused() -> None:
    for formula in (sp.sin(x) > 0, sp.sqrt(x) > 1, x**y > 0, x > sp.pi, x + sp.Float(0.5) > 0, sp.exp(x) > 1):
        with pytest.raises(facts.NotFacts):
            facts.statement([], formula)
    with pytest.raises(facts.NotFacts, match="too high a degree"):
        facts.statement([], x**41 > 0)
    twin = sp.Symbol(x.name, integer=True)
    with pytest.raises(facts.NotFacts, match="two symbols have one name"):
        facts.statement([twin > 0], x > 0)


def test_the_digest_tells_statements_apart_and_does_not_change() -> None:
    first = facts.digest(facts.statement([x > 0], x + y > 0))
    assert first == facts.digest(facts.statement([x > 0], x + y > 0))
    others = [
        facts.statement([x >= 0], x + y > 0),
        facts.statement([x > 0], x + 2 * y > 0),
        facts.statement([], x + y > 0),
    ]
    assert len({first, *map(facts.digest, others)}) == 4
