"""The sign of an expression on an interval, where it is smooth, the parts of its derivative, and sampled values."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..identity import Identity
from .rule import NotApplicable, Plain, Premise

_ROUNDING = sp.Float("1e-20")
_SMOOTH = (sp.exp, sp.log, sp.sin, sp.cos, sp.tanh, sp.sinh, sp.cosh, sp.erf, sp.atan)


@dataclass(frozen=True)
class Interval:
    """The open interval from ``left`` to ``right`` of ``variable``; either end may be infinite."""

    variable: sp.Symbol
    left: Any
    right: Any

    def inside(self) -> list[Boolean]:
        """What makes a point one of it, as relations the solvers read."""
        plain = sp.Dummy(self.variable.name)
        ends = [(sp.Gt, self.left), (sp.Lt, self.right)]
        return [
            relation(plain, end, evaluate=False).func(self.variable, end, evaluate=False)
            for relation, end in ends
            if sp.sympify(end).is_finite
        ]

    def admitted(self) -> None:
        """Raise :class:`NotApplicable` if the variable's own assumptions exclude a part of the interval."""
        x = self.variable
        below, above = sp.sympify(self.left) < 0, sp.sympify(self.right) > 0
        excluded = (x.is_nonnegative and below != sp.false) or (x.is_nonpositive and above != sp.false)
        if x.is_integer or excluded:
            raise NotApplicable(f"{x} is declared so that it does not run over the whole interval")

    def moved(self, expression: sp.Expr) -> sp.Expr:
        """``expression`` in an unknown, positive where an end is finite, that runs over the interval."""
        inward = sp.Dummy("u", positive=True)
        left, right = sp.sympify(self.left), sp.sympify(self.right)
        if left.is_finite and not right.is_finite:
            return expression.xreplace({self.variable: left + inward})
        if right.is_finite and not left.is_finite:
            return expression.xreplace({self.variable: right - inward})
        if left.is_finite and right.is_finite:
            return expression.xreplace({self.variable: left + (right - left) * inward / (1 + inward)})
        return expression.xreplace({self.variable: sp.Dummy("u", real=True)})

    def positive(self, expression: sp.Expr, given: Sequence[Boolean]) -> bool:
        """Whether SymPy or the solvers know ``expression`` to be positive inside."""
        moved = sp.sympify(self.moved(sp.sympify(expression)))
        if moved.is_positive or sp.factor(moved).is_positive:
            return True
        return self._solved(expression > 0, given)

    def covered_by(self, about: sp.Expr, variable: sp.Symbol, interval: tuple[Any, Any], core: sp.Expr) -> None:
        """Raise :class:`NotApplicable` unless what is known of ``about`` on ``interval`` is about ``core`` here."""
        if variable != self.variable or sp.simplify(about - core) != 0:
            raise NotApplicable("the evidence for the slope is about something else")
        if not (sp.sympify(interval[0]) <= self.left and self.right <= sp.sympify(interval[1])):
            raise NotApplicable("the evidence for the slope does not cover the interval")

    def beside(self, bracket: tuple[Any, Any]) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        """Two short intervals that end, and begin, at the two rational ends of ``bracket``, both inside."""
        low, high = map(sp.Rational, bracket)
        bit = (high - low) / 1000
        if not (low < high and self.left < low - bit and high + bit < self.right):
            raise NotApplicable("the place must be sought further inside the interval")
        return (low - bit, low), (high, high + bit)

    def nonzero(self, expression: sp.Expr, given: Sequence[Boolean]) -> bool:
        moved = sp.sympify(self.moved(sp.sympify(expression)))
        if moved.is_nonzero or sp.factor(moved).is_nonzero:
            return True
        return self._solved(sp.Ne(expression, 0), given)

    def _solved(self, relation: Boolean, given: Sequence[Boolean]) -> bool:
        try:
            return Plain([*given, *self.inside()], relation).attempt().status == "holds"
        except ValueError:
            return False

    def smooth(self, expression: sp.Expr, given: Sequence[Boolean]) -> None:
        """Raise :class:`NotApplicable` unless ``expression`` is plainly smooth at every point inside."""
        for part in sp.preorder_traversal(expression):
            if isinstance(part, sp.Symbol | sp.Number | sp.NumberSymbol | sp.Add | sp.Mul):
                continue
            if isinstance(part, sp.Pow):
                self._power(part, given)
            elif isinstance(part, sp.log):
                if not self.positive(part.args[0], given):
                    raise NotApplicable(f"{part}: its argument is not known to be positive")
            elif not isinstance(part, _SMOOTH):
                raise NotApplicable(f"{part} is not known to be smooth")

    def _power(self, power: sp.Pow, given: Sequence[Boolean]) -> None:
        base, exponent = power.base, power.exp
        if exponent.is_Integer and exponent >= 0:
            return
        known = self.nonzero(base, given) if exponent.is_Integer else self.positive(base, given)
        if not known:
            raise NotApplicable(f"{power}: {base} is not known to keep away from 0")


def derivative_parts(
    f: sp.Expr, inside: Interval, core: sp.Expr | None, weight: sp.Expr, given: Sequence[Boolean]
) -> tuple[sp.Expr, list[Premise]]:
    """The factor of $f'$ that has its sign, and the premise that the other, ``weight``, is a positive factor."""
    inside.admitted()
    if inside.variable not in f.free_symbols:
        raise NotApplicable(f"the function does not depend on {inside.variable}")
    inside.smooth(f, given)
    derivative = sp.diff(f, inside.variable)
    if core is None:
        return derivative, []
    core, weight = sp.sympify(core), sp.sympify(weight)
    if not inside.positive(weight, given):
        raise NotApplicable(f"the weight {weight} is not known to be positive")
    return core, [Premise("the derivative", Identity(lambda: derivative, lambda: weight * core))]


def sampled(f: sp.Expr, inside: Interval) -> list[tuple[sp.Rational, sp.Expr]]:
    """Values of ``f`` at about 50 rational points inside, in order; none if it has parameters."""
    if f.free_symbols != {inside.variable}:
        return []
    rng = random.Random(0)
    ends = [sp.Integer(10) ** k for k in (-3, -2, -1, 1, 2, 3)]
    inward = {*ends, *(sp.Rational(rng.randint(1, 399), rng.choice((7, 40))) for _ in range(50))}
    place = inside.moved(inside.variable)
    (free,) = place.free_symbols
    points = sorted({place.subs(free, distance) for distance in inward})
    values = [(x, at(f, inside.variable, x)) for x in points]
    return [(x, value) for x, value in values if value.is_real and value.is_finite]


def at(f: sp.Expr, variable: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """The value there, exact if it is rational, otherwise to 40 digits."""
    found = f.subs(variable, value)
    return found if found.is_Rational else sp.N(found, 40)


def lower(a: sp.Expr, b: sp.Expr) -> bool:
    """Whether ``a`` is surely less than ``b``: by more than rounding could do."""
    return bool(a < b) if a.is_Rational and b.is_Rational else bool(sp.N(b - a, 30) > _ROUNDING)


def not_above(a: Any, b: Any) -> bool:
    """Whether ``a`` is surely at most ``b``; numbers that are equal but for rounding decide nothing."""
    a, b = sp.sympify(a), sp.sympify(b)
    return bool(a <= b) if a.is_Rational and b.is_Rational else lower(a, b)
