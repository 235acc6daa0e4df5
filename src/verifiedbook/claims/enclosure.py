"""Bounds for all values of one variable, by interval arithmetic: rounding only ever widens the answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import sympy as sp
from mpmath import iv

from ..printing import latex
from .evidence import Evidence, Verdict


@dataclass(frozen=True, eq=False)
class Enclosure(Evidence):
    """``lower <= expression <= upper`` for every value of ``variable`` in the closed ``interval``.

    The interval is halved until the mean value form, f(c) + f'(box)·(box − c), evaluated with outward rounding, lies
    within the bounds on every box. A point whose enclosure lies outside refutes it. ``lower`` or ``upper`` may be None;
    all numbers are exact (integers or Rationals).
    """

    kind: ClassVar[str] = "universal"
    expression: sp.Expr
    variable: sp.Symbol
    interval: tuple[Any, Any]
    lower: Any = None
    upper: Any = None
    boxes: int = 20_000

    def __post_init__(self) -> None:
        if not self.scope:  # what it covers is the interval, and no author has to say so
            left, right = map(_told, self.interval)
            object.__setattr__(self, "scope", f"{self.variable} from {left} to {right}")

    def relations(self) -> list[Any]:
        found = [] if self.lower is None else [sp.Ge(self.expression, self.lower)]
        return found + ([] if self.upper is None else [sp.Le(self.expression, self.upper)])

    def assumptions(self) -> list[str]:
        left, right = map(sp.sympify, self.interval)
        return [rf"{latex(left)} \le {latex(self.variable)} \le {latex(right)}"]

    def conclusion(self) -> str:
        low = "" if self.lower is None else rf"{latex(sp.sympify(self.lower))} \le "
        high = "" if self.upper is None else rf" \le {latex(sp.sympify(self.upper))}"
        return f"{low}{latex(self.expression)}{high}"

    def attempt(self) -> Verdict:
        if self.lower is None and self.upper is None:
            return Verdict("fails", "no bound is stated")
        numbers = (*self.interval, *(b for b in (self.lower, self.upper) if b is not None))
        if any(not sp.sympify(b).is_Rational for b in numbers):
            return Verdict("inconclusive", "bounds and interval must be exact: integers or Rationals")
        left, right = (Fraction(int(b.p), int(b.q)) for b in map(sp.Rational, self.interval))
        if not left < right:
            return Verdict("fails", f"vacuous: the interval from {left} to {right} has no inside")
        slope = sp.diff(self.expression, self.variable)
        waiting, done = [(left, right)], 0
        while waiting:
            a, b = waiting.pop()
            done += 1
            if done > self.boxes:
                return Verdict("inconclusive", f"undecided after {self.boxes} boxes, near {float(a):.6g}")
            middle = (a + b) / 2
            at_middle = self._at(self.expression, _interval(middle, middle))
            if (outside := self._outside(at_middle)) is not None:
                witness = f"{self.variable} = {middle}: value {outside}"
                return Verdict("fails", "a point lies outside the bounds", witness)
            box = _interval(a, b)
            spread = at_middle + self._at(slope, box) * (box - _interval(middle, middle))
            if not self._inside(spread):
                waiting += [(a, middle), (middle, b)]
        return Verdict("holds", f"interval arithmetic (mpmath) on {done} boxes")

    def _inside(self, values: Any) -> bool:
        above = self.lower is None or values.a >= _number(self.lower).b
        below = self.upper is None or values.b <= _number(self.upper).a
        return bool(above and below)

    def _outside(self, values: Any) -> str | None:
        low = self.lower is not None and values.b < _number(self.lower).a
        high = self.upper is not None and values.a > _number(self.upper).b
        return f"in [{float(values.a.a):.9g}, {float(values.b.b):.9g}]" if low or high else None

    def _at(self, expression: sp.Expr, box: Any) -> Any:
        """``expression`` with ``box`` for the variable, in interval arithmetic."""
        if expression == self.variable:
            return box
        if expression.is_Rational:
            return _number(expression)
        if expression == sp.pi:
            return iv.pi
        arguments = [self._at(argument, box) for argument in expression.args]
        if expression.is_Add:
            return sum(arguments[1:], arguments[0])
        if expression.is_Mul:
            product = arguments[0]
            for factor in arguments[1:]:
                product = product * factor
            return product
        if expression.is_Pow and expression.exp.is_Integer:
            return arguments[0] ** int(expression.exp)
        for function, enclosure in ((sp.exp, iv.exp), (sp.log, iv.log), (sp.sin, iv.sin), (sp.cos, iv.cos)):
            if isinstance(expression, function):
                return enclosure(arguments[0])
        if isinstance(expression, sp.erf):
            return _erf(arguments[0])
        if expression.is_Pow and (2 * expression.exp).is_Integer:
            return iv.sqrt(arguments[0]) ** int(2 * expression.exp)
        raise TypeError(f"no interval arithmetic for {expression}")


#: Beyond this the terms of its series are too large beside their sum.
_LARGEST_ERF = 5


def _erf(values: Any) -> Any:
    """The error function increases, so its values at the two ends enclose the others."""
    return iv.mpf([_erf_at(values.a).a, _erf_at(values.b).b])


def _erf_at(x: Any) -> Any:
    """$\\frac2{\\sqrt\\pi}\\sum_n\\frac{(-1)^nx^{2n+1}}{n!(2n+1)}$; where terms fall, the rest is below the next."""
    square = x * x
    if not square.b <= _LARGEST_ERF**2:
        raise TypeError(f"no interval arithmetic for the error function beyond {_LARGEST_ERF}")
    total, power = iv.mpf(0), x
    # terms fall from n > x² on
    for n in range(2 * _LARGEST_ERF**2 + 70):
        total += power / (2 * n + 1)
        power = -power * square / (n + 1)
    rest = abs(power)
    return (total + iv.mpf([-rest.b, rest.b])) * 2 / iv.sqrt(iv.pi)


def _number(value: Any) -> Any:
    rational = sp.Rational(value)
    return iv.mpf(int(rational.p)) / iv.mpf(int(rational.q))


def _interval(a: Fraction, b: Fraction) -> Any:
    low, high = (iv.mpf(f.numerator) / iv.mpf(f.denominator) for f in (a, b))
    return iv.mpf([low.a, high.b])


def _told(value: Any) -> str:
    """A rational number as a decimal where that is exact, else as a fraction."""
    number = sp.sympify(value)
    for digits in range(10):
        if (number * 10**digits).is_Integer:
            return f"{Decimal(int(number * 10**digits)).scaleb(-digits):f}"
    return str(number)
