"""The sign of an expression on an interval, and where it is defined and smooth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from .rule import NotApplicable, Plain

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
