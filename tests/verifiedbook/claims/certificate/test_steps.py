"""What a rule of inference needs is certified like any other statement, step by step."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

from verifiedbook.claims import NearMiss
from verifiedbook.claims.certificate import checker, kept
from verifiedbook.claims.inference import ClosedForm, Induction, Monotone, Powers
from verifiedbook.claims.report import _evidence

n = sp.Symbol("n", integer=True, nonnegative=True)
q = sp.Symbol("q", positive=True)
x = sp.Symbol("x", real=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(kept.FOLDER, str(tmp_path))
    kept._known.cache_clear()
    yield tmp_path
    kept._known.cache_clear()


def test_the_first_case_and_the_step_of_an_induction():
    outcome = Induction(
        q**n * (1 + n * (1 - q)) <= 1, n, [q < 1], near_misses=[NearMiss("below", then=q**n * (1 + n) <= 1)]
    ).run()
    assert outcome.status == "holds", outcome.detail
    assert outcome.certificate is None
    assert [step.name for step in outcome.steps] == ["step from n to n + 1"]  # the first case is true as it is written
    (step,) = outcome.steps
    assert step.kind == "universal"
    assert "{(q)}" not in step.conclusion
    assert checker.check(step.certificate["statement"], step.certificate["proof"]) == step.certificate["terms"]


def test_a_closed_form_multiplies_out():
    outcome = ClosedForm(
        (1 - q**n) / (1 - q),
        n,
        [0],
        lambda before, _: q * before + 1,
        given=[sp.Ne(q, 1)],
        near_misses=[NearMiss("one step ahead", formula=(1 - q ** (n + 1)) / (1 - q))],
    ).run()
    assert outcome.status == "holds", outcome.detail
    # the first value is 0 as it stands
    assert [step.name for step in outcome.steps] == ["step from t to t + 1"]
    assert all(step.certificate for step in outcome.steps)
    assert outcome.steps[0].assumptions == (r"q \neq 1",)


def test_what_does_not_hold_has_no_steps():
    false = Powers([2 * q], given=[q < 1], near_misses=[NearMiss("other", factors=[3 * q])])
    assert false.run().steps == ()


def test_steps_of_a_rule_within_a_rule_are_told_one_by_one():
    square = (x + 1) ** 2
    inner = Monotone(square, x, (0, 1), "increasing", core=x + 1, weight=2, bound=("above", 0))
    outer = Monotone(
        x**3 + 3 * x**2 + 3 * x, x, (0, 1), "increasing", slope=inner, core=square, weight=3, bound=("above", 0)
    )
    assert outer.attempt().status == "holds"
    names = [step.name for step in outer.steps()]
    assert "the derivative" in names
    assert "its sign: its sign" in names


def test_the_record_holds_the_steps_tied_to_what_is_printed(folder):
    outcome = Powers([1 - q], given=[q < 1], near_misses=[NearMiss("up to 3", given=[q < 3])]).run()
    record = _evidence(outcome)
    (step,) = record["steps"]
    assert step["certificate"]["of"] != ""
    kept.write([{"label": "thm-a", "status": "proved", "evidence": [record]}], folder, ["thm-a"])
    assert (folder / "thm-a.json").is_file()
