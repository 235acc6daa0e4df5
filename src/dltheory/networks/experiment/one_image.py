"""Small networks built for a purpose: dropout on one image, and a given quadratic as the training of a last layer."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch.func import grad, grad_and_value, hessian

from dltheory.networks.experiment import curvature  # noqa: F401 - readies torch's forward derivatives
from dltheory.networks.experiment.model import DTYPE, Network, digits

Array = NDArray[np.float64]

#: Units of the hidden layer, and outputs.
WIDTH, OUTPUTS = 4, 3
_NETWORK = Network((64, WIDTH, OUTPUTS))


def targets(seed: int) -> Array:
    """Three targets for one image: (outputs,)."""
    return np.random.default_rng(seed).normal(size=OUTPUTS)


@cache
def contributions(seed: int, keep: float, trained: bool = True) -> Array:
    """$a_jW_{cj}$ for every output c and unit j, (outputs, width), where training with dropout on the units has ended.

    All layers learn, on the mean loss over the masks, which is exact; the last layer has no biases.
    """
    image, wanted = digits(1)[0], torch.tensor(targets(seed))
    matrix = _NETWORK.slices(1)[0]

    def parts(theta: torch.Tensor) -> torch.Tensor:
        return theta[matrix].view(OUTPUTS, WIDTH) * _NETWORK.hidden(theta, image, 1)

    def mean_loss(theta: torch.Tensor) -> torch.Tensor:
        each = parts(theta)
        return (wanted - each.sum(dim=1)).square().sum() + (1 - keep) / keep * each.square().sum()

    both = grad_and_value(mean_loss)

    def value_and_slope(theta: Array) -> tuple[float, Array]:
        slope, value = both(torch.as_tensor(theta, dtype=DTYPE))
        return float(value), slope.numpy()

    theta = _NETWORK.first(seed).numpy()
    if trained:
        options = {"maxiter": 2000, "ftol": 0.0, "gtol": 1e-9}
        theta = minimize(value_and_slope, theta, jac=True, method="L-BFGS-B", options=options).x
    return np.asarray(parts(torch.as_tensor(theta, dtype=DTYPE)).numpy())


def as_last_layer(values: Array, start: Array) -> tuple[Array, Array]:
    """The quadratic with curvatures ``values`` and error ``start`` (d,) as the loss of a network in its last layer.

    Of one hidden layer of d tanh units, held, the activations on d images are $\\tfrac12Q\\sqrt{h}$, Q orthogonal.
    Curvatures and the coordinates of the error come back, along the eigenvectors of the Hessian that automatic
    differentiation finds.
    """
    size = len(values)
    rotation = np.linalg.qr(np.random.default_rng(size).normal(size=(size, size)))[0]
    wanted = rotation * np.sqrt(values / values.max()) / 2
    network = Network((size, size, 1))
    theta = torch.zeros(network.count, dtype=DTYPE)
    theta[network.slices(0)[0]] = torch.eye(size, dtype=DTYPE).flatten()
    images = torch.atanh(torch.as_tensor(wanted, dtype=DTYPE))
    place = network.slices(1)[0]

    def loss(last: torch.Tensor) -> torch.Tensor:
        weights = torch.cat([theta[: place.start], last, theta[place.stop :]])
        return network.outputs(weights, images)[:, 0].square().sum()  # targets 0: least at w = 0

    error = torch.as_tensor(start, dtype=DTYPE)
    curvatures, vectors = np.linalg.eigh(hessian(loss)(torch.zeros(size, dtype=DTYPE)).detach().numpy())
    # a quadratic is known by its gradient: the first step of every method is along it
    slope = grad(loss)(error).detach().numpy()
    return curvatures, (vectors.T @ slope) / curvatures
