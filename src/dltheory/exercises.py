"""``check(label, answer)`` grades the exercises of this book; each chapter declares its own in ``answers``."""

from importlib.util import find_spec

from dltheory.chapters import CHAPTERS
from verifiedbook.exercises import grader

_MODULES = (f"dltheory.{chapter}.answers" for chapter in CHAPTERS)

check = grader(module for module in _MODULES if find_spec(module) is not None)
