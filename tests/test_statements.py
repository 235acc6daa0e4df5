"""The book and the registry of claims agree, label for label."""

from __future__ import annotations

import pytest

from dltheory.book import NoBookError, Statement, book_root, statements, unmatched
from dltheory.chapters import claim_modules
from dltheory.claims.registry import load


@pytest.fixture(scope="module")
def stated() -> list[Statement]:
    try:
        return statements(book_root())
    except NoBookError as error:
        pytest.skip(str(error))


def test_every_theorem_has_a_claim_and_every_claim_a_theorem(stated):
    assert unmatched(stated, load(claim_modules())) == []


def test_the_comparison_is_not_empty(stated):
    assert len(stated) >= 8
    assert {statement.kind for statement in stated} >= {"theorem", "corollary"}
