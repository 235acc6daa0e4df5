"""The mutation gate's operators and trials: what is changed, and what counts as noticed."""

from __future__ import annotations

import ast
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from verifiedbook.claims import ForAll, NearMiss

TOOLS = Path(__file__).resolve().parents[1] / "tools"

COMPUTES = '''
"""A module."""


def limit(a: float, b: int = 0):
    """Between -1 and 2."""
    b = max(a, b)
    low = -a[0] ** 2 + 3 * b
    if a < low:
        raise ValueError("1 + 1")
    return f(a, X.T @ X)
'''
STATES = '''
def statement():
    """And(x, y)"""
    return ForAll([x > 0, y > 0], And(x + y > 0, x > -y), near_misses=[NearMiss("x", given=[x > 0])])
'''


@pytest.fixture
def mutation(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    from mutation import operators, trial

    return operators, trial


def test_every_kind_of_slip_is_made_and_nothing_silent_is_changed(mutation):
    operators, _ = mutation
    made = {(m.kind, m.before, m.after) for m in operators.mutants(COMPUTES, of_claims=False)}
    assert made == {
        ("sign", "-a[0] ** 2 + 3 * b", "-a[0] ** 2 - 3 * b"),
        ("sign", "-a[0] ** 2", "a[0] ** 2"),
        ("factor", "3 * b", "3 / b"),
        ("factor", "3 * b", "b"),
        ("exponent", "a[0] ** 2", "a[0] ** (2 + 1)"),
        ("index", "a[0]", "a[1]"),
        ("constant", "0", "1"),
        ("constant", "2", "3"),
        ("constant", "3", "4"),
        ("strictness", "a < low", "a <= low"),
        ("swapped arguments", "f(a, X.T @ X)", "f(X.T @ X, a)"),
        ("transposition", "X.T @ X", "X @ X.T"),
        ("transposition", "X.T", "X"),
        ("doubled", "return f(a, X.T @ X)", "return 2 * f(a, X.T @ X)"),
    }


def test_objects_are_doubled_one_at_a_time_and_letters_never(mutation):
    operators, _ = mutation
    text = """
rate, (X, y) = 1 - b, symbols("X y")
low, high = -b, f(b)
n, d = symbols("n d")
SIZES = {"first": 4 / n, "second": d}
def pair():
    return -low, high
def of_one():
    return -low
"""
    made = [m.after for m in operators.mutants(text, of_claims=False) if m.kind == "doubled"]
    assert made == [
        "rate, (X, y) = (2 * (1 - b), symbols('X y'))",
        "low, high = (2 * -b, f(b))",
        "low, high = (-b, 2 * f(b))",
        "SIZES = {'first': 2 * (4 / n), 'second': d}",
        "return (2 * -low, high)",
        "return (-low, 2 * high)",
        "return 2 * -low",
    ]


def test_a_change_far_into_a_long_line_is_made_and_shown(mutation):
    operators, _ = mutation
    long = " + ".join(f"first_{n}" for n in range(40))
    made = [m for m in operators.mutants(f"def f():\n    return {long} - second", of_claims=False) if m.kind == "sign"]
    assert any(m.after.endswith("first_39 + second") for m in made)
    assert all(m.before != m.after and len(m.after) <= 160 for m in made)


def test_of_a_claim_only_what_it_states_is_changed(mutation):
    operators, _ = mutation
    made = [(m.kind, m.after) for m in operators.mutants(STATES, of_claims=True)]
    assert [kind for kind, _ in made] == ["hypothesis dropped"] * 2 + ["conclusion weakened"] * 2 + ["and to or"]
    assert made[0][1].startswith("ForAll([y > 0], And(")
    assert made[-1][1] == "Or(x + y > 0, x > -y)"


def test_a_change_is_found_again_by_its_place(mutation):
    operators, _ = mutation
    for text, of_claims in ((COMPUTES, False), (STATES, True)):
        for mutant in operators.mutants(text, of_claims):
            now = " ".join(ast.unparse(operators.changed(text, of_claims, mutant.at)).split())
            assert mutant.after in now
            assert now != " ".join(ast.unparse(ast.parse(text)).split())


def test_what_nothing_notices_is_told_from_what_never_ends(mutation, monkeypatch):
    _, trial = mutation
    monkeypatch.setattr(trial, "_WAITING", 2.0)
    assert trial.apart(lambda: "") == ""
    assert trial.apart(lambda: "thm-a") == "thm-a"
    assert trial.apart(lambda: 1 / 0) == "error"
    assert trial.apart(lambda: time.sleep(60) or "") == "time"


def test_the_changed_module_is_imported_in_place_of_its_file(mutation, tmp_path):
    _, trial = mutation
    path = tmp_path / "a_module_that_is_changed.py"
    path.write_text("value = 1\n")
    finder = trial.Changed(path.stem, path, ast.parse("value = 2"))
    sys.meta_path.insert(0, finder)
    try:
        import a_module_that_is_changed as changed
    finally:
        sys.meta_path.remove(finder)
        sys.modules.pop(path.stem, None)
    assert changed.value == 2


def test_what_is_listed_as_equivalent_is_a_change_that_is_made_and_has_a_reason(mutation):
    operators, _ = mutation
    listed = tomllib.loads((TOOLS / "mutation" / "equivalent.toml").read_text(encoding="utf-8"))["mutant"]
    assert len({entry["change"] for entry in listed}) == len(listed)
    for entry in listed:
        path, _, said = entry["change"].partition(": ")
        source = (TOOLS.parent / path).read_text(encoding="utf-8")
        assert said in {mutant.said for mutant in operators.mutants(source, "/claims/" in path)}
        assert len(entry["because"].split()) > 3


def test_of_near_misses_nothing_is_changed(mutation):
    operators, _ = mutation
    attack = 'ForAll([], x > 0, near_misses=[NearMiss("y", then=And(x > 1, y > 1), given=[y > 0])])'
    assert list(operators.mutants(attack, of_claims=True)) == []


def test_only_running_tells_whether_functions_of_the_book_say_the_same(mutation):
    from mutation.differences import DIFFERENT, OPAQUE, SAME, compare

    x = sp.Symbol("x", real=True)
    book = frozenset({__name__.split(".")[0]})
    here = ForAll([x > 1], x > 0, near_misses=[NearMiss("from 0 on", given=[x >= 0])])
    assert compare(here, replace(here), book) == SAME
    assert compare(here, replace(here, then=2 * x > 0), book) == DIFFERENT
    assert compare(here, replace(here, near_misses=[NearMiss("from 0 on", given=[])]), book) == DIFFERENT
    assert compare([x, compare], [x, compare], book) == SAME
    assert compare([x, lambda: x], [x, lambda: x], book) == OPAQUE
    assert compare([2 * x, lambda: x], [x, lambda: x], book) == DIFFERENT


def test_a_line_belongs_to_the_innermost_function_whose_body_it_is_in(mutation):
    from mutation.reach import bodies

    tree = ast.parse("a = 1\ndef f(b=2):\n    def g():\n        return 3\n    return g\n")
    assert bodies(tree) == {3: 2, 4: 3, 5: 2}
