"""What z3 thinks of a set of facts. A hint where to search, never trusted: what is found is multiplied out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import z3

from .polynomials import Fact, Polynomial, degree

_EFFORT = 2_000_000  # z3's own count of its steps, so that the answer is the same on a busy machine
_SECONDS = 3.0


def contradictory(facts: Iterable[Fact]) -> bool | None:
    """Whether no real numbers satisfy ``facts``; None if z3 does not know."""
    return _contradictory(tuple(facts))


@lru_cache(1024)  # each step of a search asks about the same facts, and z3 takes seconds to know nothing
def _contradictory(facts: tuple[Fact, ...]) -> bool | None:
    context = z3.Context()
    solver = z3.SolverFor("QF_NRA", ctx=context)
    solver.set("rlimit", _EFFORT)
    solver.set("timeout", int(1000 * _SECONDS))
    solver.add([_formula(fact, context) for fact in facts])
    answer = str(solver.check())
    return {"unsat": True, "sat": False}.get(answer)


def needed(facts: Sequence[Fact]) -> list[Fact]:
    """A subset of contradictory ``facts`` that is contradictory and loses that with every fact taken away."""
    kept = list(facts)
    # what is hard to use goes first: disjunctions, then high degrees
    for fact in sorted(facts, key=lambda fact: (fact.kind == "or", degree(fact.polynomial)), reverse=True):
        rest = [other for other in kept if other is not fact]
        if contradictory(rest):
            kept = rest
    return kept


def _formula(fact: Fact, context: z3.Context) -> z3.BoolRef:
    if fact.kind == "or":
        parts = [z3.And([_formula(one, context) for one in part] + [z3.BoolVal(True, context)]) for part in fact.parts]
        return z3.Or([*parts, z3.BoolVal(False, context)])
    value = _value(fact.polynomial, context)
    return {">": value > 0, ">=": value >= 0, "=": value == 0}[fact.kind]


def _value(polynomial: Polynomial, context: z3.Context) -> z3.ArithRef:
    total = z3.RealVal(0, context)
    for monomial, coefficient in polynomial.items():
        term = z3.RealVal(str(coefficient), context)
        for number, exponent in enumerate(monomial):
            for _ in range(exponent):
                term = term * z3.Real(f"x{number}", context)
        total = total + term
    return total
