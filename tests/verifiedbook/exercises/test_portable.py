"""What grades an answer runs where nothing but SymPy, mpmath and Lark is installed: on a page, too."""

import subprocess
import sys
from pathlib import Path

import pytest

import verifiedbook.exercises
from verifiedbook.dependencies import imported

FOLDER = Path(verifiedbook.exercises.__file__).parent
ALLOWED = {"sympy", "mpmath", "lark", "verifiedbook"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_imports_nothing_else(path):
    names = imported(path.read_text(encoding="utf-8"), "verifiedbook.exercises")
    assert {name.split(".")[0] for name in names} <= ALLOWED | sys.stdlib_module_names
    assert all(name.startswith("verifiedbook.exercises") for name in names if name.startswith("verifiedbook"))


GRADE = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {allowed!r} | sys.stdlib_module_names:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nothing())
from verifiedbook.exercises import exercise_of, grade

record = {{"label": "ex", "hint": "", "answer": ["1/(2*p)"], "constraints": [], "variables": [
    {{"name": "p", "low": "0", "high": "1", "includes_low": False, "includes_high": True, "whole": False}}]}}
print(grade(exercise_of(record), "½/p"))
print(grade(exercise_of(record), "p"))
"""


def test_an_answer_is_graded_where_nothing_else_can_be_imported():
    script = GRADE.format(allowed=ALLOWED)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.stderr == ""
    first, second, *_ = done.stdout.splitlines()
    assert first == "Right: equal for all values (SymPy proved it)."
    assert second.startswith("Not yet: your answer differs at p = ")
