"""Scaling: a statement as it is printed, decided in the coordinates in which a solver can decide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from ..identity import Identity
from ..smtlib import carried_assumptions, denominators
from .powers_of_index import counterexample
from .roots import without_roots
from .rule import Inference, NotApplicable, Plain, Premise


@dataclass(frozen=True, eq=False)
class Scaling(Inference):
    """``then`` follows from ``given``, because it does after the ``substitution`` of symbols, which misses no point.

    ``substitution`` maps symbols of the statement to expressions in new ones, ``inverse`` the new ones to expressions
    in the old. What the solvers are asked is built from the two. ``new_given`` is what is assumed of the new symbols
    over and above; every admissible point must have it. Square roots are named and defined for the solvers.
    """

    rule: ClassVar[str] = "scaling"
    sentence: ClassVar[str] = (
        "A statement about $x$ holds at every admissible point if it holds, with $x=\\varphi(u)$ substituted, at every "
        "$u$ with the properties $A(u)$, and every admissible $x$ is $\\varphi(u)$ for a $u=\\psi(x)$ that has them."
    )
    proof: ClassVar[str] = (
        "Let $x$ be admissible and $u=\\psi(x)$. Then $x=\\varphi(u)$, $A(u)$ holds, and the hypotheses at $x$ are the "
        "substituted ones at $u$; so the substituted conclusion holds at $u$, and that is the conclusion at $x$. A "
        "square root is an unknown $r$ with $r\\ge0$ and $r^2=a$, which determine it, for $a\\ge0$."
    )
    given: Sequence[Boolean]
    then: Boolean
    substitution: Mapping[sp.Symbol, sp.Expr]
    inverse: Mapping[sp.Symbol, sp.Expr]
    new_given: Sequence[Boolean] = ()

    def premises(self) -> list[Premise]:
        old = self._old()
        if not set(self.substitution) <= old:
            raise NotApplicable("it substitutes for a symbol that the statement does not have")
        new = set().union(*(sp.sympify(e).free_symbols for e in self.substitution.values())) - old
        if missing := new - set(self.inverse):
            raise NotApplicable(f"there is no inverse for {', '.join(sorted(map(str, missing)))}")
        if reused := set(self.inverse) & old:
            raise NotApplicable(f"{', '.join(sorted(map(str, reused)))} stands for an old and a new thing")
        back = [sp.sympify(e).subs(dict(self.inverse), simultaneous=True) for e in self.substitution.values()]
        reached = Identity(lambda: back, lambda: list(self.substitution), given=self.given)
        premises = [Premise("the substitution undone", reached)]
        undone = [sp.Eq(sp.Dummy(), sp.sympify(e)) for e in self.inverse.values()]
        if divisors := denominators([*map(sp.sympify, self.given), sp.sympify(self.then), *undone]):
            apart = sp.And(*(sp.Ne(divisor, 0) for divisor in divisors))
            premises.append(Premise("nothing is divided by 0", _with_roots(self.given, apart)))
        admissible = self._admissible_images()
        if admissible:
            premises.append(Premise("every admissible point is reached", _with_roots(self.given, sp.And(*admissible))))
        given, then = self.scaled()
        return [*premises, Premise("in the new symbols", _with_roots(given, then))]

    def scaled(self) -> tuple[list[Boolean], Boolean]:
        """Hypotheses and conclusion as they are put to the solvers: the statement with the substitution made."""
        carried = carried_assumptions([*map(sp.sympify, self.given), sp.sympify(self.then)])
        own = [_substituted(relation, self.substitution) for relation in carried]
        given = [_substituted(relation, self.substitution) for relation in map(sp.sympify, self.given)]
        kept = [relation for relation in [*own, *given, *self.new_given] if relation is not sp.true]
        return kept, _substituted(sp.sympify(self.then), self.substitution)

    def _old(self) -> set[sp.Symbol]:
        stated = [*map(sp.sympify, self.given), sp.sympify(self.then)]
        return set().union(*(relation.free_symbols for relation in stated))

    def _admissible_images(self) -> list[Boolean]:
        """What the new symbols must satisfy, at the images of the old: their own assumptions, and the roots real."""
        stated = [*carried_assumptions(self.inverse), *self.new_given]
        images = [_substituted(sp.sympify(relation), self.inverse) for relation in stated]
        radicands = without_roots([sp.Eq(sp.Dummy(), e) for e in map(sp.sympify, self.inverse.values())]).radicands
        return [relation for relation in [*images, *(_at_least_0(r) for r in radicands)] if relation is not sp.true]

    def refuted(self) -> Verdict | None:
        plain = without_roots([*map(sp.sympify, self.given), sp.sympify(self.then)])
        *given, then = plain.relations
        try:
            found = counterexample([*given, *plain.facts], then)
        except ValueError:
            return None
        return None if found is None else Verdict("fails", "the printed statement is false", found)

    def relations(self) -> list[Any]:
        return [self.then]

    def assumptions(self) -> list[str]:
        scaled = [f"{latex(old)} = {latex(new)}" for old, new in self.substitution.items()]
        return [*super().assumptions(), *scaled]


def _with_roots(given: Sequence[Boolean], then: Boolean) -> Plain:
    plain = without_roots([*map(sp.sympify, given), sp.sympify(then)])
    *hypotheses, conclusion = plain.relations
    return Plain([*hypotheses, *plain.facts], conclusion)


def _at_least_0(radicand: sp.Expr) -> Boolean:
    return sp.Ge(radicand, 0)


def _substituted(relation: Boolean, values: Mapping[sp.Symbol, sp.Expr]) -> Boolean:
    """``relation`` with the values in place, its sides brought to one fraction each."""
    moved = relation.xreplace({symbol: sp.sympify(value) for symbol, value in values.items()})
    relations = {part: part.func(*map(_tidy, part.args)) for part in moved.atoms(sp.core.relational.Relational)}
    return moved.xreplace(relations)


def _tidy(side: sp.Expr) -> sp.Expr:
    return side if side.is_number else sp.cancel(sp.together(sp.powdenest(side, force=False)))
