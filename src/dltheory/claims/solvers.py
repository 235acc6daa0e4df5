"""z3 and cvc5 behind one interface: an SMT-LIB text in, an answer out. Only *sat* and *unsat* count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import sympy as sp


@dataclass(frozen=True)
class Answer:
    """``verdict`` is *unknown* for a time-out, an error text and anything else that is not an answer.

    ``model`` maps symbol names to exact rationals, or to 30-digit floats where the value is irrational.
    """

    verdict: Literal["sat", "unsat", "unknown"]
    detail: str = ""
    model: Mapping[str, sp.Number] = field(default_factory=dict)


class Solver(Protocol):
    """Anything that answers an SMT-LIB text within a time limit in seconds."""

    name: str

    def decide(self, text: str, timeout: float) -> Answer: ...


class Z3:
    name = "z3"

    def decide(self, text: str, timeout: float) -> Answer:
        import z3

        solver = z3.SolverFor("QF_NRA")
        solver.set("timeout", int(1000 * timeout))
        try:
            solver.from_string(text)
            verdict = str(solver.check())
        except z3.Z3Exception as error:
            return Answer("unknown", f"error: {error}")
        if verdict == "sat":
            model = solver.model()
            return Answer("sat", model={d.name(): self._number(model[d]) for d in model.decls() if d.arity() == 0})
        if verdict == "unsat":
            return Answer("unsat")
        return Answer("unknown", solver.reason_unknown())

    @staticmethod
    def _number(value: Any) -> sp.Number:
        import z3

        if z3.is_rational_value(value):
            return sp.Rational(value.numerator_as_long(), value.denominator_as_long())
        nearby = value.approx(40)
        return sp.Float(sp.Rational(nearby.numerator_as_long(), nearby.denominator_as_long()), 30)


class CVC5:
    name = "cvc5"

    def decide(self, text: str, timeout: float) -> Answer:
        import cvc5

        solver = cvc5.Solver()
        solver.setOption("tlimit-per", str(int(1000 * timeout)))
        solver.setOption("produce-models", "true")
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "claim")
        manager = parser.getSymbolManager()
        said = ""
        try:
            while not (command := parser.nextCommand()).isNull():
                said += str(command.invoke(solver, manager))
        except RuntimeError as error:
            return Answer("unknown", f"error: {error}")
        said = said.strip()
        if said == "sat":
            values = {str(term).strip("|"): solver.getValue(term) for term in manager.getDeclaredTerms()}
            rational = {name: value for name, value in values.items() if value.isRealValue()}
            if len(rational) < len(values):
                return Answer("sat", "irrational witness")
            return Answer("sat", model={name: sp.Rational(value.getRealValue()) for name, value in rational.items()})
        if said == "unsat":
            return Answer("unsat")
        return Answer("unknown", said or "no answer")


SOLVERS: tuple[Solver, ...] = (Z3(), CVC5())
