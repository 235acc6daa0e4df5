"""What all rules of inference share: premises that they build themselves, and when a conclusion counts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Evidence, Step, Verdict
from ..identity import Identity
from ..smtlib import NotPolynomial
from ..universal import ForAll


class NotApplicable(ValueError):
    """The rule says nothing about what it was given; the message says why."""


@dataclass(frozen=True)
class Premise:
    """One thing that a rule needs: what it is called in the detail, and the evidence for it."""

    name: str
    evidence: Evidence


@dataclass(frozen=True, eq=False)
class Inference(Evidence):
    """Base of all rules. A rule builds its premises from mathematical objects, and holds only if every one does.

    ``rule`` is the name that the book prints, ``sentence`` what the rule says and ``proof`` why, both MyST. A premise
    that does not hold leaves the conclusion open, it does not refute it: :meth:`refuted` looks for a counterexample to
    the conclusion itself, and without one the verdict is inconclusive. So a near miss of a rule falls only if it is
    false.
    """

    kind: ClassVar[str] = "inference"
    rule: ClassVar[str]
    sentence: ClassVar[str]
    proof: ClassVar[str]
    time_limit: float = field(default=60.0, kw_only=True)
    _held: list[Premise] = field(init=False, repr=False, default_factory=list)

    @abstractmethod
    def premises(self) -> Sequence[Premise]:
        """What has to hold, in the order of the argument. Raises :class:`NotApplicable` where the rule says nothing."""

    def refuted(self) -> Verdict | None:
        """*fails* with a point at which the concluded statement is false; None if none was found."""
        return None

    def relations(self) -> list[Any]:
        """What the rule concludes: relations, or pairs of sides that are equal."""
        return []

    def premises_stated(self) -> list[Any]:
        """The relations under which it concludes them."""
        return list(getattr(self, "given", ()))

    def assumptions(self) -> list[str]:
        stated = map(sp.sympify, self.premises_stated())
        return [latex(relation) for relation in stated if relation is not sp.true]

    def conclusion(self) -> str:
        return r",\quad ".join(_written(relation) for relation in self.relations())

    def attempt(self) -> Verdict:
        try:
            premises = list(self.premises())
            if not premises:
                raise NotApplicable("there is nothing to check")
            told = []
            self._held.clear()
            for premise in premises:
                verdict = premise.evidence.attempt()
                if verdict.status != "holds":
                    return self._counterexample() or self._open(premise, verdict)
                told.append(f"{premise.name}: {verdict.detail}")
                self._held.append(premise)
        except NotApplicable as reason:
            return self._counterexample() or Verdict("inconclusive", f"{self.rule} does not apply: {reason}")
        return Verdict("holds", "; ".join(told))

    def steps(self) -> tuple[Step, ...]:
        """The premises, those of rules within rules one by one; none that is true as it is written."""
        return tuple(step for premise in self._held for step in _steps(premise))

    def _counterexample(self) -> Verdict | None:
        try:
            return self.refuted()
        except NotApplicable:  # what the rule cannot read it cannot refute
            return None

    def _open(self, premise: Premise, verdict: Verdict) -> Verdict:
        """What a premise that does not hold comes to: *fails* only where it is itself what the rule concludes."""
        at = f" ({verdict.witness})" if verdict.witness else ""
        return Verdict("inconclusive", f"{premise.name} does not hold: {verdict.detail}{at}", verdict.witness)


@dataclass(frozen=True, eq=False)
class Plain(Evidence):
    """``then`` follows from ``given``, where it may be true as it stands; otherwise as :class:`ForAll`.

    ``lemmas`` and ``squares`` are for the search of a certificate, as there.
    """

    kind: ClassVar[str] = "universal"
    certifiable: ClassVar[bool] = True
    given: Sequence[Boolean]
    then: Boolean
    lemmas: Sequence[Boolean] = ()
    squares: Sequence[sp.Expr] = ()

    def assumptions(self) -> list[str]:
        return self._statement().assumptions()

    def conclusion(self) -> str:
        return latex(sp.sympify(self.then))

    def certificate(self) -> Mapping[str, Any] | None:
        return self._statement().certificate()

    def _statement(self) -> ForAll:
        given = [sp.sympify(relation) for relation in self.given]
        kept = [relation for relation in given if relation is not sp.true]
        return ForAll(kept, sp.sympify(self.then), lemmas=self.lemmas, squares=self.squares)

    def attempt(self) -> Verdict:
        then = sp.sympify(self.then)
        if then is sp.true:
            return Verdict("holds", "true as written")
        given = [sp.sympify(relation) for relation in self.given]
        try:
            if then in given:
                # weaker than it, so that only whether the hypotheses can be satisfied is in question
                found = ForAll(given, sp.Or(then, sp.Symbol("_any", real=True) > 0)).attempt()
                return Verdict("holds", "a hypothesis") if found.status == "holds" else found
            return self._statement().attempt()
        except NotPolynomial as error:
            return Verdict("inconclusive", str(error))


def _steps(premise: Premise) -> Iterator[Step]:
    evidence = premise.evidence
    if isinstance(evidence, Inference):
        for step in evidence.steps():
            yield replace(step, name=f"{premise.name}: {step.name}")
        return
    same = isinstance(evidence, Identity) and evidence.as_it_stands()
    if not same and not (isinstance(evidence, Plain) and sp.sympify(evidence.then) is sp.true):
        stated = tuple(dict.fromkeys(evidence.assumptions()))
        kind = "interval" if evidence.kind == "universal" and not evidence.certifiable else evidence.kind
        yield Step(premise.name, kind, stated, evidence.conclusion(), evidence.certificate())


def _written(relation: Any) -> str:
    return " = ".join(map(latex, relation)) if isinstance(relation, tuple) else latex(relation)
