"""Facts that follow and may help: signs of the factors of a fact, and hypotheses with rounder numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

import sympy as sp

from . import hints
from .polynomials import Fact, Polynomial, minus

MOST = 8  # lemmas that are tried together


def lemmas(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Relations that follow from ``facts``, as far as z3 can tell; none of them among ``facts``."""
    known = [fact.polynomial for fact in facts]
    for polynomial in _factors(facts):
        if polynomial not in known and minus(polynomial) not in known and (fact := _signed(facts, polynomial)):
            yield fact


def rounded(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Facts with a constant of many digits, and what is weaker and has fewer; z3 still finds a contradiction."""
    facts = list(facts)
    for number, fact in enumerate(facts):
        for weaker in _weaker(fact):
            if hints.contradictory([*facts[:number], weaker, *facts[number + 1 :]]):
                yield fact, weaker
                facts[number] = weaker
                break


def _weaker(fact: Fact) -> Iterator[Fact]:
    """The fact with its constant rounded up to a multiple of 1/2, 1/3, …; what is left out must be positive."""
    constant = next((c for monomial, c in fact.polynomial.items() if not any(monomial)), None)
    if fact.kind == "=" or constant is None or len(fact.polynomial) != 2:
        return
    origin = next(monomial for monomial in fact.polynomial if not any(monomial))
    scale = next(abs(c) for monomial, c in fact.polynomial.items() if any(monomial))
    size = constant / scale
    if len(str(size.numerator)) + len(str(size.denominator)) <= 4:
        return
    other = next(monomial for monomial in fact.polynomial if any(monomial))
    leading = fact.polynomial[other] / scale
    for denominator in range(1, 40):
        near = Fraction(floor(size * denominator) + 1, denominator)
        yield Fact(">", {other: leading, origin: near} if near else {other: leading})


def _factors(facts: Sequence[Fact]) -> list[Polynomial]:
    found: list[Polynomial] = []
    for fact in facts:
        width = len(next(iter(fact.polynomial)))
        variables = sp.symbols(f"x:{width}")
        terms = {m: sp.Rational(c.numerator, c.denominator) for m, c in fact.polynomial.items()}
        _, factors = sp.Poly.from_dict(terms, *variables).factor_list()
        if len(factors) == 1 and factors[0][1] == 1:
            continue
        for factor, _ in factors:
            value = {m: Fraction(int(c.p), int(c.q)) for m, c in factor.terms()}
            if value not in found:
                found.append(value)
    return found


def _signed(facts: Sequence[Fact], polynomial: Polynomial) -> Fact | None:
    """The strongest relation of ``polynomial`` with 0 that ``facts`` imply."""
    for kind in (">", ">="):
        for value in (polynomial, minus(polynomial)):
            fact = Fact(kind, value)
            if hints.contradictory([*facts, *fact.contrary()]):
                return fact
    return None
