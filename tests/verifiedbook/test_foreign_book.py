"""The engine serves a book that is not this one, where nothing of this one can be imported."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from .conftest import Book, copy_of_optics

PYTHON = sys.executable


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book, verified, as HTML and as LaTeX; every warning an error."""
    book = copy_of_optics(tmp_path_factory.mktemp("foreign") / "optics")
    verified = book.run(PYTHON, "-m", "verifiedbook", "verify")
    assert verified.code == 0, verified.told
    for builder in ("html", "latex"):
        done = book.run(PYTHON, "-m", "sphinx", "-W", "-n", "-b", builder, "book", f"_build/{builder}")
        assert done.code == 0, done.told
    return book


def page(book: Book, name: str) -> str:
    return (book.root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", ["dltheory", "torch", "sklearn", "matplotlib"])
def test_nothing_of_this_book_is_importable_there(optics: Book, module: str) -> None:
    assert "No module named" in optics.run(PYTHON, "-c", f"import {module}").told


@pytest.mark.book
def test_a_theorem_shows_its_status_and_a_formula_its_object(built: Book) -> None:
    text = page(built, "lenses")
    assert text.count("claim-badge") == 3
    assert "claim-proved" in text
    assert "check it yourself" in text
    assert "python -m verifiedbook verify thm-lens-image" in re.sub("<[^>]*>", "", text)
    assert "src/optics/lenses/claims/focus.py" in text
    formulas = [formula.get_text() for formula in BeautifulSoup(text, "html.parser").select("math:has(mfrac)")]
    assert any("fg−f+g" in formula or "fgg−f" in formula for formula in formulas), formulas


@pytest.mark.book
def test_a_graded_exercise_is_graded_in_the_page(built: Book) -> None:
    assert "right" in page(built, "lenses").lower()


@pytest.mark.book
def test_ledger_errata_and_graph_show_every_claim(built: Book) -> None:
    text = page(built, "ledger")
    assert text.count('class="claim-ledger') == 2
    assert "a mirror turns by" in text
    assert "4 claims" in text
    assert text.count('id="graph-') == 4 + 2 + 2  # statements, chapters in their table, headings
    assert 'id="graph-thm-lens-image"' in text


@pytest.mark.book
def test_the_boxes_bring_their_style_and_print_its_own(built: Book) -> None:
    assert "verifiedbook.css" in page(built, "lenses")
    assert (built.root / "_build" / "html" / "_static" / "verifiedbook.css").is_file()
    assert (built.root / "_build" / "latex" / "verifiedbook.sty").is_file()
    (text,) = [path.read_text(encoding="utf-8") for path in (built.root / "_build" / "latex").glob("*.tex")]
    assert text.count(r"\begin{statusline}\statusglyph{∎} \statusword{proved}") == 3
    assert r"\usepackage{verifiedbook}" in text


def test_a_theorem_that_fails_stops_verify_and_is_shown_as_failed(optics: Book) -> None:
    optics.edit("src/optics/lenses/derivation.py", "image = f * g / (g - f)", "image = f * g / (g + f)")
    done = optics.verify()
    assert done.code == 1
    assert "✗ thm-lens-image" in done.told
    assert "counterexample" in done.told
    assert optics.claims()["thm-lens-image"]["status"] == "failed"


def test_a_theorem_without_a_claim_and_a_claim_without_a_theorem_are_named(optics: Book) -> None:
    optics.edit("book/mirrors.md", "thm-mirror-twice", "thm-mirror-thrice")
    done = optics.verify()
    assert done.code == 1
    assert "'thm-mirror-thrice' has no claim" in done.told
    assert "claim 'thm-mirror-twice' has no theorem in the book" in done.told


def test_without_a_project_one_sentence_says_what_is_missing(tmp_path: Path) -> None:
    book = Book(tmp_path)
    done = book.run(PYTHON, "-m", "verifiedbook", "verify")
    assert done.code == 1
    assert "no pyproject.toml with a table [tool.verifiedbook]" in done.told
    assert "Traceback" not in done.told
