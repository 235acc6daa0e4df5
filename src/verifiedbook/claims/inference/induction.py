"""Induction: a closed form from its recurrence, and a statement about every n from its first cases and its step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from ..identity import Identity
from .powers_of_index import PowersOfIndex, at_whole, counterexample, known_nonzero
from .rule import Inference, NotApplicable, Plain, Premise

_LARGEST = 60  # exponent in a case that is tried
_TRIED = (*range(9), 12, 20, 50)  # cases that are tried where a step does not hold


@dataclass(frozen=True, eq=False)
class ClosedForm(Inference):
    """``formula`` in ``index`` is the sequence with the values ``start`` that goes on by ``step``.

    ``start`` holds the first k values, from ``index = first`` on; ``step(x_t, ..., x_{t+k-1}, t)`` is $x_{t+k}$, for
    matrices too. ``term`` is how the book writes the sequence, such as ``Function("e")(t)``.
    """

    rule: ClassVar[str] = "induction"
    sentence: ClassVar[str] = (
        "If $f$ takes the first $k$ values of a sequence, and $f(t+k)$ is what the recurrence makes of "
        "$f(t),\\dots,f(t+k-1)$ for symbolic $t$, then $f(t)$ is the sequence for every $t$."
    )
    proof: ClassVar[str] = (
        "Let $t$ be the first index at which $f$ and the sequence differ. It is none of the first $k$, so the $k$ "
        "terms before it agree; the recurrence makes the same of the same terms, so they agree at $t$ too, a "
        "contradiction."
    )
    formula: Any
    index: sp.Symbol
    start: Sequence[Any]
    step: Callable[..., Any]
    given: Sequence[Boolean] = ()
    first: int = 0
    term: Any = None

    def premises(self) -> list[Premise]:
        _from(self.index, self.first)
        k = len(self.start)
        if not k:
            raise NotApplicable("a recurrence needs a first value")
        self._uses_what_came_before(k)
        self._defined()
        cases = [self._at(self.first + i) for i in range(k)]
        before = [self._at(self.index + i) for i in range(k)]
        return [
            Premise("first values", Identity(lambda: cases, lambda: list(self.start), given=self.given)),
            Premise(
                "step from t to t + 1",
                Identity(
                    lambda: self.step(*before, self.index), lambda: self._at(self.index + k), given=self._from_first()
                ),
            ),
        ]

    def relations(self) -> list[Any]:
        term = sp.Function("x")(self.index) if self.term is None else self.term
        return [(term, self._formula())]

    def assumptions(self) -> list[str]:
        """The recurrence and its first values too: what the sequence is said to be."""
        if getattr(self._formula(), "shape", None):
            return super().assumptions()
        t, k = latex(self.index), len(self.start)
        x = str(getattr(self.term, "func", None) if isinstance(self.term, sp.Function) else self.term or "x")
        x = x.partition("_")[0]
        before = [sp.Symbol(f"{x}_{{{t}+{i}}}" if i else f"{x}_{{{t}}}") for i in range(k)]
        first = [f"{x}_{{{self.first + i}}} = {latex(sp.sympify(value))}" for i, value in enumerate(self.start)]
        after = latex(sp.sympify(self.step(*before, self.index)))
        return [*super().assumptions(), *first, f"{x}_{{{t}+{k}}} = {after}"]

    def _open(self, premise: Premise, verdict: Verdict) -> Verdict:
        # the closed form at a first value, or the next value by the recurrence, is itself part of what is concluded
        return Verdict(verdict.status, f"{premise.name}: {verdict.detail}", verdict.witness)

    def _formula(self) -> Any:
        formula = self.formula() if inspect.isfunction(self.formula) else self.formula
        return sp.Matrix(formula) if isinstance(formula, list | tuple) else sp.sympify(formula)

    def _at(self, value: Any) -> Any:
        return self._formula().subs(self.index, value)

    def _from_first(self) -> list[Boolean]:
        return [*self.given, self.index >= self.first]

    def _defined(self) -> None:
        """Refuse a formula that divides by what may be 0, at any index from the first on."""
        formula = self._formula()
        for power in formula.atoms(sp.Pow):
            lowest = sp.sympify(power.exp).subs(self.index, self.first)
            falls = power.exp.has(self.index) and sp.diff(power.exp, self.index).is_negative
            if (lowest.is_nonnegative and not falls) or power.base.is_number or known_nonzero(power.base, self.given):
                continue
            raise NotApplicable(f"the formula divides by {power.base}, which may be 0")

    def _uses_what_came_before(self, k: int) -> None:
        """The recurrence, put to unknown values, must depend on the oldest of them: it may not know the answer."""
        shape = getattr(self._formula(), "shape", None)
        unknown = [
            sp.Matrix(*shape, sp.symbols(f"_:{shape[0] * shape[1]}", cls=sp.Dummy)) if shape else sp.Dummy()
            for _ in range(k)
        ]
        after = sp.sympify(self.step(*unknown, self.index))
        oldest = set(unknown[0]) if shape else {unknown[0]}
        if not oldest & after.free_symbols:
            raise NotApplicable("the step does not use the values before it, so it does not go from one to the next")


@dataclass(frozen=True, eq=False)
class Induction(Inference):
    """``then``, a relation in ``index``, holds for every whole index from ``start`` on, under ``given``.

    Powers $b^n$ are unknowns to the solvers, of which only what follows from b is known. ``moves`` maps symbols of a
    sequence that ``then`` speaks of to their next values, ``starts`` to their first. With ``stride`` 2 the step goes
    from n to n + 2 and there are two first cases. ``given`` may speak of neither index nor sequence. ``lemmas`` and
    ``squares`` help the search for a certificate of the step, as in :class:`ForAll`.
    """

    rule: ClassVar[str] = "induction"
    sentence: ClassVar[str] = (
        "If $P(n_0),\\dots,P(n_0+s-1)$ hold, and $P(n)$ implies $P(n+s)$ for every $n\\ge n_0$, then $P(n)$ holds for "
        "every whole $n\\ge n_0$; where $P$ speaks of a sequence, $P(n+s)$ is about the terms that the recurrence "
        "makes of those at $n$, whatever those are."
    )
    proof: ClassVar[str] = (
        "Let $n$ be the first index at which $P$ fails. It is none of the first $s$, so $P(n-s)$ holds, and the step "
        "gives $P(n)$. The solvers decide the step for real $n\\ge n_0$ and for unknown numbers in the place of powers "
        "$b^n$ and of terms of sequences, which is more than is needed; of $b^n$ they are told only what holds for "
        "every whole $n\\ge0$: $b^n>0$ if $b>0$, $b^n\\le1$ if $0\\le b\\le1$, $b^n\\ge1$ if $b\\ge1$, $|b^n|\\le1$ if "
        "$|b|\\le1$, $b^n\\ne0$ if $b\\ne0$, and $b^{n+c}=b^n\\,b^c$."
    )
    then: Boolean
    index: sp.Symbol
    given: Sequence[Boolean] = ()
    start: int = 0
    stride: int = 1
    moves: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    starts: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    lemmas: Sequence[Boolean] = ()
    squares: Sequence[sp.Expr] = ()

    def premises(self) -> list[Premise]:
        _from(self.index, self.start)
        then = sp.sympify(self.then)
        varying = {self.index, *self.moves}
        if set(self.moves) != set(self.starts):
            raise NotApplicable("every sequence needs both a first value and a next one")
        if not then.free_symbols & varying:
            raise NotApplicable(f"the statement does not depend on {self.index}")
        if loose := [str(g) for g in map(sp.sympify, self.given) if g.free_symbols & varying]:
            raise NotApplicable(f"a hypothesis speaks of what the induction runs over: {', '.join(loose)}")
        if self.start < 0 or self.stride < 1:
            raise NotApplicable("an induction starts at 0 or later and goes forward")
        cases = [
            Premise(f"{self.index} = {self.start + i}", Plain(self.given, self._case(self.start + i)))
            for i in range(self.stride)
        ]
        return [*cases, Premise(f"step from {self.index} to {self.index} + {self.stride}", self._step())]

    def _step(self) -> Plain:
        powers = PowersOfIndex(self.index, self.given)
        here = powers.replaced(self.then)
        after = powers.replaced(self._moved(), self.stride)
        lemmas, squares = (list(map(powers.replaced, hints)) for hints in (self.lemmas, self.squares))
        from_start = powers.real >= self.start
        return Plain([*self.given, *powers.facts(), from_start, here], after, lemmas, squares)

    def _moved(self) -> Boolean:
        """``then`` with every sequence moved on by the stride, the index as it is."""
        ahead: dict[sp.Symbol, sp.Expr] = {symbol: symbol for symbol in self.moves}
        for i in range(self.stride):
            index = self.index + (i - self.stride)  # the whole is moved ahead by the stride afterwards
            ahead = {s: sp.sympify(move).subs(self.index, index).xreplace(ahead) for s, move in self.moves.items()}
        return sp.sympify(self.then).xreplace(ahead)

    def _case(self, value: int) -> Boolean:
        """``then`` at one whole index, the sequences run from their first values to there."""
        state = {symbol: sp.sympify(first) for symbol, first in self.starts.items()}
        for index in range(self.start, value):
            state = {s: sp.sympify(m).subs(self.index, index).xreplace(state) for s, m in self.moves.items()}
            state = {s: sp.expand(expression) for s, expression in state.items()}
        return at_whole(sp.sympify(self.then).xreplace(state), self.index, value)

    def refuted(self) -> Verdict | None:
        indexed = [power for power in sp.sympify(self.then).atoms(sp.Pow) if power.exp.has(self.index)]
        for ahead in _TRIED if not self.moves else _TRIED[:9]:
            value = self.start + ahead
            if any(power.exp.subs(self.index, value) > _LARGEST for power in indexed):
                break  # the solvers read powers as products
            if (found := counterexample(self.given, self._case(value))) is not None:
                return Verdict("fails", "a case is false", f"{self.index} = {value}: {found}")
        return None

    def relations(self) -> list[Any]:
        return [self.then]

    def assumptions(self) -> list[str]:
        n = latex(self.index)
        sequences = [
            rf"{latex(symbol)} \mapsto {latex(sp.sympify(move))} \text{{ from }} {latex(sp.sympify(first))}"
            for symbol, move, first in ((s, move, self.starts[s]) for s, move in self.moves.items())
        ]
        return [*super().assumptions(), *sequences, rf"{n} = {self.start}, {self.start + 1}, \dots"]


def _from(index: sp.Symbol, first: int) -> None:
    """The index must be able to be ``first``: SymPy would decide relations by what it is declared to be."""
    if (index.is_positive and first < 1) or (index.is_nonnegative and first < 0) or index.is_nonpositive:
        raise NotApplicable(f"{index} is declared so that it cannot be {first}")
