"""The exercises of a chapter by their labels, and the function ``check`` that a reader calls."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from .grading import Exercise, Verdict, grade


def by_label(*exercises: Exercise) -> dict[str, Exercise]:
    """The exercises by their labels. Raises ``ValueError`` if two have the same."""
    found = {exercise.label: exercise for exercise in exercises}
    if len(found) < len(exercises):
        raise ValueError("two exercises have the same label")
    return found


def find(exercises: Mapping[str, Exercise], label: str) -> Exercise:
    """The exercise called ``label``. Raises ``KeyError`` with the nearest label there is."""
    if label not in exercises:
        near = difflib.get_close_matches(str(label), exercises, n=1)
        suggestion = f"; did you mean {near[0]!r}?" if near else f"; graded exercises: {', '.join(sorted(exercises))}"
        raise KeyError(f"no graded exercise is called {label!r}{suggestion}")
    return exercises[label]


def grader(exercises: Mapping[str, Exercise]) -> Callable[[str, Any], Verdict]:
    """The function ``check(label, answer)`` for these exercises."""

    def check(label: str, answer: Any) -> Verdict:
        """Whether ``answer`` is right for the exercise ``label``: a text such as ``"1/eta"``, a formula, or a list.

        A slip in the answer comes back as a sentence, never as an error. Raises ``KeyError`` for an unknown label.
        """
        return grade(find(exercises, label), answer)

    return check
