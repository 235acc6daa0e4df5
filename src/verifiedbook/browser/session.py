"""What a page asks of Python in the reader's browser, as JSON: read an answer, grade it, run a cell.

It runs where nothing is installed but SymPy, mpmath and Lark, and can be run here just as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from ..exercises import Exercise, exercise_of, grade, read
from . import EXERCISES
from .running import compared, run, written


def ask(name: str, given: str) -> str:
    """The answer to the question ``name`` with what is ``given``, both as JSON."""
    return json.dumps(_QUESTIONS[name](**json.loads(given)), ensure_ascii=False)


def reading(label: str, text: str) -> dict[str, Any]:
    """How ``text`` is read as an answer: as LaTeX, or else a sentence that says why it cannot be read."""
    found = read(exercise(label), text)
    return {"latex": found.latex and rf"\displaystyle {found.latex}", "message": found.problem}


def verdict(label: str, text: str) -> dict[str, Any]:
    """The verdict on ``text``, the same that ``check`` gives."""
    found = grade(exercise(label), text)
    return {"right": found.right, "proved": found.proved, "message": found.message}


@cache
def exercise(label: str) -> Exercise:
    """The exercise called ``label``."""
    return exercise_of(_records()[label])


@cache
def _records() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath(EXERCISES).read_text(encoding="utf-8")
    return {entry["label"]: entry for entry in json.loads(text)}


def cell(before: Sequence[str], code: str, book: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What ``code`` shows after the cells ``before``; beside what the ``book``'s own code shows, if that is another."""
    mine = run(before, code)
    found: dict[str, Any] = {"shown": [written(value) for value in mine.shown], "problem": mine.problem}
    if book is not None:
        found |= compared(mine, run(book["before"], book["code"]))
    return found


_QUESTIONS: Mapping[str, Callable[..., Any]] = {"read": reading, "grade": verdict, "cell": cell}
