"""What retraining makes of a pruned network, and the best sets of weights of its last layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch.func import grad_and_value

from dltheory.networks.experiment.minimum import Minimum
from dltheory.networks.experiment.model import DTYPE
from dltheory.pruning.experiment.linear import surgeon_change, surgeon_cost

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


def retrained_rise(found: Minimum, H: Array, block: Indices) -> float:
    """How much the loss has risen when the weights of ``block`` are 0 and all others were trained again.

    Quasi-Newton steps from the surgeon's change and from plain removal; the lower end counts. It can be below 0: the
    minimum that was pruned need not be the lowest.
    """
    theta = found.theta.numpy()
    starts = (theta + surgeon_change(H, theta, [int(place) for place in block]), theta)
    floor = float(found.problem.loss(found.theta))
    return min(_retrained(found, start, block) for start in starts) - floor


def _retrained(found: Minimum, start: Array, block: Indices) -> float:
    """The loss that training without the weights of ``block`` ends at, from ``start``."""
    kept = np.ones(len(start), dtype=bool)
    kept[block] = False
    both, whole = grad_and_value(found.problem.loss), np.where(kept, start, 0.0)

    def value_and_slope(weights: Array) -> tuple[float, Array]:
        whole[kept] = weights
        slope, value = both(torch.as_tensor(whole.copy(), dtype=DTYPE))
        return float(value), slope.numpy()[kept]

    options = {"maxiter": 3000, "maxfun": 6000, "ftol": 0.0, "gtol": 1e-8, "maxcor": 40}
    ended = minimize(value_and_slope, whole[kept].copy(), jac=True, method="L-BFGS-B", options=options)
    return float(ended.fun)


def greedy_against_best(found: Minimum, H: Array) -> list[tuple[Array, Array]]:
    """For each output the least costs of removing 1, 2, ... of the weights that lead to it: greedy, and of all sets.

    The layers below are held, and the bias of the output moves: then the loss is quadratic, and the costs are exact.
    """
    network = found.problem.network
    matrix, biases = network.slices(network.layers - 1)
    width, theta, rows = network.sizes[-2], found.theta.numpy(), []
    for output in range(network.sizes[-1]):
        first = matrix.start + output * width
        places = np.append(np.arange(first, first + width), biases.start + output)
        block, w = H[np.ix_(places, places)], theta[places]
        rows.append((_greedy(block, w, width), _best(block, w, width)))
    return rows


def _greedy(H: Array, w: Array, width: int) -> Array:
    """Costs of 1 ... ``width`` - 1 weights, each the cheapest one beside those that went before."""
    gone: list[int] = []
    costs = []
    for _ in range(width - 1):
        cost, cheapest = min((surgeon_cost(H, w, [*gone, j]), j) for j in range(width) if j not in gone)
        gone.append(cheapest)
        costs.append(cost)
    return np.array(costs)


def _best(H: Array, w: Array, width: int) -> Array:
    """The least cost of any set of 1 ... ``width`` - 1 weights."""
    sets: list[Sequence[tuple[int, ...]]] = [list(combinations(range(width), size)) for size in range(1, width)]
    return np.array([min(surgeon_cost(H, w, chosen) for chosen in group) for group in sets])
