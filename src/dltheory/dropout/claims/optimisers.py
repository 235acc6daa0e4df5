"""What sign descent and Adam make of the toy problem, with and without dropout."""

from __future__ import annotations

import numpy as np
import sympy as sp
from sympy import Rational

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.derivation import minimiser as minimiser_of
from dltheory.dropout.derivation import printed
from dltheory.dropout.derivation.symbols import keep
from dltheory.dropout.experiment import toy
from dltheory.dropout.experiment.linear import minimiser
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites

from .instances import HALF

#: The two weights, their common value, a step, and the multiple of (10, 1) that a gradient is.
w_1, w_2, common, multiple = sp.symbols("w_1 w_2 u s", real=True)
step = sp.Symbol("alpha", positive=True)


@claim("thm-adam-sign", uses=["thm-dropout-minimiser"], source="kingma2015, wilson2017")
def sign_descent_ends_elsewhere_unless_dropout_leaves_no_choice() -> Clauses:
    """Signs of the two entries of a gradient, one step near 1, Adam's quotient, and the masks' signs in the region."""
    first, second = (d.toy_gradient(w_1, w_2)[index] for index in (0, 1))
    both, only_first, only_second = d.toy_masked_residuals(w_1, w_2)
    region = [w_1 < Rational(11, 20), w_2 < Rational(11, 2), 20 * w_1 + 2 * w_2 > 11]
    moments = [(multiple * feature, sp.sqrt(multiple**2 * feature**2)) for feature in d.TOY_X]
    quotients = [mean / sp.Abs(root) for mean, root in moments]
    return clauses(
        i=[
            Identity(
                lambda: d.toy_gradient(w_1, w_2),
                sp.Matrix([10, 1]) * 2 * (10 * w_1 + w_2 - 11),
                near_misses=[NearMiss("half the gradient", rhs=sp.Matrix([10, 1]) * (10 * w_1 + w_2 - 11))],
            ),
            ForAll(
                [],
                sp.Equivalent(first > 0, second > 0),
                near_misses=[
                    NearMiss("opposite signs", then=sp.Equivalent(first > 0, second < 0)),
                    NearMiss("the second one from 1 on only", then=sp.Equivalent(first > 0, second > 1)),
                ],
            ),
            ForAll(
                [],
                sp.Equivalent(first < 0, second < 0),
                near_misses=[NearMiss("opposite signs", then=sp.Equivalent(first < 0, second > 0))],
            ),
        ],
        ii=[
            # above 1 a step goes down and lands within the step of 1, or nearer by all of it; below 1 the same upwards
            ForAll(
                [common > 1],
                sp.Or(sp.Abs(common - step - 1) < step, sp.Eq(sp.Abs(common - step - 1), common - 1 - step)),
                near_misses=[
                    NearMiss("it never crosses", then=sp.Eq(sp.Abs(common - step - 1), common - 1 - step)),
                    NearMiss("it always lands within the step of 1", then=sp.Abs(common - step - 1) < step),
                ],
            ),
            ForAll(
                [common < 1],
                sp.Or(sp.Abs(common + step - 1) < step, sp.Eq(sp.Abs(common + step - 1), 1 - common - step)),
                near_misses=[
                    NearMiss("it never crosses", then=sp.Eq(sp.Abs(common + step - 1), 1 - common - step)),
                    NearMiss("it always lands within the step of 1", then=sp.Abs(common + step - 1) < step),
                ],
            ),
            Exact(
                lambda steps: (True, True),
                lambda steps: _signs_end_at_one(steps),
                [{"steps": 1}, {"steps": 10}, {"steps": 100}, {"steps": 400}],
                near_misses=[
                    NearMiss("gradient descent", measure=lambda steps: _signs_end_at_one(steps, signs=False)),
                    NearMiss("steps that do not decay", measure=lambda steps: _signs_end_at_one(steps, decay=False)),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: quotients[0],
                lambda: quotients[1],
                given=[sp.Ne(multiple, 0)],
                near_misses=[
                    NearMiss("the second moment without its root", rhs=lambda: moments[1][0] / moments[1][1] ** 2)
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
        ],
        iv=[Cites("thm-dropout-minimiser", "i")],
        v=[
            Identity(
                lambda: list(d.toy_masked_residuals(w_1, w_2)),
                [20 * w_1 + 2 * w_2 - 11, 20 * w_1 - 11, 2 * w_2 - 11],
                near_misses=[
                    NearMiss("masks that are not inverted", rhs=[10 * w_1 + w_2 - 11, 10 * w_1 - 11, w_2 - 11]),
                ],
            ),
            # the residual of a mask times its features, of which that mask keeps some, has these signs
            ForAll(
                region,
                sp.And(both > 0, only_first < 0, only_second < 0),
                near_misses=[
                    NearMiss("also where the first weight overshoots", given=region[1:]),
                    NearMiss("also where the second weight overshoots", given=[region[0], region[2]]),
                    NearMiss("also near 0", given=region[:2]),
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
        ],
        reads={
            "": [minimiser_of.toy_equation],
            "i": [(printed.w_next, printed.sign_step)],
            "ii": [(printed.alpha_t, ">", 0), (printed.alpha_t, r"\to", 0), (printed.total_of_steps, sp.oo)],
            "v": [(keep, HALF), *region],
        },
        vocabulary={
            r"\alpha_t": printed.alpha_t,
            "w_t": printed.w_t,
            "w_{t+1}": printed.w_next,
            r"\nabla L": printed.slope,
        },
    )


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
