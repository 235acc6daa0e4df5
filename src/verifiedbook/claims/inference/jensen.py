"""Jensen's inequality: the mean of a convex function is at least the function of the mean."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..enclosure import Enclosure
from ..evidence import Evidence, Verdict
from ..identity import Identity
from ..wording import number
from .monotone import Monotone
from .powers_of_index import counterexample
from .rule import Inference, NotApplicable, Plain, Premise
from .sign import Interval, lower, not_above
from .sums import same_sum, worked_out


@dataclass(frozen=True, eq=False)
class Jensen(Inference):
    """$f(\\sum_iw_ix_i)\\le\\sum_iw_if(x_i)$ for a convex ``function`` of ``variable`` on the open ``interval``.

    ``weights`` and ``points`` are lists of equal length, with ``given`` on them; or, with ``limits``, summands over an
    index of any range, each point inside and each weight at least 0 by ``given`` on the indexed numbers, and weights
    whose sum is 1 by its normal form ($1/n$). Convex because $f''\\ge0$ there: known to SymPy, decided by solvers, or
    by ``curvature``, a :class:`Monotone` with a bound or an :class:`Enclosure` of $f''$. ``lhs`` and ``rhs`` are the
    two sides as the book has them. With ``strict``, $f''>0$, weights are positive and the first two points differ.
    """

    rule: ClassVar[str] = "Jensen"
    sentence: ClassVar[str] = (
        "If $f''\\ge0$ on an interval, then $f(\\sum_iw_ix_i)\\le\\sum_iw_if(x_i)$ for points in it and weights "
        "$w_i\\ge0$ with sum 1; strictly if $f''>0$ and two points of positive weight differ. So "
        "$f(\\mathbb E Z)\\le\\mathbb E f(Z)$ for a $Z$ with finitely many values."
    )
    proof: ClassVar[str] = (
        "Let $m=\\sum_iw_ix_i$, a point of the interval. By Taylor's formula $f(x)\\ge f(m)+f'(m)(x-m)$, strictly for "
        "$x\\ne m$ if $f''>0$. Multiply by $w_i$ at $x=x_i$ and add: the linear terms add up to 0. If two points of "
        "positive weight differ, one of them is not $m$."
    )
    function: sp.Expr
    variable: sp.Symbol
    interval: tuple[Any, Any]
    weights: Any
    points: Any
    lhs: sp.Expr
    rhs: sp.Expr
    given: Sequence[Boolean] = ()
    limits: tuple[sp.Symbol, Any, Any] | None = None
    curvature: Evidence | None = None
    strict: bool = False

    def premises(self) -> list[Premise]:
        f, inside = sp.sympify(self.function), Interval(self.variable, *self.interval)
        inside.admitted()
        inside.smooth(f, self.given)
        weights, points = self._listed()
        entries = [*weights, *points]
        plain = self._plain(entries)
        weight_signs = [w > 0 if self.strict else w >= 0 for w in plain[: len(weights)]]
        ends = [r for p in plain[len(weights) :] for r in _within(p, *self.interval)]
        given = self._plain(self.given)
        small, large, total = self._built(f)
        premises = [
            Premise("the curvature", self._curved(sp.diff(f, self.variable, 2), inside)),
            Premise("weights", Plain(given, sp.And(*weight_signs))),
            Premise("their sum", same_sum(total, sp.Integer(1))),
            Premise("points inside", Plain(given, sp.And(*ends))),
        ]
        if self.strict:
            if self.limits is not None or len(points) < 2:
                raise NotApplicable("that two points differ is decided for points that are listed")
            premises.append(Premise("two points differ", Plain(self.given, sp.Ne(points[0], points[1]))))
        compare = same_sum if self.limits is not None else _same
        sides = [("the smaller side", self.lhs, small), ("the larger side", self.rhs, large)]
        return [*premises, *(Premise(name, compare(sp.sympify(a), b)) for name, a, b in sides)]

    def _listed(self) -> tuple[list[sp.Expr], list[sp.Expr]]:
        if self.limits is not None:
            return [sp.sympify(self.weights)], [sp.sympify(self.points)]
        weights, points = ([sp.sympify(entry) for entry in listed] for listed in (self.weights, self.points))
        if len(weights) != len(points) or not weights:
            raise NotApplicable(f"{len(weights)} weights for {len(points)} points")
        return weights, points

    def _plain(self, parts: Sequence[Any]) -> list[Any]:
        """Indexed numbers as real numbers, and lengths of sums, 1 at least, as real ones of that size."""
        found = [sp.sympify(part) for part in parts]
        entries = {entry for part in found for entry in part.atoms(sp.Indexed)}
        names = {entry: sp.Symbol(str(entry), real=True) for entry in entries}
        found = [part.xreplace(names) for part in found]
        whole = {s for part in found for s in part.free_symbols if s.is_integer}
        return [
            part.xreplace({s: sp.Symbol(s.name, positive=s.is_positive, real=True) for s in whole}) for part in found
        ]

    def _built(self, f: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        def added(term: Any) -> sp.Expr:
            if self.limits is not None:
                return sp.Sum(term(sp.sympify(self.weights), sp.sympify(self.points)), self.limits)
            return sp.Add(*(term(w, x) for w, x in zip(*self._listed(), strict=True)))

        at = f.subs(self.variable, added(lambda w, x: w * x))
        return at, added(lambda w, x: w * f.subs(self.variable, x)), added(lambda w, x: w)

    def _curved(self, second: sp.Expr, inside: Interval) -> Evidence:
        given = [*self._plain(self.given), *inside.inside()]
        if self.curvature is None:
            if inside.positive(second, ()):
                return Plain([], sp.true)
            together = sp.cancel(sp.together(second))
            return Plain(given, together > 0 if self.strict else together >= 0)
        evidence = self.curvature
        if isinstance(evidence, Monotone) and evidence.bound is not None and evidence.bound[0] == "above":
            about, where = evidence.function, evidence.interval
            bound = sp.sympify(evidence.bound[1])
        elif isinstance(evidence, Enclosure) and evidence.lower is not None and not self.strict:
            about, where = evidence.expression, evidence.interval
            bound = sp.sympify(evidence.lower)
        else:
            raise NotApplicable("the evidence does not bound the curvature from below")
        if sp.simplify(about - second) != 0 or bound.is_nonnegative is not True:
            raise NotApplicable("the evidence for the curvature is about something else, or its bound is below 0")
        if not (where[0] <= self.interval[0] and self.interval[1] <= where[1]):
            raise NotApplicable("the evidence for the curvature does not cover the interval")
        return evidence

    def refuted(self) -> Verdict | None:
        """Numbers that satisfy the hypotheses for which the sides stand in the wrong order."""
        given, told = [sp.sympify(relation) for relation in self.given], "the inequality is false for an instance"
        if self.limits is None and (found := counterexample(given, self._stated())) is not None:
            return Verdict("fails", told, found)
        if self.strict and sp.simplify(self.rhs - self.lhs) == 0:
            return Verdict("fails", "the two sides are equal", "at every point")
        if self.limits is not None and given:
            return None
        sides = [sp.sympify(self.lhs), sp.sympify(self.rhs), *(relation.lhs - relation.rhs for relation in given)]
        for length, seed in itertools.product((2, 3), range(40)):
            values = [v for v in worked_out(sides, length, seed) if v is not None and v.is_real]
            if len(values) < len(sides):
                continue
            small, large, *gaps = values
            admitted = all(r.func(gap, 0) == sp.true for r, gap in zip(given, gaps, strict=True))
            if admitted and (lower(large, small) or (self.strict and not_above(large, small))):
                return Verdict("fails", told, f"{number(small)} > {number(large)}")
        return None

    def _stated(self) -> Boolean:
        return self.lhs < self.rhs if self.strict else self.lhs <= self.rhs

    def relations(self) -> list[Any]:
        relation = sp.Lt if self.strict else sp.Le
        return [relation(self.lhs, self.rhs, evaluate=False)]


def _same(a: sp.Expr, b: sp.Expr) -> Evidence:
    return Plain([], sp.true) if a == b else Identity(a, b)


def _within(point: sp.Expr, left: Any, right: Any) -> list[Boolean]:
    ends = [] if sp.sympify(left).is_infinite else [point > left]
    return ends + ([] if sp.sympify(right).is_infinite else [point < right])
