"""The engine under attack: everything that looks like a proof and is none must come out as a failure."""

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from verifiedbook.claims import Agreement, ForAll, Identity, Measured, MonteCarlo, NearMiss, run, solvers
from verifiedbook.claims.registry import Claim
from verifiedbook.claims.solvers import Answer

x, y = sp.symbols("x y", real=True)
SQUARE = x**2 - 2 * x + 1 >= 0
HONEST = [NearMiss("strict", then=x**2 - 2 * x + 1 > 0)]


def status_of(*evidence, source=""):
    return run(Claim("thm-test", "test", "A statement.", (), source, lambda: list(evidence))).status


class Saying:
    """A solver with a fixed answer to everything, or to the last query only."""

    def __init__(self, name, answer, first=None):
        self.name, self.answer, self.first, self.asked = name, answer, first, 0

    def decide(self, text, timeout):
        self.asked += 1
        return self.first if self.first is not None and self.asked == 1 else self.answer


def test_an_honest_universal_is_proved():
    evidence = ForAll(given=[], then=SQUARE, near_misses=HONEST)
    assert evidence.run().status == "holds"
    assert status_of(evidence) == "proved"


def test_a_false_universal_fails_with_its_counterexample():
    outcome = ForAll(given=[x > 0], then=x**2 > x, near_misses=HONEST).run()
    assert outcome.status == "fails"
    assert outcome.witness is not None
    value = sp.Rational(outcome.witness.removeprefix("x = "))
    assert value > 0
    assert not value**2 > value


@pytest.mark.parametrize("given", [[x > 1, x < 0], [sp.Lt(x, x)], [sp.Eq(x**2, -1)]])
def test_hypotheses_that_nothing_satisfies_fail(given):
    outcome = ForAll(given=given, then=x > 5, near_misses=HONEST).run()
    assert outcome.status == "fails"
    assert "vacuous" in outcome.detail


@pytest.mark.parametrize("then", [sp.true, x > 0, sp.Eq(x, x)])
def test_a_universal_that_repeats_its_hypothesis_or_is_true_by_itself_fails(then):
    outcome = ForAll(given=[x > 0], then=then, near_misses=HONEST).run()
    assert outcome.status == "fails"
    assert "trivial" in outcome.detail


def test_an_identity_of_an_expression_with_itself_fails():
    outcome = Identity((x + 1) ** 2, (1 + x) ** 2, near_misses=[NearMiss("shifted", rhs=x**2)]).run()
    assert outcome.status == "fails"
    assert "nothing was derived" in outcome.detail


def test_a_function_compared_with_itself_fails():
    def square(x):
        return x * x

    misses = [NearMiss("cube", predict=lambda x: x**3)]
    assert Agreement(square, square, instances=[{"x": 2.0}], near_misses=misses).run().status == "fails"
    half = [NearMiss("half", predict=lambda: 0.5)]
    one = dict.fromkeys(("predict", "measure"), lambda: 1.0)
    assert Measured(**one, tolerance=0.1, because="test", near_misses=half).run().status == "fails"


def test_evidence_without_near_misses_fails():
    outcome = ForAll(given=[], then=SQUARE).run()
    assert outcome.status == "fails"
    assert "near miss" in outcome.detail


def test_an_accepted_near_miss_fails_the_evidence():
    outcome = ForAll(given=[], then=SQUARE, near_misses=[NearMiss("weaker", then=x**2 - 2 * x > -3)]).run()
    assert outcome.status == "fails"
    assert "does not reject: weaker" in outcome.detail


def test_a_near_miss_that_cannot_be_decided_is_not_rejected():
    outcome = ForAll(given=[], then=SQUARE, near_misses=[NearMiss("outside the theory", then=sp.sin(x) > x)]).run()
    assert outcome.status == "fails"


def test_a_near_miss_that_names_no_field_is_not_rejected():
    outcome = ForAll(given=[], then=SQUARE, near_misses=[NearMiss("misspelt", them=x > 0)]).run()
    assert outcome.status == "fails"
    assert "no field them" in outcome.detail


def test_a_near_miss_that_changes_nothing_cannot_be_written():
    with pytest.raises(ValueError, match="changes nothing"):
        NearMiss("the same again")


def test_an_undecided_identity_is_inconclusive_and_fails_the_claim():
    # numerically zero to 50 digits at every point, but out of simplify's reach without evaluating the sum
    hidden = sp.Function("f")
    evidence = Identity(hidden(x), hidden(x + 0) + hidden(y) - hidden(y) * 1 + hidden(2) - hidden(3))
    assert evidence.run().status == "inconclusive"
    assert status_of(evidence) == "failed"


def test_a_statement_outside_the_theory_is_inconclusive():
    outcome = ForAll(given=[], then=sp.exp(x) > x, near_misses=HONEST).run()
    assert outcome.status == "inconclusive"
    assert "not polynomial" in outcome.detail


def test_a_solver_that_runs_out_of_time_is_inconclusive():
    symbols = sp.symbols("a0:9", real=True)
    hard = sum(s**5 * t**3 - 3 * s**2 * t**4 for s, t in pairwise(symbols))
    outcome = ForAll(given=[sp.Eq(hard, 1)], then=hard**3 + symbols[0] ** 7 > symbols[4], timeout=0.001).run()
    assert outcome.status == "inconclusive"


