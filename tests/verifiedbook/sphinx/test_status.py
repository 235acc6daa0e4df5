"""Every theorem shows what its claim earned, and nothing that happens to the record of claims stops a build."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from verifiedbook.sphinx import wording

from .conftest import Built, Project, claim, theorem, universal

pytestmark = pytest.mark.book


def box(built: Built, label: str, page: str = "chapter") -> Tag:
    found = BeautifulSoup(built.page(page), "html.parser").find(id=label)
    assert isinstance(found, Tag)
    return found


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().split())


def test_a_theorem_shows_its_status_and_what_it_stands_for(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Title") + theorem("cor-b", kind="corollary"))
    project.claims(
        claim("thm-a", source="nesterov2018"),
        claim("cor-b", uses=["thm-a"], evidence=[universal(), universal(kind="identity", detail="", scope="t = 1")]),
    )
    built = project.build()
    assert built.warnings == ""
    status = box(built, "thm-a").select_one("div.claim-status > details")
    assert status is not None
    assert not status.has_attr("open")
    assert words(status.select_one("summary")) == ("∎ proved for all parameters · z3 and cvc5 · 1 near miss rejected")
    assert status.select_one("summary span.claim-badge.claim-proved") is not None
    assert status.select_one("p.claim-assumptions math") is not None
    cells = [words(cell) for cell in status.select("table.claim-evidence tbody td")]
    assert cells == [
        "for all values",
        "✓ holds",
        "z3 and cvc5: no counterexample exists (z3 0.1 s, cvc5 0.1 s)",
        "all parameters",
    ]
    assert words(status.select_one("ul.claim-near-misses")) == "✗ the sign flipped: η = 1/2, σ₁ = 3"
    assert words(status.select_one("p.claim-source")) == "Source: nesterov2018."
    links = words(status.select_one("p.claim-links"))
    assert "src/dltheory/foundations/claims.py:12" in links
    assert "python -m verifiedbook verify thm-a" in links
    corollary = box(built, "cor-b")
    assert "z3 and cvc5, SymPy · 2 near misses rejected" in words(corollary.select_one("summary"))
    assert "t = 1" in words(corollary.select_one("table.claim-evidence"))
    used = corollary.select_one("p.claim-uses a")
    assert used is not None
    assert (words(used), used["href"]) == ("Theorem 1.1", "#thm-a")


@pytest.mark.parametrize("status", [*wording.STATUSES, "something-new"])
def test_every_status_has_its_own_badge(project, status):
    project.pages(chapter="# Chapter\n\n" + theorem("obs-a", kind="observation"))
    project.claims(claim("obs-a", status=status))
    summary = box(project.build(), "obs-a").select_one("summary")
    assert summary is not None
    said = wording.STATUSES.get(status, wording.UNKNOWN)
    assert words(summary.select_one(f"span.claim-badge.claim-{status}")) == said.badge
    assert words(summary).startswith(f"{said.glyph} {said.badge} {said.reach}".strip())


def test_a_failed_claim_says_what_failed_and_at_which_counterexample(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"))
    broken = universal(status="fails", detail="a counterexample exists", witness="η = 2", near_misses=[])
    project.claims(claim("thm-a", status="failed", evidence=[broken]))
    shown = box(project.build(), "thm-a")
    assert words(shown.select_one("summary")) == "✗ failed for all values: fails"
    assert "counterexample: η = 2" in words(shown.select_one("table.claim-evidence"))


def test_a_near_miss_that_is_accepted_is_not_called_rejected(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"))
    miss = {"description": "the factor 2 lost", "rejected": False, "witness": None, "erratum": None}
    project.claims(claim("thm-a", evidence=[universal(near_misses=[miss])]))
    shown = box(project.build(), "thm-a")
    assert "0 of 1 near miss rejected" in words(shown.select_one("summary"))
    assert "the factor 2 lost is not rejected" in words(shown.select_one("ul.claim-near-misses"))


def test_the_code_is_linked_where_its_address_is_configured(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"))
    project.claims(claim("thm-a"))
    built = project.build(claims_code_url="https://example.org/blob/main/{path}#L{line}")
    link = box(built, "thm-a").select_one("p.claim-links a.external")
    assert link is not None
    assert link["href"] == "https://example.org/blob/main/src/dltheory/foundations/claims.py#L12"


def test_in_print_the_status_is_one_line_without_the_folded_part(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"), ledger="# Ledger\n\n```{ledger}\n```\n")
    project.claims(claim("thm-a"))
    project.build()  # the doctrees are shared, so the web page must not decide what print shows
    built = project.build("latex")
    text = next(built.folder.glob("*.tex")).read_text(encoding="utf-8")
    chapter = text[text.index("Text of thm") : text.index(r"\chapter{Ledger}")]
    assert r"\statusglyph{∎} \statusword{proved}" in chapter
    assert "1 near miss rejected" in chapter
    assert r"\hyperref[\detokenize{ledger:ledger-thm-a}]" in chapter
    assert "the sign flipped" not in chapter
    assert "ledger-thm-a" in text[text.index(r"\chapter{Ledger}") :]


def pages_without_status(project: Project) -> Built:
    project.pages(
        chapter="# Chapter\n\n" + theorem("thm-a"), ledger="# Ledger\n\n```{ledger}\n```\n\n```{claim-graph}\n```\n"
    )
    built = project.build()
    assert built.code == 0
    assert box(built, "thm-a").select_one(".claim-status") is None
    assert len(built.warnings.strip().splitlines()) == 1
    assert "run `python -m verifiedbook verify`" in built.warnings
    return built


def test_a_missing_record_is_one_warning_that_names_the_remedy(project):
    built = pages_without_status(project)
    assert "claims.json is missing" in built.warnings
    assert "have not been verified" in built.page("ledger")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 2}', '{"version": 1}', '{"version": 2, "claims": [{"label": "thm-a"}]}', "\x00"],
)
def test_a_damaged_record_is_one_warning_that_names_the_remedy(project, text):
    project.write("_build/claims.json", text)
    assert "claims.json is damaged" in pages_without_status(project).warnings


def test_a_folder_in_place_of_the_record_is_one_warning(project):
    (project.root / "_build" / "claims.json").mkdir(parents=True)
    assert "cannot be read" in pages_without_status(project).warnings


def test_a_theorem_without_a_claim_is_a_warning_at_its_place_and_a_definition_is_none(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a") + theorem("def-b", kind="definition"))
    project.claims()
    warnings = project.build().warnings.strip().splitlines()
    assert len(warnings) == 1
    assert "chapter.md:3" in warnings[0]
    assert "theorem 'thm-a' has no claim" in warnings[0]


def test_a_page_is_read_again_exactly_when_its_claims_changed(project):
    project.pages(one="# One\n\n" + theorem("thm-a"), two="# Two\n\n" + theorem("thm-b"))
    project.claims(claim("thm-a"), claim("thm-b"))
    project.build()
    assert "0 added, 0 changed" in project.build().status
    project.claims(claim("thm-a"), claim("thm-b", status="failed", problem="it uses thm-a, which failed"))
    built = project.build()
    assert "0 added, 1 changed" in built.status
    assert "it uses thm-a, which failed" in words(box(built, "thm-b", "two").select_one("summary"))


def test_each_piece_of_evidence_says_what_it_assumes_and_concludes(project):
    evidence = universal(assumptions=[r"\eta > 0", r"\eta < 1"], conclusion=r"\eta^2 < \eta")
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a"))
    project.claims(claim("thm-a", evidence=[evidence]))
    built = project.build()
    assert built.warnings == ""
    status = box(built, "thm-a").select_one("div.claim-status")
    assert status.select_one("p.claim-assumptions") is None
    cell = status.select("table.claim-evidence tbody td")[2]
    assert len(cell.select("math")) == 3
    assert words(cell).startswith("If ")
    assert ", then " in words(cell)
    # by what it was decided begins a line, wherever the formula before it ends; the full stop is for paper
    assert cell.select_one("span.claim-how").text.startswith("z3 and cvc5: no counterexample exists")
    assert cell.select_one("span.claim-stop").text == ". "


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"i": [0], "ii": [1, 2]}, "criterion of (ii) changed or set after the data"),
        ({"i": [1], "ii": [1, 2]}, "criterion changed or set after the data"),
        ({"": [0, 1]}, "criterion changed or set after the data"),
        ({"i": [0], "ii": [2]}, "criterion changed or set after the data"),
    ],
)
def test_the_clauses_whose_criterion_came_after_the_data_are_named(names, told):
    claim = {
        "evidence": [{"changed": ""}, {"changed": "one per cent had been predicted"}, {"changed": ""}],
        "clauses": [{"name": name, "evidence": places} for name, places in names.items()],
    }
    assert wording.afterwards(claim) == told
    assert not wording.afterwards({"evidence": [{"changed": ""}], "clauses": []})
