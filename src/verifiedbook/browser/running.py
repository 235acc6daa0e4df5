"""A reader's own code, run in the reader's own browser: what it shows, and whether the book's code shows the same."""

from __future__ import annotations

import ast
import contextlib
import io
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from ..exercises.budget import Exhausted, budget
from ..printing import latex

#: Calls that one comparison may make: a few seconds in a browser.
CALLS = 4_000_000


@dataclass
class Run:
    """What a cell showed, in order, text or values; or the sentence about what stopped it."""

    shown: list[Any] = field(default_factory=list)
    problem: str = ""


class _Printed(io.StringIO):
    """Standard output that takes its place among the values shown."""

    def __init__(self, shown: list[Any]) -> None:
        super().__init__()
        self._shown = shown

    def write(self, text: str) -> int:
        """Append to the text that was shown last, or begin a new one."""
        if self._shown and isinstance(self._shown[-1], _Text):
            self._shown[-1] = _Text(self._shown[-1] + text)
        else:
            self._shown.append(_Text(text))
        return len(text)


class _Text(str):
    """What was printed."""


def run(before: Sequence[str], code: str) -> Run:
    """Run the cells ``before``, then ``code``, from nothing; the value of its last line is shown, as in a notebook."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in before:
        if problem := _execute(cell, names, []):
            return Run(problem=f"A cell above stops: {problem}")
    done = Run()
    done.problem = _execute(code, names, done.shown)
    return done


def _execute(code: str, names: dict[str, Any], shown: list[Any]) -> str:
    names["display"] = lambda *values: shown.extend(values)
    try:
        body = ast.parse(code)
        last = ast.Expression(body.body.pop().value) if body.body and isinstance(body.body[-1], ast.Expr) else None  # type: ignore[attr-defined]
        with contextlib.redirect_stdout(_Printed(shown)):
            exec(compile(body, "cell", "exec"), names)
            value = None if last is None else eval(compile(last, "cell", "eval"), names)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}."
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "cell"]
        told = f"{type(error).__name__}: {error}".rstrip(": ")
        return f"line {lines[-1]}: {told}" if lines else told
    if value is not None:
        shown.append(value)
    return ""


def written(value: Any) -> Mapping[str, Any]:
    """A value as the page shows it: LaTeX for what SymPy knows, else text."""
    if isinstance(value, _Text):
        return {"text": value.rstrip("\n")}
    if isinstance(value, sp.Basic | sp.MatrixBase) or (isinstance(value, list | tuple | dict) and _of_sympy(value)):
        return {"latex": latex(value), "display": True}
    return {"text": repr(value)}


def _of_sympy(value: Any) -> bool:
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return bool(inside) and all(isinstance(one, sp.Basic | sp.MatrixBase | int) or _nested(one) for one in inside)


def _nested(value: Any) -> bool:
    return isinstance(value, list | tuple | dict) and _of_sympy(value)


def compared(mine: Run, books: Run) -> Mapping[str, Any]:
    """Whether two runs showed the same: yes, no with the first difference, or that it could not be decided."""
    if mine.problem or books.problem:
        return {"same": None}
    ours, theirs = ([_plain(value) for value in done.shown] for done in (mine, books))
    if len(ours) != len(theirs):
        return {"same": False}
    try:
        with budget(CALLS):
            for one, other in zip(ours, theirs, strict=True):
                same, difference = _equal(one, other)
                if not same:
                    return {"same": False, "difference": difference}
    except Exhausted:
        return {"same": None}
    return {"same": True}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _equal(one: Any, other: Any) -> tuple[bool, Mapping[str, Any] | None]:
    """Whether two values are equal, and by what they differ where that can be said."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for part, counterpart in zip(one, other, strict=True):
            same, difference = _equal(part, counterpart)
            if not same:
                return False, difference
        return True, None
    if isinstance(one, sp.MatrixBase) and isinstance(other, sp.MatrixBase) and one.shape == other.shape:
        difference = (one - other).applyfunc(sp.simplify)
        return bool(difference.is_zero_matrix), {"latex": latex(difference), "display": True}
    if isinstance(one, sp.Expr | int) and isinstance(other, sp.Expr | int):
        difference = sp.simplify(sp.sympify(one) - sp.sympify(other))
        return bool(difference == 0), {"latex": latex(difference), "display": True}
    return bool(one == other), None
