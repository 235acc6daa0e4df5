"""The book and the registry of claims agree, label for label."""

from __future__ import annotations

import pytest

from verifiedbook.claims.registry import load
from verifiedbook.project import find
from verifiedbook.statements import Statement, statements, unmatched


@pytest.fixture(scope="module")
def stated() -> list[Statement]:
    return statements(find(__file__).book)


def test_every_theorem_has_a_claim_and_every_claim_a_theorem(stated):
    assert unmatched(stated, load(find(__file__).claim_modules)) == []


def test_the_comparison_is_not_empty(stated):
    assert len(stated) >= 8
    assert {statement.kind for statement in stated} >= {"theorem", "corollary"}
