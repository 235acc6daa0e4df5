"""Matrices of any size: what multiplying out shows, what numbers refute, and what the rule refuses to say."""

import numpy as np
import pytest
import sympy as sp

from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import Matrices

m, s = sp.symbols("m s", integer=True, positive=True)
eta = sp.Symbol("eta", positive=True)
A, M, N = (sp.MatrixSymbol(name, m, m) for name in ("A", "M", "N"))
C = sp.MatrixSymbol("C", s, s)
B = sp.MatrixSymbol("B", m, s)
X = sp.MatrixSymbol("X", s, m)
w, v = (sp.MatrixSymbol(name, m, 1) for name in ("w", "v"))
u = sp.MatrixSymbol("u", s, 1)
identity = sp.Identity(m)
whole = M + B * C.inv() * B.T
rest = u - C.inv() * B.T * w
cost = w.T * whole * w - w.T * B * u - u.T * B.T * w + u.T * C * u


def status(*sides, **more):
    return Matrices(*sides, **more).attempt().status


def test_a_square_is_completed_for_blocks_of_any_size():
    outcome = Matrices(
        cost,
        w.T * M * w + rest.T * C * rest,
        symmetric=(M, C),
        near_misses=[
            NearMiss("the rest counts twice", rhs=w.T * M * w + 2 * rest.T * C * rest),
            NearMiss("the whole block for the complement", rhs=w.T * whole * w + rest.T * C * rest),
            NearMiss("C need not be symmetric", symmetric=(M,)),
        ],
    ).run()
    assert outcome.status == "holds", outcome.detail


def test_it_says_what_numbers_do():
    rng = np.random.default_rng(0)
    b, c, weights, kept = rng.normal(size=(2, 3)), np.diag([1.0, 2.0, 3.0]), rng.normal(size=2), rng.normal(size=3)
    complement = np.diag([2.0, 5.0])
    block = complement + b @ np.linalg.inv(c) @ b.T
    moved = kept - np.linalg.inv(c) @ b.T @ weights
    left = weights @ block @ weights - 2 * weights @ b @ kept + kept @ c @ kept
    assert np.isclose(left, weights @ complement @ weights + moved @ c @ moved)


def test_an_inverse_of_blocks_is_one():
    inverse = (M.inv(), -C.inv() * B.T * M.inv())
    columns = [whole * inverse[0] + B * inverse[1], B.T * inverse[0] + C * inverse[1]]
    expected = [identity, sp.ZeroMatrix(s, m)]
    assert status(columns, expected) == "holds"
    assert status(lambda: columns, [2 * identity, expected[1]]) == "fails"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (M * N, N * M),
        ((M * N).inv(), M.inv() * N.inv()),
        ((M * N).T, M.T * N.T),
        (M.T * N, M * N),
        ((M + N).inv(), M.inv() + N.inv()),
        (M**2 - N**2, (M - N) * (M + N)),
        (eta * M * N, M * N),
        (B * B.T, identity),
        (w.T * M * v, v.T * M * w),
        (M * w, N * w),
        ((X.T * X).inv(), X.T * X),
    ],
)
def test_what_is_false_for_matrices_falls_though_it_may_hold_for_numbers(left, right):
    verdict = Matrices(left, right).attempt()
    assert verdict.status == "fails"
    assert "≠" in verdict.witness


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((M + N) * (M - N), M**2 - M * N + N * M - N**2),
        ((2 * M).inv() * M * w, w / 2),
        (M**-2 * M * M * N, N),
        ((M + N).inv().T * w, (N.T + M.T).inv() * w + 0 * v),
        (w.T * M * v, v.T * M.T * w),
        ((B * C * B.T).T, B * C.T * B.T),
        ((1 + eta) * M - eta * M, M),
    ],
)
def test_what_holds_for_all_matrices_holds(left, right):
    verdict = Matrices(left, right).attempt()
    assert verdict.status == "holds" or left == right, verdict.detail


def test_a_permutation_and_its_transpose_cancel_only_on_the_side_that_is_said():
    orthogonal = {A.T * A: identity}
    assert status((X * A.T) * (A * w), X * w, where=orthogonal) == "holds"
    assert status((X * A) * (A * w), X * w, where=orthogonal) == "fails"
    # for a square matrix the other side follows too, but not by multiplying out: nothing is said
    assert status((X * A) * (A.T * w), X * w, where=orthogonal) == "inconclusive"


def test_a_hypothesis_may_define_a_matrix():
    assert status(M.inv() * X.T * X * w, w, where={X.T * X: M}) == "holds"
    assert status(M.inv() * X.T * X * w, 2 * w, where={X.T * X: M}) == "fails"
    assert status((X * w).T * X * w, w.T * M * w, where={X.T * X: M}) == "holds"


def test_a_false_hypothesis_about_numbers_proves_nothing_by_itself():
    # where products are said to be what they are not, no numbers refute and the text shows the hypothesis
    outcome = Matrices(M * N, N * M, where={M * N: N * M}, near_misses=[NearMiss("none", rhs=M)]).run()
    assert "M N = N M" in " ".join(outcome.assumptions)


def test_replacing_without_end_is_refused():
    verdict = Matrices(M * N * w + M * w, M * (N + identity) * w, where={M * N: M * N * M * N}).attempt()
    assert verdict.status == "inconclusive"
    assert "no end" in verdict.detail


@pytest.mark.parametrize(
    ("sides", "more", "told"),
    [
        ((M, M), {}, "the same as written"),
        ((M, C), {}, "of size"),
        (([M, N], [M]), {}, "compared with 1"),
        ((sp.Symbol("x"), M), {}, "no matrix expression"),
        ((M**m * (M + N), M**m * M + M**m * N), {}, "whole number"),
        ((sp.HadamardProduct(M, N), M * N), {}, "not built of"),
        ((M * sp.MatrixSymbol("B", m, m), B * B.T), {}, "the same name"),
        ((M * (w + v), M * w + M * v), {"where": {M: N}}, "no product"),
        ((M * (w + v), M * w + M * v), {"where": {B * B.T: C}}, "different sizes"),
    ],
)
def test_what_it_cannot_read_it_leaves_open(sides, more, told):
    verdict = Matrices(*sides, **more).attempt()
    assert verdict.status == "inconclusive"
    assert told in verdict.detail


def test_it_needs_near_misses_like_all_evidence():
    assert Matrices(2 * M * N - M * N + M, M * (N + identity)).run().status == "fails"


def test_what_it_compares_and_assumes_is_offered_to_the_page():
    evidence = Matrices(M * M * w, N * w, symmetric=(M,), where={M * M: N})
    assert evidence.relations() == [(M * M * w, N * w)]
    assert evidence.premises_stated() == [(M**2, N)]
    assert any(r"\top = M" in told for told in evidence.assumptions())
