"""The mean of the iterates of stochastic gradient descent with dropout, one step and two."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import sympy as sp

from dltheory.networks.claims.enumeration import HALF, KEEPS
from dltheory.networks.derivation import masks as small
from dltheory.networks.derivation import printed
from dltheory.networks.derivation.symbols import eta, keep
from verifiedbook.claims import Clauses, Exact, Identity, NearMiss, claim, clauses


@claim("thm-network-mean-path", uses=["thm-dropout-mean-dynamics"])
def mean_path() -> Clauses:
    """The mean change of one step for any loss and any masks; two steps of the smallest network."""
    one_step = [small.mean_iterate(1, keep, eta), small.descended(1, keep, eta)]
    return clauses(
        i=[
            Identity(
                small.mean_of_changes,
                small.change_of_mean,
                near_misses=[
                    NearMiss("twice the step", lhs=lambda: one_step[0] - 1, rhs=lambda: 2 * (one_step[1] - 1)),
                    NearMiss(
                        "gradient descent on the loss without dropout",
                        lhs=lambda: one_step[0],
                        rhs=lambda: small.step(small.small_loss(sp.S.One), (small.START, small.START), eta)[0],
                    ),
                    NearMiss(
                        "after two steps",
                        lhs=lambda: small.mean_iterate(2, keep, eta),
                        rhs=lambda: small.descended(2, keep, eta),
                    ),
                ],
            ),
            Identity(
                lambda: one_step[0],
                lambda: one_step[1],
                given=[keep < 1],
                scope="the network v w x",
                near_misses=[NearMiss("the mean of two steps", lhs=lambda: small.mean_iterate(2, keep, eta))],
            ),
            Exact(
                lambda keep: [small.mean_iterate(1, sp.Rational(keep)), small.descended(1, sp.Rational(keep))],
                lambda keep: [_mean_of_iterates(keep, 1)[0], _mean_descent(keep, 1)[0]],
                KEEPS,
                near_misses=[
                    NearMiss(
                        "gradient descent on the loss without dropout",
                        measure=lambda keep: [_mean_of_iterates(keep, 1)[0], _mean_descent(keep, 1, False)[0]],
                    ),
                    NearMiss(
                        "after two steps",
                        measure=lambda keep: [_mean_of_iterates(keep, 2)[0], _mean_descent(keep, 2)[0]],
                    ),
                ],
            ),
        ],
        ii=[
            Exact(
                lambda: [small.mean_iterate(2), small.descended(2)],
                lambda: [_mean_of_iterates(HALF, 2)[0], _mean_descent(HALF, 2)[0]],
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("the two agree", predict=lambda: [small.mean_iterate(2), small.mean_iterate(2)]),
                    NearMiss("after one step", predict=lambda: [small.mean_iterate(1), small.descended(1)]),
                ],
            ),
        ],
        reads={
            "ii": [
                (printed.one_input, printed.one_target),
                (printed.one_target, 1),
                (keep, small.HALF),
                (eta, small.SIXTH),
                (small.v, small.w),
                (small.w, small.START),
                (printed.expectation(printed.second_iterate), small.mean_iterate(2)),
                (printed.second_iterate, small.descended(2)),
            ]
        },
        vocabulary={
            "x": printed.one_input,
            "y": printed.one_target,
            "v": small.v,
            "w": small.w,
            "v_2": printed.second_iterate,
        },
    )


def _step(weights: tuple[Fraction, Fraction], x: Fraction, square: Fraction) -> tuple[Fraction, Fraction]:
    """One step of size 1/6 on the loss 1 - 2 v w x + v² w² square of the network v w x with target 1."""
    v, w = weights
    pull = -2 * x + 2 * v * w * square
    return v - pull * w / 6, w - pull * v / 6


def _mean_descent(keep: Fraction, steps: int, dropout: bool = True) -> list[Fraction]:
    """Gradient descent from v = w = 1 on the mean loss, x = 1: the mean of the squared mask is 1/p."""
    weights = (Fraction(1), Fraction(1))
    for _ in range(steps):
        weights = _step(weights, Fraction(1), 1 / keep if dropout else Fraction(1))
    return list(weights)


def _mean_of_iterates(keep: Fraction, steps: int) -> list[Fraction]:
    """The mean over all sequences of masks of the weights after so many steps from the same start."""
    total = [Fraction(0), Fraction(0)]
    for bits in product((0, 1), repeat=steps):
        weights = (Fraction(1), Fraction(1))
        for bit in bits:
            weights = _step(weights, bit / keep, (bit / keep) ** 2)
        chance = keep ** sum(bits) * (1 - keep) ** (steps - sum(bits))
        total = [t + chance * w for t, w in zip(total, weights, strict=True)]
    return total
