"""Each kind of evidence decides what it should, with a counterexample that a reader can check."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from verifiedbook.claims import Agreement, Enclosure, Exact, ForAll, Identity, Measured, MonteCarlo, NearMiss
from verifiedbook.claims.smtlib import NotPolynomial, carried_assumptions, script
from verifiedbook.claims.solvers import SOLVERS

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
n = sp.Symbol("n", integer=True, positive=True)


class TestForAll:
    def test_assumptions_of_symbols_become_hypotheses(self):
        evidence = ForAll(given=[], then=p + 1 / p >= 2, near_misses=[NearMiss("3 for 2", then=p + 1 / p >= 3)])
        assert evidence.run().status == "holds"
        assert evidence.run().assumptions == ("p > 0",)
        assert evidence.run().conclusion == r"p + \frac{1}{p} \geq 2"

    def test_the_witness_of_a_near_miss_is_exact(self):
        miss = NearMiss("3 for 2", then=p + 1 / p >= 3)
        (outcome,) = ForAll(given=[], then=p + 1 / p >= 2, near_misses=[miss]).run().near_misses
        value = sp.Rational(outcome.witness.removeprefix("p = "))
        assert value + 1 / value < 3

    def test_irrational_witnesses_are_found_and_marked_as_rounded(self):
        outcome = ForAll(given=[sp.Eq(x**2, 2)], then=x < 1).run()
        assert outcome.status == "fails"
        assert outcome.witness.startswith("x ≈ 1.414")

    @pytest.mark.parametrize(
        ("formula", "value", "expected"),
        [
            (sp.Eq(y, abs(x)), -3, 3),
            (sp.Eq(y, sp.Max(x, 2)), 5, 5),
            (sp.Eq(y, sp.Min(x, 2)), 5, 2),
            (sp.Eq(y, x**-2), 2, sp.Rational(1, 4)),
            (sp.Eq(y, sp.Rational(-2, 3) * x**3), 3, -18),
            (sp.And(sp.Ne(y, 1), sp.Or(sp.Eq(y, 1), sp.Eq(y, x))), 7, 7),
        ],
    )
    def test_both_solvers_read_the_text_as_sympy_does(self, formula, value, expected):
        for solver in SOLVERS:
            text = script([formula, sp.Eq(x, value)])
            assert solver.decide(text, 5).model["y"] == expected, solver.name
            assert solver.decide(script([formula, sp.Eq(x, value), sp.Ne(y, expected)]), 5).verdict == "unsat"

    @pytest.mark.parametrize("outside", [sp.sqrt(x) > 1, sp.Float(0.5) * x > 1, sp.pi * x > 1, x**y > 1, sp.exp(x) > 1])
    def test_what_is_not_polynomial_is_named(self, outside):
        with pytest.raises(NotPolynomial):
            script([outside])

    def test_integers_are_refused_rather_than_read_as_reals(self):
        with pytest.raises(NotPolynomial, match="integer"):
            carried_assumptions([n > 1])


class TestIdentity:
    def test_a_derivation_is_compared_with_the_stated_result(self):
        evidence = Identity(
            lambda: sp.diff(x**3, x),
            3 * x**2,
            near_misses=[NearMiss("lost factor", rhs=x**2), NearMiss("x", rhs=3 * x)],
        )
        outcome = evidence.run()
        assert outcome.status == "holds"
        assert all("≠" in miss.witness for miss in outcome.near_misses)

    def test_matrices_and_symbolic_exponents(self):
        matrix = sp.Matrix([[1, p], [0, 1]])
        evidence = Identity(
            lambda: matrix * matrix, sp.Matrix([[1, 2 * p], [0, 1]]), near_misses=[NearMiss("M", rhs=matrix)]
        )
        assert evidence.run().status == "holds"
        power = Identity(p**n * p, p ** (n + 1), near_misses=[NearMiss("n - 1", rhs=p ** (n - 1))])
        assert power.run().status == "holds"

    def test_the_point_that_refutes_names_symbols_that_cancel_too(self):
        outcome = Identity(lambda: x + y, x + 2 * y).run()
        assert outcome.status == "fails"
        assert "x = " in outcome.witness
        assert "y = " in outcome.witness

    def test_shapes_that_differ_fail(self):
        assert Identity([x, x], [x], near_misses=[]).run().status == "fails"

    def test_given_restricts_the_points_that_may_refute(self):
        evidence = Identity(sp.sqrt(x**2), x, given=[x > 0])
        assert "-" not in (evidence.run().witness or "")

    def test_given_may_hold_symbols_that_an_equation_does_not(self):
        outcome = Identity([x, y], [2 * x, y + 1], given=[x > 0, y > 0]).run()
        assert outcome.status == "fails"

    def test_the_first_point_tried_lies_between_0_and_1(self):
        weight, sign = sp.Symbol("beta"), sp.Symbol("s", negative=True)
        outcome = Identity(lambda: weight + sign, weight + 2 * sign).run()
        beta, s = (sp.Rational(part.split("= ")[1]) for part in outcome.witness.split(": ")[0].split(", "))
        assert 0 < beta < 1
        assert -1 < s < 0

    def test_a_relation_is_no_expression(self):
        assert Identity([x > 1], [x > 2]).run().status == "inconclusive"


class TestExact:
    def test_all_subsets_are_counted(self):
        def enumerated(size):
            return sum(1 for _ in range(2**size))

        evidence = Exact(
            lambda size: 2**size,
            enumerated,
            instances=[{"size": k} for k in range(6)],
            near_misses=[NearMiss("square", predict=lambda size: size**2)],
        )
        outcome = evidence.run()
        assert outcome.status == "holds"
        assert "6 instances" in outcome.detail
        assert outcome.near_misses[0].witness == "size = 0: predicted 0, found 1"

    def test_fractions_sympy_and_matrices_compare_by_value(self):
        evidence = Exact(
            lambda: [Fraction(1, 3), sp.Matrix([[1, 2]])],
            lambda: (sp.Rational(1, 3), sp.ImmutableMatrix([[1, 2]])),
            instances=[{}],
            near_misses=[NearMiss("a third more", predict=lambda: [Fraction(2, 3), sp.Matrix([[1, 2]])])],
        )
        assert evidence.run().status == "holds"

    @pytest.mark.parametrize("rounded", [0.5, sp.Float(0.5), np.float64(0.5), np.array([0.5])])
    def test_floats_are_refused(self, rounded):
        outcome = Exact(lambda: rounded, lambda: Fraction(1, 2), instances=[{}]).run()
        assert outcome.status == "inconclusive"


class TestNumerical:
    def test_random_instances_are_the_same_in_every_run(self):
        def draw(rng):
            return {"a": rng.normal(size=(4, 3))}

        evidence = Agreement(
            lambda a: np.linalg.norm(a) ** 2,
            lambda a: np.trace(a.T @ a),
            instances=draw,
            near_misses=[NearMiss("without the square", predict=lambda a: np.linalg.norm(a))],
        )
        first, second = evidence.run(), evidence.run()
        assert first.status == "holds"
        assert first.detail == second.detail
        assert first.near_misses[0].witness == second.near_misses[0].witness

    def test_the_error_is_relative(self):
        def evidence(tolerance):
            return Agreement(
                lambda scale: scale,
                lambda scale: scale * (1 + 1e-6),
                instances=[{"scale": 1e-20}, {"scale": 1e20}],
                tolerance=tolerance,
                near_misses=[NearMiss("double", predict=lambda scale: 2 * scale)],
            )

        assert evidence(1e-5).run().status == "holds"
        assert evidence(1e-7).run().status == "fails"

    def test_shapes_that_differ_fail(self):
        outcome = Agreement(lambda x: np.ones(3), lambda x: np.ones((3, 1)), instances=[{"x": 1}]).run()
        assert outcome.status == "fails"
        assert "shapes" in outcome.detail

    def test_a_measurement_says_what_was_predicted_and_measured(self):
        evidence = Measured(
            lambda: 2.0,
            lambda: 2.001,
            tolerance=1e-2,
            because="one percent",
            near_misses=[NearMiss("3", predict=lambda: 3)],
        )
        outcome = evidence.run()
        assert outcome.status == "holds"
        assert "predicted 2, measured 2.001" in outcome.detail


class TestMonteCarlo:
    def test_each_coordinate_is_tested(self):
        def sample(rng, size):
            return rng.binomial(1, [0.2, 0.7], size=(size, 2))

        evidence = MonteCarlo(
            lambda: [0.2, 0.7], sample, near_misses=[NearMiss("one coordinate off", expected=lambda: [0.2, 0.71])]
        )
        assert evidence.run().status == "holds"

    def test_the_false_alarm_probability_is_kept(self):
        def sample(rng, size):
            return rng.exponential(size=size)

        alarms = sum(
            MonteCarlo(lambda: 1.0, sample, size=400, seed=seed, false_alarm=0.05).attempt().status == "fails"
            for seed in range(400)
        )
        # binomial with mean 20 and standard deviation 4.4; the bounds are at four standard deviations, and the
        # exponential's skewness at 400 draws moves the mean by less than one
        assert 3 <= alarms <= 38


class TestEnclosure:
    def test_a_maximum_inside_the_interval_is_bounded_tightly(self):
        evidence = Enclosure(
            x * sp.exp(-x),
            x,
            (sp.Rational(1, 10), 10),
            lower=0,
            upper=sp.Rational(3679, 10000),
            near_misses=[NearMiss("below 1/e", upper=sp.Rational(3678, 10000))],
        )
        outcome = evidence.run()
        assert outcome.status == "holds"
        assert "x = " in outcome.near_misses[0].witness

    def test_a_bound_that_is_attained_inside_is_left_undecided(self):
        assert Enclosure((x - 1) ** 2 * sp.exp(x), x, (0, 3), lower=0, boxes=500).attempt().status == "inconclusive"

    def test_rounded_bounds_are_refused(self):
        assert Enclosure(x, x, (0, 1), upper=1.5).attempt().status == "inconclusive"

    def test_an_empty_interval_is_vacuous(self):
        assert Enclosure(x, x, (1, 1), upper=2).attempt().status == "fails"


@pytest.mark.parametrize(
    ("predicted", "found", "told"),
    [
        ((Fraction(1, 2), 3), (Fraction(1, 3), 3), "predicted (1/2, 3), found (1/3, 3)"),
        ({8, 9, 10}, {7, 8, 9}, "predicted {8, 9, 10}, found {7, 8, 9}"),
        ({(1, Fraction(2))}, {(0, Fraction(1, 2))}, "predicted {(1, 2)}, found {(0, 1/2)}"),
        ({"macs": 5, "bytes": Fraction(4, 2)}, {"macs": 6, "bytes": 2}, "predicted macs: 5, found macs: 6"),
    ],
)
def test_an_exact_counterexample_is_written_as_mathematics(predicted, found, told):
    assert Exact(lambda: predicted, lambda: found, instances=[{}]).attempt().witness == told


def test_a_measurement_is_held_to_its_tolerance_entry_by_entry():
    def compared(predicted, measured, tolerance, **more):
        miss = [NearMiss("half", predict=lambda: [entry / 2 for entry in predicted])]
        return Measured(lambda: predicted, lambda: measured, tolerance, "a test", near_misses=miss, **more).attempt()

    assert compared([1.0, 100.0], [1.3, 100.0], 0.1).status == "fails"
    assert compared([0.0, 1.0], [1e-9, 1.0], 0.1).status == "fails"
    assert compared([0.0, 100.0], [1.0, 99.0], 0.02, scale=100.0).status == "holds"


def test_what_was_changed_after_the_data_is_told():
    told = Measured(
        lambda: [1.0],
        lambda: [1.01],
        0.1,
        "ten percent",
        changed="it was one percent",
        near_misses=[NearMiss("twice", predict=lambda: [2.0])],
    ).run()
    assert (told.status, told.changed) == ("holds", "it was one percent")
