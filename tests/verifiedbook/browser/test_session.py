"""What a page asks: answers read and graded as ``check`` does, cells run from nothing and compared with the book's."""

import json
from importlib import import_module

import pytest

from verifiedbook.browser import session
from verifiedbook.exercises import grade, record
from verifiedbook.project import find

PROJECT = find(__file__)
EXERCISES = {
    label: exercise
    for chapter in PROJECT.chapters
    for label, exercise in import_module(f"{PROJECT.package}.{chapter}.answers").ANSWERS.items()
}
SYMBOLS = "import sympy as sp\nx, y = sp.symbols('x y', positive=True)"


@pytest.fixture(autouse=True)
def records(monkeypatch):
    """The exercises as the site's own file has them."""
    session.exercise.cache_clear()
    listed = json.loads(json.dumps([record(exercise) for exercise in EXERCISES.values()]))
    monkeypatch.setattr(session, "_records", lambda: {entry["label"]: entry for entry in listed})
    yield
    session.exercise.cache_clear()


def asked(name, **given):
    return json.loads(session.ask(name, json.dumps(given)))


@pytest.mark.parametrize("label", EXERCISES)
def test_the_page_gives_the_verdicts_that_python_gives(label):
    exercise = EXERCISES[label]
    formulas = exercise.formula()
    right = ", ".join(map(str, formulas)) if isinstance(formulas, (list, tuple)) else str(formulas)
    first = exercise.names[0] if exercise.names else "7"
    for text in (right.removeprefix("Matrix"), first, f"{first} +", "nothing at all"):
        found, expected = asked("grade", label=label, text=text), grade(exercise, text)
        assert (found["right"], found["message"]) == (expected.right, expected.message)
        reading = asked("read", label=label, text=text)
        assert bool(reading["latex"]) == bool(expected.latex)
        assert reading["message"] in ("", expected.message)


def test_a_cell_shows_what_a_notebook_shows():
    found = asked("cell", before=[SYMBOLS], code="print('a')\nprint('b')\ndisplay(x)\nsp.Matrix([x, y])")
    assert [part.get("text", part.get("latex")) for part in found["shown"]][:2] == ["a\nb", "x"]
    assert "matrix" in found["shown"][2]["latex"]
    assert found["problem"] == ""
    assert asked("cell", before=[], code="x = 1")["shown"] == []


def test_a_cell_begins_from_nothing_each_time():
    asked("cell", before=[], code="left = 1")
    assert "NameError" in asked("cell", before=[], code="left")["problem"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1 +", "line 1: invalid syntax."),
        ("a = 1\n1/0", "line 2: ZeroDivisionError: division by zero"),
        ("def f():\n    return none\n\nf()", "line 2: NameError: name 'none' is not defined"),
        ("raise KeyError", "line 1: KeyError"),
    ],
)
def test_what_stops_a_cell_is_one_sentence_with_its_line(code, told):
    assert asked("cell", before=[], code=code)["problem"] == told


def test_what_stops_a_cell_above_is_told_as_such():
    assert asked("cell", before=["1/0"], code="1")["problem"].startswith("A cell above stops: line 1: ")


@pytest.mark.parametrize(
    ("code", "book", "same", "difference"),
    [
        ("(x + y)**2", "x**2 + 2*x*y + y**2", True, None),
        ("sp.sqrt(x**2)", "x", True, None),
        ("x - y", "x + y", False, "- 2 y"),
        ("[x, y]", "[x, 2*y]", False, "- y"),
        ("sp.Matrix([x, y])", "sp.Matrix([x, y + 1])", False, None),
        ("x, y", "x", False, None),
        ("print(x)", "print(y)", False, None),
        ("sp.Eq(x, y)", "sp.Eq(x, y)", True, None),
        ("1/0", "x", None, None),
    ],
)
def test_an_edited_cell_is_compared_with_the_books(code, book, same, difference):
    found = asked("cell", before=[SYMBOLS], code=code, book={"before": [SYMBOLS], "code": book})
    assert found["same"] is same
    if difference:
        assert found["difference"]["latex"] == difference


def test_an_edit_above_changes_what_is_below():
    book = {"before": [SYMBOLS, "z = x + y"], "code": "z**2"}
    found = asked("cell", before=[SYMBOLS, "z = x - y"], code="z**2", book=book)
    assert found["same"] is False
    assert found["difference"]["latex"] == "- 4 x y"
