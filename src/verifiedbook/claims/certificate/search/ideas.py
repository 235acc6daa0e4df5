"""What the author of a statement would try first: lemmas, and what to square. Never trusted, only tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from .polynomials import Fact, Polynomial, minus


@dataclass(frozen=True)
class Idea:
    """Relations between polynomials that may be proved in this order, and polynomials whose squares may help."""

    lemmas: Sequence[Any] = ()
    squares: Sequence[Any] = ()

    def facts(self, names: Sequence[str]) -> list[Fact]:
        """The lemmas as facts about the variables ``names``."""
        made = []
        for relation in self.lemmas:
            difference = _polynomial(relation.lhs - relation.rhs, names)
            kind = {sp.Gt: ">", sp.Lt: ">", sp.Eq: "="}.get(type(relation), ">=")
            made.append(Fact(kind, minus(difference) if isinstance(relation, sp.Lt | sp.Le) else difference))
        return made

    def roots(self, names: Sequence[str]) -> list[Polynomial]:
        """What is squared, as polynomials in the variables ``names``."""
        return [_polynomial(square, names) for square in self.squares]


NONE = Idea()


def _polynomial(expression: Any, names: Sequence[str]) -> Polynomial:
    known = {symbol: sp.Symbol(symbol.name) for symbol in expression.free_symbols}
    poly = sp.Poly(sp.sympify(expression).xreplace(known), *map(sp.Symbol, names), domain="QQ")
    return {monomial: Fraction(int(c.p), int(c.q)) for monomial, c in poly.terms() if c}
