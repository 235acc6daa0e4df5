"""The step size of fine-tuning: half a cosine, and what becomes of it when it is moved on once a batch."""

from __future__ import annotations

from sympy import Expr, Symbol, cos, pi

eta = Symbol("eta", positive=True)  # first step size
k = Symbol("k", integer=True, nonnegative=True)  # how often the schedule has been moved on
length = Symbol("K", integer=True, positive=True)  # after how many moves it is to reach 0
epochs = Symbol("E", integer=True, positive=True)
batches = Symbol("n", integer=True, positive=True)  # batches in an epoch

#: The step size after k moves of a schedule of length K.
step_size: Expr = eta * (1 + cos(pi * k / length)) / 2


def at_the_end(moves_in_an_epoch: Expr, schedule_length: Expr) -> Expr:
    """The step size after all E epochs, when the schedule is moved on so often in each of them."""
    return step_size.subs({k: epochs * moves_in_an_epoch, length: schedule_length})


def after_a_period() -> Expr:
    """The step size 2K moves later."""
    return step_size.subs(k, k + 2 * length)
