"""A statement of SymPy's as polynomial facts, in the form that the checker reads. Has to be trusted, so it is short.

Quotients become a polynomial over a product of divisors; nothing is cancelled or simplified. ``|x|``, max and min get a
name and the facts that define them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

Polynomial = dict[tuple[int, ...], Fraction]
Quotient = tuple[Polynomial, Counter[int]]  # a polynomial, and how often it is divided by which divisor


class NotFacts(ValueError):
    """The statement holds something that is neither polynomial nor a quotient of polynomials."""


def statement(given: Iterable[Boolean], then: Boolean) -> dict[str, Any]:
    """``then`` for all real values that satisfy ``given``, as the package's docstring says it; NotFacts if impossible.

    Assumptions of the symbols do not count: whoever asks puts them among ``given``. Under ``"named"`` stands what the
    names for ``|x|``, max and min mean, in LaTeX.
    """
    given, then = [sp.sympify(formula) for formula in given], sp.sympify(then)
    return Translation([*given, then]).statement(given, then)


def digest(statement: dict[str, Any]) -> str:
    """Sixteen hexadecimal digits that tell this statement from every other."""
    stated = {key: statement[key] for key in ("variables", "given", "then")}
    return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


class Translation:
    """Reads formulas over their symbols; ``divisors`` are what they have been found to divide by so far."""

    def __init__(self, formulas: list[Boolean]) -> None:
        pieces = {piece for formula in formulas for piece in formula.atoms(sp.Abs, sp.Max, sp.Min)}
        # what stands inside another comes first, so that the name of the inner one is known
        self.pieces = sorted(pieces, key=lambda piece: (piece.count_ops(), sp.default_sort_key(piece)))
        symbols = {symbol for formula in formulas for symbol in formula.free_symbols}
        names = {symbol.name for symbol in symbols}
        if len(names) < len(symbols):
            raise NotFacts(f"two symbols have one name among {', '.join(sorted(names))}")
        fresh = (f"m_{number}" for number in range(1, 1000) if f"m_{number}" not in names)
        self.name_of = {piece: next(fresh) for piece in self.pieces}
        self.variables = sorted([*names, *self.name_of.values()])
        self.divisors: list[Polynomial] = []

    def statement(self, given: list[Boolean], then: Boolean) -> dict[str, Any]:
        read = [*self.definitions(), *(self.formula(formula) for formula in given)]
        conclusion = self.formula(then)
        stated: list[Any] = []
        for number in range(-1, len(self.divisors)):
            stated += [["divisor", written(self.divisors[number])]] if number >= 0 else []
            stated += [formula for formula in read if _last_divisor(formula) == number]
        return {
            "variables": self.variables,
            "given": stated,
            "then": conclusion,
            "named": {name: sp.latex(piece) for piece, name in self.name_of.items()},
        }

    def definitions(self) -> list[Any]:
        """|x| is the y >= 0 with y^2 = x^2; the maximum is at least each of its arguments and equal to one of them."""
        facts: list[Any] = []
        for piece in self.pieces:
            name = self.monomial(self.name_of[piece])
            values = [self.quotient(argument) for argument in piece.args]
            if isinstance(piece, sp.Abs):
                facts += [[">=", written(name[0])], self.relation("=", _product(name, name), _product(*values * 2))]
                continue
            ends = [(name, value) if isinstance(piece, sp.Max) else (value, name) for value in values]
            facts += [self.relation(">=", *pair) for pair in ends]
            facts += [["or", *(self.relation("=", *pair) for pair in ends)]]
        return facts

    def formula(self, formula: Boolean) -> Any:
        if formula in (sp.true, sp.false):
            return ["and"] if formula == sp.true else ["or"]
        if isinstance(formula, sp.And | sp.Or | sp.Not):
            return [type(formula).__name__.lower(), *map(self.formula, formula.args)]
        if isinstance(formula, sp.Implies):
            first, second = map(self.formula, formula.args)
            return ["or", ["not", first], second]
        if isinstance(formula, sp.Equivalent):
            parts = [self.formula(part) for part in formula.args]
            return ["and", *(["or", ["not", a], b] for a, b in zip(parts, parts[1:] + parts[:1], strict=True))]
        if not isinstance(formula, sp.core.relational.Relational):
            raise NotFacts(f"{formula} ({type(formula).__name__}) is no relation that facts can state")
        left, right = self.quotient(formula.lhs), self.quotient(formula.rhs)
        if isinstance(formula, sp.Eq | sp.Ne):
            equal = self.relation("=", left, right)
            return equal if isinstance(formula, sp.Eq) else ["not", equal]
        sides = (left, right) if isinstance(formula, sp.Gt | sp.Ge) else (right, left)
        return self.relation(">" if isinstance(formula, sp.Gt | sp.Lt) else ">=", *sides)

    def relation(self, kind: str, left: Quotient, right: Quotient) -> Any:
        """``left`` compared with ``right``, as their difference with 0."""
        minus_one = self.constant(Fraction(-1))
        difference, divisors = self.sum([left, _product(minus_one, right)])
        return [kind, written(difference), *sorted(divisors.elements())]

    def quotient(self, expression: sp.Expr) -> Quotient:
        if expression.is_Rational:
            return self.constant(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Symbol or expression in self.name_of:
            return self.monomial(self.name_of.get(expression) or expression.name)
        if expression.is_Add:
            return self.sum([self.quotient(argument) for argument in expression.args])
        if expression.is_Mul:
            return _product(*[self.quotient(argument) for argument in expression.args])
        if expression.is_Pow and expression.exp.is_Integer:
            base, times = self.quotient(expression.base), abs(int(expression.exp))
            if times > 40:
                raise NotFacts(f"{expression} has too high a degree")
            return _product(*[base if expression.exp > 0 else self.reciprocal(base)] * times)
        raise NotFacts(f"{expression} is not a quotient of polynomials with rational numbers")

    def reciprocal(self, quotient: Quotient) -> Quotient:
        divisor, others = quotient
        if divisor not in self.divisors:
            self.divisors.append(divisor)
        top = _product(self.constant(Fraction(1)), *[(self.divisors[i], Counter[int]()) for i in others.elements()])
        return top[0], Counter([self.divisors.index(divisor)])

    def sum(self, quotients: list[Quotient]) -> Quotient:
        """Over the least product of divisors that all of them share."""
        shared: Counter[int] = Counter()
        for _, divisors in quotients:
            shared |= divisors
        total: Polynomial = {}
        for top, divisors in quotients:
            missing = [(self.divisors[i], Counter[int]()) for i in (shared - divisors).elements()]
            for monomial, coefficient in _product((top, Counter()), *missing)[0].items():
                total[monomial] = total.get(monomial, Fraction(0)) + coefficient
        return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}, shared

    def constant(self, value: Fraction) -> Quotient:
        return ({(0,) * len(self.variables): value} if value else {}), Counter()

    def monomial(self, name: str) -> Quotient:
        return {tuple(int(variable == name) for variable in self.variables): Fraction(1)}, Counter()


def _product(first: Quotient, *others: Quotient) -> Quotient:
    for other in others:
        total: Polynomial = {}
        for m, c in first[0].items():
            for n, d in other[0].items():
                monomial = tuple(i + j for i, j in zip(m, n, strict=True))
                total[monomial] = total.get(monomial, Fraction(0)) + c * d
        first = {monomial: c for monomial, c in total.items() if c}, first[1] + other[1]
    return first


def _last_divisor(formula: Any) -> int:
    """The last divisor that the formula divides by, -1 if there is none."""
    if formula[0] in ("and", "or", "not"):
        return max(map(_last_divisor, formula[1:]), default=-1)
    return max(formula[2:], default=-1)


def product(left: Polynomial, right: Polynomial) -> Polynomial:
    """Multiplied out."""
    return _product((left, Counter()), (right, Counter()))[0]


def written(polynomial: Polynomial) -> Any:
    """As plain values, by falling degree."""
    order = sorted(polynomial, key=lambda monomial: (-sum(monomial), [-exponent for exponent in monomial]))
    return [[str(polynomial[monomial]), list(monomial)] for monomial in order]
