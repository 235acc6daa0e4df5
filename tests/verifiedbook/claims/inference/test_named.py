"""Named inequalities hold in their own form, and a citation in the runner's hands."""

from dataclasses import replace

import pytest
import sympy as sp
from sympy import IndexedBase, Sum

from verifiedbook.claims import Claim, Enclosure, NearMiss, clauses, run
from verifiedbook.claims.inference import (
    ArithmeticGeometric,
    CauchySchwarz,
    Cites,
    ClosedForm,
    EachTerm,
    Inference,
    Jensen,
    Monotone,
    Powers,
    Triangle,
)

i, j = sp.symbols("i j", integer=True)
n = sp.Symbol("n", integer=True, positive=True)
a, b = IndexedBase("a", real=True), IndexedBase("b", real=True)
p = sp.Symbol("p", positive=True)
x, r, s = sp.symbols("x r s", real=True)
line = (-sp.oo, sp.oo)
softplus = sp.log(1 + sp.exp(x))


def two_points(function, **changes):
    parts = {
        "function": function,
        "variable": x,
        "interval": line,
        "weights": [p, 1 - p],
        "points": [r, s],
        "lhs": function.subs(x, p * r + (1 - p) * s),
        "rhs": p * function.subs(x, r) + (1 - p) * function.subs(x, s),
        "given": [p < 1],
    }
    return Jensen(**{**parts, **changes})


