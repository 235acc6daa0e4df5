"""The PDF as a printer and a reader would check it: its pages, fonts, links, words, and what TeX complained about.

`make pdf` writes it. Where it is missing or older than the book, these tests are skipped; in continuous integration
they then fail.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import yaml
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from verifiedbook.statements import statements

REPOSITORY = Path(__file__).parents[1]
LATEX = Path(os.environ.get("BOOK_LATEX", REPOSITORY / "_build" / "latex"))
PDF = LATEX / "deep-learning-theory-verified.pdf"
COMPLAINT = re.compile(r"^(?:LaTeX|Package \S+|Class \S+|LaTeX Font) Warning: |^Missing character: |^! ", re.MULTILINE)
OVERFULL = re.compile(r"^Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)", re.MULTILINE)


def stale() -> str:
    """Why there is nothing to test; empty if there is."""
    if not PDF.is_file():
        return f"the PDF is not made: {PDF} is missing; run `make pdf` first (it needs TeX, see README)"
    sources = [*(REPOSITORY / "book").rglob("*.md"), *(REPOSITORY / "src" / "verifiedbook").rglob("*.sty")]
    newer = [path.name for path in sources if path.stat().st_mtime > PDF.stat().st_mtime]
    return f"the PDF is older than {', '.join(sorted(newer))}; run `make pdf` again" if newer else ""


@pytest.fixture(scope="module", autouse=True)
def pdf(missing: Callable[[str], NoReturn]) -> PdfReader:
    """The PDF of this state of the book."""
    if why := stale():
        missing(why)
    return PdfReader(PDF)


@pytest.fixture(scope="module")
def log() -> str:
    """What TeX said in its last run, the lines that it broke at column 79 whole again."""
    text = PDF.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    return re.sub(r"(?<=^.{79})\n", "", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def texts(pdf: PdfReader) -> list[str]:
    """What can be copied from each page."""
    return [page.extract_text() for page in pdf.pages]


@pytest.fixture(scope="module")
def words(texts: list[str]) -> str:
    """The text of all pages as letters and digits."""
    return letters(" ".join(texts))


def letters(text: str) -> str:
    """``text`` as its letters and digits alone, ligatures resolved: what line ends and fonts cannot change."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def fonts(pdf: PdfReader) -> dict[str, dict]:
    """Every font of every page by name, with its descriptor; parts of a composite font stand for it."""
    found: dict[str, dict] = {}
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            parts = [part.get_object() for part in font.get("/DescendantFonts", [font])]
            found |= {str(part["/BaseFont"]): part.get("/FontDescriptor", {}) for part in parts}
    return found


def inner_links(pdf: PdfReader) -> list[object]:
    """The destination of every link into the document: a name, or an array that begins with a page."""
    found = []
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            annotation = annotation.get_object()
            action = annotation.get("/A", {})
            if annotation["/Subtype"] == "/Link" and action.get("/S", "/GoTo") == "/GoTo":
                found.append(annotation.get("/Dest", action.get("/D")))
    return found


def outline(entries: list) -> list[str]:
    """The titles of all bookmarks."""
    return [title for entry in entries for title in (outline(entry) if isinstance(entry, list) else [str(entry.title)])]


def test_tex_has_nothing_to_complain_about(log):
    assert [log[match.start() :].split("\n\n")[0] for match in COMPLAINT.finditer(log)] == []


def test_no_line_and_no_page_sticks_out_by_more_than_two_points(log):
    assert [match[0] for match in OVERFULL.finditer(log) if float(match[1]) > 2] == []


def test_every_page_holds_something_except_the_one_before_the_first_chapter(texts):
    assert len(texts) > 30
    assert sum(not text.strip() for text in texts) <= 1


def test_the_file_says_what_it_is(pdf):
    described = pdf.metadata
    assert described.title == "Deep Learning Theory, Verified"
    assert described.author
    assert described.subject
    assert "gradient descent" in described["/Keywords"]
    assert pdf.root_object["/Lang"] == "en"


def test_every_font_is_embedded(pdf):
    found = fonts(pdf)
    assert any("Pagella-Math" in name or "PagellaMath" in name for name in found)
    assert [
        name for name, descriptor in found.items() if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
    ] == []


def test_figures_are_drawings_and_not_pixels(pdf):
    forms = images = 0
    for page in pdf.pages:
        for external in page["/Resources"].get("/XObject", {}).values():
            kind = external.get_object()["/Subtype"]
            forms, images = forms + (kind == "/Form"), images + (kind == "/Image")
    assert forms >= len(re.findall(r"\\sphinxincludegraphics", PDF.with_suffix(".tex").read_text(encoding="utf-8")))
    assert images == 0


def test_every_link_leads_to_a_place_in_the_document(pdf):
    places = set(pdf.named_destinations)
    pages = {page.indirect_reference for page in pdf.pages}
    links = inner_links(pdf)
    assert len(links) > 100
    lost = [
        link
        for link in links
        if not (link in places if isinstance(link, str) else isinstance(link, ArrayObject) and link[0] in pages)
    ]
    assert lost == []


def test_bookmarks_lead_to_every_chapter_and_its_sections(pdf):
    titles = [letters(title) for title in outline(pdf.outline)]
    table = yaml.safe_load((REPOSITORY / "_toc.yml").read_text(encoding="utf-8"))
    for file in [chapter["file"] for part in table["parts"] for chapter in part["chapters"]]:
        heads = re.findall(r"^#{1,2} (.+)$", plain_lines(REPOSITORY / "book" / f"{file}.md"), re.MULTILINE)
        assert [head for head in heads if "$" not in head and letters(head) not in titles] == []


def plain_lines(path: Path) -> str:
    """The lines of a page outside its fenced blocks."""
    return re.sub(r"^(`{3,}|~{3,}).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def test_every_statement_is_there_with_its_status_and_in_the_index(pdf, words):
    assert statements(REPOSITORY / "book")
    labels = set(re.findall(r"\\newlabel\{\S+?:([\w-]+)\}", PDF.with_suffix(".aux").read_text(encoding="utf-8")))
    for statement in statements(REPOSITORY / "book"):
        assert {statement.label, f"ledger-{statement.label}", f"evidence-{statement.label}"} <= labels
        title = letters(statement.title)
        # once at its place, once in the ledger, once with its evidence, once in the index
        assert "$" in statement.title or words.count(title) >= 4, statement.title


def test_text_can_be_searched_and_copied(words):
    for sentence in ("Gradient descent converges to a minimiser", "near misses rejected", "Index of statements"):
        assert letters(sentence) in words


def test_what_cannot_be_unfolded_on_paper_is_printed(words):
    assert letters("The evidence in full") in words
    assert letters("Near misses, each with the counterexample that refutes it") in words
    assert letters("Solution to Exercise 1.1") in words
