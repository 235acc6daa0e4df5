"""Identities get certificates that multiply out, and what is no identity gets none."""

from __future__ import annotations

import ast

import pytest
import sympy as sp

from verifiedbook.claims import Identity, NearMiss
from verifiedbook.claims.certificate import checker, normal_forms

x, y, n = sp.symbols("x y n", positive=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((x + y) ** 3, x**3 + 3 * x**2 * y + 3 * x * y**2 + y**3),
        (1 / (x - y) - 1 / (x + y), 2 * y / (x**2 - y**2)),
        (1 / (1 + 1 / x), x / (1 + x)),
        ((1 - sp.sqrt(1 - y)) * (1 + sp.sqrt(1 - y)), y),
        ((sp.sqrt(x) - sp.sqrt(y)) / (x - y), 1 / (sp.sqrt(x) + sp.sqrt(y))),
        ((1 + sp.sqrt(2)) ** 2, 3 + 2 * sp.sqrt(2)),
        ((sp.exp(-x) + 1) * (sp.exp(-x) - x), sp.exp(-x) * (sp.exp(-x) - x + 1) - x),
        (x**n * x, x ** (n + 1)),
        (x * (1 - x ** (n + 1)) / (1 - x) + 1, (1 - x ** (n + 2)) / (1 - x)),
        (x ** (2 * n - 1) * x, (x**n) ** 2),
        ((1 - sp.exp(-x)) * sp.exp(2 * x), sp.exp(2 * x) - sp.exp(x)),
    ],
)
def test_an_identity_multiplies_out(left, right):
    found = normal_forms.certificate([(left, right)])
    assert found is not None
    assert found["terms"] == checker.check(found["statement"], found["proof"])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((x + y) ** 3, x**3 + 3 * x**2 * y + 3 * x * y**2 + 2 * y**3),
        (1 / (x - y), 1 / (x + y)),
        (sp.sqrt(1 - y) ** 3, (1 - y) ** 2),
        (sp.sqrt(x), -sp.sqrt(x)),
        (sp.exp(x), 1 + x),
        (x**n * x, x ** (n + 2)),
        (x ** (2 * n), x**n),
        (x ** (n / 2), x**n),
        (sp.exp(x), sp.exp(-x)),
        (sp.Integer(2), sp.Integer(2)),  # nothing is multiplied out
        (x + sp.Float(0.5), x + sp.Rational(1, 2)),
    ],
)
def test_what_does_not_multiply_out_gets_none(left, right):
    assert normal_forms.certificate([(left, right)]) is None


def test_two_symbols_of_one_name_get_none():
    twin = sp.Symbol("x", negative=True)
    assert twin != x
    assert normal_forms.certificate([((x + twin) ** 2, 4 * x * twin)]) is None


def test_several_equations_share_one_certificate_that_no_other_proof_fits():
    pairs = [((x + 1) ** 2, x**2 + 2 * x + 1), (x / x**2, 1 / x), (sp.sqrt(x) ** 3, x * sp.sqrt(x)), (x, x)]
    found = normal_forms.certificate(pairs)
    assert found is not None
    wrong = str(found["statement"]["given"]).replace("['-2', ", "['-3', ", 1)
    with pytest.raises(checker.Refused, match="do not add up to 0"):
        checker.check({**found["statement"], "given": ast.literal_eval(wrong)}, found["proof"])


def test_evidence_carries_it():
    outcome = Identity((x + 1) ** 2, lambda: sp.expand((x + 1) ** 2), near_misses=[NearMiss("no 1", rhs=x**2)]).run()
    assert outcome.status == "holds"
    assert outcome.certificate is not None
    assert not outcome.certifiable
