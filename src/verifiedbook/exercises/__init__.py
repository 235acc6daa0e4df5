"""Exercises whose answers are formulas: read without being run, compared over their whole range, graded in a sentence.

An author declares each exercise with the range of every symbol of its answer, and makes the function that readers call:

    ANSWERS = by_label(
        Exercise("ex-label", formula, (between("p", 0, 1), whole("k", 1), real("r")), (r < k,), hint="..."),
    )
    check = grader(ANSWERS)

``check("ex-label", "1/(2p)")`` then returns a ``Verdict``. ``record(exercise)`` is the exercise as data for JSON, from
which ``exercise_of`` makes it again without the author's code. The package needs SymPy, mpmath and Lark and nothing
else, so that a page can run it too.
"""

from .grading import Exercise, Reading, Verdict, grade, read
from .ranges import Variable, at_least, between, nonnegative, positive, real, whole
from .records import exercise_of, record
from .registry import by_label, find, grader

__all__ = [
    "Exercise",
    "Reading",
    "Variable",
    "Verdict",
    "at_least",
    "between",
    "by_label",
    "exercise_of",
    "find",
    "grade",
    "grader",
    "nonnegative",
    "positive",
    "read",
    "real",
    "record",
    "whole",
]
