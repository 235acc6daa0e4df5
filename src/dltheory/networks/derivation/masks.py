"""Means over masks: of one step of any network, of two steps of the smallest one, and what units of inputs do."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from dltheory.networks.derivation.sums import b, chance, masks
from dltheory.networks.derivation.symbols import eta, keep

#: A weight of any network, and the loss under mask b as a function of it.
weight = sp.Symbol("theta", real=True)
_ANY_LOSS = sp.Function("ell", real=True)(b, weight)
#: An input, its unit, its mask and its weight.
x, unit, mask, first_weight = sp.symbols("x c b w", real=True, nonzero=True)
#: The two weights of the network v w x, its keep probability, step and start.
v, w = sp.symbols("v w", real=True)
HALF, SIXTH, START = sp.Rational(1, 2), sp.Rational(1, 6), sp.Integer(1)
#: The hidden unit of the counterexample: its activation, and the bias of the ReLU above it.
ACTIVATION, BIAS = sp.Integer(1), -sp.Rational(1, 2)

Weights = tuple[sp.Expr, sp.Expr]


def mean_of_changes(loss: sp.Expr = _ANY_LOSS) -> sp.Expr:
    """The mean over the mask of what one stochastic step adds to the weight, whatever the loss."""
    return sp.Sum(chance[b] * (-eta * sp.diff(loss, weight)), (b, 1, masks))


def change_of_mean(loss: sp.Expr = _ANY_LOSS) -> sp.Expr:
    """What one step of gradient descent on the mean loss adds to the weight."""
    return -eta * sp.diff(sp.Sum(chance[b] * loss, (b, 1, masks)), weight)


def inverted_masks(p: sp.Expr = keep) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """The two values of B/p with their probabilities."""
    return (p, 1 / p), (1 - p, sp.Integer(0))


def small_loss(factor: sp.Expr) -> sp.Expr:
    """(1 - v w b)^2: the network v w x on x = y = 1 with the input multiplied by b."""
    return (1 - v * w * factor) ** 2


def step(loss: sp.Expr, at: Weights, rate: sp.Expr = SIXTH) -> Weights:
    """One step of gradient descent on ``loss`` in v and w."""
    there = {v: at[0], w: at[1]}
    moved = [value - rate * sp.diff(loss, name).subs(there) for name, value in there.items()]
    return moved[0], moved[1]


def mean_loss(p: sp.Expr) -> sp.Expr:
    """The mean of the small network's loss over its mask."""
    return sum((share * small_loss(factor) for share, factor in inverted_masks(p)), sp.Integer(0))


def descended(steps: int, p: sp.Expr = HALF, rate: sp.Expr = SIXTH) -> sp.Expr:
    """v after ``steps`` of gradient descent on the mean loss from v = w = 1."""
    at: Weights = (START, START)
    for _ in range(steps):
        at = step(mean_loss(p), at, rate)
    return sp.simplify(at[0])


def mean_iterate(steps: int, p: sp.Expr = HALF, rate: sp.Expr = SIXTH, at: Weights = (START, START)) -> sp.Expr:
    """The mean of v after ``steps``, one mask each, over all sequences of masks."""
    if steps == 0:
        return at[0]
    after: Callable[[sp.Expr], Weights] = lambda factor: step(small_loss(factor), at, rate)  # noqa: E731
    return sp.simplify(sum(share * mean_iterate(steps - 1, p, rate, after(f)) for share, f in inverted_masks(p)))


def rescaled_input() -> sp.Expr:
    """One entry of (B * (xC)) C^-1: what meets the old weights, the input in new units."""
    return mask * (x * unit) / unit


def returned_weight() -> sp.Expr:
    """A weight in new units, put back: the map from weights to weights can be undone."""
    return (first_weight / unit) * unit


def relu_logits(p: sp.Expr = HALF) -> tuple[sp.Expr, sp.Expr]:
    """The mean logit over the mask of a unit below a ReLU, and the logit without a mask."""
    mean = sum((share * sp.Max(factor * ACTIVATION + BIAS, 0) for share, factor in inverted_masks(p)), sp.Integer(0))
    return mean, sp.Max(ACTIVATION + BIAS, 0)
