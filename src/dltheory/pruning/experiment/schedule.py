"""Step sizes of a fine-tuning, batch by batch: the cosine as intended, and moved on once a batch by mistake."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sympy import lambdify

from dltheory.lab.validation import number, whole
from dltheory.pruning.derivation import schedule


@dataclass(frozen=True)
class Steps:
    """Step sizes at every batch, shape (epochs · batches,): moved on once an epoch, smoothly, and as in the source."""

    once_an_epoch: NDArray[np.float64]
    smoothly: NDArray[np.float64]
    once_a_batch: NDArray[np.float64]


def step_sizes(eta: float, epochs: int, batches: int) -> Steps:
    """Half a cosine of ``epochs`` epochs with ``batches`` steps each, in three ways of moving it on.

    ``smoothly`` has the length epochs · batches and is moved on every batch; ``once_a_batch`` has the length
    ``epochs`` and is moved on every batch too.
    """
    number("eta", eta, above=0)
    moves = np.arange(whole("epochs", epochs, at_least=1) * whole("batches", batches, at_least=1))
    value = lambdify((schedule.eta, schedule.length, schedule.k), schedule.step_size, "numpy")
    return Steps(value(eta, epochs, moves // batches), value(eta, epochs * batches, moves), value(eta, epochs, moves))
