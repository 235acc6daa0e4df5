"""Monotone: what the sign of a derivative says about a function on an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..enclosure import Enclosure
from ..evidence import Evidence, Verdict
from ..wording import number
from .rule import Inference, NotApplicable, Plain, Premise
from .sign import Interval, derivative_parts, not_above, sampled


@dataclass(frozen=True, eq=False)
class Monotone(Inference):
    """``function`` is strictly ``direction`` on the open ``interval`` of ``variable``, and what follows from that.

    $f'$ is ``weight``, positive there, times ``core``, whose sign is decided by solvers if it is rational, or given by
    ``slope``: another :class:`Monotone` with a bound at 0, or an :class:`Enclosure`, about the same expression.
    ``bound`` concludes $f>b$ or $f<b$ from the limit at an end, which b does not pass: *above* from the left end if f
    increases, from the right if it decreases; *below* from the other. ``root`` (lo, hi) concludes that f has exactly
    one root, between them.
    """

    rule: ClassVar[str] = "monotone"
    sentence: ClassVar[str] = (
        "A function whose derivative is positive on an open interval increases strictly there: it lies strictly above "
        "its limit at the left end, strictly below that at the right end, and has at most one root; exactly one if it "
        "is at most 0 at one point and at least 0 at a later one. The same with signs reversed. That the derivative is "
        "positive may itself be concluded so."
    )
    proof: ClassVar[str] = (
        "For $a<x<y<b$ the mean value theorem gives $f(y)-f(x)=f'(\\xi)(y-x)>0$. For $a<x'<x$ so "
        "$f(x)>f(x')\\ge\\lim_{a+}f$, the limit of a function that falls towards $a$ being below all its values. Two "
        "roots would be two equal values. Between a value at most 0 and a later one at least 0 lies a root, by "
        "continuity."
    )
    function: sp.Expr
    variable: sp.Symbol
    interval: tuple[Any, Any]
    direction: Literal["increasing", "decreasing"]
    given: Sequence[Boolean] = ()
    core: sp.Expr | None = None
    weight: sp.Expr = sp.Integer(1)  # noqa: RUF009
    slope: Evidence | None = None
    bound: tuple[Literal["above", "below"], Any] | None = None
    root: tuple[Any, Any] | None = None

    def premises(self) -> list[Premise]:
        f, inside = sp.sympify(self.function), self._inside()
        core, premises = derivative_parts(f, inside, self.core, self.weight, self.given)
        premises.append(Premise("its sign", self._sign(core)))
        return [*premises, *self._end(f), *self._bracket(f)]

    def _inside(self) -> Interval:
        return Interval(self.variable, *self.interval)

    def _up(self) -> bool:
        return self.direction == "increasing"

    def _sign(self, core: sp.Expr) -> Evidence:
        """Evidence that ``core`` is strictly positive inside, or strictly negative for a decreasing function."""
        slope = self.slope
        if slope is None:
            together = sp.cancel(sp.together(core))
            return Plain([*self.given, *self._inside().inside()], together > 0 if self._up() else together < 0)
        if isinstance(slope, Enclosure):
            bound = slope.lower if self._up() else slope.upper
            strict = bound is not None and (bound > 0 if self._up() else bound < 0)
            if not strict:
                raise NotApplicable("the enclosure of the slope does not keep away from 0")
            about, where = slope.expression, slope.interval
        elif isinstance(slope, Monotone):
            wanted = "above" if self._up() else "below"
            if slope.bound is None or slope.bound[0] != wanted or not _right_side(slope.bound[1], self._up()):
                raise NotApplicable(f"the slope is not concluded to lie {wanted} 0")
            if loose := [str(g) for g in slope.given if g not in self.given]:
                raise NotApplicable(f"the slope rests on a hypothesis that is not made here: {', '.join(loose)}")
            about, where = slope.function, slope.interval
        else:
            raise NotApplicable(f"{type(slope).__name__} does not give the sign of a slope")
        self._inside().covered_by(about, slope.variable, where, core)
        return slope

    def _end(self, f: sp.Expr) -> list[Premise]:
        if self.bound is None:
            return []
        side, value = self.bound
        left = (side == "above") == self._up()
        end = self.interval[0] if left else self.interval[1]
        limit = sp.limit(f, self.variable, end, "+" if left else "-")
        gap = sp.simplify(limit - value)
        return [Premise(f"the limit {limit} at {end}", Plain(self.given, gap >= 0 if side == "above" else gap <= 0))]

    def _bracket(self, f: sp.Expr) -> list[Premise]:
        if self.root is None:
            return []
        ends = self._inside().beside(self.root)
        sides: list[dict[str, Any]] = [{"upper": 0}, {"lower": 0}]
        if not self._up():
            sides.reverse()
        names = ("before the root", "after the root")
        return [
            Premise(name, Enclosure(f, self.variable, end, **side))
            for name, end, side in zip(names, ends, sides, strict=True)
        ]

    def refuted(self) -> Verdict | None:
        """Two points in the wrong order, or one beyond the bound, in 30-digit arithmetic."""
        values = sampled(sp.sympify(self.function), self._inside())
        for (x, fx), (y, fy) in pairwise(values):
            if not_above(fy, fx) if self._up() else not_above(fx, fy):
                told = f"{self.variable} = {x}: {number(fx)}, {self.variable} = {y}: {number(fy)}"
                return Verdict("fails", f"it is not strictly {self.direction}", told)
        if self.bound is not None:
            side, bound = self.bound
            for x, fx in values:
                if not_above(fx, bound) if side == "above" else not_above(bound, fx):
                    return Verdict("fails", "the bound is crossed", f"{self.variable} = {x}: {number(fx)}")
        if self.root is not None and values:
            return self._no_root(values)
        return None

    def _no_root(self, values: list[tuple[Any, Any]]) -> Verdict | None:
        f = sp.sympify(self.function)
        low, high = (sp.N(f.subs(self.variable, sp.Rational(end)), 30) for end in self.root or ())
        if (low > 0 and high > 0) or (low < 0 and high < 0):
            return Verdict("fails", "there is no root between", f"values {number(low)} and {number(high)}")
        return None

    def relations(self) -> list[Any]:
        if self.bound is not None:
            side, value = self.bound
            return [(sp.Gt if side == "above" else sp.Lt)(self.function, value, evaluate=False)]
        return []

    def premises_stated(self) -> list[Any]:
        return [*self.given, *self._inside().inside()]

    def conclusion(self) -> str:
        said = [rf"{latex(self.function)} \text{{ is strictly {self.direction} in }} {latex(self.variable)}"]
        said += [latex(relation) for relation in self.relations()]
        if self.root is not None:
            low, high = map(sp.sympify, self.root)
            said.append(rf"\text{{its one root lies in }} [{latex(low)}, {latex(high)}]")
        return r",\quad ".join(said)


def _right_side(value: Any, up: bool) -> bool:
    value = sp.sympify(value)
    return bool(value.is_nonnegative if up else value.is_nonpositive)
