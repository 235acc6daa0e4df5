"""Wrong edits are wrong, of every kind, the same for the same seed, and noticed."""

from __future__ import annotations

import pytest
import sympy as sp

from verifiedbook.reading import compare, relations_in
from verifiedbook.reading.edits import KINDS, wrong_edits

TEXT = "Let $0<\\beta\\le1$ and $\\sigma_1>0$. Then\n\n$$\n\\alpha_1=\\frac{2-\\beta}{\\sigma_1^2}\\ne2.\n$$\n"


def test_every_kind_of_edit_is_made_and_changes_one_place():
    edits = wrong_edits(TEXT)
    assert {edit.kind for edit in edits} == set(KINDS)
    for edit in edits:
        assert edit.text != TEXT
        assert edit.now in edit.text
        assert abs(len(relations_in(edit.text)) - len(relations_in(TEXT))) <= (edit.kind == "dropped")


def test_the_seed_decides():
    assert wrong_edits(TEXT, 3) == wrong_edits(TEXT, 3)
    assert any(wrong_edits(TEXT, seed) != wrong_edits(TEXT, 0) for seed in range(1, 9))


def test_a_relation_with_zero_is_neither_doubled_nor_squared():
    kinds = {edit.kind for edit in wrong_edits("$$\nx=0.\n$$")}
    assert not kinds & {"factor", "exponent", "sign"}


@pytest.mark.parametrize("seed", range(4))
def test_every_wrong_edit_is_noticed(seed):
    beta, sigma = sp.symbols("beta sigma_1", positive=True)
    alpha = sp.Symbol("alpha_1", positive=True)
    step = (2 - beta) / sigma**2
    proved = [(0, "<", beta), (beta, "<=", 1), (0, "<", sigma), (alpha, "=", step), (step, "!=", 2)]
    assert compare(TEXT, proved).complete
    for edit in wrong_edits(TEXT, seed):
        assert not compare(edit.text, proved).complete, edit
