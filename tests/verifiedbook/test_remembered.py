"""What reading all code gave is kept for the next run, believed while it is true, and made again where it is not."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from .conftest import Book, copy_of_optics

DERIVATION = "src/optics/lenses/derivation.py"
SAID = "from the lens equation"
EDITS = {
    "nothing": ("book/lenses.md", "# Lenses\n", "# Lenses\n"),
    "a docstring": (DERIVATION, SAID, "from Gauss's equation"),
    "a docstring that names a record": (DERIVATION, SAID, "from heights.json"),
    "a derivation": (DERIVATION, "image = f * g / (g - f)", "image = g * f / (g - f)"),
    "a record": ("results/heights.json", "[1, 2, 3]", "[1, 2, 4]"),
    "the engine's table": ("pyproject.toml", "[tool.verifiedbook]\n", "[tool.verifiedbook]\nversions = ['numpy']\n"),
}


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book, verified; every test edits a copy of it."""
    book = copy_of_optics(tmp_path_factory.mktemp("verified") / "optics")
    for _ in range(2):  # the first run writes certificates, which are records too
        assert book.verify().code == 0
    return book


@pytest.fixture
def book(verified: Book, tmp_path: Path) -> Book:
    shutil.copytree(verified.root, tmp_path / "copy")
    return Book(tmp_path / "copy")


def kept(book: Book) -> Path:
    return book.root / "_build" / "digests.json"


def count(told: str) -> str:
    """How many claims ran."""
    return re.findall(r"verified \d+ of \d+ claims", told)[0]


@pytest.mark.parametrize("what", EDITS)
def test_with_it_the_same_claims_run_and_get_the_same_digests_as_without(book: Book, what: str) -> None:
    book.edit(*EDITS[what])
    shutil.copytree(book.root, without := book.root.with_name("without"))
    other = Book(without)
    kept(other).unlink()
    assert count(book.verify().told) == count(other.verify().told)
    assert book.claims() == other.claims()
    assert json.loads(kept(book).read_text()) == json.loads(kept(other).read_text())


@pytest.mark.parametrize("damage", ["", "[]", "{}", "not JSON", '{"checksum": "x", "state": "y"}'])
def test_a_damaged_file_is_made_again(book: Book, damage: str) -> None:
    before = kept(book).read_text()
    kept(book).write_text(damage)
    done = book.verify()
    assert done.code == 0, done.told
    assert "verified 0 of 4 claims" in done.told
    assert kept(book).read_text() == before


def test_a_digest_that_was_changed_in_it_is_not_believed(book: Book) -> None:
    before = kept(book).read_text()
    content = json.loads(before)
    content["found"] = {name: "0" * 32 for name in content["found"]}
    kept(book).write_text(json.dumps(content))
    assert "verified 0 of 4 claims" in book.verify().told
    assert kept(book).read_text() == before


def test_where_it_cannot_be_written_nothing_is_lost(book: Book) -> None:
    kept(book).unlink()
    kept(book).mkdir()
    done = book.verify()
    assert done.code == 0, done.told
    assert "verified 0 of 4 claims" in done.told
