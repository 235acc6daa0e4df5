"""Pruning a trained network by its curvature: what OBD and OBS predict of its loss, and what the loss does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.minimum import Minimum
from dltheory.networks.experiment.model import DTYPE

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


def rises(found: Minimum, changes: Array) -> Array:
    """How much the loss, ridge included, rises when each of ``changes`` (k, count) is added to the minimum: (k,)."""
    floor = found.problem.loss(found.theta)
    moved = found.theta + torch.as_tensor(changes, dtype=DTYPE)
    losses = torch.stack([found.problem.loss(theta) for theta in moved])
    return np.asarray((losses - floor).numpy())


def gauss_newton(found: Minimum) -> Array:
    """$J^\\top SJ$ and the ridge, (count, count): positive definite wherever there is a ridge."""
    return curvature.dense_gauss_newton(found.problem, found.theta)


def weights(found: Minimum) -> Indices:
    """The places of all weights that are not biases."""
    return np.flatnonzero(found.problem.network.is_weight().numpy())


@dataclass(frozen=True)
class Singles:
    """One weight at a time: its ``size``, the rise that OBD and OBS predict, and the rises measured. All (k,)."""

    size: Array
    damage: Array
    measured_damage: Array
    surgery: Array
    measured_surgery: Array


def singles(found: Minimum, H: Array) -> Singles:
    """OBD, $\\tfrac12H_{jj}w_j^2$, and OBS, $\\tfrac12w_j^2/[H^{-1}]_{jj}$, beside the loss for every single weight."""
    chosen, w = weights(found), found.theta.numpy()
    inverse = np.linalg.inv(H)
    removed = np.zeros((len(chosen), len(w)))
    removed[np.arange(len(chosen)), chosen] = -w[chosen]
    adjusted = -(w[chosen] / inverse[chosen, chosen])[:, None] * inverse[chosen]
    return Singles(
        np.abs(w[chosen]),
        H[chosen, chosen] * w[chosen] ** 2 / 2,
        rises(found, removed),
        w[chosen] ** 2 / inverse[chosen, chosen] / 2,
        rises(found, adjusted),
    )


def block_rises(found: Minimum, H: Array, blocks: Sequence[Indices]) -> tuple[Array, Array, Array, Array]:
    """For each block P: $\\tfrac12w_P^\\top H_{PP}w_P$ and the rise at once;
    $\\tfrac12w_P^\\top([H^{-1}]_{PP})^{-1}w_P$ and the rise after the surgeon's change. All (blocks,)."""
    w, inverse = found.theta.numpy(), np.linalg.inv(H)
    damage, surgery, removed, adjusted = [], [], [], []
    for block in blocks:
        pull = np.linalg.solve(inverse[np.ix_(block, block)], w[block])
        damage.append(w[block] @ H[np.ix_(block, block)] @ w[block] / 2)
        surgery.append(w[block] @ pull / 2)
        removed.append(np.zeros(len(w)))
        removed[-1][block] = -w[block]
        adjusted.append(-inverse[:, block] @ pull)
    return np.array(damage), rises(found, np.array(removed)), np.array(surgery), rises(found, np.array(adjusted))


@dataclass(frozen=True)
class GreedyPath:
    """Weights removed one at a time: their places in order, and after each the rise predicted so far and measured."""

    order: Indices
    predicted: Array
    measured: Array


def greedy_surgeon(found: Minimum, H: Array, count: int) -> GreedyPath:
    """OBS as the pruning chapter defines it: the least saliency goes, all others move, and then the next is chosen.

    On the quadratic with Hessian ``H`` throughout. The inverse on the weights that stay comes from the one before by
    one step of elimination.
    """
    inverse, theta = np.linalg.inv(H), found.theta.numpy().copy()
    candidates = np.zeros(len(theta), dtype=bool)
    candidates[weights(found)] = True
    order, costs, changes = [], [], []
    for _ in range(count):
        diagonal = np.where(candidates, np.diagonal(inverse), 1.0)
        saliency = np.where(candidates, theta**2 / diagonal / 2, np.inf)
        j = int(saliency.argmin())
        order.append(j)
        costs.append(saliency[j])
        theta = theta - theta[j] / inverse[j, j] * inverse[:, j]
        inverse = inverse - np.outer(inverse[:, j], inverse[j]) / inverse[j, j]
        candidates[j] = False
        theta[order] = 0.0
        changes.append(theta - found.theta.numpy())
    return GreedyPath(np.array(order), np.cumsum(costs), rises(found, np.array(changes)))


def ranked_once(found: Minimum, scores: Array, H: Array, counts: Sequence[int], adjust: bool) -> Array:
    """The rise after the ``counts`` weights of least ``scores`` (of all weights) went, with or without the surgeon's
    change of the others: (counts,)."""
    ranking = weights(found)[np.argsort(scores, kind="stable")]
    blocks = [ranking[:count] for count in counts]
    _, removed, _, adjusted = block_rises(found, H, blocks)
    return adjusted if adjust else removed


def random_blocks(found: Minimum, size: int, count: int, seed: int) -> list[Indices]:
    """``count`` sets of ``size`` weights, drawn without replacement within a set."""
    rng = np.random.default_rng(seed)
    return [rng.choice(weights(found), size=size, replace=False) for _ in range(count)]
