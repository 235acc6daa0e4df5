"""Grading of exercises whose answer is a formula, a number, or a list of them.

What is handed in is read without being run, compared over the whole range that the exercise admits, and answered with
one sentence: whether it is right, whether that was proved or only tried, and else where it differs.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from . import building, grammar, naming, reading, values
from .budget import Exhausted, budget
from .comparing import Comparison, compare
from .ranges import Variable, points
from .spelling import canonical
from .tree import Unreadable, leaves

#: Calls that reading one answer may make: far more than any formula within the limits needs.
CALLS = 4_000_000
#: Binary digits that a number of a formula may have: Python writes no longer ones.
BITS = 14_000
#: Characters on a line of a verdict: what a page shows without scrolling.
WIDTH = 76


@dataclass(frozen=True)
class Exercise:
    """A graded exercise: its label, a function that returns the right formula (or a list), for which values it is
    meant, and a hint for a wrong answer.

    ``variables`` declares every symbol of the answer, ``constraints`` are SymPy's relations between them.
    """

    label: str
    formula: Callable[[], Any]
    variables: tuple[Variable, ...] = ()
    constraints: tuple[Any, ...] = ()
    hint: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that an answer may use."""
        return tuple(variable.name for variable in self.variables)


@dataclass(frozen=True)
class Verdict:
    """The outcome of grading one answer: true when it is right, and printed as one sentence.

    ``proved`` says that equality was shown for all values, ``text`` and ``latex`` how the answer was read (empty if it
    could not be).
    """

    right: bool
    message: str
    proved: bool = False
    text: str = ""
    latex: str = ""

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return textwrap.fill(self.message, WIDTH)


@dataclass(frozen=True)
class Reading:
    """How an answer was read: its formulas, and all of them as text and as LaTeX; or only the problem, a sentence."""

    formulas: tuple[Any, ...] = ()
    text: str = ""
    latex: str = ""
    problem: str = ""


def read(exercise: Exercise, answer: Any) -> Reading:
    """How ``answer`` is read, before it is graded. Nothing of a text is run."""
    try:
        with budget(CALLS):
            given, text, latex = _read(answer, exercise, len(_expected(exercise)))
    except Unreadable as slip:
        return Reading(problem=str(slip))
    except (Exhausted, RecursionError):
        return Reading(problem="Your answer takes too long to read; write it in a shorter form.")
    return Reading(tuple(given), text, latex)


def grade(exercise: Exercise, answer: Any) -> Verdict:
    """Whether ``answer`` is right: a text such as ``"1/eta"``, a formula of SymPy, a number, or a list of these.

    A slip comes back as a sentence, never as an error, and nothing of a text is run.
    """
    expected = _expected(exercise)
    reading = read(exercise, answer)
    if reading.problem:
        return Verdict(False, reading.problem)
    given, text, latex = reading.formulas, reading.text, reading.latex
    if len(given) != len(expected):
        message = f"Not yet: the answer has {_count(len(expected))}, yours has {_count(len(given))}."
        return Verdict(False, message, text=text, latex=latex)
    outcomes = []
    for position, (right, ours) in enumerate(zip(expected, given, strict=True), start=1):
        try:
            with budget(4 * CALLS):
                outcome = compare(right, ours, exercise.variables, _points(exercise))
        except Exhausted:
            return Verdict(
                False, "Your answer takes too long to compare; write it in a simpler form.", False, text, latex
            )
        if not outcome.equal:
            which = f"part {position} of your answer" if len(expected) > 1 else "your answer"
            hint = f" Hint: {exercise.hint}" if exercise.hint else ""
            return Verdict(False, f"Not yet: {which} {_difference(outcome, right)}.{hint}", text=text, latex=latex)
        outcomes.append(outcome)
    proved = all(outcome.proved for outcome in outcomes)
    return Verdict(True, _agreement(outcomes, proved, expected), proved, text, latex)


@cache
def _expected(exercise: Exercise) -> tuple[Any, ...]:
    """The right formulas in the symbols that the exercise declares."""
    symbols = {variable.name: variable.symbol() for variable in exercise.variables}
    found = []
    for formula in _flat(exercise.formula()):
        unknown = {symbol.name for symbol in formula.free_symbols} - set(symbols)
        if unknown:
            raise ValueError(f"{exercise.label}: no range is declared for {', '.join(sorted(unknown))}")
        found.append(formula.xreplace({symbol: symbols[symbol.name] for symbol in formula.free_symbols}))
    return tuple(found)


@cache
def _points(exercise: Exercise) -> list[dict[str, Any]]:
    return points(exercise.variables, exercise.constraints, exercise.label)


