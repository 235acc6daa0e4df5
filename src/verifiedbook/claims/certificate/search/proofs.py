"""What was found, as a tree of facts, and how it is written down with the checker's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .polynomials import Fact, Polynomial, written
from .programme import Combination


@dataclass(frozen=True)
class Sum:
    """A combination of facts that is 0 and ought to be positive."""

    terms: Combination

    def used(self) -> set[Fact]:
        return {fact for candidate, _ in self.terms for fact in (*candidate.facts, candidate.equation) if fact}

    def numbered(self, facts: list[Fact]) -> Any:
        numbers = {fact: number for number, fact in reversed(list(enumerate(facts)))}
        terms: list[Any] = []
        multipliers: dict[Fact, Polynomial] = {}
        for candidate, coefficient in self.terms:
            if candidate.equation is not None:
                multipliers.setdefault(candidate.equation, {})[candidate.times] = coefficient
                continue
            term: dict[str, Any] = {
                "factor": str(coefficient),
                "facts": sorted(numbers[fact] for fact in candidate.facts),
            }
            terms.append(term if candidate.root is None else {**term, "square": written(candidate.root)})
        terms.sort(key=lambda term: ("square" in term, len(term["facts"]), term["facts"]))
        equations: list[Any] = [
            {"times": written(times), "equation": numbers[fact]} for fact, times in multipliers.items()
        ]
        return {"sum": [*terms, *sorted(equations, key=lambda term: term["equation"])]}


@dataclass(frozen=True)
class Split:
    """The parts of a disjunction, each with its proof."""

    fact: Fact
    cases: list[Node]

    def used(self) -> set[Fact]:
        return {self.fact}.union(*(case.used() for case in self.cases))

    def numbered(self, facts: list[Fact]) -> Any:
        pairs = zip(self.fact.parts, self.cases, strict=True)
        return {"split": facts.index(self.fact), "cases": [case.numbered([*facts, *part]) for part, case in pairs]}


@dataclass(frozen=True)
class Lemma:
    """A relation that is proved first and then used."""

    fact: Fact
    contrary: tuple[Fact, ...]
    because: Node
    then: Node

    def used(self) -> set[Fact]:
        return self.because.used() | self.then.used()

    def numbered(self, facts: list[Fact]) -> Any:
        return {
            "lemma": [self.fact.kind, written(self.fact.polynomial)],
            "because": self.because.numbered([*facts, *self.contrary]),
            "then": self.then.numbered([*facts, self.fact]),
        }


Node = Sum | Split | Lemma


def sums(node: Any) -> Iterator[list[Any]]:
    """The lists of terms in a written node, in order."""
    if "sum" in node:
        yield node["sum"]
    for inner in [*node.get("cases", []), *(node[key] for key in ("because", "then") if key in node)]:
        yield from sums(inner)


def size(node: Any) -> tuple[int, int]:
    """How many terms a written node has, and the number of digits of its longest number."""
    terms = [term for each in sums(node) for term in each]
    return len(terms), max((longest(term) for term in terms), default=0)


def longest(term: Any) -> int:
    """The digits of the longest number in a term."""
    numbers = [term["factor"]] if "factor" in term else []
    numbers += [coefficient for key in ("square", "times") for coefficient, _ in term.get(key, [])]
    return max((len(part.strip("-")) for number in numbers for part in str(Fraction(number)).split("/")), default=0)
