"""Certificates on the page: printed, sent along, and checked by a browser exactly as the engine's checker does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from verifiedbook.claims.certificate import checker
from verifiedbook.sphinx import certificates

from ..claims.certificate.test_checker import (
    ATTACKS,
    CASES,
    CASES_PROOF,
    CUBED,
    CUBED_PROOF,
    GREATER,
    GREATER_PROOF,
    QUOTIENT,
    QUOTIENT_PROOF,
    VALID,
)
from .conftest import Built, Project, claim, theorem, universal

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(certificates.__file__).with_name("certificates.js")


def certified(statement: Any, proof: Any, terms: int) -> dict[str, Any]:
    return universal(
        conclusion="y > 0", certificate={"statement": statement, "proof": proof, "terms": terms, "of": "0" * 16}
    )


def built(project: Project, builder: str = "html") -> Built:
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Title") + theorem("thm-b"), other="# Other\n\nText.\n")
    project.claims(
        claim("thm-a", evidence=[certified(GREATER, GREATER_PROOF, 3), certified(QUOTIENT, QUOTIENT_PROOF, 4)]),
        claim("thm-b", evidence=[certified(CUBED, CUBED_PROOF, 5), certified(CASES, CASES_PROOF, 6), universal()]),
    )
    made = project.build(builder)
    assert made.warnings == ""
    return made


@pytest.mark.book
def test_a_theorem_says_how_many_proofs_it_has_and_prints_the_short_ones(project):
    page = BeautifulSoup(built(project).page("chapter"), "html.parser")
    first, second = (page.find(id=label).select_one("div.claim-status") for label in ("thm-a", "thm-b"))
    assert "certificate, z3 and cvc5" in first.select_one("summary").get_text()
    told = [each.select_one("p.claim-certificates").get_text() for each in (first, second)]
    assert told == [
        "Certificates: 2 proofs by multiplying out, with 3, 4 terms.",
        "Certificates: 2 proofs by multiplying out, with 5, 6 terms. 1 more rest on the two solvers.",
    ]
    printed = first.select("details.certificate-proof")
    assert len(printed) == 2
    formulas = [each.get_text() for each in printed[0].select("math")]
    assert formulas == [
        "y>0",
        "x>0",
        "y−x≥0",
        "−y≥0",
        "x+(y−x)+(−y)=0,",
        "x",
    ]
    assert "is positive and no term negative." in printed[0].get_text()


@pytest.mark.book
def test_steps_of_a_rule_are_shown_and_a_clause_of_which_all_is_certified_has_a_sign(project):
    project.pages(
        chapter="# Chapter\n\n```{prf:theorem} Title\n:label: thm-a\n\n{clause}`i` One.\n\n{clause}`ii` Two.\n```\n",
        ledger="# Ledger\n\n```{ledger}\n```\n",
    )
    certificate = {"statement": GREATER, "proof": GREATER_PROOF, "terms": 3, "of": "0" * 16}
    step = {"name": "n = 0", "kind": "universal", "assumptions": [], "conclusion": "y > 0", "certificate": certificate}
    rule = universal(kind="inference", rule="induction", detail="", steps=[step])
    half = universal(kind="inference", rule="induction", detail="", steps=[step, {**step, "certificate": None}])
    clauses = [
        {"name": name, "text": "", "status": "proved", "evidence": [place], "rules": ["induction"]}
        for name, place in (("i", 0), ("ii", 1))
    ]
    project.claims(claim("thm-a", evidence=[rule, half], clauses=clauses))
    made = project.build()
    assert made.warnings == ""
    page = BeautifulSoup(made.page("chapter"), "html.parser")
    first, second = page.select("span.clause")
    assert first.select_one(".clause-certain").get_text() == "✓"
    assert "each of them multiplied out" in first.select_one(".clause-card").get_text()
    assert second.select_one(".clause-certain") is None
    assert "Step of the inference, n = 0: " in page.select_one("details.certificate-proof summary").get_text()
    told = page.select_one("p.claim-certificates").get_text()
    assert told == "Certificates: 2 proofs by multiplying out, with 3, 3 terms. 1 more rest on the two solvers."
    file = (made.folder / "_certificates" / "chapter.js").read_text(encoding="utf-8")
    sent = json.loads(file.removeprefix("globalThis.certificatesOfThisPage = ").rstrip(";\n"))
    assert [each["name"] for each in sent] == ["thm-a:0:0", "thm-a:1:0"]
    counted = BeautifulSoup(made.page("ledger"), "html.parser").select_one("p.ledger-certificates").get_text()
    assert "and so have 2 of 3 that rules of inference rest on." in counted
    assert counted.endswith(" 1 of 2 clauses have one for each of their steps: they bear the sign ✓.")


@pytest.mark.book
def test_the_ledger_counts_what_rests_on_intervals_apart():
    one = {**certified(GREATER, GREATER_PROOF, 2), "steps": []}
    interval = {**one, "certificate": None, "detail": "interval arithmetic (mpmath) on 9 boxes"}
    evidence = [one, one, interval, {**one, "certificate": None}]
    told = certificates.counts(
        SimpleNamespace(claims={"thm-a": {"label": "thm-a", "evidence": evidence, "clauses": []}})
    )
    assert told.startswith("2 of 3 universal statements have a certificate")
    assert "One more, about an interval, rests on interval arithmetic, of which there is no certificate." in told


def test_the_pdf_has_the_short_proofs_in_the_appendix(project):
    project.pages(
        chapter="# Chapter\n\n" + theorem("thm-a", "Title"),
        appendix="# Appendix\n\n```{ledger}\n```\n\n```{certificates}\n```\n",
    )
    project.claims(claim("thm-a", evidence=[certified(GREATER, GREATER_PROOF, 3)]))
    latex = project.build("latex")
    assert latex.warnings == ""
    source = next(latex.folder.glob("*.tex")).read_text(encoding="utf-8")
    assert r"x + \left(y - x\right) + \left(-y\right) = 0," in source


@pytest.mark.book
def test_only_a_page_with_certificates_brings_them_and_the_script(project):
    made = built(project)
    page = BeautifulSoup(made.page("chapter"), "html.parser")
    assert page.select_one("script[src='_certificates/chapter.js']") is not None
    script = (made.folder / "_certificates" / "chapter.js").read_text(encoding="utf-8")
    sent = json.loads(script.removeprefix("globalThis.certificatesOfThisPage = ").rstrip().removesuffix(";"))
    assert [each["name"] for each in sent] == ["thm-a:0", "thm-a:1", "thm-b:0", "thm-b:1"]
    assert [checker.check(each["statement"], each["proof"]) for each in sent] == [3, 4, 5, 6]
    assert page.select_one("script[src='_certificates/check.js']") is not None
    assert (made.folder / "_certificates" / "check.js").read_text(encoding="utf-8") == SCRIPT.read_text(
        encoding="utf-8"
    )
    assert not list((made.folder / "_static").rglob("check.js"))
    assert "certificates" not in made.page("other")
    assert not (made.folder / "_certificates" / "other.js").exists()


def test_the_script_and_what_a_page_brings_are_small():
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 12 * 1024


@pytest.mark.book
@pytest.mark.browser
def test_the_browser_checks_all_proofs_of_a_page_after_it_has_loaded(project, browser):
    page = browser.new_page()
    page.goto((built(project).folder / "chapter.html").as_uri())
    checked = page.locator(".certificates-checked").last
    checked.wait_for(state="visible", timeout=10_000)
    assert checked.inner_text().startswith("Your browser has checked 4 proofs on this page, in ")
    page.close()


@pytest.mark.book
@pytest.mark.browser
def test_a_proof_that_was_tampered_with_is_refused_by_the_page(project, browser):
    made = built(project)
    path = made.folder / "_certificates" / "chapter.js"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace('"factor":"1/2"', '"factor":"1/3"', 1), encoding="utf-8")
    page = browser.new_page()
    page.goto((made.folder / "chapter.html").as_uri())
    checked = page.locator(".certificates-checked").last
    checked.wait_for(state="visible", timeout=10_000)
    assert checked.inner_text() == (
        "Your browser has refused 1 of 4 proofs on this page: refutation, lemma: the terms do not add up to 0."
    )
    page.close()


@pytest.mark.book
@pytest.mark.browser
def test_a_reader_who_changes_a_proof_sees_it_refused_with_the_amount(project, browser):
    page = browser.new_page()
    page.goto((built(project).folder / "chapter.html").as_uri())
    page.locator("#thm-a .claim-status > details > summary").click()
    form = page.locator("details[data-certificate='thm-a:0']")
    form.locator("summary").click()
    verdict = form.locator(".certificate-verdict")
    verdict.filter(has_text="Accepted: 3 terms add up to 0.").wait_for(timeout=10_000)
    form.get_by_label("factor of term 0").fill("3")
    verdict.filter(has_text="Refused: refutation: the terms do not add up to 0, but to 2*x.").wait_for()
    form.get_by_label("factor of term 0").fill("1")
    verdict.filter(has_text="Accepted").wait_for()
    form.get_by_label("given").nth(1).fill("y - 2*x")
    verdict.filter(has_text="but to -x.").wait_for()
    form.get_by_label("given").nth(1).fill("y - alert(1)")
    verdict.filter(has_text='Not checked: cannot read "alert(1)"').wait_for()
    page.close()


@pytest.mark.browser
def test_browser_and_engine_agree_on_every_certificate_and_every_attack(browser):
    every = [(statement, proof) for statement, proof, _ in [*VALID.values(), *ATTACKS.values()]]
    for path in sorted((ROOT / "results" / "certificates").glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8")).values()
        every += [(each["statement"], each["proof"]) for each in kept]
    page = browser.new_page()
    answers = page.evaluate(
        "([source, every]) => { const check = new Function(source + '; return engine')()();"
        " return every.map(([statement, proof]) => check(statement, proof)); }",
        [SCRIPT.read_text(encoding="utf-8").partition("if (typeof document")[0], [list(each) for each in every]],
    )
    page.close()
    assert len(every) > 100
    for (statement, proof), answer in zip(every, answers, strict=True):
        try:
            assert answer == {"terms": checker.check(statement, proof)}
        except checker.Refused as refused:
            reason, remainder = refused.args
            written = "not written as a certificate"
            assert answer["refused"] == reason or (answer["refused"].startswith(written) and reason.startswith(written))
            amount = {tuple(monomial): coefficient for coefficient, monomial in answer["amount"] or []}
            assert amount == {monomial: str(number) for monomial, number in (remainder or {}).items()}
