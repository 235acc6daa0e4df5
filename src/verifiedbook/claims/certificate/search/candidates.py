"""The products that a certificate may add up: of facts, of squares, of equations with monomials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


CHEAP = (
    Level(1, 0),
    Level(2, 0),
    Level(2, 0, "pairs"),
    Level(2, 2, "pairs"),
    Level(3, 0, "triples"),
    Level(3, 2),
    Level(2, 2, "halves"),
)
DEAR = (
    Level(3, 2, "pairs"),
    Level(3, 2, "halves"),
    Level(2, 0, "integer"),
    Level(4, 4),
    Level(4, 4, "pairs"),
    Level(5, 6),
)


def candidates(
    facts: Sequence[Fact],
    level: Level,
    extra: Sequence[tuple[Fact, ...]] = (),
    roots: Sequence[Polynomial] = (),
) -> list[Candidate]:
    """All of a level, at most MOST of them.

    ``facts`` are relations, ``extra`` products of them to have in any case, ``roots`` are squared in any case.
    """
    width = len(next(iter(facts[0].polynomial), ())) if facts else 0
    variables = [n for n in range(width) if any(m[n] for fact in facts for m in fact.polynomial)]
    highest = max((degree(fact.polynomial) for fact in facts), default=0) + level.extra
    products = [
        *_products(facts, level.factors, highest, width),
        *((chosen, _value(chosen, width)) for chosen in extra),
    ]
    found = [Candidate(value, chosen) for chosen, value in products]
    shifted: list[Candidate] = []
    for fact in (fact for fact in facts if fact.kind == "="):
        for monomial in _monomials(variables, width, highest - degree(fact.polynomial)):
            value = product(fact.polynomial, {monomial: Fraction(1)})
            shifted.append(Candidate(value, (), equation=fact, times=monomial))
    kinds = [*roots, *_roots(level.squares, [*found, *shifted], variables, width, highest)]
    squares = [(root, product(root, root)) for root in kinds]
    for chosen, value in products:
        if len(found) + len(shifted) > MOST:
            break
        for root, square in squares:
            if degree(value) + degree(square) <= highest:
                found.append(Candidate(product(value, square), chosen, root))
    return [candidate for candidate in [*shifted, *found] if candidate.polynomial][:MOST]


def _products(
    facts: Sequence[Fact], factors: int, highest: int, width: int
) -> Iterator[tuple[tuple[Fact, ...], Polynomial]]:
    inequalities = [fact for fact in facts if fact.kind != "="]
    many = 0
    for count in range(factors + 1):
        for chosen in combinations_with_replacement(inequalities, count):
            if sum(degree(fact.polynomial) for fact in chosen) <= highest and many < MOST:
                many += 1
                yield chosen, _value(chosen, width)


def _value(facts: Iterable[Fact], width: int) -> Polynomial:
    value: Polynomial = {(0,) * width: Fraction(1)}
    for fact in facts:
        value = product(value, fact.polynomial)
    return value


def _monomials(variables: Sequence[int], width: int, highest: int) -> Iterator[Monomial]:
    for total in range(highest + 1):
        for chosen in combinations_with_replacement(variables, total):
            yield tuple(chosen.count(n) for n in range(width))


def _roots(
    kind: str, unsquared: Sequence[Candidate], variables: Sequence[int], width: int, highest: int
) -> list[Polynomial]:
    """What may be squared: variables and sums and differences of two of 1 and the variables ("pairs"), or of three
    ("triples"); small integer combinations of them ("integer"); monomials and sums and differences of two such that
    what comes of squaring them and multiplying with a fact occurs in other candidates ("halves")."""
    if not kind:
        return []
    units = list(_monomials(variables, width, 1))
    twice: set[Monomial] | None = None
    if kind == "halves":
        support = {monomial for candidate in unsquared for monomial in candidate.polynomial}
        single = {m for c in unsquared if len(c.facts) <= 1 and not c.equation for m in c.polynomial}
        twice = {tuple(map(int.__sub__, m, times)) for m in support for times in single}
        even = [m for m in twice if all(exponent >= 0 and exponent % 2 == 0 for exponent in m)]
        halves = {tuple(exponent // 2 for exponent in m) for m in even if sum(m) <= highest}
        units = sorted(halves, key=lambda m: (sum(m), m))

    roots: list[Polynomial] = [{m: Fraction(1)} for m in units if any(m)]
    if kind == "integer":
        for size in (2, 3):
            for chosen in combinations(units, size):
                for numbers in every((1, 2, 3), *[(-3, -2, -1, 1, 2, 3)] * (size - 1)):
                    roots.append({m: Fraction(c) for m, c in zip(chosen, numbers, strict=True)})
        return roots
    for first, second in combinations(units, 2):
        if twice is None or tuple(map(int.__add__, first, second)) in twice:
            roots += [{first: Fraction(1), second: Fraction(sign)} for sign in (1, -1)]
    if kind == "triples":
        for one, two, three in combinations(units, 3):
            for signs in every((1, -1), repeat=2):
                roots.append({one: Fraction(1), two: Fraction(signs[0]), three: Fraction(signs[1])})
    return roots
