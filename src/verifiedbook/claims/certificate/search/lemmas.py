"""Facts that follow and may help: signs of the factors of a fact, and hypotheses with rounder numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

import sympy as sp

from . import hints
from .polynomials import Fact, Polynomial, degree, minus


def signs(facts: Sequence[Fact]) -> Iterator[tuple[Fact, list[Fact]]]:
    """Signs of factors of ``facts``, and the facts from which they follow, as far as z3 can tell: all but one."""
    known = [fact.polynomial for fact in facts]
    for fact in facts:
        for polynomial in factors(fact):
            if polynomial in known or minus(polynomial) in known:
                continue
            for left_out in (fact, *(other for other in reversed(facts) if other is not fact)):
                base = [other for other in facts if other is not left_out]
                if (lemma := _signed(base, polynomial)) is not None:
                    yield lemma, base


def moved(facts: Sequence[Fact]) -> Iterator[tuple[Fact, list[Fact]]]:
    """Where x > y is among ``facts``, relations of squares of y with a number also for xy and for the square of x."""
    for order in facts:
        if order.kind == "=" or len(order.polynomial) != 2 or degree(order.polynomial) != 1:
            continue
        (first, one), (second, other) = order.polynomial.items()
        if one != -other or not (any(first) and any(second)):
            continue
        large, small = (first, second) if one > 0 else (second, first)
        square = tuple(2 * exponent for exponent in small)
        for fact in facts:
            if (
                fact.kind != "="
                and degree(fact.polynomial) == 2
                and fact.polynomial.keys() <= {square, (0,) * len(square)}
            ):
                for parts in ((large, small), (large, large)):
                    changed = tuple(map(int.__add__, *parts))
                    value = {changed if m == square else m: c for m, c in fact.polynomial.items()}
                    if hints.contradictory([*facts[:-1], *Fact(">=", value).contrary()]):
                        yield Fact(">=", value), list(facts[:-1])


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


def factors(fact: Fact) -> list[Polynomial]:
    """The factors of the fact's polynomial; none if it has only one."""
    variables = sp.symbols(f"x:{len(next(iter(fact.polynomial)))}")
    terms = {m: sp.Rational(c.numerator, c.denominator) for m, c in fact.polynomial.items()}
    _, found = sp.Poly.from_dict(terms, *variables).factor_list()
    if len(found) == 1 and found[0][1] == 1:
        return []
    return [
        {m: Fraction(int(c.p), int(c.q)) for m, c in factor.terms()} for factor, times in found for _ in range(times)
    ]


def _signed(facts: Sequence[Fact], polynomial: Polynomial) -> Fact | None:
    """The strongest relation of ``polynomial`` with 0 that ``facts`` imply."""
    for kind in (">", ">="):
        for value in (polynomial, minus(polynomial)):
            fact = Fact(kind, value)
            if hints.contradictory([*facts, *fact.contrary()]):
                return fact
    return None
