"""Claims are registered, run side by side, reported and read back; what does not fit together is said plainly."""

import json
import os
import textwrap

import pytest
import sympy as sp

from verifiedbook.claims import ClaimError, ForAll, Identity, NearMiss, load, registry, report, run_all
from verifiedbook.claims.runner import status
from verifiedbook.project import Project
from verifiedbook.statements import Statement

GOOD = """
    import sympy as sp
    from verifiedbook.claims import ForAll, Identity, NearMiss, claim

    x = sp.Symbol("x", real=True)

    @claim("thm-sample-square", source="euclid")
    def square_is_nonnegative():
        '''A square is never negative: $x^2 - 2x + 1 \\\\ge 0$.'''
        return [ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=[NearMiss("strict", then=x**2 - 2 * x + 1 > 0)])]

    @claim("thm-sample-binomial", uses=["thm-sample-square"])
    def binomial():
        '''The square of a sum.'''
        return [Identity(lambda: sp.expand((x + 1) ** 2), x**2 + 2 * x + 1, near_misses=[NearMiss("2", rhs=x**2 + 1)])]
"""
WRONG = "x**2 - 2 * x + 1 >= 0, near", "x**2 - 2 * x + 1 > 0, near"


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A function that writes a chapter's claims and gives the name of their module."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_REGISTRY", {})

    def write(source, name="sample"):
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "claims.py").write_text(textwrap.dedent(source), encoding="utf-8")
        return f"{name}.claims"

    return write


def test_claims_know_their_chapter_statement_and_place(chapter):
    claims = load([chapter(GOOD)])
    claim = claims["thm-sample-binomial"]
    assert (claim.chapter, claim.title, claim.statement) == ("sample", "Binomial", "The square of a sum.")
    assert claim.code()["function"] == "binomial"
    assert claim.code()["line"] > claims["thm-sample-square"].code()["line"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_claim_runs_once_whatever_the_number_of_processes(chapter, jobs):
    heard = []
    module = chapter(GOOD, f"sample{jobs}")
    results = run_all(load([module]), [module], jobs, lambda result: heard.append(result.label))
    assert {label: result.status for label, result in results.items()} == {
        "thm-sample-square": "proved",
        "thm-sample-binomial": "proved",
    }
    assert sorted(heard) == sorted(results)
    assert all(result.near_misses == (1, 1) for result in results.values())


def test_what_uses_a_failed_claim_fails_with_it(chapter):
    module = chapter(GOOD.replace(*WRONG), "samplewrong")
    results = run_all(load([module]), [module])
    assert results["thm-sample-square"].status == "failed"
    assert results["thm-sample-binomial"].status == "failed"
    assert "uses thm-sample-square" in results["thm-sample-binomial"].problem


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('uses=["thm-sample-square"]', 'uses=["thm-nowhere"]'), "'thm-nowhere', which is not a claim"),
        (('source="euclid"', 'uses=["thm-sample-binomial"]'), "in a circle: thm-sample-square → thm-sample-binomial"),
        (('"thm-sample-binomial", uses', '"thm-sample-square", uses'), "registered twice"),
    ],
)
def test_claims_that_do_not_fit_together_are_refused(chapter, change, message):
    module = chapter(GOOD.replace(*change), f"bad{abs(hash(change))}")
    with pytest.raises(ClaimError, match=message):
        load([module])


def test_evidence_that_cannot_be_built_is_a_failure_not_a_crash(chapter):
    module = chapter(GOOD.replace("return [ForAll(", "return [1 / 0, ForAll("), "samplecrash")
    result = run_all(["thm-sample-square"], [module])["thm-sample-square"]
    assert result.status == "failed"
    assert "ZeroDivisionError" in result.problem


x = sp.Symbol("x", real=True)
MISS = [NearMiss("strict", then=x**2 - 2 * x + 1 > 0)]
UNIVERSAL = ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=MISS).run()
SCOPED = ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=MISS, scope="d = 1").run()
BROKEN = Identity(x, x).run()


@pytest.mark.parametrize(
    ("outcomes", "earned"),
    [
        ([UNIVERSAL], "proved"),
        ([SCOPED], "proved-on-instances"),
        ([SCOPED, UNIVERSAL], "proved"),
        ([UNIVERSAL, BROKEN], "failed"),
        ([], "failed"),
    ],
)
def test_the_status_is_what_the_evidence_earns(outcomes, earned):
    assert status([("", range(len(outcomes)))], outcomes, source="") == earned


SQUARES = Statement("thm-sample-square", "theorem", "Squares", "chapter.md", 1, "It holds.")


def project(root):
    return Project(root, "sample", (), root / "book", root / "results")


def test_the_report_holds_what_the_schema_promises(chapter, tmp_path):
    module = chapter(GOOD, "samplereport")
    claims = load([module])
    content = report.document(run_all(claims, [module]), claims, {"thm-sample-square": SQUARES}, project(tmp_path))
    path = tmp_path / "deep" / "claims.json"
    report.write(content, path)
    assert report.read(path) == json.loads(json.dumps(content))
    assert content["version"] == 2
    assert set(content["packages"]) >= {"sympy", "z3-solver", "cvc5"}
    assert content["environment"]["commit"] is None
    first, second = content["claims"]
    assert (first["title"], second["title"]) == ("Squares", "Binomial")
    promised = {"label", "chapter", "title", "status", "assumptions", "statement", "uses", "source", "evidence"}
    assert promised <= set(first)
    (evidence,) = first["evidence"]
    assert {"kind", "status", "detail", "near_misses"} <= set(evidence)
    assert {"description", "rejected", "witness"} <= set(evidence["near_misses"][0])


def test_the_report_is_the_same_whenever_it_is_made_and_timing_stands_apart(chapter, tmp_path, monkeypatch):
    module = chapter(GOOD, "sampletwice")
    claims = load([module])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    results = [run_all(claims, [module]) for _ in range(2)]
    first, second = (report.document(found, claims, {}, project(tmp_path)) for found in results)
    assert json.dumps(first) == json.dumps(second)
    assert first["environment"]["date"] == "2023-11-14"
    timing = report.timing(results[0], 2)
    assert {label: len(timing["claims"][label]["evidence"]) for label in claims} == {
        label: len(results[0][label].outcomes) for label in claims
    }
    assert all(entry["seconds"] >= sum(entry["evidence"]) - 0.01 for entry in timing["claims"].values())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1, "claims": []}', '{"version": 2}'])
def test_a_damaged_record_is_named_with_the_command_that_makes_it_again(tmp_path, content):
    path = tmp_path / "claims.json"
    path.write_text(content)
    with pytest.raises(report.ReportError, match="`verify` makes it"):
        report.read(path)


def test_a_missing_record_is_named_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(report.ReportError, match=r"does not exist; `verify` makes it"):
        report.read(tmp_path / "claims.json")


def test_an_unwritable_place_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(report.ReportError, match="cannot write"):
        report.check_writable(tmp_path / "file" / "claims.json")
    with pytest.raises(report.ReportError, match="it is a folder"):
        report.check_writable(tmp_path)
    if os.access("/proc", os.F_OK):
        with pytest.raises(report.ReportError, match="choose a folder"):
            report.check_writable(report.Path("/proc/claims.json"))