def _flat(answer: Any) -> list[Any]:
    if isinstance(answer, sp.MatrixBase):
        return list(answer.flat())
    if isinstance(answer, (str, sp.Basic)) and not isinstance(answer, sp.Tuple):
        return [answer]
    if isinstance(answer, Iterable) and not isinstance(answer, (Mapping, bytes)):
        return [part for item in answer for part in _flat(item)]
    return [answer]


def _read(answer: Any, exercise: Exercise, parts: int) -> tuple[list[Any], str, str]:
    """The formulas that were handed in, and how they were read, as text and as LaTeX."""
    if isinstance(answer, str):
        tree = grammar.parse(answer, exercise.names, parts)
        symbols = {variable.name: variable.symbol() for variable in exercise.variables}
        return [building.build(leaf, symbols) for leaf in leaves(tree)], reading.plain(tree), reading.latex(tree)
    given: list[Any] = []
    texts, formulas = [], []
    for part in _flat(answer):
        if isinstance(part, str):
            pieces, text, latex = _read(part, exercise, 1)
            given += pieces
        else:
            formula = _object(part, exercise)
            given.append(formula)
            text, latex = str(formula), sp.latex(formula)
        texts.append(text)
        formulas.append(latex)
    if not given:
        raise Unreadable("Your answer is empty: give a formula.")
    return given, ", ".join(texts), r",\ ".join(formulas)


def _object(part: Any, exercise: Exercise) -> Any:
    """A formula of SymPy, or a number, in the symbols of the exercise: known by name, whatever is assumed of them."""
    try:
        formula = None if isinstance(part, bool) else sp.sympify(part, strict=True)
    except Exception:  # whatever an object of somebody else's does when it is asked
        formula = None
    if not isinstance(formula, sp.Expr):
        raise Unreadable(
            f"Not a formula: {_short(part)}. Write it with SymPy's symbols or as a text such as '1/(2*x)'."
        )
    if any(max(abs(number.p), number.q).bit_length() > BITS for number in formula.atoms(sp.Rational)):
        raise Unreadable("A number in your answer has thousands of digits; write it with a power, such as 10^5000.")
    symbols = {variable.name: variable.symbol() for variable in exercise.variables}
    unknown = sorted({symbol.name for symbol in formula.free_symbols if canonical(symbol.name) not in symbols})
    if unknown:
        raise Unreadable(
            f"Your answer contains {', '.join(unknown)}, which this exercise does not use; "
            f"{naming.uses(exercise.names)}."
        )
    formula = formula.xreplace({symbol: symbols[canonical(symbol.name)] for symbol in formula.free_symbols})
    if formula.has(sp.nan, sp.zoo) or formula in (sp.oo, -sp.oo):
        raise Unreadable(f"Not yet: your answer, {_short(formula)}, is no number.")
    # a float is meant as the short decimal that it prints as
    return formula.xreplace({number: sp.Rational(repr(float(number))) for number in formula.atoms(sp.Float)})


def _short(part: Any) -> str:
    try:
        written = repr(part)
    except Exception:  # an object that cannot even be printed
        written = f"an object of type {type(part).__name__}"
    return written if len(written) <= 60 else written[:57] + "..."


def _count(parts: int) -> str:
    return "one part" if parts == 1 else f"{parts} parts"


def _agreement(outcomes: list[Comparison], proved: bool, expected: tuple[Any, ...]) -> str:
    """The sentence about a right answer, which says how it was found to be right."""
    if not any(formula.free_symbols for formula in expected):
        how = "SymPy proved it" if proved else f"to {values.AGREEMENT} digits; not proved"
        return f"Right: exactly equal ({how})." if proved else f"Right: equal ({how})."
    if proved:
        return "Right: equal for all values (SymPy proved it)."
    tried = min(outcome.tried for outcome, formula in zip(outcomes, expected, strict=True) if formula.free_symbols)
    return f"Right: equal at {tried} values tried in the range (not proved)."


def _difference(outcome: Comparison, expected: Any) -> str:
    """Where an answer differs, in words, without printing a right answer that is a number."""
    if outcome.point is None:
        return "differs, if only by very little"
    place = ", ".join(f"{name} = {value}" for name, value in outcome.point.items())
    where = f" at {place}" if place else ""
    if outcome.given is None:
        return f"has no real value{where}, where the right one has one"
    ours, right = _digits(outcome.given, outcome.expected)
    if outcome.close:
        return f"differs{where}, but only by rounding: give it exactly, as a fraction or a root"
    if not expected.free_symbols:
        size = "too large" if outcome.given > outcome.expected else "too small"
        return f"is {ours}{where}, which is {size}"
    return f"differs{where}: it is {ours} where {right} is right"


def _digits(ours: Any, right: Any) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see it, six at least."""
    own = values.context()
    for digits in (6, 12, 20, 40):
        written = own.nstr(ours, digits), own.nstr(right, digits)
        if written[0] != written[1]:
            break
    first, second = (text.removesuffix(".0") for text in written)
    return first, second
