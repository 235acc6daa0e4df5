"""Evidence stands for the clause that it is filed under, and a badge says no more than the weakest clause."""

from __future__ import annotations

import pytest
import sympy as sp

from verifiedbook.claims import Claim, Exact, ForAll, Identity, NearMiss, clauses, run
from verifiedbook.claims.grading import grade, settle, weakest
from verifiedbook.claims.inference import Cites
from verifiedbook.claims.read_back import read_back, unmatched_clauses
from verifiedbook.statements import Statement

x, y = sp.symbols("x y", real=True)
sigma, s = sp.symbols("sigma s", positive=True)
SQUARE = ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=[NearMiss("strict", then=x**2 - 2 * x + 1 > 0)])
BINOMIAL = Identity((x + y) ** 2, x**2 + 2 * x * y + y**2, near_misses=[NearMiss("no cross term", rhs=x**2 + y**2)])

TEXT = r"""Let $x\le1$.

{clause}`i` Then $(x+y)^2=x^2+2xy+y^2$.

{clause}`ii` The square is never negative, $x^2-2x+1\ge0$.
"""


def stated(text: str) -> Statement:
    return Statement("thm-a", "theorem", "A", "c.md", 1, text)


def record(kind: str, **changes) -> dict:
    return {"kind": kind, "status": "holds", "scope": "", **changes}


@pytest.mark.parametrize(
    ("evidence", "earned"),
    [
        ([], "argued"),
        ([record("universal")], "proved"),
        ([record("identity", scope="n = 2"), record("agreement")], "proved-on-instances"),
        ([record("exact")], "proved-on-instances"),
        ([record("exact", complete=True)], "proved"),
        ([record("agreement"), record("measured")], "checked"),
        ([record("measured")], "measured"),
        ([record("inference")], "proved"),
        ([record("universal"), record("measured", status="fails")], "failed"),
    ],
)
def test_a_clause_has_the_grade_of_its_strongest_evidence_unless_some_fails(evidence, earned) -> None:
    assert grade(evidence) == earned


def test_the_badge_is_that_of_the_weakest_clause_and_nothing_at_all_is_argued() -> None:
    assert weakest(["proved", "argued", "measured"]) == "argued"
    assert weakest([]) == "argued"


def claim(label: str, *filed: list[dict], uses: tuple[str, ...] = ()) -> dict:
    evidence = [piece for pieces in filed for piece in pieces]
    places = iter(range(len(evidence)))
    named = [
        {"name": "i" * (number + 1), "status": "", "evidence": [next(places) for _ in pieces]}
        for number, pieces in enumerate(filed)
    ]
    return {"label": label, "uses": list(uses), "problem": "", "status": "", "clauses": named, "evidence": evidence}


def test_a_clause_that_cites_another_claim_is_worth_no_more_than_what_it_cites() -> None:
    cites = record("inference", cites=[["thm-b", "ii"]], rule="citation")
    first = claim("thm-a", [cites], uses=("thm-b",))
    second = claim("thm-b", [record("universal")], [record("measured")])
    settle([first, second])
    assert second["status"] == "measured"
    assert (first["clauses"][0]["status"], first["status"]) == ("measured", "measured")
    assert first["clauses"][0]["rules"] == ["citation"]


def test_a_claim_that_uses_a_failed_one_fails_however_far_below() -> None:
    bad = claim("thm-c", [record("universal", status="fails")])
    middle, top = claim("thm-b", [record("universal")], uses=("thm-c",)), claim("thm-a", [], uses=("thm-b",))
    settle([top, middle, bad])
    assert [each["status"] for each in (top, middle, bad)] == ["failed"] * 3
    assert top["problem"] == "it uses thm-b, which failed"


def test_a_statement_is_cut_at_its_marks() -> None:
    found = stated(TEXT)
    assert found.hypotheses.strip() == r"Let $x\le1$."
    assert list(found.clauses) == ["i", "ii"]
    assert found.clauses["ii"].strip().startswith("The square")
    assert stated("No marks.").clauses == {"": "No marks."}


def test_a_piece_may_stand_for_two_clauses_and_is_run_once() -> None:
    filed = clauses(i=[BINOMIAL, SQUARE], ii=SQUARE)
    assert filed.evidence == (BINOMIAL, SQUARE)
    assert dict(filed.filed) == {"i": (0, 1), "ii": (1,)}


