"""Covariance of the iterates on the toy problem: predicted by enumeration, measured over many chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import covariance, toy
from .linear import Array, minimiser, simulate


@dataclass(frozen=True)
class Scaling:
    """Mean square distance from the minimiser over the step size, at each step size, (m,) each.

    ``predicted`` is stationary; ``expected`` and ``measured`` after finitely many steps from the minimiser;
    ``standard_error`` of the measured; ``limit`` as the step tends to 0.
    """

    etas: Array
    predicted: Array
    expected: Array
    measured: Array
    standard_error: Array
    limit: float


def scaling(etas: Array, chains: int = 100_000, steps: int = 250, keep: float = 0.5, seed: int = 0) -> Scaling:
    """The covariance's trace over $\\eta$, from ``chains`` runs of ``steps`` steps at each step size."""
    rng = np.random.default_rng(seed)
    star = minimiser(toy.X, toy.Y, keep)
    predicted, expected, measured, error = [], [], [], []
    for eta in etas:
        ends = simulate(toy.X, toy.Y, keep, eta, steps, chains, rng, start=star).last
        squares = np.square(ends - star).sum(axis=1) / eta
        predicted.append(np.trace(covariance.stationary(toy.X, toy.Y, keep, eta)) / eta)
        expected.append(np.trace(covariance.second_moment(toy.X, toy.Y, keep, eta, steps)) / eta)
        measured.append(squares.mean())
        error.append(squares.std(ddof=1) / np.sqrt(chains))
    limit = float(np.trace(covariance.small_step(toy.X, toy.Y, keep)))
    return Scaling(np.asarray(etas), *map(np.array, (predicted, expected, measured, error)), limit)


@dataclass(frozen=True)
class Cloud:
    """Last iterates and averages of many runs, (chains, 2), and what theory says of both: (2,), (2, 2), (2, 2)."""

    last: Array
    average: Array
    minimiser: Array
    covariance: Array
    averaged_covariance: Array


def cloud(eta: float = 1e-3, steps: int = 4000, chains: int = 400, keep: float = 0.5, seed: int = 0) -> Cloud:
    """Runs that have forgotten their start, then ``steps`` steps more, over which they are averaged."""
    rng = np.random.default_rng(seed)
    start = simulate(toy.X, toy.Y, keep, eta, 3000, chains, rng).last
    runs = simulate(toy.X, toy.Y, keep, eta, steps, chains, rng, start=start)
    return Cloud(
        runs.last,
        runs.average,
        minimiser(toy.X, toy.Y, keep),
        covariance.stationary(toy.X, toy.Y, keep, eta),
        covariance.averaged(toy.X, toy.Y, keep, eta) / steps,
    )
