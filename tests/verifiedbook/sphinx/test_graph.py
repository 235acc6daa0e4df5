"""The graph says in links what rests on what, draws it beside them, and each box says what rests on its statement."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from bs4 import BeautifulSoup

from .conftest import claim, theorem, universal

pytestmark = pytest.mark.book

GRAPH = "# Graph\n\n```{claim-graph}\n```\n"


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text().split())


@pytest.fixture
def book(project):
    """Two chapters, in another order than that of their names, and the graph."""
    project.pages(
        zebra="# Zebra\n\n" + theorem("thm-z", "First one") + theorem("cor-z", "Then this", "corollary"),
        ant="# Ant: small\n\n" + theorem("thm-a", "A limit $x$") + theorem("thm-b"),
        graph=GRAPH,
    )
    project.claims(
        claim("thm-a", uses=["cor-z", "thm-z"], status="checked", evidence=[universal(kind="agreement")]),
        claim("thm-b", uses=["thm-a"]),
        claim("thm-z"),
        claim("cor-z", uses=["thm-z"], status="failed", problem="it uses thm-z, which failed"),
    )
    return project


def row(page: BeautifulSoup, label: str) -> list[str]:
    return [words(cell) for cell in page.find(id=f"graph-{label}").select("th, td")]


def test_each_row_names_its_statement_and_both_ways_by_number_alone_where_it_is_the_only_one(book):
    built = book.build()
    assert built.warnings == ""
    page = soup(built.page("graph"))
    assert row(page, "thm-z") == [
        "Theorem 1.1 First one: proved for all parameters",
        "–",
        "↓ Corollary 1.1, 2.1 (3 in all)",
    ]
    assert row(page, "cor-z") == [
        "Corollary 1.1 Then this: failed",
        "↑ Theorem 1.1",
        "↓ 2.1 (2 in all)",
    ]
    assert row(page, "thm-b") == ["Theorem 2.2 Stability: proved for all parameters", "↑ 2.1", "–"]
    assert page.find(id="graph-thm-a").select_one("th .math") is not None


def test_a_name_leads_to_the_statement_and_a_number_to_its_row(book):
    page = soup(book.build().page("graph"))
    last = page.find(id="graph-thm-a")
    assert last.select_one("th a")["href"] == "ant.html#thm-a"
    assert [link["href"] for link in last.select("td a")] == ["#graph-thm-z", "#graph-cor-z", "#graph-thm-b"]
    ids = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"][1:] for link in page.select(".claim-graph td a")} <= ids


def test_the_chapters_come_first_and_count_what_they_use_of_one_another(book):
    page = soup(book.build().page("graph"))
    assert row(page, "between-1") == ["Zebra 2 statements", "–", "↓ Ant ×2"]
    assert row(page, "between-2") == ["Ant 2 statements", "↑ Zebra ×2", "–"]
    assert [link["href"] for link in page.find(id="graph-between-2").select("a")] == [
        "#graph-chapter-2",
        "#graph-between-1",
    ]
    assert [words(head) for head in page.select(".claim-graph h2")] == ["1. Zebra¶", "2. Ant: small¶"]


def test_every_piece_that_is_drawn_knows_whose_line_it_is(book):
    page = soup(book.build().page("graph"))
    drawings = page.select(".claim-graph svg.graph-lanes")
    assert len(drawings) == 2 + 4
    for drawn in drawings:
        ElementTree.fromstring(str(drawn))
        assert drawn["aria-hidden"] == "true"
        assert not any(colour in str(drawn) for colour in ("#", "black", "white"))
    assert [piece["data-of"] for piece in page.find(id="graph-cor-z").select("[data-of]")] == ["thm-z", "thm-z"]
    assert len(page.find(id="graph-thm-a").select("path.graph-outside")) == 1
    assert [drawn.select_one("g")["class"] for drawn in drawings[2:4]] == [
        ["graph-mark", "claim-proved"],
        ["graph-mark", "claim-failed"],
    ]


def test_the_signs_are_explained_that_occur(book):
    legend = soup(book.build().page("graph")).select_one("p.graph-legend")
    assert words(legend) == "proved for all parameters checked numerically failed"
    assert len(legend.select("svg")) == 3


def test_the_script_lies_beside_the_page_and_is_loaded_by_it_alone(book):
    built = book.build()
    assert 'src="_graph/graph.js"' in built.page("graph")
    assert "graph.js" not in built.page("ant")
    assert (built.folder / "_graph" / "graph.js").is_file()


def test_a_box_says_what_rests_on_its_statement_and_leads_to_the_graph(book):
    built = book.build()
    first, last = (soup(built.page(page)).find(id=label) for page, label in (("zebra", "thm-z"), ("ant", "thm-b")))
    users = first.select_one("p.claim-users")
    assert words(users) == "What rests on this: Corollary 1.1, Theorem 2.1, and through them 1 more; see the graph."
    assert [link["href"] for link in users.select("a")] == ["#cor-z", "ant.html#thm-a", "graph.html#graph-thm-z"]
    assert first.select_one("p.claim-uses") is None
    assert words(last.select_one("p.claim-uses")) == "Rests on Theorem 2.1."
    assert words(last.select_one("p.claim-users")) == "Nothing else rests on this; see the graph."


def test_a_book_without_a_graph_names_none(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"))
    project.claims(claim("thm-a"))
    built = project.build()
    assert words(soup(built.page("chapter")).select_one("p.claim-users")) == "Nothing else rests on this."
    assert not (built.folder / "_graph").exists()


def test_a_page_is_written_again_when_what_rests_on_its_statements_changes(book):
    book.build()
    book.claims(claim("thm-z"), claim("cor-z"), claim("thm-a", uses=["thm-z"]), claim("thm-b"))
    users = soup(book.build().page("zebra")).select_one("#thm-z p.claim-users")
    assert words(users) == "What rests on this: Theorem 2.1; see the graph."


def test_a_claim_that_no_page_states_stands_apart_without_a_link(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"), graph=GRAPH)
    project.claims(claim("thm-a"), claim("thm-lost", uses=["thm-a"]))
    page = soup(project.build().page("graph"))
    assert row(page, "thm-lost")[0] == "thm-lost Stability: proved for all parameters"
    assert page.find(id="graph-thm-lost").select_one("th a") is None


def test_on_paper_each_row_has_its_statement_its_numbers_and_its_piece_of_the_drawing(book):
    built = book.build("latex")
    assert built.warnings == ""
    text = next(built.folder.glob("*.tex")).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(r"\graphrow")]
    assert len(rows) == 2 + 4
    corollary = next(line for line in rows if r"\label{\detokenize{graph:graph-cor-z}}" in line)
    assert corollary.startswith(r"\graphrow{\graphline{0}{top}{upper}\graphcurve{0}{1}{upper}\graphmark{1}{✗}}{")
    assert r"\hyperref[\detokenize{graph:graph-thm-z}]" in corollary
    assert r"\graphcurve[graph outside]{0}{1}{upper}" in text
    assert "graph-spoken" not in text
