"""Induction concludes what its first cases and its step give, and nothing from a base or a step that fails."""

import pytest
import sympy as sp

from dltheory.foundations import derivation as foundations
from dltheory.momentum import derivation as momentum
from dltheory.momentum.derivation.symbols import alpha, h, mu
from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import ClosedForm, Induction

n = sp.Symbol("n", integer=True, nonnegative=True)
q = sp.Symbol("q", positive=True)
a = sp.Symbol("a", real=True)


class TestClosedForm:
    def test_gradient_descent_from_one_step_to_every_step(self):
        t, start = foundations.t, sp.Symbol("e_0", real=True)
        factor = foundations.contraction
        outcome = ClosedForm(
            factor**t * start,
            t,
            [start],
            lambda error, _: factor * error,
            term=sp.Symbol("e_t"),
            near_misses=[
                NearMiss("one step too many", formula=factor ** (t + 1) * start),
                NearMiss("the factor 2 is lost", formula=(1 - foundations.eta * foundations.sigma**2) ** t * start),
                NearMiss("the start is lost", formula=factor**t),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_residual_polynomials_of_momentum_with_the_second_chebyshev_kind(self):
        # U_t at cos(phi) is sin((t+1)phi)/sin(phi): the closed form of a two-term recurrence, over complex angles too
        z = sp.Symbol("z", nonzero=True)  # e^{i phi}
        chebyshev = (z ** (n + 1) - z ** (-n - 1)) / (z - 1 / z)
        xi = (z + 1 / z) / 2
        outcome = ClosedForm(
            chebyshev,
            n,
            [1, 2 * xi],
            lambda older, newer, _: 2 * xi * newer - older,
            given=[sp.Ne(z**2, 1)],
            near_misses=[NearMiss("the first kind", formula=(z**n + z ** (-n)) / 2)],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_the_error_of_heavy_ball_from_rest(self):
        s, r1, r2 = sp.symbols("s z_1 z_2", positive=True)
        roots = {alpha: (1 + r1 * r2 - r1 - r2) / h, mu: r1 * r2}  # trace and determinant by the roots
        first = (1 - alpha * h).subs(roots)
        outcome = ClosedForm(
            (r1**n * (first - r2) - r2**n * (first - r1)) / (r1 - r2),
            n,
            [1, first],
            lambda older, newer, _: ((1 + mu - alpha * h) * newer - mu * older).subs(roots),
            given=[sp.Ne(r1, r2)],
            near_misses=[NearMiss("started with memory", start=[1, first + 1])],
        ).run()
        assert outcome.status == "holds", outcome.detail
        assert s  # the square root of mu is not needed

    def test_the_recurrence_is_printed_beside_the_closed_form(self):
        evidence = ClosedForm(2**n, n, [1, 2], lambda older, newer, _: newer + 2 * older, given=[a > 0])
        assert evidence.assumptions() == ["a > 0", "x_{0} = 1", "x_{1} = 2", "x_{n+2} = x_{n+1} + 2 x_{n}"]
        named = ClosedForm(2**n, n, [1], lambda before, _: 2 * before, term=sp.Symbol("e_n"))
        assert named.assumptions() == ["e_{0} = 1", "e_{n+1} = 2 e_{n}"]
        assert evidence.conclusion() == r"x{\left(n \right)} = 2^{n}"
        assert evidence.attempt().status == "holds"

    def test_powers_of_a_matrix(self):
        block = sp.Matrix([[q, 1], [0, q]])
        powers = sp.Matrix([[q**n, n * q ** (n - 1)], [0, q**n]])
        outcome = ClosedForm(
            powers,
            n,
            [sp.eye(2)],
            lambda before, _: block * before,
            near_misses=[NearMiss("diagonal", formula=sp.Matrix([[q**n, 0], [0, q**n]]))],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_a_base_that_fails_is_found(self):
        verdict = ClosedForm(2**n + 1, n, [1], lambda x, _: 2 * x - 1).attempt()
        assert verdict.status == "fails"
        assert verdict.detail.startswith("first values")
        assert ClosedForm(2**n + 1, n, [2], lambda x, _: 2 * x - 1).attempt().status == "holds"

    def test_a_step_that_fails_is_found(self):
        assert ClosedForm(2**n, n, [1], lambda x, _: 3 * x).attempt().status == "fails"

    def test_right_at_the_first_two_values_is_not_enough(self):
        verdict = ClosedForm(1 + n, n, [1, 2], lambda x, y, _: x + y).attempt()
        assert verdict.status == "fails"
        assert "step" in verdict.detail

    def test_a_step_that_knows_the_answer_is_refused(self):
        verdict = ClosedForm(q**n, n, [1], lambda _, t: q ** (t + 1)).attempt()
        assert verdict.status == "inconclusive"
        assert "does not use the values before it" in verdict.detail

    def test_a_step_that_skips_the_oldest_value_is_refused(self):
        assert ClosedForm(q**n, n, [1, q], lambda _, newer, t: q * newer).attempt().status == "inconclusive"

    def test_no_first_value_is_refused(self):
        assert ClosedForm(q**n, n, [], lambda: 0).attempt().status == "inconclusive"


class TestInduction:
    def test_the_flattest_mode_never_grows(self):
        factor = momentum.slowest_mode_factor().subs(momentum.residual.t, n).subs(momentum.residual.q, q)
        outcome = Induction(
            factor <= 1,
            n,
            [q < 1],
            near_misses=[
                NearMiss("the steepest mode", then=q**n * (1 + n * (1 + q)) <= 1),
                NearMiss("it shrinks at once", then=factor < 1),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail
        assert outcome.near_misses[0].witness.startswith("n = 1:")

    def test_there_is_no_hump_below_the_threshold(self):
        outcome = Induction(
            q**n * (1 + n * (1 + q)) <= 1,
            n,
            [q * (2 + q) <= 1],
            near_misses=[NearMiss("for every q below 1", given=[q < 1])],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_a_short_first_step_never_lets_the_error_grow(self):
        factor = q**n * (1 + n * (1 - q**2) / (1 + q**2))
        outcome = Induction(
            factor.subs(n, n + 1) < factor, n, [q < 1], near_misses=[NearMiss("q = 1 too", given=[q <= 1])]
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_chebyshev_polynomials_grow_at_most_linearly(self):
        x, second, first = sp.symbols("x V T", real=True)  # V = U_{n-1}(x), T = T_n(x)
        on_circle = sp.Eq(first**2 + (1 - x**2) * second**2, 1)
        outcome = Induction(
            sp.And(second <= n, second >= -n, on_circle),
            n,
            [x <= 1, x >= -1],
            moves={second: x * second + first, first: x * first - (1 - x**2) * second},
            starts={second: 0, first: 1},
            near_misses=[
                NearMiss("for every real x", given=[]),
                NearMiss("less than linearly", then=sp.And(second <= n - 1, second >= -n, on_circle)),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_residual_polynomials_solve_the_recurrence_of_heavy_ball(self):
        """P_t = μ^{t/2}[U_t − √μ U_{t−1}] at every t, with U_t known by its recurrence alone."""
        root = sp.Symbol("s", positive=True)  # √μ
        xi, newer, older, now, before = sp.symbols("xi U V P P_0", real=True)
        polynomial = momentum.residual_from_rest(newer, older, n).subs(mu, root**2)
        previous = momentum.residual_from_rest(older, 2 * xi * older - newer, n - 1).subs(mu, root**2)
        moved = 1 + root**2 - 2 * xi * root  # αh, from ξ = (1 + μ − αh)/(2√μ)
        assert momentum.chebyshev_argument().subs({mu: root**2, alpha: moved / h}).equals(xi)
        outcome = Induction(
            sp.And(sp.Eq(now, polynomial), sp.Eq(before, previous)),
            n,
            start=1,
            moves={
                newer: 2 * xi * newer - older,
                older: newer,
                now: (1 + root**2 - moved) * now - root**2 * before,
                before: now,
            },
            starts={newer: 2 * xi, older: 1, now: 1 - moved, before: 1},
            near_misses=[
                NearMiss("μ for √μ", then=sp.And(sp.Eq(now, root**n * (newer - root**2 * older)))),
                NearMiss("started with the first gradient", starts={newer: 2 * xi, older: 1, now: 1, before: 1}),
                NearMiss("U alone", then=sp.Eq(now, root**n * newer)),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_steps_of_two(self):
        sequence = sp.Symbol("s", real=True)
        by_two = dict(
            then=sp.And(sequence <= 1, sequence >= -1), index=n, moves={sequence: -sequence}, starts={sequence: 1}
        )
        assert Induction(**by_two, stride=2).attempt().status == "holds"
        assert Induction(2**n >= n**2 - 1, n, stride=2, start=2).attempt().status in {"holds", "inconclusive"}

    def test_a_second_base_that_fails_is_found(self):
        sign = sp.Symbol("s", real=True)
        alternating = Induction(sp.Eq(sign, 1), n, stride=2, moves={sign: -sign}, starts={sign: 1})
        assert alternating.attempt().status == "fails"  # the step is right, n = 1 is not

    def test_a_base_that_fails_is_found_although_the_step_holds(self):
        verdict = Induction(2**n >= 2**n * 1 + 1, n).attempt()
        assert verdict.status == "fails"
        shifted = Induction(a + n >= n + 1, n, [a >= 0]).attempt()
        assert shifted.status == "fails"
        assert shifted.witness.startswith("n = 0")

    def test_a_true_statement_whose_step_fails_is_left_open(self):
        # 2^n > n holds, but from 2^n > n alone 2^(n+1) > n + 1 does not follow at real n just above 0
        verdict = Induction(3**n > n**3 - n, n).attempt()
        assert verdict.status == "inconclusive"

    def test_a_hypothesis_about_the_index_is_refused(self):
        verdict = Induction(q**n <= n, n, [sp.Le(q ** (n + 1), n + 1)]).attempt()
        assert verdict.status != "holds"
        assert verdict.witness or "runs over" in verdict.detail
        smuggled = Induction(a <= n, n, [a <= n - 1]).attempt()
        assert smuggled.status != "holds"

    def test_a_statement_without_the_index_is_refused(self):
        assert "does not depend" in Induction(a**2 >= 0, n).attempt().detail

    def test_powers_of_negative_bases_are_only_known_to_be_bounded(self):
        negative = sp.Symbol("b", real=True)
        small = [negative > -1, negative < 0]
        assert Induction(negative**n <= 1, n, small).attempt().status == "holds"
        verdict = Induction(negative**n > 0, n, small).attempt()
        assert verdict.status == "fails"
        assert verdict.witness.startswith("n = 1")

    @pytest.mark.parametrize("exponent", [n**2, n / 2, 2**n])
    def test_exponents_that_are_not_whole_multiples_are_refused(self, exponent):
        verdict = Induction(q**exponent <= 1, n, [q < 1]).attempt()
        assert verdict.status == "inconclusive"
        assert "exponent" in verdict.detail or "root" in verdict.detail

    def test_an_index_that_cannot_be_the_start_is_refused(self):
        later = sp.Symbol("n", integer=True, positive=True)
        assert "cannot be 0" in Induction(later * a**2 >= 0, later, [a >= 1]).attempt().detail
