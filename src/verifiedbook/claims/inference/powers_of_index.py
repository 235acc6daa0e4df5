"""Powers with the index of an induction in the exponent, as unknowns of which only what was proved is known."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..smtlib import NotPolynomial
from ..universal import ForAll
from .rule import NotApplicable, Plain


class PowersOfIndex:
    """Replaces $b^{an+c}$, with integers a and c, by $b^cQ^a$; Q stands for $b^n$, one for each base b.

    ``facts`` are what is known of each Q for $n\\ge0$, each because a solver proved what it follows from: $Q>0$ from
    $b>0$, $Q\\le1$ from $0\\le b\\le1$, $Q\\ge1$ from $b\\ge1$, $|Q|\\le1$ from $|b|\\le1$, $Q\\ne0$ from $b\\ne0$.
    """

    def __init__(self, index: sp.Symbol, given: Sequence[Boolean]) -> None:
        self.index, self.given = index, list(given)
        self.real = sp.Symbol(index.name, real=True)
        self.unknowns: dict[sp.Expr, sp.Symbol] = {}

    def replaced(self, expression: sp.Basic, ahead: int = 0) -> sp.Basic:
        """``expression`` with the index moved ``ahead``, its powers replaced, and the index a real symbol."""
        moved = sp.sympify(expression)
        powers = {
            power: self._power(power, ahead)
            for power in sorted(moved.atoms(sp.Pow), key=sp.default_sort_key)
            if power.exp.has(self.index)
        }
        marks = {power: sp.Dummy() for power in powers}
        # an outer power may hold an inner one: marks first, then the index, then what the marks stand for
        moved = moved.xreplace(marks).subs(self.index, self.real + ahead)
        moved = moved.xreplace({marks[power]: value for power, value in powers.items()})
        if moved.has(self.index):
            raise NotApplicable(f"{self.index} stands in an exponent that is not linear in it")
        return moved

    def _power(self, power: sp.Pow, ahead: int) -> sp.Expr:
        base, exponent = power.as_base_exp()
        if base.has(self.index):
            raise NotApplicable(f"{power}: the base depends on {self.index} too")
        polynomial = sp.Poly(exponent, self.index) if exponent.is_polynomial(self.index) else None
        if polynomial is None or polynomial.degree() != 1:
            raise NotApplicable(f"{power}: the exponent is not linear in {self.index}")
        slope, constant = polynomial.all_coeffs()
        if not (slope.is_Integer and constant.is_Integer):
            raise NotApplicable(f"{power}: name the root whose whole powers these are")
        # a name that LaTeX sets as it stands
        shown = str(base).replace("**", "^").replace("*", " ")
        shown = f"{{{shown}}}" if base.is_Symbol else f"{{({shown})}}"
        unknown = self.unknowns.setdefault(base, sp.Symbol(f"{shown}^{{{self.index}}}", real=True))
        return unknown**slope * base ** (constant + slope * ahead)

    def facts(self) -> list[Boolean]:
        """What is proved of the powers, for every whole number from 0 on."""
        found: list[Boolean] = []
        for base, unknown in self.unknowns.items():
            if self._proved(base > 0):
                found.append(unknown > 0)
                if self._proved(base <= 1):
                    found.append(unknown <= 1)
                elif self._proved(base >= 1):
                    found.append(unknown >= 1)
                continue
            if self._proved(sp.Ne(base, 0)):
                found.append(sp.Ne(unknown, 0))
            if self._proved(sp.And(base >= 0, base <= 1)):
                found += [unknown >= 0, unknown <= 1]
            elif self._proved(sp.And(base >= -1, base <= 1)):
                found += [unknown >= -1, unknown <= 1]
            elif self._proved(base >= 0):
                found.append(unknown >= 0)
        return found

    def _proved(self, relation: Boolean) -> bool:
        return Plain(self.given, relation).attempt().status == "holds"


def at_whole(expression: sp.Basic, index: sp.Symbol, value: int) -> sp.Basic:
    """``expression`` at one whole number: powers become products, which the solvers read."""
    return sp.sympify(expression).subs(index, value)


def counterexample(given: Sequence[Boolean], then: Boolean) -> str | None:
    """A point that satisfies ``given`` and not ``then``, in words; None if there is none or none was found."""
    then = sp.sympify(then)
    if then is sp.true:
        return None
    try:
        verdict = ForAll([relation for relation in map(sp.sympify, given) if relation is not sp.true], then).attempt()
    except NotPolynomial:
        return None
    return (
        (verdict.witness or "always") if verdict.status == "fails" and verdict.detail.startswith("a counter") else None
    )


def known_nonzero(expression: sp.Expr, given: Sequence[Boolean]) -> bool:
    """Whether ``expression`` is not 0 under ``given``: by its symbols, by a hypothesis x ≠ y, or by the solvers."""
    if expression.is_nonzero or sp.factor(expression).is_nonzero:
        return True
    for relation in map(sp.sympify, given):
        if (
            isinstance(relation, sp.Ne)
            and sp.cancel(sp.together(expression / (relation.lhs - relation.rhs))).is_nonzero
        ):
            return True
    return Plain(given, sp.Ne(expression, 0)).attempt().status == "holds"
