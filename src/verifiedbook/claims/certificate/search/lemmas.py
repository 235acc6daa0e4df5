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
    """Where x > y is among ``facts``, bounds of one square, of x or y, said of xy and of the other square too."""
    base = list(facts[:-1])  # the last fact is usually what is to be refuted
    for order in base:
        if order.kind == "=" or len(order.polynomial) != 2 or degree(order.polynomial) != 1:
            continue
        first, second = order.polynomial
        if not (any(first) and any(second)):
            continue
        squares = [tuple(map(int.__add__, m, n)) for m, n in ((first, first), (first, second), (second, second))]
        for fact in base:
            bounded = [monomial for monomial in fact.polynomial if any(monomial)]
            if fact.kind == "=" or len(fact.polynomial) != 2 or len(bounded) != 1 or bounded[0] not in squares:
                continue
            for square in squares:
                value = {square if monomial == bounded[0] else monomial: c for monomial, c in fact.polynomial.items()}
                lemma = Fact(">=", value)
                if square != bounded[0] and hints.contradictory([*base, *lemma.contrary()]):
                    yield lemma, base


def rounded(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact, list[Fact]]]:
    """Facts with a number of many digits, what is weaker and has fewer, and from what it follows, as z3 tells."""
    facts = list(facts)
    for number, fact in enumerate(facts):
        others = [*facts[:number], *facts[number + 1 :]]
        signs = [other for other in others if len(other.polynomial) == 1]
        for weaker in _weaker(fact):
            if hints.contradictory([*others, weaker]) and hints.contradictory([fact, *signs, *weaker.contrary()]):
                yield fact, weaker, [fact, *signs]
                facts[number] = weaker
                break


def _weaker(fact: Fact) -> Iterator[Fact]:
    """The fact with its longest coefficient rounded up or down, to a multiple of 1, 1/2, 1/3, ..."""
    size = min(map(abs, fact.polynomial.values()), key=lambda c: len(str(c)), default=Fraction(1))
    scaled = {monomial: coefficient / size for monomial, coefficient in fact.polynomial.items()}
    longest = max(scaled, key=lambda monomial: len(str(scaled[monomial])), default=())
    if fact.kind == "=" or not scaled or len(str(scaled[longest])) <= 5:
        return
    for denominator in range(1, 40):
        for up in (1, 0):
            near = Fraction(floor(scaled[longest] * denominator) + up, denominator)
            yield Fact(">=", {monomial: c for monomial, c in {**scaled, longest: near}.items() if c})


def factors(fact: Fact) -> list[Polynomial]:
    """The factors of the fact's polynomial; none if it has only one, or is 0."""
    if not fact.polynomial:
        return []
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
    for kind in (">", "=", ">="):
        for value in (polynomial, minus(polynomial)):
            fact = Fact(kind, value)
            if hints.contradictory([*facts, *fact.contrary()]):
                return fact
    return None
