"""The ledger lists every claim with links both ways; the errata and the graph show what the record holds."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from verifiedbook.sphinx.ledger import errata
from verifiedbook.sphinx.records import read_records

from .conftest import claim, theorem, universal

LEDGER = "# Ledger\n\n```{ledger}\n```\n"
ERRATA = "# Errata\n\n```{errata}\n```\n"
ERRATUM = {
    "source": "polyak1964",
    "place": "page 3",
    "published": "Stable for $\\beta=0$.",
    "correct": "Not for $\\beta=0$.",
}


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def cells(row) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in row.select("td")]


@pytest.fixture
def book(project):
    """Two chapters, in another order than that of their names, and the overviews."""
    project.pages(
        zebra="# Zebra\n\n" + theorem("thm-z", "First one") + theorem("cor-z", "Then this", "corollary"),
        ant="# Ant\n\n" + theorem("thm-a", "A limit $x$"),
        ledger=LEDGER,
        errata=ERRATA,
    )
    project.claims(
        claim("thm-a", uses=["thm-z"], status="checked", evidence=[universal(kind="agreement")]),
        claim("thm-z", evidence=[universal(), universal(kind="identity")]),
        claim("cor-z", uses=["thm-z"], status="failed", problem="it uses thm-z, which failed"),
        packages={"z3-solver": "4.1"},
        environment={"python": "3.11.7", "platform": "Linux", "date": "2026-11-23", "commit": None, "jobs": 2},
    )
    return project


@pytest.mark.book
def test_the_ledger_lists_all_claims_in_reading_order_with_links_both_ways(book):
    built = book.build()
    assert built.warnings == ""
    page = soup(built.page("ledger"))
    assert [table.select_one("caption .caption-text").get_text() for table in page.select("table.claim-ledger")] == [
        "Zebra",
        "Ant",
    ]
    rows = [cells(row) for row in page.select("table.claim-ledger tbody tr")]
    assert rows[0] == [
        "Theorem 1.1 First one",
        "∎ proved for all parameters",
        "for all values, identity",
        "2/2",
    ]
    assert rows[1][:2] == ["Corollary 1.1 Then this", "✗ failed"]
    assert rows[2][1:3] == ["≈ checked numerically", "numerical agreement"]
    assert page.find(id="ledger-thm-z").find_next("a")["href"] == "zebra.html#thm-z"
    back = soup(built.page("zebra")).select_one("#thm-z p.claim-links a")
    assert back["href"] == "ledger.html#ledger-thm-z"


@pytest.mark.book
def test_the_counts_and_versions_are_computed_from_the_record(book):
    page = soup(book.build().page("ledger"))
    assert " ".join(page.select_one("p.ledger-counts").get_text().split()) == (
        "3 claims: 1 proved for all parameters, 1 checked numerically, 1 failed. 4 of 4 near misses rejected."
    )
    assert "Verified with Python 3.11.7 on Linux; z3-solver 4.1." in page.get_text()


@pytest.mark.book
def test_a_claim_that_no_page_states_is_listed_apart(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"), ledger=LEDGER)
    project.claims(claim("thm-a"), claim("thm-lost"))
    page = soup(project.build().page("ledger"))
    last = page.select("table.claim-ledger")[-1]
    assert last.select_one("caption .caption-text").get_text() == "Claims that no page states"
    assert cells(last.select_one("tbody tr"))[0] == "thm-lost Stability"


@pytest.mark.book
def test_the_ledger_follows_a_renumbered_chapter_and_a_changed_record(book):
    book.build()
    book.write("book/zebra.md", "# Zebra\n\n" + theorem("thm-new") + theorem("thm-z", "First one"))
    book.claims(claim("thm-new"), claim("thm-z", status="cited", evidence=[]), claim("thm-a"))
    page = soup(book.build().page("ledger"))
    rows = [cells(row)[:2] for row in page.select("table.claim-ledger tbody tr")]
    assert rows[1] == ["Theorem 1.2 First one", "❝ cited from the source, not checked here"]


@pytest.mark.book
def test_without_an_erratum_the_page_says_when_the_first_will_come(book):
    text = soup(book.build().page("errata")).get_text()
    assert "the first come with the chapters that refute them" in text


@pytest.mark.book
def test_an_erratum_stands_beside_the_truth_and_the_counterexample_found(book):
    misses = [{"description": "β = 0 allowed", "rejected": True, "witness": "β = 0, η = 1", "erratum": ERRATUM}]
    book.claims(
        claim("thm-z", evidence=[universal(near_misses=misses)]), claim("cor-z"), claim("thm-a", evidence=[universal()])
    )
    built = book.build()
    assert built.warnings == ""
    page = soup(built.page("errata"))
    rows = page.select("table.claim-errata tbody tr")
    assert len(rows) == 1
    told = cells(rows[0])
    assert (told[0], told[3], told[4]) == ("polyak1964, page 3", "β = 0, η = 1", "Theorem 1.1")
    assert [len(cell.select("math")) for cell in rows[0].select("td")] == [0, 1, 1, 0, 0]
    assert rows[0].select("a")[-1]["href"] == "zebra.html#thm-z"


def test_a_sentence_that_several_near_misses_repeat_is_listed_once_and_an_accepted_one_is_not_hidden(tmp_path):
    rejected = {"description": "β = 0", "rejected": True, "witness": "β = 0", "erratum": ERRATUM}
    accepted = {**rejected, "rejected": False, "witness": None}
    path = tmp_path / "claims.json"
    for misses, shown in (([rejected, rejected], True), ([rejected, accepted], False), ([accepted, rejected], False)):
        record = {"version": 2, "claims": [claim("thm-z", evidence=[universal(near_misses=misses)])]}
        path.write_text(json.dumps(record))
        found = errata(read_records(path, "python -m verifiedbook"))
        assert [miss["rejected"] for _, miss, _ in found] == [shown]


@pytest.mark.book
def test_sources_are_linked_to_the_bibliography(project):
    project.write("book/references.bib", "@misc{polyak1964, author={Polyak, Boris}, title={Speed}, year={1964}}\n")
    misses = [{"description": "β = 0", "rejected": True, "witness": "β = 0", "erratum": ERRATUM}]
    project.pages(
        zebra="# Zebra\n\n" + theorem("thm-z"), errata=ERRATA, references="# References\n\n```{bibliography}\n```\n"
    )
    project.claims(claim("thm-z", source="polyak1964", evidence=[universal(near_misses=misses)]))
    built = project.build(
        extensions=["myst_nb", "sphinx_proof", "sphinxcontrib.bibtex", "verifiedbook.sphinx"],
        bibtex_bibfiles=["references.bib"],
        nitpicky=True,
    )
    assert built.warnings == ""
    for page, place in (("zebra", "p.claim-source"), ("errata", "table.claim-errata")):
        links = [a["href"] for a in soup(built.page(page)).select(f"{place} a")]
        assert any(href.startswith("references.html#") for href in links)
