"""The products that a certificate may add up: of facts, of squares, of equations with monomials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from itertools import product as every

from .polynomials import Fact, Monomial, Polynomial, degree, product

MOST = 6000  # columns of one programme


@dataclass(frozen=True, eq=False)
class Candidate:
    """A polynomial that is not negative where the facts hold, or, for an ``equation``, 0; ``root`` is squared."""

    polynomial: Polynomial
    facts: tuple[Fact, ...]
    root: Polynomial | None = None
    equation: Fact | None = None
    times: Monomial = ()

    @property
    def strict(self) -> bool:
        return self.equation is None and self.root is None and all(fact.kind == ">" for fact in self.facts)

    @property
    def cost(self) -> float:
        """Long products and high degrees are dear, so that what is found can be read."""
        roots = 0 if self.root is None else len(self.root)
        return 1 + 0.3 * len(self.facts) + 0.2 * roots + 0.1 * degree(self.polynomial)


@dataclass(frozen=True)
class Level:
    """Products of up to ``factors`` facts, up to ``extra`` above the facts' own degree, with ``squares`` of a kind."""

    factors: int
    extra: int
    squares: str = ""


LEVELS = (
    Level(1, 0),
    Level(2, 0),
    Level(2, 0, "pairs"),
    Level(2, 2, "pairs"),
    Level(3, 2),
    Level(3, 2, "pairs"),
    Level(2, 2, "halves"),
    Level(2, 0, "integer"),
    Level(3, 2, "halves"),
    Level(4, 4),
    Level(4, 4, "pairs"),
    Level(5, 6),
)


def candidates(facts: Sequence[Fact], level: Level) -> list[Candidate]:
    """All of a level, at most MOST of them; ``facts`` are relations."""
    inequalities = [fact for fact in facts if fact.kind != "="]
    equations = [fact for fact in facts if fact.kind == "="]
    width = len(next(iter(facts[0].polynomial), ())) if facts else 0
    occurring = [n for n in range(width) if any(m[n] for fact in facts for m in fact.polynomial)]
    highest = max((degree(fact.polynomial) for fact in facts), default=0) + level.extra
    one: Polynomial = {(0,) * width: Fraction(1)}
    products = [((), one)]
    for count in range(1, level.factors + 1):
        for chosen in combinations_with_replacement(inequalities, count):
            if sum(degree(fact.polynomial) for fact in chosen) > highest:
                continue
            value = one
            for fact in chosen:
                value = product(value, fact.polynomial)
            products.append((chosen, value))
        if len(products) > MOST:
            break
    found = [Candidate(value, chosen) for chosen, value in products]
    support = {monomial for _, value in products for monomial in value}
    squares = [(root, product(root, root)) for root in _roots(level.squares, support, occurring, width)]
    for chosen, value in products:
        for root, square in squares:
            if degree(value) + degree(square) <= highest:
                found.append(Candidate(product(value, square), chosen, root))
        if len(found) > MOST:
            break
    for fact in equations:
        for monomial in _monomials(occurring, width, highest - degree(fact.polynomial)):
            shifted = product(fact.polynomial, {monomial: Fraction(1)})
            found.append(Candidate(shifted, (), equation=fact, times=monomial))
    return [candidate for candidate in found if candidate.polynomial][:MOST]


def _monomials(occurring: Sequence[int], width: int, highest: int) -> Iterable[Monomial]:
    for total in range(highest + 1):
        for chosen in combinations_with_replacement(occurring, total):
            yield tuple(chosen.count(n) for n in range(width))


def _roots(kind: str, support: set[Monomial], occurring: Sequence[int], width: int) -> list[Polynomial]:
    """What may be squared: monomials and sums and differences of two, of degree 1 or, for "halves", such that their
    squares occur in ``support``; for "integer" small integer combinations of up to three variables."""
    if not kind:
        return []
    units = list(_monomials(occurring, width, 1))
    if kind == "halves":
        even = [m for m in support if all(exponent % 2 == 0 for exponent in m)]
        units = sorted((tuple(exponent // 2 for exponent in m) for m in even), key=lambda m: (sum(m), m))[:60]
    roots: list[Polynomial] = [{m: Fraction(1)} for m in units if any(m)]
    if kind == "integer":
        for size in (2, 3):
            for chosen in combinations(units, size):
                for numbers in every((1, 2, 3), *[(-3, -2, -1, 1, 2, 3)] * (size - 1)):
                    roots.append({m: Fraction(c) for m, c in zip(chosen, numbers, strict=True)})
        return roots
    for first, second in combinations(units, 2):
        roots += [{first: Fraction(1), second: Fraction(sign)} for sign in (1, -1)]
    return roots