def test_a_check_that_runs_out_of_time_is_inconclusive():
    def forever():
        while True:
            pass

    outcome = Identity(forever, x, time_limit=0.05).run()
    assert outcome.status == "inconclusive"
    assert "undecided in 0.2 s of processor time, not refuted" in outcome.detail


def test_a_solvers_error_text_does_not_count_as_an_answer(monkeypatch):
    for solver in solvers.SOLVERS:
        answer = solver.decide("(set-logic QF_NRA)(assert (unsat x))(check-sat)", 1.0)
        assert answer.verdict == "unknown", solver.name
    said = Answer("unknown", '(error "unsat")')
    monkeypatch.setattr(solvers, "SOLVERS", (solvers.ProcessSolver("z3"), Saying("liar", said)))
    assert ForAll(given=[], then=SQUARE, near_misses=HONEST).run().status == "inconclusive"


def test_solvers_that_disagree_fail_the_evidence(monkeypatch):
    sat, unsat = Answer("sat"), Answer("unsat")
    monkeypatch.setattr(solvers, "SOLVERS", (solvers.ProcessSolver("z3"), Saying("contrarian", sat, first=sat)))
    outcome = ForAll(given=[x > 1], then=x**2 > 1, near_misses=HONEST).run()
    assert outcome.status == "fails"
    assert "disagree" in outcome.detail
    monkeypatch.setattr(solvers, "SOLVERS", (solvers.ProcessSolver("z3"), Saying("denier", unsat)))
    assert ForAll(given=[x > 1], then=x**2 > 1, near_misses=HONEST).run().status != "holds"


def test_a_counterexample_that_does_not_check_is_not_believed(monkeypatch):
    wrong = Answer("sat", model={"x": sp.Integer(3)})
    monkeypatch.setattr(solvers, "SOLVERS", (Saying("careless", wrong), Saying("follower", wrong)))
    outcome = ForAll(given=[x > 1], then=x**2 > 1, near_misses=HONEST).run()
    assert outcome.status == "inconclusive"


def test_a_statement_that_divides_by_what_may_vanish_fails():
    outcome = ForAll(given=[x >= 0], then=1 / x > -1, near_misses=HONEST).run()
    assert outcome.status == "fails"
    assert outcome.witness == "x = 0"


def test_a_wrong_mean_fails_and_a_right_one_does_not():
    def sample(rng, size):
        return rng.normal(1.0, 2.0, size)

    right = MonteCarlo(lambda: 1.0, sample, near_misses=[NearMiss("off by 0.05", expected=lambda: 1.05)])
    assert right.run().status == "holds"
    assert (
        MonteCarlo(lambda: 1.05, sample, near_misses=[NearMiss("right", expected=lambda: 1.0)]).run().status == "fails"
    )


def test_draws_without_randomness_are_inconclusive():
    constant = MonteCarlo(
        lambda: 1.0, lambda rng, size: np.ones(size), near_misses=[NearMiss("2", expected=lambda: 2.0)]
    )
    assert constant.run().status == "inconclusive"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_fails(bad):
    misses = [NearMiss("zero", predict=lambda: 0.0)]
    assert Measured(lambda: 1.0, lambda: bad, tolerance=1e9, because="test", near_misses=misses).run().status == "fails"


def test_comparing_nothing_but_zeros_is_inconclusive():
    zeros = Agreement(lambda x: 0 * x, lambda x: x - x, instances=[{"x": 1.0}], near_misses=HONEST)
    assert zeros.run().status == "inconclusive"


def test_an_error_inside_a_check_is_inconclusive_not_a_crash():
    def broken(x):
        raise RuntimeError("no such data")

    outcome = Agreement(broken, lambda x: x, instances=[{"x": 1.0}], near_misses=HONEST).run()
    assert outcome.status == "inconclusive"
    assert "RuntimeError: no such data" in outcome.detail


def test_a_claim_without_evidence_fails_unless_it_names_its_source():
    assert status_of() == "failed"
    assert status_of(source="polyak1964") == "cited"


def test_a_solver_that_ignores_its_time_limit_is_ended_and_started_again(monkeypatch, tmp_path):
    script = tmp_path / "stubborn.py"
    script.write_text("import sys, time\nfor line in sys.stdin: time.sleep(60)\n")
    monkeypatch.setattr(solvers, "_SCRIPT", script)
    monkeypatch.setattr(solvers, "_CEILING", (0.3, 0))
    stubborn = solvers.ProcessSolver("z3")
    answer = stubborn.decide("(check-sat)", 0.1)
    assert answer.verdict == "unknown"
    assert "undecided in 0.4 s of processor time, not refuted" in answer.detail
    monkeypatch.undo()
    assert stubborn.decide("(check-sat)", 5.0).verdict == "sat"
    stubborn.end()


def test_a_solver_that_crashes_is_inconclusive(monkeypatch, tmp_path):
    script = tmp_path / "crashing.py"
    script.write_text("import sys\nsys.stdin.readline()\nprint('unsat? Segmentation fault')\n")
    monkeypatch.setattr(solvers, "_SCRIPT", script)
    crashing = solvers.ProcessSolver("cvc5")
    answer = crashing.decide("(check-sat)", 5.0)
    assert answer.verdict == "unknown"
    assert "Segmentation fault" in answer.detail
    crashing.end()
