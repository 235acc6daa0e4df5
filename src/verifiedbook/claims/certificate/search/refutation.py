"""Searches for a proof of a statement: level by level, split by split, with lemmas where nothing else helps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from . import hints
from .candidates import CHEAP, DEAR, Candidate, Level, candidates
from .ideas import NONE, Idea
from .lemmas import factors, moved, rounded, signs
from .polynomials import Fact, Polynomial, degree, facts_of, minus, read
from .programme import Combination, combination, solved
from .proofs import Lemma, Node, Split, Sum, size
from .squares import completion, quadratics

_ROUNDS = 8  # of looking for a shorter one
MANY, LONG = 40, 3  # terms and digits, beyond which a lemma is tried


class NotFound(Exception):
    """No proof was found; the message says of what part."""


def proof(statement: dict[str, Any], seconds: float = 60.0, idea: Idea = NONE) -> dict[str, Any]:
    """A proof of ``statement`` as the checker reads it, or NotFound after ``seconds`` of computing."""
    lemmas, roots = idea.facts(statement["variables"]), idea.roots(statement["variables"])
    search = Search(time.process_time() + seconds, roots)
    facts: list[Fact] = []
    negative: list[bool] = []
    signs: list[Any] = []
    for formula in statement["given"]:
        if formula[0] != "divisor":
            facts += facts_of(formula, negative)
            continue
        divisor = read(formula[1])
        for sign, polynomial in (("+", divisor), ("-", minus(divisor))):
            positive = Fact(">", polynomial)
            contrary = positive.contrary()
            if hints.contradictory([*facts, *contrary]) is False:
                continue
            if (because := search.refute([*facts, *contrary])) is not None:
                signs.append({"sign": sign, "because": because.numbered([*facts, *contrary])})
                facts.append(positive)
                negative.append(sign == "-")
                break
        else:
            raise NotFound(f"no sign was found for divisor {len(signs)}")
    contrary = facts_of(statement["then"], negative, False)
    node = search.guided(facts, contrary, lemmas) if lemmas else search.refute([*facts, *contrary])
    if node is None:
        raise NotFound("no refutation was found")
    return {"signs": signs, "refutation": node.numbered([*facts, *contrary])}


class Search:
    def __init__(self, end: float, roots: Sequence[Polynomial] = ()) -> None:
        self.end, self.roots = end, roots

    def guided(self, given: Sequence[Fact], contrary: Sequence[Fact], lemmas: Sequence[Fact]) -> Node | None:
        """A proof that ``given`` and ``contrary`` contradict each other, by ``lemmas`` that follow from the first."""
        if not lemmas:
            facts = [*given, *contrary]
            relations = [fact for fact in facts if fact.kind != "or"]
            for level in CHEAP[:2]:  # with all of the lemmas: which of them are needed is not left to z3
                found = candidates(relations, level, [*_factored(relations)], self.roots)
                if (terms := combination(found)) is not None and not _ugly(terms := self.shorter(found, terms)):
                    return Sum(terms)
            return self.refute(facts)
        lemma, *others = lemmas
        opposite = lemma.contrary()
        if (because := self.refute([*given, *opposite])) is None:
            return self.guided(given, contrary, others)
        if not because.used() & set(opposite):
            return because
        then = self.guided([*given, lemma], contrary, others)
        return Lemma(lemma, opposite, because, then) if then is not None and lemma in then.used() else then

    def refute(self, facts: Sequence[Fact], nested: bool = False) -> Node | None:
        """A proof that ``facts`` contradict each other, or None."""
        relations = [fact for fact in facts if fact.kind != "or"]
        disjunctions = [fact for fact in facts if fact.kind == "or"]
        for fact in disjunctions:
            if not fact.parts:
                return Split(fact, [])
        if hints.contradictory(relations) is not False and (node := self.closed(relations, nested)) is not None:
            return node
        if not disjunctions:
            return None
        kept = [fact for fact in hints.needed(facts) if fact.kind == "or"] or disjunctions
        for fact in sorted(kept, key=lambda fact: len(fact.parts))[:1]:
            rest = [other for other in facts if other is not fact]
            cases: list[Node] = []
            for part in fact.parts:
                case = self.refute([*rest, *part], nested)
                if case is None:
                    return None
                if not case.used() & set(part):
                    return case
                cases.append(case)
            return Split(fact, cases)
        return None

    def closed(self, relations: Sequence[Fact], nested: bool) -> Node | None:
        """A proof that relations contradict each other: terms, after lemmas if there is no other or no short way."""
        for fact in relations:
            if fact.kind == ">" and not fact.polynomial:  # 0 > 0, as where the two sides of an equation are the same
                return Sum([(Candidate({}, (fact,)), Fraction(1))])
        terms = self.close(relations, CHEAP)
        if nested or (terms is not None and not _ugly(terms)):
            return Sum(terms) if terms else None
        other = self.completed(relations) if terms is None else None
        other = other or self.with_lemmas(relations)
        if terms is None and other is None:
            terms = self.close(relations, DEAR)
        if terms is None or other is None:
            return other if terms is None else Sum(terms)
        return min((Sum(terms), other), key=lambda node: _weight(node, relations))

    def with_lemmas(self, relations: Sequence[Fact]) -> Node | None:
        facts = hints.needed(relations) if hints.contradictory(relations) else list(relations)
        proved: list[tuple[Fact, tuple[Fact, ...], Node]] = []
        for fact, weaker, base in list(rounded(facts)):
            contrary = weaker.contrary()
            if (because := self.refute([*base, *contrary], True)) is not None:
                proved.append((weaker, contrary, because))
                facts = [weaker if other is fact else other for other in facts]
        for propose in (moved, signs):
            for lemma, base in list(propose(facts)):
                if any(lemma.polynomial == fact.polynomial for fact in facts):
                    continue
                contrary = lemma.contrary()
                because = self.refute([*base, *contrary], True)
                because = because or self.completed([*base, *contrary])
                if because is not None:
                    proved.append((lemma, contrary, because))
                    facts.insert(0, lemma)
        if not proved:
            return None
        terms = self.close(facts, CHEAP, [*_factored(facts)])
        if terms is None:
            return None
        node: Node = Sum(terms)
        for lemma, contrary, because in reversed(proved):
            if lemma in node.used():
                node = Lemma(lemma, contrary, because, node)
        return node

    def completed(self, relations: Sequence[Fact]) -> Node | None:
        """A proof by completing the square in a variable that only one fact has: 4AF = (2Av + B)^2 + (4AC - B^2)."""
        core = hints.needed(relations) if hints.contradictory(relations) else relations
        for fact, square in quadratics(core):
            others = [other for other in relations if other is not fact]
            lemmas = [] if fact.kind == "=" else [Fact(">", square.leading)]
            if square.rest:
                lemmas.append(Fact(">=" if fact.kind == ">" else ">", square.rest))
            elif fact.kind != ">":
                continue
            proved: list[tuple[Fact, tuple[Fact, ...], Node]] = []
            for lemma in lemmas:
                contrary = lemma.contrary()
                base = [*others, *(before for before, _, _ in proved)]
                if time.process_time() > self.end or hints.contradictory([*base, *contrary]) is False:
                    break
                if (because := self.refute([*base, *contrary])) is None:
                    break
                proved.append((lemma, contrary, because))
            else:
                terms = solved(completion(fact, lemmas, square))
                if terms is not None:
                    node: Node = Sum(terms)
                    for lemma, contrary, because in reversed(proved):
                        node = Lemma(lemma, contrary, because, node)
                    return node
        return None

    def close(
        self, relations: Sequence[Fact], levels: Sequence[Level], extra: Sequence[tuple[Fact, ...]] = ()
    ) -> Combination | None:
        """Terms that refute ``relations``, as short as a few rounds find them."""
        core = hints.needed(relations) if hints.contradictory(relations) else list(relations)
        best: Combination | None = None
        for level in levels:
            for chosen in [core] if len(core) == len(relations) or level.factors > 2 else [core, relations]:
                if time.process_time() > self.end:
                    return best
                found = candidates(chosen, level, extra, self.roots)
                if (terms := combination(found)) is not None:
                    terms = self.shorter(found, terms)
                    if not _ugly(terms):
                        return terms
                    best = terms if best is None else min(best, terms, key=ugliness)
        return best

    def shorter(self, found: Sequence[Candidate], terms: Combination) -> Combination:
        """The most readable of ``terms`` and what other prices for the same candidates give."""
        best = terms
        rng = np.random.default_rng(0)
        current = terms
        for turn in range(_ROUNDS):
            if len(best) <= 2 or time.process_time() > self.end:
                break
            values = {candidate: abs(float(value)) for candidate, value in current}
            largest = max(values.values())
            # what is used becomes cheap in proportion to how much of it is used, everything else dear
            weights = np.array([1 / (values.get(candidate, 0) / largest + 0.05) for candidate in found])
            if turn % 2:
                weights = rng.uniform(0.3, 3, len(found))
            other = combination(found, weights)
            if other is None:
                continue
            current = other
            if ugliness(other) < ugliness(best):
                best = other
        return best


def _factored(facts: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
    """Products that are, up to their sign and a number, one of ``facts``."""
    for fact in facts:
        found = [_with(facts, factor) for factor in factors(fact)]
        if (
            found
            and (product := tuple(factor for factor in found if factor is not None))
            and len(product) == len(found)
        ):
            yield product


def _with(facts: Sequence[Fact], polynomial: Polynomial) -> Fact | None:
    """The inequality among ``facts`` that is about ``polynomial``."""
    about = (polynomial, minus(polynomial))
    return next((fact for fact in facts if fact.kind != "=" and fact.polynomial in about), None)


def _ugly(terms: Combination) -> bool:
    return len(terms) > MANY or max(len(str(abs(value.numerator))) for _, value in terms) > LONG


def _weight(node: Node, facts: Sequence[Fact]) -> float:
    """What a reader minds about a whole proof."""
    terms, digits = size(node.numbered(list(facts)))
    return terms + 5 * max(0, digits - LONG)


def ugliness(terms: Combination) -> float:
    """What a reader minds: terms, degrees, long numbers."""
    length = len([0 for candidate, _ in terms if candidate.equation is None])
    length += len({candidate.equation for candidate, _ in terms if candidate.equation})
    digits = max(len(str(abs(value.numerator))) for _, value in terms)
    return length + 0.3 * max(degree(candidate.polynomial) for candidate, _ in terms) + 1.5 * max(0, digits - 1)
