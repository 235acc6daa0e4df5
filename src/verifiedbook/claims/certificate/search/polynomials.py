"""Facts as the search sees them, and the little arithmetic of polynomials that it needs. The checker has its own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Monomial = tuple[int, ...]
Polynomial = dict[Monomial, Fraction]


@dataclass(frozen=True, eq=False)
class Fact:
    """A relation of ``polynomial`` with 0 (``kind`` is >, >= or =), or for ``kind`` "or" the facts of each part."""

    kind: str
    polynomial: Polynomial
    parts: tuple[tuple[Fact, ...], ...] = ()

    def contrary(self) -> tuple[Fact, ...]:
        """The facts that hold if this relation does not."""
        opposite = minus(self.polynomial)
        if self.kind == "=":
            return (Fact("or", {}, ((Fact(">", self.polynomial),), (Fact(">", opposite),))),)
        return (Fact(">=" if self.kind == ">" else ">", opposite),)


def read(value: Any) -> Polynomial:
    """A polynomial from its plain values."""
    return {tuple(monomial): Fraction(coefficient) for coefficient, monomial in value}


def written(polynomial: Polynomial) -> list[Any]:
    """Its plain values, by falling degree."""
    order = sorted(polynomial, key=lambda monomial: (-sum(monomial), [-exponent for exponent in monomial]))
    return [[str(polynomial[monomial]), list(monomial)] for monomial in order]


def facts_of(formula: Any, negative: list[bool], holds: bool = True) -> tuple[Fact, ...]:
    """The facts that ``formula`` (or its contrary) states; ``negative`` says which divisors are negative."""
    kind, *parts = formula
    if kind == "not":
        return facts_of(parts[0], negative, not holds)
    if kind in ("and", "or"):
        read_parts = [facts_of(part, negative, holds) for part in parts]
        if (kind == "and") == holds:
            return tuple(fact for part in read_parts for fact in part)
        return (Fact("or", {}, tuple(read_parts)),)
    polynomial = read(parts[0])
    if sum(negative[divisor] for divisor in parts[1:]) % 2:
        polynomial = minus(polynomial)
    fact = Fact(kind, polynomial)
    return (fact,) if holds else fact.contrary()


def minus(polynomial: Polynomial) -> Polynomial:
    return {monomial: -coefficient for monomial, coefficient in polynomial.items()}


def product(left: Polynomial, right: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for m, c in left.items():
        for n, d in right.items():
            monomial = tuple(map(int.__add__, m, n))
            total[monomial] = total.get(monomial, Fraction(0)) + c * d
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def degree(polynomial: Polynomial) -> int:
    """The total degree; 0 for constants."""
    return max(map(sum, polynomial), default=0)
