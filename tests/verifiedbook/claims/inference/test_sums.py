"""Sums of symbolic length: identities, means over independent noise, and termwise inequalities."""

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from sympy import IndexedBase, Sum

from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import EachTerm, Sums, rayleigh

i, j, k = sp.symbols("i j k", integer=True)
n, d = sp.symbols("n d", integer=True, positive=True)
x, y, w, N, a, b = (IndexedBase(name, real=True) for name in "xywNab")
p = sp.Symbol("p", positive=True)
mask = {N: (p, p * (1 - p))}
prediction = Sum(N[i, j] * x[i, j] * w[j], (j, 1, d))
loss = Sum((y[i] - prediction) ** 2, (i, 1, n))
kept = Sum((y[i] - p * Sum(x[i, j] * w[j], (j, 1, d))) ** 2, (i, 1, n))
penalty = Sum(w[j] ** 2 * Sum(x[i, j] ** 2, (i, 1, n)), (j, 1, d))


class TestSums:
    def test_the_expected_loss_of_dropout_for_every_number_of_samples_and_features(self):
        outcome = Sums(
            loss,
            kept + p * (1 - p) * penalty,
            mask,
            near_misses=[
                NearMiss("the penalty is lost", rhs=kept),
                NearMiss("p² for p(1 − p)", rhs=kept + p**2 * penalty),
                NearMiss("the inputs are not scaled", rhs=kept.subs(p, 1) + p * (1 - p) * penalty),
                NearMiss("one variance too many", noise={N: (p, 2 * p * (1 - p))}),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_it_agrees_with_all_masks_of_two_samples_and_two_features(self):
        inputs = {x[r, c]: Fraction(r + 2 * c, 3) for r in (1, 2) for c in (1, 2)}
        numbers = {**inputs, w[1]: 2, w[2]: -1, y[1]: 1, y[2]: Fraction(1, 2), p: sp.Rational(1, 3)}
        claimed = (kept + p * (1 - p) * penalty).subs({n: 2, d: 2}).doit().subs(numbers)
        entries = [N[r, c] for r in (1, 2) for c in (1, 2)]
        total = 0
        for drawn in itertools.product((0, 1), repeat=4):
            weight = sp.prod(sp.Rational(1, 3) if bit else sp.Rational(2, 3) for bit in drawn)
            total += weight * loss.subs({n: 2, d: 2}).doit().subs(dict(zip(entries, drawn, strict=True))).subs(numbers)
        assert sp.nsimplify(total) == claimed

    def test_one_mask_for_all_samples_changes_nothing_in_the_mean(self):
        shared = Sum((y[i] - Sum(N[j] * x[i, j] * w[j], (j, 1, d))) ** 2, (i, 1, n))
        assert Sums(shared, kept + p * (1 - p) * penalty, mask).attempt().status == "holds"

    def test_one_mask_for_all_features_is_another_loss(self):
        shared = Sum((y[i] - N[i] * Sum(x[i, j] * w[j], (j, 1, d))) ** 2, (i, 1, n))
        assert Sums(shared, kept + p * (1 - p) * penalty, mask).attempt().status == "fails"
        product = Sum(Sum(x[i, j] * w[j], (j, 1, d)) ** 2, (i, 1, n))
        assert Sums(shared, kept + p * (1 - p) * product, mask).attempt().status == "holds"

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            (Sum(Sum(a[i] * b[j], (j, 1, d)), (i, 1, n)), Sum(a[k], (k, 1, n)) * Sum(b[k], (k, 1, d))),
            (Sum(Sum(x[i, j], (i, 1, n)), (j, 1, d)), Sum(Sum(x[j, i], (i, 1, d)), (j, 1, n))),
            (Sum(a[i], (i, 1, n)) ** 2, Sum(a[i] * a[j], (i, 1, n), (j, 1, n))),
            (Sum(a[i] + 1, (i, 1, n)), Sum(a[j], (j, 1, n)) + n),
            (Sum(p * a[i], (i, 1, n)), p * Sum(a[i], (i, 1, n))),
        ],
    )
    def test_linearity_and_exchange(self, left, right):
        assert Sums(left, right).attempt().status == "holds"
        assert Sums(left, right + 1).attempt().status == "fails"

    def test_ranges_are_not_confused(self):
        assert Sums(Sum(a[i], (i, 1, n)), Sum(a[i], (i, 1, d))).attempt().status != "holds"
        assert Sums(Sum(a[i], (i, 1, n)), Sum(a[i], (i, 0, n))).attempt().status == "fails"
        transposed = Sum(x[i, j], (i, 1, n), (j, 1, n)), Sum(x[j, i] * 2, (i, 1, n), (j, 1, n)) / 2
        assert Sums(*transposed).attempt().status == "holds"

    def test_the_diagonal_is_not_the_whole(self):
        diagonal = Sum(a[i] ** 2, (i, 1, n))
        assert Sums(Sum(a[i], (i, 1, n)) ** 2, diagonal).attempt().status == "fails"
        white = {a: (0, p)}
        assert Sums(Sum(a[i] * b[i], (i, 1, n)) ** 2, p * Sum(b[i] ** 2, (i, 1, n)), white).attempt().status == "holds"

    def test_the_same_written_twice_shows_nothing(self):
        assert Sums(Sum(a[i], (i, 1, n)), Sum(a[i], (i, 1, n))).attempt().status == "inconclusive"

    def test_more_than_two_moments_and_noise_outside_products_are_refused(self):
        assert Sums(Sum(N[i], (i, 1, n)) ** 3, n, mask).attempt().status == "inconclusive"
        assert Sums(Sum(sp.exp(N[i]), (i, 1, n)), n, mask).attempt().status == "inconclusive"
        assert Sums(Sum(a[i], (i, 1, n)), Sum(N[i], (i, 1, n)), mask).attempt().status == "inconclusive"


class TestEachTerm:
    def test_rayleighs_quotient_is_at_most_the_largest_eigenvalue(self):
        values, largest = IndexedBase("lambda", real=True), sp.Symbol("ell", real=True)
        outcome = rayleigh(
            values[i],
            a[i],
            (i, 1, n),
            largest,
            near_misses=[
                NearMiss("half of it", larger=largest * a[i] ** 2 / 2),
                NearMiss("no bound on the eigenvalues", given=[]),
                NearMiss("strictly", strict=True),
            ],
        ).run()
        assert outcome.status == "holds", outcome.detail

    def test_a_strict_inequality_needs_a_term(self):
        maybe = sp.Symbol("m", integer=True, nonnegative=True)
        assert EachTerm(a[i], a[i] + 1, (i, 1, n), strict=True).attempt().status == "holds"
        assert EachTerm(a[i], a[i] + 1, (i, 1, maybe), strict=True).attempt().status == "inconclusive"

    def test_what_belongs_to_other_terms_is_refused(self):
        assert EachTerm(a[i], a[j], (i, 1, n), given=[a[i] <= a[j]]).attempt().status == "inconclusive"
        assert EachTerm(i * a[i], i * b[i], (i, 1, n), given=[a[i] <= b[i]]).attempt().status == "inconclusive"

    def test_a_term_in_the_wrong_order_is_found(self):
        verdict = EachTerm(a[i], a[i] ** 2, (i, 1, n)).attempt()
        assert verdict.status == "fails"
        assert verdict.witness
