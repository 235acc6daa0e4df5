"""Exercises whose answers are formulas: read without being run, compared over their whole range, graded in a sentence.

It needs SymPy, mpmath and Lark and nothing else, so that a page can run it too.
"""

from .grading import Exercise, Verdict, grade
from .ranges import Variable, at_least, between, nonnegative, positive, real, whole
from .records import exercise_of, record
from .registry import by_label, find, grader

__all__ = [
    "Exercise",
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
    "real",
    "record",
    "whole",
]
