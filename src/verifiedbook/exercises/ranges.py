"""For which values of its symbols an answer is meant: the range of each, and points in it at which to compare.

A formula is compared where the exercise makes sense and nowhere else: a keep probability of two, or a condition
number below 1, would refuse right answers; and where both signs are admitted, both are tried.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

#: Points at which two formulas are compared.
POINTS = 40


@dataclass(frozen=True)
class Variable:
    """A symbol of an answer: its name and the interval of real or whole numbers that it ranges over.

    ``low`` and ``high`` belong to the range where ``includes_low`` and ``includes_high`` say so; ``None`` is no bound.
    """

    name: str
    low: Any = None
    high: Any = None
    includes_low: bool = False
    includes_high: bool = False
    whole: bool = False

    def symbol(self) -> Any:
        """SymPy's symbol, which knows as much of the range as SymPy's assumptions can say."""
        sign = {}
        if self.low is not None and self.low >= 0:
            sign = {"nonnegative" if self.low == 0 and self.includes_low else "positive": True}
        elif self.high is not None and self.high <= 0:
            sign = {"nonpositive" if self.high == 0 and self.includes_high else "negative": True}
        return sp.Symbol(self.name, integer=True, **sign) if self.whole else sp.Symbol(self.name, real=True, **sign)

    def admits(self, value: Any) -> bool:
        """Whether ``value`` lies in the range."""
        above = self.low is None or value > self.low or (self.includes_low and value == self.low)
        below = self.high is None or value < self.high or (self.includes_high and value == self.high)
        return bool(above and below and (not self.whole or sp.Rational(value).q == 1))

    def unfolded(self) -> tuple[Any, Any]:
        """The symbol written through one that has only a sign, and that one: $p=1/(1+u)$ for $0<p<1$.

        What SymPy cannot know of ``p`` (that it is below 1) it then finds out by itself.
        """
        low, high = (None if end is None else sp.Rational(end) for end in (self.low, self.high))
        closed = self.includes_low if low is not None else self.includes_high
        sign = {"nonnegative": True} if closed else {"positive": True}
        free = sp.Symbol(f"u_{self.name}", **sign, **({"integer": True} if self.whole else {"real": True}))
        if self.whole and low is not None:
            start = low if self.includes_low else low + 1
            free = sp.Symbol(f"u_{self.name}", integer=True, nonnegative=True)
            return start + free, free
        if low is not None and high is not None and not self.whole:
            return (high + low * free) / (1 + free), free
        if low is not None:
            return low + free, free
        return (high - free, free) if high is not None else (self.symbol(), self.symbol())

    def sample(self, pick: random.Random, wide: bool) -> Any:
        """A rational number in the range, near an end or far out if ``wide``."""
        if self.whole:
            return self._whole(pick, wide)
        low, high = self.low, self.high
        if low is not None and high is not None:
            near = pick.choice((sp.Rational(1, 1000), sp.Rational(999, 1000)))
            of = pick.choice((4, 5, 7, 9, 11, 17))
            part = near if wide else sp.Rational(pick.randint(1, of - 1), of)
            return sp.Rational(low) + part * (sp.Rational(high) - sp.Rational(low))
        far = sp.Rational(pick.choice((1, 40_000)), 997)
        size = far if wide else sp.Rational(pick.randint(1, 24), pick.randint(3, 8))
        if low is not None:
            return sp.Rational(low) + size
        return sp.Rational(high) - size if high is not None else pick.choice((-1, 1)) * size

    def _whole(self, pick: random.Random, wide: bool) -> Any:
        reach = 30 if wide else 7
        low, high = self.low, self.high
        if low is None:
            low, reach = (high - reach, reach) if high is not None else (-reach, 2 * reach)
        start = int(low) + (0 if self.includes_low or self.low is None else 1)
        end = start + reach if high is None else min(start + reach, int(high) - (0 if self.includes_high else 1))
        return sp.Integer(pick.randint(start, end))


def real(name: str) -> Variable:
    """A real number of either sign."""
    return Variable(name)


def positive(name: str) -> Variable:
    """A number above 0."""
    return Variable(name, low=0)


def nonnegative(name: str) -> Variable:
    """A number that is 0 or above."""
    return Variable(name, low=0, includes_low=True)


def at_least(name: str, low: Any) -> Variable:
    """A number that is ``low`` or above."""
    return Variable(name, low=low, includes_low=True)


def between(name: str, low: Any, high: Any, ends: str = "()") -> Variable:
    """A number between two; ``ends`` is written as intervals are, ``"(]"`` if only the upper one belongs to it."""
    return Variable(name, low, high, includes_low=ends[0] == "[", includes_high=ends[1] == "]")


def whole(name: str, low: Any = None, high: Any = None) -> Variable:
    """A whole number, from ``low`` and up to ``high`` where they are given."""
    return Variable(name, low, high, low is not None, high is not None, whole=True)


def points(variables: Sequence[Variable], constraints: Sequence[Any] = (), label: str = "") -> list[dict[str, Any]]:
    """Points of the range, simple ones first, then near its ends and far out; the same for a label in every run.

    ``constraints`` are relations of SymPy between the variables, known by name. Raises ``ValueError`` if no point
    satisfies them.
    """
    if not variables:
        return [{}]
    found: list[dict[str, Any]] = []
    for candidate in _candidates(variables, random.Random(f"points of {label}")):
        if candidate not in found and all(_holds(constraint, candidate) for constraint in constraints):
            found.append(candidate)
        if len(found) == POINTS:
            break
    if not found:
        raise ValueError(f"{label}: no point satisfies {', '.join(map(str, constraints))}")
    return found


def _holds(constraint: Any, point: dict[str, Any]) -> bool:
    return bool(constraint.subs({symbol: point[symbol.name] for symbol in constraint.free_symbols}) == sp.true)


def _candidates(variables: Sequence[Variable], pick: random.Random) -> Iterator[dict[str, Any]]:
    for attempt in range(60 * POINTS):
        # in every third point each variable may be near an end or far out
        wide = attempt % 3 == 2
        yield {v.name: v.sample(pick, wide and pick.random() < 0.6) for v in variables}
