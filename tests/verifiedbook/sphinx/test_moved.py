"""A label that moves to another page takes its links along, and what no build would write again is not left behind."""

from __future__ import annotations

import re

import pytest

from .conftest import claim, theorem

pytestmark = pytest.mark.book

EQUATION = "$$\na = b\n$$ (eq-moving)\n\n"
HEADING = "(moving-section)=\n## A part that moves\n\nWords.\n\n"
MOVING = theorem("thm-moving", "It moves") + EQUATION + HEADING
CHECKSUM = re.compile(r"\?v=[0-9a-f]+")
POINTING = "# Pointing\n\nSee {prf:ref}`thm-moving`, {eq}`eq-moving` and [](#moving-section).\n\n"


def write(project, **pages: str) -> None:
    """Pages, in the order of the index; a file that says what it should is not touched."""
    listed = "\n".join([*pages, "pointing"])
    index = f"# Index\n\n```{{toctree}}\n:numbered:\n{listed}\n```\n"
    for name, text in {**pages, "pointing": POINTING, "index": index}.items():
        path = project.root / "book" / f"{name}.md"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            project.write(f"book/{name}.md", text)


@pytest.fixture
def book(project):
    project.config["nitpicky"] = True
    project.claims(claim("thm-moving"), claim("thm-stays"))
    write(project, alpha="# Alpha\n\n" + theorem("thm-stays", "It stays"), omega="# Omega\n\n" + MOVING)
    return project


def pages(built) -> dict[str, str]:
    """Every page that lies there; the checksums of style sheets, which a first build has not all, left out."""
    return {path.name: CHECKSUM.sub("", path.read_text(encoding="utf-8")) for path in built.folder.glob("*.html")}


def test_a_label_that_moves_takes_its_links_along_without_a_warning(book):
    assert book.build().warnings == ""
    stays = "# Alpha\n\n" + theorem("thm-stays", "It stays")
    write(book, alpha=stays + MOVING, omega="# Omega\n\nNothing.\n")
    there = book.build()
    assert there.warnings == ""
    assert pages(there) == pages(book.build(out="fresh"))
    for target in ("thm-moving", "equation-eq-moving", "moving-section"):
        assert f'href="alpha.html#{target}"' in there.page("pointing")
    assert 'alpha.html#thm-moving"' in there.page("prf-prf")
    write(book, alpha=stays, omega="# Omega\n\n" + MOVING)
    back = book.build()
    assert back.warnings == ""
    assert 'href="omega.html#thm-moving"' in back.page("pointing")


def test_a_page_whose_links_change_their_numbers_is_written_again_and_no_other(book):
    book.build()
    write(book, alpha="# Alpha\n\nNothing.\n", omega="# Omega\n\n" + theorem("thm-stays", "It stays") + MOVING)
    built = book.build()
    assert built.warnings == ""
    assert "Theorem 2.2" in built.page("pointing")
    assert pages(built) == pages(book.build(out="fresh"))
    assert "writing output... [100%] pointing" in built.status.replace("\r", "\n")
    assert "no targets are out of date" in book.build().status


def test_nothing_is_left_of_a_page_that_is_gone(book):
    book.build()
    (book.root / "book" / "omega.md").unlink()
    write(book, alpha="# Alpha\n\n" + theorem("thm-stays", "It stays") + MOVING)
    built = book.build()
    assert built.warnings == ""
    assert pages(built) == pages(book.build(out="fresh"))
    assert not list((built.folder / "_sources").glob("omega*"))
    assert (built.folder / "_sources" / "alpha.md.txt").is_file()


def test_an_index_goes_when_it_is_no_longer_asked_for_and_stays_while_it_is(book):
    asked = book.build()
    assert (asked.folder / "prf-prf.html").is_file()
    assert (asked.folder / "genindex.html").is_file()
    assert "prf-prf.html" in pages(book.build())  # nothing is written, and nothing is removed
    built = book.build(html_domain_indices=False, html_use_index=False)
    assert not {"prf-prf.html", "genindex.html"} & set(pages(built))
    assert {"alpha.html", "search.html"} <= set(pages(built))
