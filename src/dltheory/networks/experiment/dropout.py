"""Dropout on a layer of a network: what it adds to the loss, what the expansion says of it, and random pruning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import grad, hessian, vmap

from dltheory.networks.experiment import curvature  # noqa: F401 - readies torch's forward derivatives
from dltheory.networks.experiment.model import DTYPE, Network, Problem, digits, parity
from dltheory.networks.experiment.training import Method, train

Array = NDArray[np.float64]

#: The network of the experiments on digits, the step it is trained with, and how many of these steps.
NETWORK, METHOD, STEPS = Network((64, 32, 32, 10)), Method(0.2, 0.5), 400


def frozen_features(seed: int, width: int = 5, examples: int = 40) -> tuple[Array, Array]:
    """Last hidden activations (examples, width) of a network trained on the parity of digits, and centred targets.

    They are what the last layer sees: with the layers below frozen, its training is a linear regression.
    """
    inputs, targets = parity(examples)
    network = Network((64, 16, width, 1))
    problem = Problem(network, inputs, targets)
    theta = train(problem, [Method(0.1)], network.first(seed)[None], 100, 101).last[0]
    features = network.hidden(theta, inputs, 2).numpy()
    return features, (targets[:, 0] - targets.mean()).numpy()


def trained(seeds: Sequence[int], layer: int, keep: float, kind: str = "squared", examples: int = 500) -> torch.Tensor:
    """Weights (seeds, count) after training with inverted dropout on hidden ``layer``; ``keep`` 1 is without.

    Full batch, a fresh mask for every image and unit in each step; the seed also draws the masks.
    """
    problem = Problem(NETWORK, *digits(examples), kind)
    newer = older = torch.stack([NETWORK.first(seed) for seed in seeds])
    generators = [torch.Generator().manual_seed(10_000 + seed) for seed in seeds]
    slope = vmap(grad(lambda theta, noise: masked_loss(problem, theta, layer, noise)))
    shape = (examples, NETWORK.sizes[layer])
    for _ in range(STEPS):
        drawn = torch.stack([torch.rand(shape, generator=g, dtype=DTYPE) for g in generators])
        noise = (drawn < keep).to(DTYPE) / keep
        moved = (1 - METHOD.beta) * (newer - older)
        newer, older = newer + moved - METHOD.eta * METHOD.beta * slope(newer, noise), newer
    return newer


def masked_loss(problem: Problem, theta: torch.Tensor, layer: int, noise: torch.Tensor) -> torch.Tensor:
    """The loss when the activations of hidden ``layer`` are multiplied by ``noise``, (n, width) or (width,)."""
    activations = problem.network.hidden(theta, problem.inputs, layer) * noise
    return problem.loss_of_outputs(problem.network.above(theta, activations, layer))


@dataclass(frozen=True)
class Mean:
    """A mean over independent draws and its standard error."""

    value: float
    error: float


def excess(
    problem: Problem, theta: torch.Tensor, layer: int, keep: float, draws: int, seed: int, shared: bool = False
) -> Mean:
    """The mean of the loss under inverted dropout minus the loss without, over ``draws`` masks.

    ``shared``: one mask for all images, which is to remove units at random and to scale up those that stay.
    """
    generator = torch.Generator().manual_seed(seed)
    width, plain = problem.network.sizes[layer], float(problem.loss(theta))
    shape = (width,) if shared else (len(problem.inputs), width)
    activations = problem.network.hidden(theta, problem.inputs, layer)
    found = []
    for _ in range(draws):
        noise = (torch.rand(shape, generator=generator, dtype=DTYPE) < keep).to(DTYPE) / keep
        outputs = problem.network.above(theta, activations * noise, layer)
        found.append(float(problem.loss_of_outputs(outputs)) - plain)
    return Mean(float(np.mean(found)), float(np.std(found, ddof=1) / draws**0.5))


def penalty(problem: Problem, theta: torch.Tensor, layer: int, keep: float) -> float:
    """$\\tfrac\\lambda2\\sum_i\\sum_ja_{ij}^2\\,\\partial^2L/\\partial a_{ij}^2$: the expansion of the excess to
    first order in $\\lambda=(1-p)/p$, with second derivatives in every activation of every image."""
    activations = problem.network.hidden(theta, problem.inputs, layer).detach()

    def loss(row: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        outputs = problem.network.above(theta, row[None], layer)
        part = Problem(problem.network, row[None], target[None], problem.kind)
        return part.loss_of_outputs(outputs)

    bends = vmap(lambda row, target: hessian(loss)(row, target).diagonal())(activations, problem.targets)
    return (1 - keep) / keep / 2 * float((activations.square() * bends).sum()) / len(activations)


def last_layer_penalty(problem: Problem, theta: torch.Tensor, keep: float) -> float:
    """$\\frac\\lambda n\\sum_j\\lVert W_{:j}\\rVert^2\\sum_ia_{ij}^2$: the excess on the last layer, squared loss."""
    network = problem.network
    layer = network.layers - 1
    matrix = theta[network.slices(layer)[0]].view(network.sizes[-1], network.sizes[-2])
    activations = network.hidden(theta, problem.inputs, layer)
    each = matrix.square().sum(dim=0) * activations.square().sum(dim=0)
    return (1 - keep) / keep * float(each.sum()) / len(problem.inputs)


def pruned_weights_excess(problem: Problem, theta: torch.Tensor, keep: float, draws: int, seed: int) -> Mean:
    """The mean rise of the loss when every weight of the last layer is removed with probability 1 - ``keep``, and those
    that stay are divided by ``keep``."""
    generator = torch.Generator().manual_seed(seed)
    network, plain = problem.network, float(problem.loss(theta))
    place = network.slices(network.layers - 1)[0]
    found = []
    for _ in range(draws):
        changed = theta.clone()
        size = place.stop - place.start
        changed[place] *= (torch.rand(size, generator=generator, dtype=DTYPE) < keep).to(DTYPE) / keep
        found.append(float(problem.loss(changed)) - plain)
    return Mean(float(np.mean(found)), float(np.std(found, ddof=1) / draws**0.5))


def accuracy_when_pruned(
    theta: torch.Tensor, layer: int, keep: float, draws: int, seed: int, scaled: bool = True
) -> float:
    """Mean accuracy on digits not trained on when units of ``layer`` are removed with probability 1 - ``keep``."""
    inputs, targets = digits(1000, 500)
    generator = torch.Generator().manual_seed(seed)
    activations = NETWORK.hidden(theta, inputs, layer)
    right = []
    for _ in range(draws):
        kept = (torch.rand(NETWORK.sizes[layer], generator=generator, dtype=DTYPE) < keep).to(DTYPE)
        outputs = NETWORK.above(theta, activations * kept / (keep if scaled else 1.0), layer)
        right.append(float((outputs.argmax(dim=1) == targets.argmax(dim=1)).to(DTYPE).mean()))
    return float(np.mean(right))