class TestJensen:
    def test_dropout_raises_the_logistic_loss(self):
        smaller, larger = two_points(softplus).lhs, two_points(softplus).rhs
        outcome = two_points(
            softplus,
            given=[p < 1, sp.Ne(r, s)],
            strict=True,
            near_misses=[
                NearMiss("the other way round", lhs=larger, rhs=smaller),
                NearMiss("equal inputs", points=[r, r], lhs=softplus.subs(x, r), rhs=softplus.subs(x, r)),
                NearMiss("half of it", rhs=larger / 2),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    @pytest.mark.parametrize("function", [sp.sin(x), x**3, -(x**2), -softplus])
    def test_a_function_that_is_not_convex_is_found(self, function):
        assert two_points(function).attempt().status == "fails"

    def test_convex_only_on_a_part(self):
        positive = two_points(x**3, interval=(0, sp.oo))
        assert positive.attempt().status != "holds"  # the points may lie outside
        assert two_points(x**3, interval=(0, sp.oo), given=[p < 1, r > 0, s > 0]).attempt().status == "holds"

    def test_weights_must_be_weights(self):
        assert two_points(x**2, given=[]).attempt().status == "fails"  # p > 1
        doubled = two_points(x**2, weights=[p, p], lhs=(p * r + p * s) ** 2, rhs=p * r**2 + p * s**2)
        assert doubled.attempt().status != "holds"

    def test_the_mean_of_any_number_of_squares(self):
        outcome = Jensen(
            x**2,
            x,
            line,
            1 / n,
            a[i],
            lhs=(Sum(a[i], (i, 1, n)) / n) ** 2,
            rhs=Sum(a[j] ** 2, (j, 1, n)) / n,
            limits=(i, 1, n),
            near_misses=[
                NearMiss("squared once too often", lhs=Sum(a[i], (i, 1, n)) ** 2),
                NearMiss("the other way round", lhs=Sum(a[j] ** 2, (j, 1, n)) / n, rhs=(Sum(a[i], (i, 1, n)) / n) ** 2),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_convexity_from_another_rule_or_from_intervals(self):
        function = sp.exp(x) - x**2 / 2  # f'' = e^x − 1, positive for x > 0
        half_line, inside = (0, sp.oo), [p < 1, r > 0, s > 0]
        rises = Monotone(sp.exp(x) - 1, x, half_line, "increasing", core=sp.S.One, weight=sp.exp(x), bound=("above", 0))
        verdict = two_points(function, interval=half_line, given=inside, curvature=rises).attempt()
        assert verdict.status == "holds", verdict
        short = Enclosure(sp.exp(x) - 1, x, (1, 3), lower=1)
        assert two_points(function, interval=half_line, given=inside, curvature=short).attempt().status != "holds"
        between = [*inside, r > 1, s > 1, r < 2, s < 2]
        assert two_points(function, interval=(1, 2), given=between, curvature=short).attempt().status == "holds"
        other = Enclosure(sp.exp(x), x, (1, 3), lower=2)
        verdict = two_points(function, interval=(1, 2), given=between, curvature=other).attempt()
        assert "something else" in verdict.detail

    def test_points_that_may_be_equal_are_not_strict(self):
        assert two_points(x**2, strict=True).attempt().status == "fails"
        assert two_points(x**2, strict=True, given=[p < 1, sp.Ne(r, s)]).attempt().status == "holds"


class TestNamed:
    def test_cauchy_schwarz(self):
        dot = Sum(a[i] * b[i], (i, 1, n))
        squares = Sum(a[i] ** 2, (i, 1, n)) * Sum(b[i] ** 2, (i, 1, n))
        outcome = CauchySchwarz(
            dot**2,
            squares,
            a[i],
            b[i],
            (i, 1, n),
            near_misses=[NearMiss("half", rhs=squares / 2), NearMiss("turned", lhs=squares, rhs=dot**2)],
        ).run()
        assert outcome.status == "holds", outcome.detail
        counted = CauchySchwarz(Sum(a[i], (i, 1, n)) ** 2, n * Sum(a[j] ** 2, (j, 1, n)), a[i], sp.S.One, (i, 1, n))
        assert counted.attempt().status == "holds"

    def test_another_inequality_is_not_passed_off_as_an_instance(self):
        true = CauchySchwarz(sp.S.Zero, Sum(a[i] ** 2, (i, 1, n)), a[i], b[i], (i, 1, n))
        assert true.attempt().status == "inconclusive"

    def test_triangle(self):
        outcome = Triangle(
            sp.Abs(Sum(a[i], (i, 1, n))),
            Sum(sp.Abs(a[i]), (i, 1, n)),
            a[i],
            (i, 1, n),
            near_misses=[NearMiss("half", rhs=Sum(sp.Abs(a[i]), (i, 1, n)) / 2)],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_means(self):
        y, z = sp.symbols("y z", positive=True)
        fifth = NearMiss("a fifth for a quarter", rhs=(y + z) ** 2 / 5)
        means = ArithmeticGeometric(y * z, ((y + z) / 2) ** 2, [y, z], near_misses=[fifth])
        assert means.run().status == "holds"
        signed = ArithmeticGeometric(r * s * x, ((r + s + x) / 3) ** 3, [r, s, x])
        assert signed.attempt().status == "fails"


class TestCites:
    def test_a_citation_holds_names_what_it_cites_and_needs_no_near_miss(self):
        outcome = Cites("thm-gd-modes", "ii").run()
        assert (outcome.status, outcome.kind) == ("holds", "inference")
        assert Cites("thm-gd-modes", "ii").cites() == (("thm-gd-modes", "ii"),)
        assert Cites("thm-gd-modes").cites() == (("thm-gd-modes", ""),)


def test_every_rule_says_what_it_concludes_and_why():
    def below(rule):
        for each in rule.__subclasses__():
            yield each
            yield from below(each)

    rules = [rule for rule in below(Inference) if getattr(rule, "rule", "")]
    assert {"induction", "each direction", "powers of a factor", "sums", "monotone", "scaling", "citation"} <= {
        rule.rule for rule in rules
    }
    for rule in rules:
        assert rule.sentence.endswith("."), rule
        assert rule.proof.endswith("."), rule
        assert rule.sentence.count("$") % 2 == rule.proof.count("$") % 2 == 0, rule


def test_a_claim_is_proved_by_inference_and_says_by_which_rules():
    t = sp.Symbol("t", integer=True, nonnegative=True)
    doubled = NearMiss("doubled", formula=2 * p**t)
    power = ClosedForm(p**t, t, [1], lambda before, _: p * before, near_misses=[doubled])
    built = Claim("thm-x", "x", "", (), "", lambda: clauses(i=[power], ii=[Powers(p, near_misses=[]), power]))
    result = run(built)
    assert result.status == "failed"  # a rule without near misses is no evidence
    vanish = Powers(p, given=[p < 1], near_misses=[NearMiss("1 is admitted", given=[p <= 1])])
    result = run(replace(built, build=lambda: clauses(i=[power], ii=[vanish])))
    assert result.status == "proved"
    assert [outcome.rule for outcome in result.outcomes] == ["induction", "powers of a factor"]


def test_evidence_without_near_misses_fails_as_ever():
    assert EachTerm(a[i], a[i] + 1, (i, 1, n)).run().status == "fails"
