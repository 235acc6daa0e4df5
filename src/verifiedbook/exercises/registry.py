"""The exercises of a book: found by the names of the modules that declare them, graded by label."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .grading import Exercise, Verdict, grade


@cache
def exercises_of(modules: tuple[str, ...]) -> Mapping[str, Exercise]:
    """The exercises that ``modules`` declare, by label, each in its dictionary ``ANSWERS``.

    Raises ``ValueError`` if two modules declare the same label.
    """
    found: dict[str, Exercise] = {}
    for module in modules:
        declared = import_module(module).ANSWERS
        twice = sorted(set(found) & set(declared))
        if twice:
            raise ValueError(f"{module} declares {', '.join(twice)} a second time")
        found.update(declared)
    return found


def grader(modules: Iterable[str]) -> Callable[[str, Any], Verdict]:
    """The function ``check(label, answer)`` of a book whose exercises are declared in ``modules``."""
    names = tuple(modules)

    def check(label: str, answer: Any) -> Verdict:
        """Whether ``answer`` is right for the exercise ``label``: a text such as ``"1/eta"``, a formula, or a list.

        A slip in the answer comes back as a sentence, never as an error. Raises ``KeyError`` for an unknown label.
        """
        return grade(find(exercises_of(names), label), answer)

    return check


def find(exercises: Mapping[str, Exercise], label: str) -> Exercise:
    """The exercise called ``label``. Raises ``KeyError`` with the nearest label there is."""
    if label not in exercises:
        near = difflib.get_close_matches(str(label), exercises, n=1)
        suggestion = f"; did you mean {near[0]!r}?" if near else f"; graded exercises: {', '.join(sorted(exercises))}"
        raise KeyError(f"no graded exercise is called {label!r}{suggestion}")
    return exercises[label]
