"""Completing the square: where a fact is quadratic in a variable that no other fact has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .candidates import Candidate
from .polynomials import Fact, Polynomial, minus, product


@dataclass(frozen=True)
class Square:
    """F = A v^2 + B v + C: ``leading`` is A, ``root`` is 2Av + B, ``rest`` is 4AC - B^2."""

    leading: Polynomial
    root: Polynomial
    rest: Polynomial


def quadratics(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Square]]:
    """Facts -F > 0 (or >= 0, or F = 0) with such an F, and F's square."""
    for fact in facts:
        others = [other for other in facts if other is not fact]
        for place in range(len(next(iter(fact.polynomial), ()))):
            powers = {monomial[place] for monomial in fact.polynomial}
            elsewhere = any(monomial[place] for other in others for monomial in other.polynomial)
            if max(powers) == 2 and not elsewhere:
                polynomial = fact.polynomial if fact.kind == "=" else minus(fact.polynomial)
                yield fact, _square(polynomial, place)


def completion(fact: Fact, lemmas: Sequence[Fact], square: Square) -> list[Candidate]:
    """The terms of 4AF = (2Av + B)^2 + (4AC - B^2), as far as they are not 0."""
    found = [Candidate(product(square.root, square.root), (), square.root)]
    if fact.kind == "=":
        for monomial in square.leading:
            shifted = product(fact.polynomial, {monomial: Fraction(1)})
            found.append(Candidate(shifted, (), equation=fact, times=monomial))
        return found + [Candidate(lemma.polynomial, (lemma,)) for lemma in lemmas]
    found.append(Candidate(product(fact.polynomial, square.leading), (fact, lemmas[0])))
    return found + [Candidate(lemma.polynomial, (lemma,)) for lemma in lemmas[1:]]


def _square(polynomial: Polynomial, place: int) -> Square:
    parts: list[Polynomial] = [{}, {}, {}]
    for monomial, coefficient in polynomial.items():
        lowered = tuple(0 if n == place else exponent for n, exponent in enumerate(monomial))
        parts[monomial[place]][lowered] = coefficient
    constant, linear, leading = parts
    width = len(next(iter(polynomial)))
    variable = {tuple(int(n == place) for n in range(width)): Fraction(2)}
    rest = product(product(leading, constant), {(0,) * width: Fraction(4)})
    return Square(leading, _sum(product(leading, variable), linear), _sum(rest, minus(product(linear, linear))))


def _sum(left: Polynomial, right: Polynomial) -> Polynomial:
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}
