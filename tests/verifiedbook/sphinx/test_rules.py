"""The page on what proofs rest on lists every rule with its proof, and computes who leans on it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from verifiedbook.claims.inference import RULES, Inference
from verifiedbook.sphinx.rules import anchor, by_name, users

from .conftest import claim, theorem, universal

PAGE = "# Rests on\n\n```{inference-rules}\n```\n"


@pytest.mark.book
def test_every_rule_has_sentence_proof_and_computed_users(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "First") + theorem("thm-b", "Second"), rests=PAGE)
    leaning = universal(kind="inference", rule="induction")
    project.claims(claim("thm-a", evidence=[leaning, leaning]), claim("thm-b", evidence=[universal()]))
    built = project.build()
    assert built.warnings == ""
    listed = BeautifulSoup(built.page("rests"), "html.parser").select_one("dl.inference-rules")
    assert [term.get_text(strip=True).rstrip("#¶").lower() for term in listed.find_all("dt")] == [
        name.lower() for name in by_name()
    ]
    induction = listed.find(id=anchor("induction")).find_next("dd")
    assert induction.get_text().count("Proof.") == 2
    assert [link["href"] for link in induction.select("p.inference-users a")] == ["chapter.html#thm-a"]
    assert "one statement" in induction.get_text()
    others = listed.find(id=anchor("scaling")).find_next("dd")
    assert "No statement leans on it." in others.get_text()


@pytest.mark.book
def test_print_has_the_rules_too(project):
    project.pages(rests=PAGE)
    project.claims()
    built = project.build("latex")
    assert built.warnings == ""
    (tex,) = built.folder.glob("*.tex")
    assert tex.read_text(encoding="utf-8").count("No statement leans on it.") == len(by_name())


def test_every_rule_of_the_engine_is_listed():
    def below(rule):
        for each in rule.__subclasses__():
            yield from below(each)
            if each.__module__.startswith("verifiedbook") and hasattr(each, "sentence"):
                yield each

    assert set(below(Inference)) == set(RULES)


def test_claims_that_use_a_rule_twice_are_counted_once():
    pieces = [universal(kind="inference", rule="sums"), universal(kind="inference", rule="sums")]
    assert users("sums", {"thm-a": claim("thm-a", evidence=pieces)}) == ["thm-a"]
