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
        if low is not None and high is not None:
            closed = self.includes_high  # where the new symbol is 0; the lower end lies at infinity
        else:
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

    def sample(self, pick: random.Random, kind: str) -> Any:
        """A rational number in the range: a ``"simple"`` one, any, or one ``"near"`` an end or far out."""
        if self.whole:
            return self._whole(pick, 7 if kind != "near" else 30)
        low, high = self.low, self.high
        if low is not None and high is not None:
            part = _share(pick, kind)
            return sp.Rational(low) + part * (sp.Rational(high) - sp.Rational(low))
        size = _size(pick, kind)
        if low is not None:
            return sp.Rational(low) + size
        return sp.Rational(high) - size if high is not None else pick.choice((-1, 1)) * size

    def _whole(self, pick: random.Random, reach: int) -> Any:
        low, high = self.low, self.high
        if low is None:
            low, reach = (high - reach, reach) if high is not None else (-reach, 2 * reach)
        start = int(low) + (0 if self.includes_low or self.low is None else 1)
        end = start + reach if high is None else min(start + reach, int(high) - (0 if self.includes_high else 1))
        return sp.Integer(pick.randint(start, end))


def _share(pick: random.Random, kind: str) -> Any:
    """A number between 0 and 1."""
    if kind == "near":
        return sp.Rational(pick.choice((1, 999)), 1000)
    of = pick.choice((2, 3, 4) if kind == "simple" else (5, 7, 9, 11, 17))
    return sp.Rational(pick.randint(1, of - 1), of)


def _size(pick: random.Random, kind: str) -> Any:
    """A number above 0."""
    if kind == "near":
        return sp.Rational(pick.choice((1, 40_000)), 997)
    return (
        sp.Rational(pick.randint(1, 6), 2) if kind == "simple" else sp.Rational(pick.randint(1, 24), pick.randint(3, 8))
    )


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
    """Points of the range, simple ones first, then near its ends, far out and at the ends that belong to it.

    They are the same for a label in every run.

    ``constraints`` are relations of SymPy between the variables, known by name. Raises ``ValueError`` if no point
    satisfies them.
    """
    if not variables:
        return [{}]
    pick = random.Random(f"points of {label}")
    found = _distinct(_candidates(variables, pick), constraints, POINTS)
    if not found:
        raise ValueError(f"{label}: no point satisfies {', '.join(map(str, constraints))}")
    ends = _distinct(_ends(variables, found), constraints, POINTS)
    return [*[point for point in found if point not in ends][: POINTS - len(ends)], *ends]


def _distinct(candidates: Iterator[dict[str, Any]], constraints: Sequence[Any], count: int) -> list[dict[str, Any]]:
    """The first ``count`` different candidates that satisfy the constraints."""
    found: list[dict[str, Any]] = []
    for candidate in candidates:
        if candidate not in found and all(_holds(constraint, candidate) for constraint in constraints):
            found.append(candidate)
            if len(found) == count:
                break
    return found


def _ends(variables: Sequence[Variable], found: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Points with one variable at an end that belongs to its range."""
    for number, variable in enumerate(variables):
        for end, belongs in ((variable.low, variable.includes_low), (variable.high, variable.includes_high)):
            if end is not None and belongs:
                yield {**found[number % len(found)], variable.name: sp.Rational(end)}


def _holds(constraint: Any, point: dict[str, Any]) -> bool:
    return bool(constraint.subs({symbol: point[symbol.name] for symbol in constraint.free_symbols}) == sp.true)


def _candidates(variables: Sequence[Variable], pick: random.Random) -> Iterator[dict[str, Any]]:
    for attempt in range(60 * POINTS):
        # a difference is best seen at simple numbers; in every third point after them some are near an end or far out
        near = attempt % 3 == 2 and attempt > 8
        simple = attempt % 3 == 0 or attempt <= 8
        yield {
            variable.name: variable.sample(
                pick, "near" if near and pick.random() < 0.6 else "simple" if simple else "any"
            )
            for variable in variables
        }
