"""The answers of the exercises, against numbers computed by other means."""

import numpy as np
import pytest
import sympy as sp

from dltheory.momentum.answers import ANSWERS
from dltheory.momentum.derivation.symbols import alpha, eta, h, kappa, mu, q, sigma
from dltheory.momentum.experiment import methods, noise, spectrum


def test_the_critical_weight_gives_a_double_root():
    weight = float(ANSWERS["ex-momentum-critical"].formula().subs({eta: 0.1, sigma: 1.3}))
    first, second = spectrum.eigenvalues(0.1, weight, 1.3)
    assert abs(first - second) < 1e-7  # the root of a rounding error


def test_heavy_ball_is_stable_just_below_the_learning_rate_limit_and_not_above():
    limit = float(ANSWERS["ex-momentum-learning-rate"].formula().subs({mu: 0.9, sigma: 2.0}))
    below, above = (methods.worst_factors(f * limit, 0.9, np.array([8.0]), 4000)[-1] for f in (0.999, 1.001))
    assert below < 1e-3
    assert above > 1e3


def test_the_peak_is_where_the_factor_is_largest():
    rate = 0.9
    peak = float(ANSWERS["ex-momentum-peak"].formula().subs(q, rate))
    around = methods.TRANSIENT(rate, np.array([peak - 0.01, peak, peak + 0.01]))
    assert around.argmax() == 1


def test_the_weight_of_a_gradient_is_what_a_run_gives_it():
    older = newer = 0.0
    for step in range(5):
        older, newer = newer, newer + (step == 0) + 0.7 * (newer - older)
    k = sp.Symbol("k", positive=True, integer=True)
    assert newer == pytest.approx(float(ANSWERS["ex-momentum-weights"].formula().subs({mu: 0.7, k: 5})), rel=1e-14)


def test_consecutive_iterates_correlate_as_the_formula_says():
    run, rng = noise.NoisyRun(alpha=0.3, mu=0.5), np.random.default_rng(3)
    older = newer = np.zeros(50_000)
    for _ in range(120):
        step = 0.3 * (newer + rng.standard_normal(newer.size))
        older, newer = newer, newer - step + 0.5 * (newer - older)
    formula = ANSWERS["ex-momentum-correlation"].formula().subs({alpha: run.alpha, mu: run.mu, h: 1})
    assert np.corrcoef(older, newer)[0, 1] == pytest.approx(float(formula), abs=0.01)  # standard error below 0.003


def test_the_better_nesterov_has_the_rate_of_its_eigenvalues():
    ratio, root = 50.0, 151.0**0.5
    step, memory = 4 / (3 * ratio + 1), (root - 2) / (root + 2)
    moduli = [
        np.abs(np.roots([1, -(1 + memory) * (1 - step * c), memory * (1 - step * c)])).max()
        for c in np.linspace(1, ratio, 101)
    ]
    formula = float(ANSWERS["ex-momentum-nesterov"].formula().subs(kappa, ratio))
    assert max(moduli) == pytest.approx(formula, rel=1e-6)  # a double root: square root of the rounding error
    assert moduli[-1] == pytest.approx(formula, rel=1e-9)
