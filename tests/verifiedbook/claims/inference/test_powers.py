"""Powers vanish where the factor lies strictly between -1 and 1, and nowhere else."""

import pytest
import sympy as sp

from dltheory.foundations import derivation as d
from dltheory.momentum import derivation as momentum
from dltheory.momentum.derivation.symbols import beta, eta
from verifiedbook.claims import ForAll, NearMiss
from verifiedbook.claims.inference import MatrixPowers, Powers
from verifiedbook.claims.inference.powers import jury_inside

s, s_1 = sp.symbols("s s_1", positive=True)
any_s = sp.Symbol("s", nonnegative=True)
c = sp.Symbol("c", real=True)


def contraction_at(square):
    return d.contraction.subs(d.sigma, sp.sqrt(square))


class TestPowers:
    def test_gradient_descent_converges_below_its_largest_step_and_nowhere_else(self):
        below = sp.And(d.eta > 0, d.eta < d.stability_limit.subs(d.sigma_1, sp.sqrt(s_1)))
        outcome = Powers(
            [contraction_at(s), contraction_at(s_1)],
            given=[s <= s_1],
            exactly=below,
            near_misses=[
                NearMiss("the limit itself is allowed", exactly=sp.And(d.eta > 0, d.eta * s_1 <= 1)),
                NearMiss("half the step is needed", exactly=sp.And(d.eta > 0, 2 * d.eta * s_1 < 1)),
                NearMiss("a direction that X does not see", factors=[contraction_at(any_s)], given=[any_s <= s_1]),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_what_the_design_does_not_see_stays(self):
        outcome = Powers(
            contraction_at(any_s), "stay", given=[sp.Eq(any_s, 0)], near_misses=[NearMiss("everything", given=[])]
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_at_the_limit_it_alternates_and_above_it_grows(self):
        factor = contraction_at(s)
        assert Powers(factor, "alternate", given=[sp.Eq(d.eta * s, 1)]).attempt().status == "holds"
        assert Powers(factor, "grow", given=[d.eta * s > 1]).attempt().status == "holds"
        assert Powers(factor, "persist", given=[d.eta * s >= 1]).attempt().status == "holds"
        assert Powers(factor, "grow", given=[d.eta * s >= 1]).attempt().status == "fails"

    @pytest.mark.parametrize("touching", [c <= 1, c < 2])
    def test_a_factor_that_touches_1_is_found(self, touching):
        verdict = Powers(c, given=[c > 0, touching]).attempt()
        assert verdict.status == "fails"
        assert sp.Rational(verdict.witness.removeprefix("c = ")) >= 1

    def test_a_factor_that_touches_minus_1_is_found(self):
        assert Powers(c, given=[c >= -1, c < 1]).attempt().witness == "c = -1"

    def test_one_factor_of_many_is_enough_to_fail(self):
        assert Powers([c / 2, c], given=[c > 0, c < 2]).attempt().status == "fails"

    def test_a_factor_that_changes_with_the_index_is_refused(self):
        t = sp.Symbol("t", integer=True, nonnegative=True)
        verdict = Powers(1 - 1 / (t + 2), given=[]).attempt()  # each below 1, and yet the product need not vanish
        assert verdict.status == "inconclusive"

    def test_no_factor_and_a_false_hypothesis_show_nothing(self):
        assert Powers([]).attempt().status == "inconclusive"
        assert Powers(c, given=[c > 2, c < 1]).attempt().status != "holds"
        assert Powers(c, "stay", given=[sp.Eq(c, 1), c < 1]).attempt().status != "holds"
        assert Powers(c, "stay", given=[sp.Eq(c, 1), c > 0]).attempt().status == "holds"

    def test_the_limit_is_what_is_offered_to_the_page(self):
        ((left, right),) = Powers(sp.Rational(1, 2)).relations()
        assert left.doit() == right == 0


class TestMatrixPowers:
    def test_momentum_converges_from_every_start_below_its_limit_and_nowhere_else(self):
        limit = momentum.stability_limit()
        outcome = MatrixPowers(
            momentum.iteration_matrix(),
            given=[beta <= 1],
            exactly=eta < limit,
            near_misses=[
                NearMiss("the limit of gradient descent", exactly=eta < momentum.gradient_descent_limit()),
                NearMiss("the limit itself", exactly=eta <= limit),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_jury_conditions_say_that_both_roots_lie_inside(self):
        x, y, a, b = sp.symbols("x y a b", real=True)
        pair, real = jury_inside(2 * x, x**2 + y**2), jury_inside(a + b, a * b)
        both = sp.And(a < 1, a > -1, b < 1, b > -1)
        assert ForAll([], sp.Equivalent(pair, x**2 + y**2 < 1)).attempt().status == "holds"
        assert ForAll([], sp.Equivalent(real, both)).attempt().status == "holds"

    def test_a_root_on_the_circle_is_found(self):
        rotation = sp.Matrix([[0, -c], [1, 0]])
        assert MatrixPowers(rotation, given=[c > 0, c < 1]).attempt().status == "holds"
        assert MatrixPowers(rotation, given=[c > 0, c <= 1]).attempt().witness == "c = 1"
        assert MatrixPowers(rotation, "persist", given=[c >= 1]).attempt().status == "holds"

    def test_small_entries_are_not_what_counts(self):
        assert MatrixPowers(sp.Matrix([[c, 100], [0, c]]), given=[c > -1, c < 1]).attempt().status == "holds"

    def test_other_sizes_are_refused(self):
        assert MatrixPowers(sp.eye(3) / 2).attempt().status == "inconclusive"
