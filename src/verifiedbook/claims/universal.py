"""Statements for all real parameters, decided by two SMT solvers from one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..printing import latex
from . import solvers
from .certificate import kept
from .evidence import Evidence, Verdict
from .smtlib import carried_assumptions, denominators, script
from .wording import point


@dataclass(frozen=True, eq=False)
class ForAll(Evidence):
    """``then`` holds for all real values of the symbols that satisfy ``given``.

    Polynomial and rational relations under And, Or, Not and Implies. Assumptions of the symbols count as hypotheses.
    ``put`` names expressions for the solvers, ``{sigma**2: s}``: the statement is given as it is printed, and decided
    with the names in their places. What holds for every value of the names holds for the expressions, as long as these
    have what is assumed of the names, which is checked.

    ``lemmas``, relations between polynomials, and ``squares``, polynomials, are what a person would think of in a
    proof: the search for a certificate tries them, and nothing rests on them.

    Holds only if z3 *and* cvc5 find hypotheses without conclusion unsatisfiable and hypotheses alone satisfiable, and
    nothing the statement divides by can vanish. A counterexample is checked again, in exact
    arithmetic where it is rational and equations to 20 digits where it is not.
    """

    kind: ClassVar[str] = "universal"
    certifiable: ClassVar[bool] = True
    given: Sequence[Boolean]
    then: Boolean
    timeout: float = 5.0
    put: Mapping[sp.Expr, sp.Symbol] = field(default_factory=dict, kw_only=True)
    lemmas: Sequence[Boolean] = field(default=(), kw_only=True)
    squares: Sequence[sp.Expr] = field(default=(), kw_only=True)
    time_limit: float = field(default=60.0, kw_only=True)

    def hypotheses(self) -> list[Boolean]:
        """The stated hypotheses and those that the symbols carry, as they are put to the solvers."""
        given, then = [self.decided(relation) for relation in self.given], self.decided(self.then)
        return [*given, *carried_assumptions([*given, then])]

    def decided(self, formula: Boolean) -> Boolean:
        """``formula`` as it is put to the solvers."""
        return sp.sympify(formula).subs(self.put)

    def assumptions(self) -> list[str]:
        printed = [*map(sp.sympify, self.given), *carried_assumptions([*self.given, self.then])]
        return [latex(hypothesis) for hypothesis in printed if hypothesis is not sp.true]

    def conclusion(self) -> str:
        return latex(sp.sympify(self.then))

    def relations(self) -> list[Any]:
        return [self.then]

    def premises_stated(self) -> list[Any]:
        return list(self.given)

    def attempt(self) -> Verdict:
        if (unfit := self._unfit()) is not None:
            return Verdict("fails", unfit)
        given, then = self.hypotheses(), self.decided(self.then)
        if then is sp.true or then in given:
            return Verdict("fails", "the conclusion is trivial: it is true by itself or among the hypotheses")
        if false := [str(hypothesis) for hypothesis in self.given if hypothesis == sp.false]:
            return Verdict("fails", f"vacuous: a hypothesis is false by itself ({', '.join(false)})")
        example = self._ask([*given], "the hypotheses")
        if example.status != "fails":
            return _vacuous(example)
        for divisor in denominators([*given, then]):
            vanishing = self._ask([*given, sp.Eq(divisor, 0)], f"the divisor {divisor}")
            if vanishing.status == "fails":
                return Verdict("fails", f"the statement divides by {divisor}, which may be 0", vanishing.witness)
            if vanishing.status == "inconclusive":
                return vanishing
        found = self._ask([*given, sp.Not(then)], "a counterexample", then)
        named = ", ".join(f"{name} = {expression}" for expression, name in self.put.items())
        return replace(found, detail=f"{found.detail}, with {named}") if named else found

    def certificate(self) -> Mapping[str, Any] | None:
        """The strongest of three decisions, beside those of z3 and cvc5: it needs no belief in a solver."""
        lemmas = [self.decided(lemma) for lemma in self.lemmas]
        squares = [self.decided(square) for square in self.squares]
        return kept.certificate(self.hypotheses(), self.decided(self.then), lemmas, squares)

    def _unfit(self) -> str | None:
        """What keeps an expression from standing where its name does, if anything."""
        for expression, name in self.put.items():
            for assumption in ("real", "positive", "negative", "nonnegative", "nonpositive", "nonzero"):
                assumed = getattr(name, f"is_{assumption}") or (assumption == "real")
                if assumed and not getattr(expression, f"is_{assumption}"):
                    return f"{name} stands for {expression}, of which nothing says that it is {assumption}"
        return None

    def _ask(self, formulas: list[Boolean], what: str, then: Boolean | None = None) -> Verdict:
        """*fails* with a confirmed point that satisfies all ``formulas``; *holds* if both solvers say there is none."""
        text = script(formulas)
        answers = [(solver.name, solver.decide(text, self.timeout)) for solver in solvers.SOLVERS]
        verdicts = {answer.verdict for _, answer in answers}
        if {"sat", "unsat"} <= verdicts:
            said = ", ".join(f"{name} says {answer.verdict}" for name, answer in answers)
            return Verdict("fails" if then is not None else "inconclusive", f"the solvers disagree on {what}: {said}")
        if verdicts == {"unsat"}:
            return Verdict("holds", f"no counterexample exists ({', '.join(name for name, _ in answers)})")
        if "sat" in verdicts:
            return self._confirmed(formulas, [answer for _, answer in answers if answer.verdict == "sat"], what)
        said = ", ".join(f"{name}: {answer.detail}" for name, answer in answers if answer.verdict == "unknown")
        return Verdict("inconclusive", f"undecided whether there is {what} ({said})")

    @staticmethod
    def _confirmed(formulas: list[Boolean], answers: list[solvers.Answer], what: str) -> Verdict:
        symbols = sorted({s for formula in formulas for s in formula.free_symbols}, key=lambda s: s.name)
        for answer in answers:
            if not answer.model and symbols:
                continue
            values = {symbol: answer.model.get(symbol.name, sp.Integer(0)) for symbol in symbols}
            if all(_holds_at(formula, values) for formula in formulas):
                return Verdict("fails", f"{what} found and checked", point(values))
        return Verdict("inconclusive", f"a solver reports {what} but gives no point that can be checked")


def _vacuous(answer: Verdict) -> Verdict:
    if answer.status == "holds":
        return Verdict("fails", "vacuous: no parameters satisfy the hypotheses")
    return Verdict("inconclusive", f"the hypotheses could not be shown satisfiable: {answer.detail}")


def _holds_at(formula: Boolean, values: dict[sp.Symbol, sp.Number]) -> bool:
    """Whether ``formula`` holds at ``values``; equations between irrational values are checked to 20 digits."""
    # fresh symbols, so that assumptions such as positive=True do not decide the relation before it is evaluated
    plain = {symbol: sp.Dummy(symbol.name) for symbol in values}
    formula = formula.xreplace(plain)
    exact = all(value.is_Rational for value in values.values())

    def decide(relation: sp.Rel) -> Boolean:
        gap = (relation.lhs - relation.rhs).xreplace({plain[symbol]: value for symbol, value in values.items()})
        gap = gap if exact else sp.N(gap, 30)
        if not gap.is_number or not gap.is_finite:
            return sp.false
        if not exact and abs(gap) < sp.Float("1e-20"):
            gap = sp.Integer(0)
        return sp.sympify(relation.func(gap, 0))

    relations = {relation: decide(relation) for relation in formula.atoms(sp.core.relational.Relational)}
    return bool(formula.xreplace(relations) == sp.true)
