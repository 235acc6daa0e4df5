"""Square roots as unknowns with their defining equations, so that the solvers can read a statement with roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.logic.boolalg import Boolean


@dataclass(frozen=True)
class WithoutRoots:
    """``relations`` with every square root replaced; ``facts`` say what the unknowns are.

    ``radicands`` must be at least 0 where the statement is meant, or the roots are no real numbers.
    """

    relations: tuple[Boolean, ...]
    facts: tuple[Boolean, ...]
    radicands: tuple[sp.Expr, ...]


def without_roots(relations: Sequence[Boolean]) -> WithoutRoots:
    """Each $\\sqrt a$ becomes r with $r\\ge0$, $r^2=a$; roots inside roots from the innermost on."""
    written = [sp.sympify(relation) for relation in relations]
    facts: list[Boolean] = []
    radicands: list[sp.Expr] = []
    while found := sorted({p.base for relation in written for p in relation.atoms(sp.Pow) if _is_root(p)}, key=_depth):
        radicand = found[0]
        root = sp.Symbol(f"sqrt({radicand})", real=True)
        facts += [root >= 0, sp.Eq(root**2, radicand)]
        radicands.append(radicand)
        written = [
            relation.replace(
                lambda part: _is_root(part) and part.base == radicand,  # noqa: B023
                lambda part: root ** (2 * part.exp),  # noqa: B023
            )
            for relation in written
        ]
    return WithoutRoots(tuple(written), tuple(facts), tuple(radicands))


def _is_root(part: sp.Basic) -> bool:
    return isinstance(part, sp.Pow) and part.exp.is_Rational and part.exp.q == 2


def _depth(expression: sp.Expr) -> tuple[int, str]:
    return sum(_is_root(part) for part in expression.atoms(sp.Pow)), str(expression)
