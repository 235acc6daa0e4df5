"""Curvature of a network's loss: Hessian-vector products, the largest eigenvalue by Lanczos, dense matrices."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch.func import grad, hessian, jacrev, jvp, vjp

from dltheory.networks.experiment.model import DTYPE, Problem

Array = NDArray[np.float64]
Product = Callable[[torch.Tensor], torch.Tensor]

with warnings.catch_warnings():
    # torch prepares forward derivatives in a way that its own newer parts deprecate; once, and here
    warnings.simplefilter("ignore", DeprecationWarning)
    import torch._decomp.decompositions_for_jvp


def hessian_product(problem: Problem, theta: torch.Tensor) -> Product:
    """$v\\mapsto Hv$ by one forward derivative of the gradient; the Hessian is never formed."""
    slope = grad(problem.loss)
    return lambda v: jvp(slope, (theta,), (v,))[1]


def gauss_newton_product(problem: Problem, theta: torch.Tensor) -> Product:
    """$v\\mapsto J^\\top SJv$ (and the ridge's part): what is left of the Hessian without the second derivatives of
    the network."""

    def of_weights(weights: torch.Tensor) -> torch.Tensor:
        return problem.network.outputs(weights, problem.inputs)

    outputs, back = vjp(of_weights, theta)
    bend = grad(problem.loss_of_outputs)

    def product(v: torch.Tensor) -> torch.Tensor:
        moved = jvp(of_weights, (theta,), (v,))[1]
        curved = jvp(bend, (outputs.detach(),), (moved,))[1]
        return back(curved)[0] + 2 * problem.ridge * v

    return product


def extreme_eigenvalue(
    product: Product, size: int, start: Array | None = None, which: str = "LA", tolerance: float = 1e-4
) -> tuple[float, Array]:
    """The largest eigenvalue (``LA``), or the largest in modulus (``LM``), and its eigenvector (size,), by Lanczos.

    ``start`` is where the iteration begins: the eigenvector of an earlier step saves most of the work. NaN where the
    matrix is not finite.
    """

    def matvec(v: Array) -> Array:
        return product(torch.as_tensor(v, dtype=DTYPE).flatten()).detach().numpy()

    first = np.random.default_rng(0).normal(size=size) if start is None else start
    image = matvec(first)
    if not np.isfinite(image).all():
        return float("nan"), first
    if not image.any():  # of a random vector: the matrix is zero
        return 0.0, first
    operator = LinearOperator((size, size), matvec=matvec, dtype=np.float64)
    try:
        # from the eigenvector of an earlier step a small basis is enough
        basis = min(10 if start is not None else 20, size - 1)
        values, vectors = eigsh(operator, k=1, which=which, v0=first, tol=tolerance, ncv=basis)
    except ArpackNoConvergence:
        values, vectors = eigsh(operator, k=1, which=which, tol=tolerance, ncv=min(60, size - 1))
    return float(values[0]), np.asarray(vectors[:, 0])


def sharpness(problem: Problem, theta: torch.Tensor, start: Array | None = None) -> tuple[float, Array]:
    """The largest eigenvalue of the loss's Hessian at ``theta`` (count,) and its eigenvector."""
    return extreme_eigenvalue(hessian_product(problem, theta), len(theta), start)


def dense_hessian(problem: Problem, theta: torch.Tensor) -> Array:
    """The Hessian as a matrix, (count, count), for networks of a few hundred weights."""
    return np.asarray(hessian(problem.loss)(theta).detach().numpy())


def jacobian(problem: Problem, theta: torch.Tensor) -> Array:
    """$J$, derivatives of all outputs, example by example, with respect to all weights: (n k, count)."""

    def flat(weights: torch.Tensor) -> torch.Tensor:
        return problem.network.outputs(weights, problem.inputs).flatten()

    return np.asarray(jacrev(flat)(theta).detach().numpy())


def output_curvature(problem: Problem, theta: torch.Tensor) -> Array:
    """The Hessian of the loss as a function of all outputs: (n k, n k), block diagonal by example."""
    outputs = problem.network.outputs(theta, problem.inputs)
    shape = outputs.shape

    def of_flat(flat: torch.Tensor) -> torch.Tensor:
        return problem.loss_of_outputs(flat.view(shape))

    return np.asarray(hessian(of_flat)(outputs.flatten().detach()).detach().numpy())


def dense_gauss_newton(problem: Problem, theta: torch.Tensor) -> Array:
    """$J^\\top SJ$ and the ridge's part, as a matrix (count, count)."""
    J = jacobian(problem, theta)
    if problem.kind == "squared":  # S is 2/n times the identity: no need to form it
        inner = 2 / len(problem.inputs) * (J.T @ J)
    else:
        inner = J.T @ output_curvature(problem, theta) @ J
    return inner + 2 * problem.ridge * np.eye(len(theta))


def second_term_share(problem: Problem, theta: torch.Tensor) -> tuple[float, float]:
    """$\\lVert R\\rVert/\\lVert J^\\top SJ\\rVert$ in spectral norm, $R=\\sum_i\\varphi_i'\\nabla^2f_i$ being what the
    Gauss-Newton matrix lacks, and $v^\\top Rv/v^\\top Hv$ along the sharpest direction $v$ of the Hessian."""
    whole, inner = hessian_product(problem, theta), gauss_newton_product(problem, theta)
    size = len(theta)

    def rest(v: torch.Tensor) -> torch.Tensor:
        return whole(v) - inner(v)

    largest, _ = extreme_eigenvalue(rest, size, which="LM", tolerance=1e-3)
    scale, _ = extreme_eigenvalue(inner, size, tolerance=1e-3)
    top, direction = extreme_eigenvalue(whole, size, tolerance=1e-3)
    v = torch.as_tensor(direction, dtype=DTYPE)
    return abs(largest) / scale, float(v @ rest(v)) / top
