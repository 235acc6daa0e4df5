"""A hump: a function that rises, then falls, because its slope changes sign once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..enclosure import Enclosure
from ..evidence import Evidence, Verdict
from ..wording import number
from .monotone import Monotone
from .rule import Inference, NotApplicable, Plain, Premise
from .sign import Interval, at, derivative_parts, lower, not_above, sampled


@dataclass(frozen=True, eq=False)
class Hump(Inference):
    """``function`` rises strictly and then falls strictly on the open ``interval``; either part may be missing.

    $f'$ is ``weight``, positive there, times ``core``, which is positive and then negative by ``slope``: a decreasing
    :class:`Monotone`, or a :class:`Hump` whose limit at the left end is at least 0, about the same expression.
    ``above`` concludes $f>b$ from both limits, which b does not exceed. ``turn`` (lo, hi) concludes that f is largest
    at one place, between them. For a valley take the negative.
    """

    rule: ClassVar[str] = "monotone"
    sentence: ClassVar[str] = (
        "A function whose derivative is first positive and then negative on an open interval, of which either part "
        "may be missing, rises strictly, then falls strictly, and lies strictly above the smaller of its limits at "
        "the two ends. A derivative has such signs if it decreases strictly, or if it is itself such a function and "
        "its limit at the left end is at least 0."
    )
    proof: ClassVar[str] = (
        "Let the derivative be positive up to $c$ and negative after it. Up to $c$ the function increases, so there it "
        "exceeds its limit at the left end; from $c$ on it decreases and exceeds that at the right end. A strictly "
        "decreasing function changes sign at most once, from $+$ to $-$. A function that rises from a limit $\\ge0$ is "
        "positive as long as it rises, and where it falls strictly it changes sign at most once."
    )
    function: sp.Expr
    variable: sp.Symbol
    interval: tuple[Any, Any]
    slope: Evidence
    core: sp.Expr | None = None
    weight: sp.Expr = sp.Integer(1)  # noqa: RUF009
    given: Sequence[Boolean] = ()
    above: Any = None
    turn: tuple[Any, Any] | None = None

    def premises(self) -> list[Premise]:
        f, inside = sp.sympify(self.function), Interval(self.variable, *self.interval)
        core, premises = derivative_parts(f, inside, self.core, self.weight, self.given)
        premises.append(Premise("its sign", self._signed(core, inside)))
        if self.above is not None:
            for end, side in zip(self.interval, "+-", strict=True):
                limit = sp.limit(f, self.variable, end, side)
                gap = sp.simplify(limit - self.above)
                premises.append(Premise(f"the limit {limit} at {end}", Plain(self.given, gap >= 0)))
        return [*premises, *self._bracket(core, inside)]

    def _signed(self, core: sp.Expr, inside: Interval) -> Evidence:
        slope = self.slope
        if isinstance(slope, Monotone):
            if slope.direction != "decreasing":
                raise NotApplicable("a slope that increases gives a valley: take the negative")
        elif isinstance(slope, Hump):
            left = sp.limit(slope.function, slope.variable, self.interval[0], "+")
            if left.is_nonnegative is not True:
                raise NotApplicable(f"the slope starts at {left}, which is not known to be at least 0")
        else:
            raise NotApplicable(f"{type(slope).__name__} does not say that a slope is positive, then negative")
        inside.covered_by(slope.function, slope.variable, slope.interval, core)
        if loose := [str(g) for g in slope.given if g not in self.given]:
            raise NotApplicable(f"the slope rests on a hypothesis that is not made here: {', '.join(loose)}")
        return slope

    def _bracket(self, core: sp.Expr, inside: Interval) -> list[Premise]:
        if self.turn is None:
            return []
        low, high = inside.beside(self.turn)
        return [
            Premise("rising before the turn", Enclosure(core, self.variable, low, lower=0)),
            Premise("falling after it", Enclosure(core, self.variable, high, upper=0)),
        ]

    def refuted(self) -> Verdict | None:
        """Three points of which the middle one is lowest, or one that is not above the bound, in 30 digits."""
        values = sampled(sp.sympify(self.function), Interval(self.variable, *self.interval))
        if self.above is not None:
            for x, fx in values:
                if not_above(fx, self.above):
                    return Verdict("fails", "the bound is crossed", f"{self.variable} = {x}: {number(fx)}")
        lowest = range(1, len(values) - 1)
        for i in lowest:
            if all(lower(values[i][1], values[j][1]) for j in (i - 1, i + 1)):
                told = ", ".join(f"{self.variable} = {x}: {number(fx)}" for x, fx in values[i - 1 : i + 2])
                return Verdict("fails", "it falls and rises again", told)
        return self._elsewhere(values)

    def _elsewhere(self, values: Sequence[tuple[Any, Any]]) -> Verdict | None:
        """A point outside the turn that is higher than its end on that side: the place is further out."""
        if self.turn is None or not values:
            return None
        f = sp.sympify(self.function)
        for end, outward in zip(map(sp.Rational, self.turn), (-1, 1), strict=True):
            beside = [end + outward * sp.Rational(1, 2**k) for k in range(12)]
            inside = [x for x in beside if self.interval[0] < x < self.interval[1]]
            fx, x = max((at(f, self.variable, x), x) for x in inside)
            if lower(at(f, self.variable, end), fx):
                return Verdict("fails", "it is higher elsewhere", f"{self.variable} = {x}: {number(fx)}")
        return None

    def relations(self) -> list[Any]:
        return [] if self.above is None else [sp.Gt(self.function, self.above, evaluate=False)]

    def premises_stated(self) -> list[Any]:
        return [*self.given, *Interval(self.variable, *self.interval).inside()]

    def conclusion(self) -> str:
        said = [rf"{latex(self.function)} \text{{ rises, then falls, in }} {latex(self.variable)}"]
        said += [latex(relation) for relation in self.relations()]
        if self.turn is not None:
            low, high = map(sp.sympify, self.turn)
            said.append(rf"\text{{it is largest at one place, in }} [{latex(low)}, {latex(high)}]")
        return r",\quad ".join(said)