def test_evidence_for_all_and_for_some_does_not_go_together() -> None:
    with pytest.raises(TypeError, match="file each piece under a clause"):
        clauses([SQUARE], i=[BINOMIAL])
    with pytest.raises(TypeError, match="files int"):
        clauses(i=[3])


def test_every_relation_of_the_page_is_bound_to_what_the_clause_proves() -> None:
    found = read_back(clauses(i=BINOMIAL, ii=SQUARE, reads={"": [x <= 1]}), stated(TEXT))
    assert (found.bound, found.problems) == (3, ())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("2xy", "3xy"), (r"\ge0", ">0"), (r"x\le1", "x<1"), ("=x^2", "=-x^2"), ("+1", "-1")],
)
def test_a_wrong_edit_is_noticed_and_both_are_printed(right, wrong) -> None:
    filed = clauses(i=BINOMIAL, ii=SQUARE, reads={"": [x <= 1]})
    problems = read_back(filed, stated(TEXT.replace(right, wrong))).problems
    assert problems
    assert any("the page says" in problem for problem in problems)


def test_a_dropped_hypothesis_is_noticed() -> None:
    filed = clauses(i=BINOMIAL, ii=SQUARE, reads={"": [x <= 1]})
    found = read_back(filed, stated(TEXT.replace(r"Let $x\le1$.", "Let us see.")))
    assert any("the page does not say" in problem for problem in found.problems)


def test_evidence_of_one_clause_does_not_bind_the_relations_of_another() -> None:
    found = read_back(clauses(i=SQUARE, ii=BINOMIAL, reads={"": [x <= 1]}), stated(TEXT))
    (told,) = found.problems  # the equation of (i) is true by itself, whatever stands beside it
    assert told.startswith("clause (ii): ")


def test_what_is_declared_is_counted_and_a_declaration_of_nothing_is_a_problem() -> None:
    text = r"{clause}`i` $(x+y)^2=x^2+2xy+y^2$ means $Ax=b$."
    found = read_back(clauses(i=BINOMIAL, declared={"Ax=b": "a system"}), stated(text))
    assert (found.declared, found.problems) == ((("Ax=b", "a system"),), ())
    never = read_back(clauses(i=BINOMIAL, declared={"Ax=b": "a system", "Ax=c": "gone"}), stated(text))
    assert never.problems == ("declared as not to be compared, but not so on the page: Ax=c",)


def test_a_clause_that_only_one_of_the_two_names_is_a_problem() -> None:
    assert unmatched_clauses(clauses(i=BINOMIAL, ii=SQUARE), stated(TEXT)) == []
    (told,) = unmatched_clauses(clauses(i=BINOMIAL, iii=SQUARE), stated(TEXT))
    assert "filed under clause (iii); the book has (i), (ii)" in told
    (told,) = unmatched_clauses(clauses(i=BINOMIAL, argued={"i": "why"}), stated(TEXT))
    assert "yet it is said to be argued only" in told


def test_a_statement_is_put_to_the_solvers_in_other_names_and_printed_in_its_own() -> None:
    piece = ForAll([sigma**2 < 1], sigma**4 < sigma**2, put={sigma**2: s})
    assert piece.decided(piece.then) == (s**2 < s)
    assert piece.conclusion() == r"\sigma^{4} < \sigma^{2}"
    verdict = piece.attempt()
    assert verdict.status == "holds", verdict
    assert "s = sigma**2" in verdict.detail


def test_a_name_may_not_have_what_its_expression_lacks() -> None:
    verdict = ForAll([x + y > 0], x + y > -1, put={x + y: s}).attempt()
    assert (verdict.status, "nothing says that it is positive" in verdict.detail) == ("fails", True)


def test_exact_instances_prove_a_clause_only_if_it_speaks_of_no_others() -> None:
    piece = Exact(lambda n: n, lambda n: n + 0, [{"n": 1}], near_misses=[NearMiss("one more", predict=lambda n: n + 1)])
    assert grade([vars(piece.run())]) == "proved-on-instances"
    assert not piece.complete


def test_a_claim_whose_evidence_could_not_be_built_fails_and_its_clauses_rest_on_nothing() -> None:
    broken = Claim("thm-a", "c", "", (), "", lambda: clauses(i=Cites("thm-b")))
    result = run(broken, stated("{clause}`i` It holds."))
    assert (result.status, result.filed) == ("failed", (("i", ()),))
    assert "it cites thm-b, which its uses do not name" in result.problem
