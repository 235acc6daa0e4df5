"""Grading of exercises whose answer is a formula: two formulas are the same when their difference is zero.

Each chapter keeps its answers in ``PACKAGE/CHAPTER/answers.py`` as ``ANSWERS = {"ex-...": Answer(...)}``.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .project import find

if TYPE_CHECKING:
    from sympy import Expr, Symbol

#: Two formulas that agree to this many digits at every probe are the same as far as numbers can tell.
DIGITS = 30
PROBES = 12

#: Characters on a line of a verdict: what a page shows without scrolling.
WIDTH = 76


@dataclass(frozen=True)
class Answer:
    """What a right answer is: a function that returns the formula (or a list of them), and a hint for a wrong one."""

    formula: Callable[[], Any]
    hint: str = ""


@dataclass(frozen=True)
class Verdict:
    """The outcome of grading one answer; true when it is right, and printed as one sentence."""

    right: bool
    message: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return textwrap.fill(self.message, WIDTH)


def check(label: str, answer: Any) -> Verdict:
    """Whether ``answer`` equals the answer of the exercise ``label``: a formula, a text such as ``"1/eta"``, or a list.

    A slip in the answer comes back as a sentence, never as an error. Raises ``KeyError`` for an unknown label.
    """
    expected = _parts(_answer(label).formula())
    try:
        given = [_read(part, expected) for part in _parts(answer, split=len(expected) > 1)]
    except _NotAFormula as slip:
        return Verdict(False, str(slip))
    if len(given) != len(expected):
        return Verdict(False, f"Not yet: the answer has {_count(len(expected))}, yours has {_count(len(given))}.")
    for position, (ours, theirs) in enumerate(zip(expected, given, strict=True), start=1):
        difference = _first_difference(ours, theirs)
        if difference:
            which = f"part {position} of your answer" if len(expected) > 1 else "your answer"
            hint = _answer(label).hint
            return Verdict(False, f"Not yet: {which} differs {difference}.{' Hint: ' + hint if hint else ''}")
    return Verdict(True, "Right: your answer and the book's are the same formula.")


class _NotAFormula(Exception):
    """What was handed in cannot be read as a formula in the symbols of the exercise; the message says why."""


@cache
def _answers() -> dict[str, Answer]:
    """The answers of all chapters that have any."""
    found: dict[str, Answer] = {}
    project = find()
    for chapter in project.chapters:
        name = f"{project.package}.{chapter}.answers"
        if find_spec(name) is not None:
            found.update(import_module(name).ANSWERS)
    return found


def _answer(label: str) -> Answer:
    answers = _answers()
    if label not in answers:
        near = difflib.get_close_matches(label, answers, n=1)
        suggestion = f"; did you mean {near[0]!r}?" if near else f"; graded exercises: {', '.join(sorted(answers))}"
        raise KeyError(f"no graded exercise is called {label!r}{suggestion}")
    return answers[label]


def _parts(answer: Any, split: bool = False) -> list[Any]:
    """A list of formulas: the entries of a list, tuple or matrix, or the single formula itself.

    ``split`` says that a text may hold several, separated by commas.
    """
    from sympy import MatrixBase

    if isinstance(answer, str):
        return answer.strip(" ()[]").split(",") if split else [answer]
    if isinstance(answer, MatrixBase):
        return list(answer.flat())
    return list(answer) if isinstance(answer, Iterable) else [answer]


def _count(parts: int) -> str:
    return "one part" if parts == 1 else f"{parts} parts"


def _read(part: Any, expected: list[Expr]) -> Expr:
    """``part`` as an expression in the symbols of the exercise, recognised by name whatever is assumed of them."""
    from sympy import Expr, sympify

    symbols = {symbol.name: symbol for formula in expected for symbol in formula.free_symbols}
    if isinstance(part, str):
        expression = _parse(part, symbols)
    else:
        try:
            expression = sympify(part, strict=True)
        except Exception:
            expression = None
    if not isinstance(expression, Expr):
        raise _NotAFormula(f"Not a formula: {part!r}. Write it with SymPy's symbols or as a text such as '1/(2*eta)'.")
    unknown = sorted({symbol.name for symbol in expression.free_symbols} - set(symbols))
    if unknown:
        allowed = ", ".join(sorted(symbols)) or "none: it is a number"
        raise _NotAFormula(
            f"Not yet: your answer contains {', '.join(unknown)}. The symbols of this answer are {allowed}."
        )
    return expression.xreplace({symbol: symbols[symbol.name] for symbol in expression.free_symbols})


def _parse(text: str, symbols: dict[str, Symbol]) -> Any:
    """The expression that ``text`` spells, or ``None``; ``lambda`` and ``^`` are read as in mathematics."""
    from sympy import parse_expr

    # Only what formulas are written with: a text is evaluated, so nothing else may get that far.
    if not re.fullmatch(r"[\w\s+\-*/^().,]+", text) or "__" in text or re.search(r"[A-Za-z_)]\s*\.", text):
        return None
    names = {name.replace("lambda", "lamda"): symbol for name, symbol in symbols.items()}
    try:
        return parse_expr(re.sub(r"\blambda\b", "lamda", text).replace("^", "**"), local_dict=names)
    except Exception:
        return None


def _first_difference(expected: Expr, given: Expr) -> str:
    """Where the two formulas differ, in words; empty when they are the same."""
    from sympy import nan, simplify, zoo

    difference = expected - given
    if difference == 0:
        return ""
    compared = False
    for point in _probes(expected, given):
        # one form of a right answer may be 0/0 at a point where another is not; such a point decides nothing
        if expected.subs(point).has(nan, zoo) or given.subs(point).has(nan, zoo):
            continue
        compared = True
        ours, theirs = expected.evalf(DIGITS, subs=point), given.evalf(DIGITS, subs=point)
        gap = (ours - theirs).evalf(DIGITS)
        if not gap.is_finite or abs(gap) > 10 ** (6 - DIGITS) * (1 + abs(ours)):
            place = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
            where = f"at {place}" if place else "as a number"
            if gap.is_finite and abs(gap) < 1e-4 * abs(ours):
                return f"{where}, but only by rounding: give it exactly, as a fraction or a root"
            return f"{where}: it is {theirs.evalf(6)} where {ours.evalf(6)} is right"
    # Agreement at the probes decides; a difference that simplifies to another number would overrule it.
    reduced = simplify(difference)
    if not compared and reduced != 0:
        return f"by {reduced}, if it is defined anywhere"
    return f"by {reduced}" if reduced.is_number and reduced.is_zero is False else ""


def _probes(*formulas: Expr) -> list[dict[Symbol, Any]]:
    """Points at which to compare formulas, the same in every run: small rationals, whole numbers where needed."""
    from sympy import Rational

    symbols = sorted(set().union(*(formula.free_symbols for formula in formulas)), key=lambda symbol: symbol.name)
    if not symbols:
        return [{}]
    points = []
    for probe in range(PROBES):
        values = {}
        for position, symbol in enumerate(symbols):
            size = 2 + (5 * probe + 3 * position) % 11
            values[symbol] = Rational(size) if symbol.is_integer else Rational(size, 3 + 2 * position)
        points.append(values)
    return points
