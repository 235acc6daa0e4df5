"""A published book has a map, a picture for links, links to its code: each when there is an address, and not before."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from verifiedbook.sphinx.previews import boxes
from verifiedbook.sphinx.publication import bibtex

BASE = "https://example.org/book/"
PAGES = {"chapter": "# Chapter\n\nText.\n"}


@pytest.mark.book
def test_with_an_address_there_is_a_map_and_a_picture(project):
    project.pages(**PAGES)
    built = project.build(html_baseurl=BASE, preview_image="_static/preview.png")
    listed = re.findall("<loc>(.*?)</loc>", (built.folder / "sitemap.xml").read_text(encoding="utf-8"))
    assert listed == [f"{BASE}chapter.html", f"{BASE}index.html"]
    page = BeautifulSoup(built.page("chapter"), "html.parser")
    assert page.select_one('meta[property="og:image"]')["content"] == f"{BASE}_static/preview.png"
    assert page.select_one('meta[property="og:url"]')["content"] == f"{BASE}chapter.html"


@pytest.mark.book
def test_without_an_address_there_is_neither_and_an_old_map_goes(project):
    project.pages(**PAGES)
    project.build(html_baseurl=BASE)
    built = project.build()
    assert not (built.folder / "sitemap.xml").exists()
    assert "og:image" not in built.page("chapter")


@pytest.mark.book
def test_the_book_is_cited_by_what_its_citation_file_says(project):
    project.write("CITATION.cff", "title: Light\nauthors:\n- name: The authors\ndate-released: 2026-01-02\n")
    project.pages(chapter="# Chapter\n\n```{cite-this-book} ../CITATION.cff\n```\n")
    block = BeautifulSoup(project.build().page("chapter"), "html.parser").select_one("pre").get_text()
    assert block.startswith("@misc{light2026,")
    assert "{{The authors}}" in block


def test_people_are_written_as_bibtex_wants_them():
    entry = bibtex(
        {
            "title": "Light Bends",
            "authors": [{"family-names": "Noether", "given-names": "Emmy"}, {"name": "The others"}],
            "date-released": "2025-06-01",
            "version": "1.0",
        }
    )
    assert "  author  = {Noether, Emmy and {The others}}," in entry
    assert "  year    = {2025}," in entry


def test_a_preview_is_the_box_without_status_ids_and_links():
    body = (
        '<section><div class="proof theorem statement" id="thm-a"><p class="t">Theorem <a href="#x">1</a></p>'
        '<section id="c"><div class="math"><math><mi>x</mi></math></div></section>'
        '<div class="claim-status"><details><summary>proved</summary></details></div></div><p>after</p></section>'
    )
    assert list(boxes(body)) == [
        (
            "thm-a",
            '<div class="proof theorem statement"><p class="t">Theorem 1</p><section><div class="math">'
            "<math><mi>x</mi></math></div></section></div>",
        )
    ]


@pytest.mark.book
def test_only_the_book_itself_is_offered_as_pdf_and_only_when_it_is_whole(project):
    project.pages(**PAGES)
    project.build("latex", latex_documents=[("index", "book.tex", "Light", "The authors", "manual")])
    for name, content, offered in (
        ("figure.pdf", "%PDF-1.5 of a cell %%EOF\n", False),
        ("book.pdf", "%PDF-1.5 that TeX was writing when it was stop", False),
        ("book.pdf", "%PDF-1.5 whole %%EOF\n", True),
    ):
        project.write(f"_build/out/latex/{name}", content)
        assert (project.build().folder / "book.pdf").exists() == offered


@pytest.mark.book
def test_a_pdf_of_another_text_is_not_offered(project):
    project.pages(**PAGES)
    book = {"latex_documents": [("index", "book.tex", "Light", "The authors", "manual")]}

    def offered() -> bool:
        return (project.build().folder / "book.pdf").exists()

    project.build("latex", **book)
    project.write("_build/out/latex/book.pdf", "%PDF-1.5 whole %%EOF\n")
    assert offered()
    project.pages(chapter="# Chapter\n\nAnother text.\n")
    assert not offered()
    project.build("latex", **book)  # and what TeX made of the old text goes
    assert not (project.root / "_build/out/latex/book.pdf").exists()
    project.write("_build/out/latex/book.pdf", "%PDF-1.5 whole %%EOF\n")
    assert offered()
    project.build("latex", **book)  # nothing has changed: what TeX made stays
    assert offered()
    (project.root / "_build/out/latex/made-of").write_bytes(b"\xff damaged")
    assert not offered()


@pytest.mark.book
def test_a_pdf_is_not_offered_when_a_file_beside_the_pages_has_changed(project):
    project.pages(**PAGES)
    project.write("contents.yml", "chapters: [a, b]\n")
    project.build("latex", latex_documents=[("index", "book.tex", "Light", "The authors", "manual")])
    project.write("_build/out/latex/book.pdf", "%PDF-1.5 whole %%EOF\n")
    assert (project.build().folder / "book.pdf").exists()
    project.write("contents.yml", "chapters: [b, a]\n")
    assert not (project.build().folder / "book.pdf").exists()
