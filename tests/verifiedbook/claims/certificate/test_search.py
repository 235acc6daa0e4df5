"""The search finds proofs of the book's kind, with lemmas where it must, and none of what is false."""

from __future__ import annotations

import pytest
import sympy as sp

from verifiedbook.claims.certificate import checker, facts
from verifiedbook.claims.certificate.search import ideas, refutation
from verifiedbook.claims.certificate.search.proofs import size

x, y, z, k, s, c = sp.symbols("x y z k s c", real=True)

TRUE = {
    "linear": ([x > 0, y >= x], y > 0),
    "product": ([x > 1, y > 1], x * y > 1),
    "square": ([], x**2 + y**2 >= 2 * x * y),
    "cubic": ([x > y], x**3 > y**3),
    "quotient": ([x > 0], 1 / (1 + x) < 1),
    "negative divisor": ([x < -1], 1 / (1 + x) < 0),
    "equation": ([sp.Eq(x * y, 1), x > 0], y > 0),
    "to an equation": ([x >= 0, y >= 0, sp.Eq(x + y, 0)], sp.And(sp.Eq(x, 0), sp.Eq(y, 0))),
    "absolute value": ([], sp.Abs(x + y) <= sp.Abs(x) + sp.Abs(y)),
    "maximum": ([x > 0, y > 0], sp.Max(x, y) <= x + y),
    "equivalence": ([x > 0, y > 0], sp.Equivalent(x**2 < y**2, x < y)),
    "cases": ([sp.Or(x > 1, x < -1)], x**2 > 1),
    "discriminant": ([], (x - 1) ** 2 + 1 > 0),
    "minors": ([x > 0, x * z - y**2 > 0], z > 0),
    "signs of factors": ([s >= 0, s < 1, k > 0, c > 0, (2 * c - s**2 + 1) ** 2 <= 8 * c], 2 * c >= (1 - s) ** 2),
    "false hypotheses": ([x > 0, x < 0], y > 0),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_gets_a_proof(name):
    statement = facts.statement(*TRUE[name])
    proof = refutation.proof(statement, 60)
    assert checker.check(statement, proof) == sum(
        size(node)[0] for node in [*(part["because"] for part in proof["signs"]), proof["refutation"]]
    )


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([x > 0, y >= x], y > 1),
        ([], x**2 > 0),
        ([x > y], x**2 > y**2),
        ([], sp.Eq(x * y, y * z)),
        ([x >= 0], 1 / x >= 0),
        ([sp.Or(x > 1, x < -1)], x > 0),
    ],
)
def test_a_false_statement_gets_none(given, then):
    with pytest.raises(refutation.NotFound):
        refutation.proof(facts.statement(given, then), 20)


def test_the_time_is_bounded():
    w = sp.symbols("w:6", real=True)
    hard = sp.Add(*(a**4 for a in w)) * sp.Add(*(a**2 for a in w)) >= sp.Add(*(a**3 for a in w)) ** 2
    with pytest.raises(refutation.NotFound):
        refutation.proof(facts.statement([], hard), 0.0)


def test_a_proof_that_can_be_short_is_short():
    statement = facts.statement([x < 1, y < x], x + y < 2)
    proof = refutation.proof(statement)
    assert checker.check(statement, proof) <= 4
    assert size(proof["refutation"])[1] == 1


def test_what_is_equal_as_it_stands_has_a_proof():
    same = sp.Eq(s * (2 * x - s), 2 * s * x - s**2)
    statement = facts.statement([], same)
    assert checker.check(statement, refutation.proof(statement)) == 2


def test_the_idea_of_a_lemma_is_followed():
    """With x = (k - 1)/(k + 1), x(x + 2) <= 1 is k <= 1 + s, where s is the root of 2."""
    given = [k > 1, s > 0, sp.Eq(s**2, 2), 2 * s + 3 >= k**2, sp.Eq(x * (k + 1), k - 1), x > 0]
    statement = facts.statement(given, x * (x + 2) <= 1)
    plain, guided = (refutation.proof(statement, 60, idea) for idea in (ideas.NONE, ideas.Idea([k <= 1 + s])))
    assert checker.check(statement, guided) <= checker.check(statement, plain)
    assert guided["refutation"]["lemma"] == [">=", [["-1", [1, 0, 0]], ["1", [0, 1, 0]], ["1", [0, 0, 0]]]]


def test_an_equation_and_a_square_can_be_ideas_too():
    given = [sp.Ne(y, 0), sp.Eq(y * (x - z), 0)]
    statement = facts.statement(given, sp.Eq(x**2, z**2))
    proof = refutation.proof(statement, 60, ideas.Idea([sp.Eq(x, z)]))
    assert proof["refutation"]["lemma"][0] == "="
    assert checker.check(statement, proof)
    statement = facts.statement([], sp.expand((x - 7 * y + 5 * z) ** 2) >= 0)
    proof = refutation.proof(statement, 60, ideas.Idea(squares=[x - 7 * y + 5 * z]))
    assert checker.check(statement, proof) == 2


def test_an_idea_that_is_false_is_left_out():
    statement = facts.statement([x > 1], x**2 > 1)
    proof = refutation.proof(statement, 60, ideas.Idea([x > 2, x < 0], [x - 3]))
    assert "lemma" not in proof["refutation"]
    assert checker.check(statement, proof)
