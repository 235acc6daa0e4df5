"""Symbolic identities: proved by exact simplification, refuted by a point."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..printing import latex
from .certificate import normal_forms
from .evidence import Evidence, Verdict
from .wording import number, point

Sides = Any  # an expression, a matrix, or nested sequences of them

#: Equations that are printed, and how long their LaTeX may be.
_SHOWN, _READABLE = 3, 400
_POINTS = 3
_DIGITS = 50
_NONZERO = sp.Float("1e-30")


@dataclass(frozen=True, eq=False)
class Identity(Evidence):
    """``lhs`` equals ``rhs`` for all values of the symbols.

    Either side is an expression, a matrix, nested sequences of them, or a function without arguments that derives them.
    Equal only if simplification reaches exactly 0. Refuted by a rational point, which satisfies ``given`` and the
    symbols' assumptions, where the sides differ by more than 1e-30 in 50-digit arithmetic. Anything else is
    inconclusive. Two plain expressions that are equal as written are a failure: nothing was derived.
    """

    kind: ClassVar[str] = "identity"
    lhs: Sides | Callable[[], Sides]
    rhs: Sides | Callable[[], Sides]
    given: Sequence[Boolean] = ()
    _known: list[tuple[sp.Expr, sp.Expr]] = field(init=False, repr=False, default_factory=list)

    def assumptions(self) -> list[str]:
        return [latex(relation) for relation in map(sp.sympify, self.given) if relation is not sp.true]

    def conclusion(self) -> str:
        """The equations, where they are few and short enough to be read."""
        told = [f"{latex(a)} = {latex(b)}" for a, b in self._known[:_SHOWN] if sp.sympify(a) != sp.sympify(b)]
        text = r",\quad ".join(told)
        return text if len(self._known) <= _SHOWN and len(text) <= _READABLE else ""

    def certificate(self) -> Mapping[str, Any] | None:
        """The equations multiplied out, where they are quotients of polynomials in symbols, roots and functions."""
        return normal_forms.certificate(self._known)

    def as_it_stands(self) -> bool:
        """Whether the sides came out as the same expressions, so that nothing was left to simplify."""
        return all(sp.sympify(a) == sp.sympify(b) for a, b in self._known)

    def relations(self) -> list[Any]:
        left, right = _value(self.lhs), _value(self.rhs)
        whole = [(left, right)] if isinstance(left, sp.MatrixBase) and isinstance(right, sp.MatrixBase) else []
        return [*whole, *zip(_entries(left), _entries(right), strict=False)]

    def premises_stated(self) -> list[Any]:
        return list(self.given)

    def attempt(self) -> Verdict:
        derived = callable(self.lhs) or callable(self.rhs)
        left, right = list(_entries(_value(self.lhs))), list(_entries(_value(self.rhs)))
        if len(left) != len(right):
            return Verdict("fails", f"the sides have different shapes: {len(left)} and {len(right)} entries")
        if not left:
            return Verdict("fails", "there is nothing to compare")
        if not derived and left == right:
            return Verdict("fails", "the two sides are the same expression as written: nothing was derived")
        self._known[:] = zip(left, right, strict=True)
        for a, b in self._known:
            verdict = self._equal(a, b)
            if verdict.status != "holds":
                return verdict
        entries = "equation" if len(left) == 1 else "equations"
        return Verdict("holds", f"{len(left)} {entries} simplified to 0 = 0")

    def _equal(self, a: sp.Expr, b: sp.Expr) -> Verdict:
        difference = sp.sympify(a) - sp.sympify(b)
        if difference == 0:
            return Verdict("holds", "")
        if (found := self._counterexample(difference, a, b)) is not None:
            return Verdict("fails", "the sides differ at a point", found)
        if any(step(difference) == 0 for step in _STEPS):
            return Verdict("holds", "")
        return Verdict("inconclusive", f"could not be simplified to 0: {sp.sstr(difference)[:200]}")

    def _counterexample(self, difference: sp.Expr, a: sp.Expr, b: sp.Expr) -> str | None:
        rng = random.Random(0)
        # those that cancel in the difference too: the point is shown with both sides evaluated there
        involved = [sp.sympify(part).free_symbols for part in (a, b, *self.given)]
        symbols = sorted(set().union(*involved), key=lambda s: s.name)
        for number_of_point in range(_POINTS):
            values = self._point(symbols, rng, wide=number_of_point > 0)
            if values is None:
                return None
            gap = _evaluate(difference, values)
            if gap is not None and abs(gap) > _NONZERO:
                left, right = _evaluate(a, values), _evaluate(b, values)
                told = (
                    f"{number(left)} ≠ {number(right)}"
                    if None not in (left, right)
                    else f"they differ by {number(gap)}"
                )
                return f"{point(values)}: {told}" if symbols else told
        return None

    def _point(self, symbols: list[sp.Symbol], rng: random.Random, wide: bool) -> dict[sp.Symbol, sp.Rational] | None:
        for attempt in range(200):
            values = {symbol: _draw(symbol, rng, wide or attempt >= 20) for symbol in symbols}
            if all(sp.sympify(relation).subs(values) == sp.true for relation in self.given):
                return values
        return None


def _value(side: Sides | Callable[[], Sides]) -> Sides:
    # SymPy's own classes are callable too; only plain functions are derivations
    return side() if callable(side) and not isinstance(side, sp.Basic | sp.MatrixBase) else side


def _entries(side: Sides) -> Iterator[sp.Expr]:
    if isinstance(side, sp.MatrixBase):
        yield from side
    elif isinstance(side, list | tuple | sp.Tuple):
        for part in side:
            yield from _entries(part)
    else:
        value = sp.sympify(side)
        if isinstance(value, sp.Equality):
            yield value.lhs - value.rhs
        elif not isinstance(value, sp.Expr):
            raise TypeError(f"an identity compares expressions, not {type(value).__name__}")
        else:
            yield value


def _draw(symbol: sp.Symbol, rng: random.Random, wide: bool) -> sp.Rational:
    """A small rational number that the symbol's assumptions allow.

    Between 0 and 1, where probabilities, averaging weights and rates live, unless ``wide``: a counterexample should lie
    where the statement is meant, also if its range was not given.
    """
    if symbol.is_integer:
        value = sp.Integer(rng.randint(1, 6))
    elif wide:
        value = sp.Rational(rng.randint(1, 40), rng.randint(7, 23))
    else:
        denominator = rng.choice((5, 7, 9, 11, 13))
        value = sp.Rational(rng.randint(1, denominator - 1), denominator)
    if not wide:
        return -value if symbol.is_negative else value
    if symbol.is_negative or (symbol.is_positive is None and not symbol.is_nonnegative and rng.random() < 0.5):
        value = -value
    return value


def _evaluate(expression: sp.Expr, values: dict[sp.Symbol, sp.Rational]) -> sp.Expr | None:
    """The value at a point, exact if rational, else to 50 digits; None where it is undefined or not a number."""
    value = sp.sympify(expression).subs(values)
    if value.has(sp.Sum, sp.Integral, sp.Product, sp.Limit):
        value = value.doit()
    if not value.is_Rational:
        value = sp.N(value, _DIGITS)
    return value if value.is_number and value.is_finite else None


_STEPS: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
    sp.expand,
    lambda d: sp.cancel(sp.together(d)),
    lambda d: sp.powsimp(sp.expand(sp.expand_power_exp(d))),
    lambda d: sp.radsimp(sp.expand(d)),
    sp.simplify,
    lambda d: sp.simplify(d.rewrite(sp.exp)),
    lambda d: sp.simplify(d.doit()),
)
