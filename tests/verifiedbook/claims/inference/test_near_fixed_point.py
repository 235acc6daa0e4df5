"""Near a minimum of any smooth loss a method does what its linear part does, and the rule says no more than that."""

import itertools

import numpy as np
import pytest
import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu
from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import NearFixedPoint

v, x, older, newer, G = sp.symbols("v x x_0 x_1 G", real=True)
MOMENTUM = dict(zip((v, x), momentum.averaged_update(G, v, x), strict=True))
HEAVY_BALL = {older: newer, newer: momentum.heavy_ball_update(newer, older, G)}
BELOW = [beta <= 1, eta * beta * h < 2 * (2 - beta)]


def averaged(**changes):
    fields = {"step": MOMENTUM, "gradient": G, "place": x, "curvature": h, "given": BELOW, "vanishing": [v], **changes}
    return NearFixedPoint(**fields)


def test_momentum_converges_below_its_line():
    outcome = averaged(
        near_misses=[
            NearMiss("on the line", given=[beta <= 1, eta * beta * h <= 2 * (2 - beta)]),
            NearMiss("β = 2", given=[sp.Eq(beta, 2), eta * beta * h < 1]),
        ]
    ).run()
    assert outcome.status == "holds", outcome.detail


def test_momentum_leaves_above_its_line_and_not_from_below():
    outcome = averaged(
        fate="repel",
        given=[beta <= 1, eta * beta * h > 2 * (2 - beta)],
        near_misses=[NearMiss("from three quarters of the line on", given=[2 * eta * beta * h > 3 * (2 - beta)])],
    ).run()
    assert outcome.status == "holds", outcome.detail
    on_it = averaged(fate="repel", given=[beta <= 1, sp.Eq(eta * beta * h, 2 * (2 - beta))]).attempt()
    assert on_it.status == "inconclusive"


def test_tuned_heavy_ball_has_one_rate():
    q = sp.Symbol("q", positive=True)
    tuned = {old: new.subs({alpha: 1, mu: q**2}) for old, new in HEAVY_BALL.items()}
    rule = NearFixedPoint(
        tuned,
        G,
        newer,
        h,
        "rate",
        given=[q < 1, h >= (1 - q) ** 2, h <= (1 + q) ** 2],
        rate=q,
        near_misses=[
            NearMiss("a curvature below the range", given=[q < 1, h <= (1 + q) ** 2]),
            NearMiss("the rate q²", rate=q**2),
        ],
    )
    outcome = rule.run()
    assert outcome.status == "holds", outcome.detail
    assert NearFixedPoint(MOMENTUM, G, x, h, "rate", vanishing=[v], rate=q).attempt().status == "inconclusive"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"step": {v: v * x, x: x - v}}, "not linear"),
        ({"step": {v: beta * G + (1 - beta) * v + 1, x: x - eta * v}}, "not linear"),
        ({"step": {v: MOMENTUM[v], x: x / 2 - eta * v}}, "does not stay"),
        ({"vanishing": []}, "does not stay"),
        ({"place": 2 * x}, "does not stay"),
        ({"step": {v: h * x, x: x - eta * v}}, "by the gradient alone"),
        ({"step": {x: x - eta * G}}, "two vectors"),
    ],
)
def test_what_is_no_method_near_its_fixed_point_is_refused(changes, reason):
    verdict = averaged(**changes).attempt()
    assert verdict.status == "inconclusive"
    assert reason in verdict.detail


def test_the_block_is_the_derivative_of_a_real_step():
    values = {eta: 0.3, beta: 0.4, h: 1.7}
    block = np.array(averaged().matrix().subs(values), dtype=float)

    def step(state):
        average = 0.6 * state[0] + 0.4 * (np.sin(1.7 * state[1]))  # a gradient with the derivative 1.7 at 0
        return np.array([average, state[1] - 0.3 * average])

    small = 1e-6
    columns = [(step(small * unit) - step(-small * unit)) / (2 * small) for unit in np.eye(2)]
    assert np.abs(block - np.transpose(columns)).max() < 1e-9


def test_a_loss_that_is_no_quadratic_does_what_the_rule_says():
    def distances(step, start):
        average, position = 0.0, start
        while abs(position) < 0.1:
            average = 0.6 * average + 0.4 * np.sinh(1.7 * position)
            position = position - step * average
            yield abs(position)

    line = 2 * (2 - 0.4) / (0.4 * 1.7)
    assert list(itertools.islice(distances(0.98 * line, 1e-2), 4000))[-1] < 1e-8
    assert max(itertools.islice(distances(1.02 * line, 1e-12), 4000)) > 0.1
