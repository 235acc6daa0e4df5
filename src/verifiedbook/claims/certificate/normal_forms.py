"""Identities as certificates: a difference that multiplies out to zero, modulo the defining equations of roots.

Each side is put as a name l with ``l*D = N`` for polynomials N and D, where D is not 0; then l = r follows from the
equations alone. Square roots get a name with ``s^2 = ...``. Powers with a symbolic exponent and other functions get a
name of which nothing is assumed, after ``b^(t + 1)`` has been written as ``b^t b``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from . import checker
from .facts import NotFacts, Polynomial, Translation, product, written

MOST = 24  # equations of one identity


def certificate(sides: Sequence[tuple[Any, Any]]) -> dict[str, Any] | None:
    """A certificate that the two of each pair are equal wherever both have a value; None if it is not that simple.

    Pairs that are equal as they stand are left out: there is nothing to multiply. If all are, there is no certificate.
    """
    every = [(sp.sympify(left), sp.sympify(right)) for left, right in sides]
    pairs = [pair for pair in every if pair[0] != pair[1]]
    if not 0 < len(pairs) <= MOST or not all(isinstance(side, sp.Expr) for pair in pairs for side in pair):
        return None
    try:
        statement, proof = _Identity(pairs).certificate()
        terms = checker.check(statement, proof)
    except (NotFacts, checker.Refused):
        return None
    return {"statement": statement, "proof": proof, "terms": terms}


class _Identity:
    def __init__(self, pairs: list[tuple[sp.Expr, sp.Expr]]) -> None:
        self.names: dict[sp.Expr, sp.Symbol] = {}
        self.roots: list[tuple[sp.Symbol, sp.Expr]] = []
        symbols = {symbol for pair in pairs for side in pair for symbol in side.free_symbols}
        self.taken = {symbol.name for symbol in symbols}
        if len(self.taken) < len(symbols):
            raise NotFacts("two symbols have one name")
        self.sides = [[self.plain(side) for side in pair] for pair in pairs]
        self.values = [[self.fresh("v") for _ in pair] for pair in pairs]
        every = [side for pair in self.sides for side in pair] + [square for _, square in self.roots]
        fresh = [*(symbol for pair in self.values for symbol in pair), *self.names.values()]
        relations = [sp.Eq(side, 0, evaluate=False) for side in [*every, *fresh]]
        self.translation = Translation(relations)

    def fresh(self, letter: str) -> sp.Symbol:
        name = next(f"{letter}_{n}" for n in range(1, 1000) if f"{letter}_{n}" not in self.taken)
        self.taken.add(name)
        return sp.Symbol(name)

    def plain(self, side: sp.Expr) -> sp.Expr:
        """The side as a quotient of polynomials in symbols and names."""
        if side.is_Symbol:
            return sp.Symbol(side.name)
        if side.is_Rational:
            return side
        if side.is_Add or side.is_Mul:
            return side.func(*map(self.plain, side.args), evaluate=False)
        if side.is_Pow and side.exp.is_Integer:
            return sp.Pow(self.plain(side.base), side.exp, evaluate=False)
        if (side.is_Pow or isinstance(side, sp.exp)) and side.exp.free_symbols:
            return self.power(*side.as_base_exp())
        if side.is_Pow and side.exp.is_Rational and side.exp.q == 2:
            root = self.name(sp.sqrt(side.base, evaluate=False), side.base)
            return sp.Pow(root, side.exp.p, evaluate=False)
        if not side.is_number or isinstance(side, sp.NumberSymbol) or side.is_Function:
            return self.name(side, None)
        raise NotFacts(f"{side} is no quotient of polynomials")

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        """``b^(2t + 1)`` as ``b (b^t)^2``, with a name for ``b^t``; no base is 0 where an exponent is negative."""
        parts = [part.as_coeff_Mul() for part in sp.Add.make_args(sp.expand(exponent))]
        if not all(times.is_Integer for times, _ in parts):
            raise NotFacts(f"{base}**({exponent}) has an exponent that is not whole")
        names = [sp.Pow(self.name(sp.Pow(base, part), None), times) for times, part in parts if part != 1]
        rest = [sp.Pow(self.plain(base), times, evaluate=False) for times, part in parts if part == 1]
        return sp.Mul(*names, *rest, evaluate=False)

    def name(self, expression: sp.Expr, square: sp.Expr | None) -> sp.Symbol:
        if expression not in self.names:
            self.names[expression] = self.fresh("s" if square is not None else "f")
            if square is not None:
                self.roots.append((self.names[expression], self.plain(square)))
        return self.names[expression]

    def certificate(self) -> tuple[dict[str, Any], dict[str, Any]]:
        polynomials = {symbol: self.translation.monomial(symbol.name)[0] for pair in self.values for symbol in pair}
        defining = [self.defining(*root) for root in self.roots]
        given = [["=", written(polynomial)] for polynomial, _ in defining]
        conclusion, parts = [], []
        for pair, symbols in zip(self.sides, self.values, strict=True):
            tops, bottoms, facts = [], [], []
            for side, symbol in zip(pair, symbols, strict=True):
                top, bottom = self.over_one(side)
                tops.append(top)
                bottoms.append(bottom)
                given.append(["=", written(_difference(product(polynomials[symbol], bottom), top))])
                facts.append(len(given) - 1)
                given.append([">", written(product(bottom, bottom))])
            conclusion.append(["=", written(_difference(polynomials[symbols[0]], polynomials[symbols[1]]))])
            parts.append(self.terms(tops, bottoms, facts, defining))
        statement = {
            "variables": self.translation.variables,
            "given": given,
            "then": ["and", *conclusion],
            "named": {name.name: sp.latex(expression) for expression, name in self.names.items()},
        }
        # the contrary is an "or": one of the equations fails, in one of two directions
        first = len(given)
        cases = [
            {"split": first + 1, "cases": [_signed(terms, sign, first + 2) for sign in (1, -1)]} for terms in parts
        ]
        return statement, {"signs": [], "refutation": {"split": first, "cases": cases}}

    def over_one(self, side: sp.Expr) -> tuple[Polynomial, Polynomial]:
        top, divisors = self.translation.quotient(side)
        bottom = self.translation.constant(Fraction(1))[0]
        for divisor in divisors.elements():
            bottom = product(bottom, self.translation.divisors[divisor])
        return top, bottom

    def defining(self, name: sp.Symbol, square: sp.Expr) -> tuple[Polynomial, int]:
        """``s^2`` minus what it is, and the place of s among the variables."""
        top, bottom = self.over_one(square)
        if len(bottom) != 1 or any(map(any, bottom)):
            raise NotFacts("a root of a quotient")
        top = {monomial: coefficient / next(iter(bottom.values())) for monomial, coefficient in top.items()}
        root = self.translation.monomial(name.name)[0]
        return _difference(product(root, root), top), self.translation.variables.index(name.name)

    def terms(
        self,
        tops: list[Polynomial],
        bottoms: list[Polynomial],
        facts: list[int],
        defining: list[tuple[Polynomial, int]],
    ) -> list[tuple[Polynomial, int]]:
        """Multipliers of equations that add up to minus (l - r) times the squares of both denominators."""
        (n, m), (d, e) = tops, bottoms
        both = product(d, e)
        found = [(_minus(product(both, e)), facts[0]), (product(both, d), facts[1])]
        rest = _difference(product(n, e), product(m, d))
        for number, (equation, place) in reversed(list(enumerate(defining))):
            quotient, rest = _divided(rest, equation, place)
            if quotient:
                found.append((_minus(product(both, quotient)), number))
        if rest:
            raise NotFacts("the difference does not multiply out to 0")
        return [*found, ({}, facts[0])]


def _signed(terms: list[tuple[Polynomial, int]], sign: int, contrary: int) -> dict[str, Any]:
    *multipliers, (_, first) = terms
    listed: list[Any] = [{"factor": "1", "facts": [first + 1, first + 3, contrary]}]
    for times, equation in multipliers:
        listed.append({"times": written(times if sign > 0 else _minus(times)), "equation": equation})
    return {"sum": listed}


def _divided(polynomial: Polynomial, equation: Polynomial, place: int) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder of a division by ``equation``, s^2 minus something, s being the variable at ``place``."""
    quotient: Polynomial = {}
    rest = dict(polynomial)
    while high := [monomial for monomial in rest if monomial[place] >= 2]:
        factor = {tuple(e - 2 * (n == place) for n, e in enumerate(m)): rest[m] for m in high}
        rest = _difference(rest, product(factor, equation))
        quotient = _difference(quotient, _minus(factor))
    return quotient, rest


def _minus(polynomial: Polynomial) -> Polynomial:
    return {monomial: -coefficient for monomial, coefficient in polynomial.items()}


def _difference(left: Polynomial, right: Polynomial) -> Polynomial:
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) - coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}
