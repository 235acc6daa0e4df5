"""What sign descent and Adam make of the toy problem, with and without dropout."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.experiment import toy
from dltheory.dropout.experiment.linear import minimiser
from verifiedbook.claims import Agreement, Exact, NearMiss, claim

from .instances import HALF


@claim(
    "thm-adam-sign",
    uses=["thm-dropout-minimiser"],
    source="kingma2015, wilson2017",
    rests_on="Sign descent is enumerated in rational arithmetic for stated steps; the limit for all decaying steps, "
    "and "
    "that Adam's two steps are equal, are in the proof.",
)
def sign_descent_ends_elsewhere_unless_dropout_leaves_no_choice():
    """On $10w_1+w_2=11$ without dropout sign descent from 0 keeps $w_1=w_2$ and, with steps that decay to 0 and have
    infinite sum, tends to $(1,1)$; Adam, where it converges to a solution, ends there too. With dropout and exact
    gradients the minimiser is the only limit; with one mask a step the signs have mean 0 on a whole region."""
    return [
        Exact(
            lambda steps: (True, True),
            lambda steps: _signs_end_at_one(steps),
            [{"steps": 1}, {"steps": 10}, {"steps": 100}, {"steps": 400}],
            near_misses=[
                NearMiss("gradient descent", measure=lambda steps: _signs_end_at_one(steps, signs=False)),
                NearMiss("steps that do not decay", measure=lambda steps: _signs_end_at_one(steps, decay=False)),
            ],
        ),
        Agreement(
            lambda keep: np.ones(2) if keep is None else minimiser(toy.X, toy.Y, keep),
            lambda keep: toy.adam(6000, keep)[-1],
            [{"keep": None}, {"keep": 0.5}, {"keep": 0.8}],
            tolerance=1e-4,
            because="6000 steps of 0.01 leave less than that of the slowest direction",
            near_misses=[
                NearMiss(
                    "without dropout Adam finds the least-norm solution",
                    predict=lambda keep: (
                        np.linalg.pinv(toy.X) @ toy.Y if keep is None else minimiser(toy.X, toy.Y, keep)
                    ),
                ),
                NearMiss("with dropout it keeps (1, 1)", predict=lambda keep: np.ones(2)),
            ],
        ),
        Exact(
            lambda w: True,
            lambda w: _mean_signs(w) == (0, 0),
            [
                {"w": (sp.Rational(11, 30), sp.Rational(11, 3))},
                {"w": (HALF, sp.Integer(1))},
                {"w": (HALF, sp.Integer(5))},
            ],
            near_misses=[
                NearMiss(
                    "also where a single feature overshoots",
                    instances=[{"w": (sp.Rational(3, 5), sp.Integer(1))}],
                ),
                NearMiss("also near 0", instances=[{"w": (sp.Rational(1, 10), sp.Integer(1))}]),
            ],
        ),
    ]


def _signs_end_at_one(steps: int, signs: bool = True, decay: bool = True) -> tuple[bool, bool]:
    """Whether the weights stay equal, and whether they end within the last step of 1 (or on their way from 0).

    Steps are $1/(t+2)$ for signs; for gradients as they are, a hundredth of that.
    """
    w = [sp.Integer(0), sp.Integer(0)]
    equal, size, travelled = True, sp.Integer(1), sp.Integer(0)
    for t in range(steps):
        residual = 10 * w[0] + w[1] - 11
        size = sp.Rational(1, t + 2) if decay else sp.Rational(2, 3)
        travelled += size
        for index, feature in enumerate((10, 1)):
            slope = residual * feature
            w[index] = w[index] - (size * sp.sign(slope) if signs else size * slope / 100)
        equal = equal and w[0] == w[1]
    # halfway decayed: the distance is at most the largest step of the last half of the run
    bound = sp.Rational(1, steps // 2 + 1)
    return equal, abs(w[0] - 1) <= bound or travelled < 1


def _mean_signs(w: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """The expected sign of the gradient over the four masks at $p=\\frac12$."""
    total = [sp.Integer(0), sp.Integer(0)]
    for A_B, pull, probability in d.masked_gradients(d.TOY_X, d.TOY_Y, HALF, True):
        slope = A_B * sp.Matrix(w) - pull
        for index in (0, 1):
            total[index] += probability * sp.sign(slope[index])
    return total[0], total[1]
