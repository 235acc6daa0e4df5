"""Hessian-vector products and Lanczos against dense matrices, and those against finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import ArpackNoConvergence, eigsh
from torch.func import grad

from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.model import Network, Problem, digits


@pytest.fixture(params=["squared", "cross-entropy"])
def small(request: pytest.FixtureRequest) -> tuple[Problem, torch.Tensor]:
    network = Network((64, 2, 10))
    return Problem(network, *digits(15), request.param, ridge=0.01), network.first(3)


def test_the_dense_hessian_is_the_difference_quotient_of_the_gradient(small: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = small
    H, slope = curvature.dense_hessian(problem, theta), grad(problem.loss)
    for j in (0, 70, 129, 150):
        step = torch.zeros_like(theta)
        step[j] = 1e-5
        column = (slope(theta + step) - slope(theta - step)) / 2e-5
        assert np.allclose(H[:, j], column.numpy(), atol=1e-8)


def test_products_are_those_of_the_dense_matrices(small: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = small
    v = torch.randn(len(theta), dtype=theta.dtype, generator=torch.Generator().manual_seed(0))
    pairs = (
        (curvature.hessian_product, curvature.dense_hessian),
        (curvature.gauss_newton_product, curvature.dense_gauss_newton),
    )
    for product, dense in pairs:
        assert np.allclose(product(problem, theta)(v).numpy(), dense(problem, theta) @ v.numpy(), atol=1e-10)


def test_lanczos_finds_the_largest_eigenvalue_and_its_vector(small: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = small
    H = curvature.dense_hessian(problem, theta)
    value, vector = curvature.sharpness(problem, theta)
    assert value == pytest.approx(np.linalg.eigvalsh(H)[-1], rel=1e-6)
    assert np.linalg.norm(H @ vector - value * vector) < 1e-3 * value


def test_largest_in_modulus_may_be_negative() -> None:
    diagonal = torch.tensor([1.0, -3.0, 2.0] + [0.0] * 30, dtype=torch.float64)
    assert curvature.extreme_eigenvalue(lambda v: diagonal * v, 33, which="LM")[0] == pytest.approx(-3)
    assert curvature.extreme_eigenvalue(lambda v: diagonal * v, 33)[0] == pytest.approx(2)


def test_a_crowded_spectrum_is_searched_until_the_tolerance_is_met() -> None:
    diagonal = torch.linspace(0, 1, 400, dtype=torch.float64)
    loose, _ = curvature.extreme_eigenvalue(lambda v: diagonal * v, 400, tolerance=1.0)
    close, _ = curvature.extreme_eigenvalue(lambda v: diagonal * v, 400)
    assert close == pytest.approx(1, rel=1e-4)
    assert loose < 1 - 1e-3  # the first basis alone does not find it


@pytest.mark.parametrize("size", [3, 4, 12])
def test_small_matrices_have_a_largest_eigenvalue_too(size: int) -> None:
    diagonal = torch.arange(size, dtype=torch.float64)
    assert curvature.extreme_eigenvalue(lambda v: diagonal * v, size)[0] == pytest.approx(size - 1)


@pytest.mark.parametrize(("which", "place", "expected"), [("LM", 0, -2), ("LA", 29, 1)])
def test_what_a_small_basis_does_not_find_a_larger_one_does(
    monkeypatch: pytest.MonkeyPatch, which: str, place: int, expected: float
) -> None:
    diagonal, sizes = torch.linspace(-2, 1, 30, dtype=torch.float64), list[int]()

    def first_in_vain(*arguments: Any, ncv: int, **options: Any) -> Any:
        sizes.append(ncv)
        if len(sizes) == 1:
            raise ArpackNoConvergence("stopped", np.zeros(0), np.zeros((0, 0)))
        return eigsh(*arguments, ncv=ncv, **options)

    monkeypatch.setattr(curvature, "eigsh", first_in_vain)
    value, vector = curvature.extreme_eigenvalue(lambda v: diagonal * v, 30, which=which)
    assert value == pytest.approx(expected)
    assert abs(vector[place]) == pytest.approx(1, abs=1e-3)
    assert sizes[0] < sizes[1] < 30


def test_a_network_that_has_diverged_has_no_sharpness() -> None:
    network = Network((64, 2, 10))
    problem = Problem(network, *digits(15))
    assert np.isnan(curvature.sharpness(problem, torch.full((network.count,), float("nan"), dtype=torch.float64))[0])


def test_the_second_term_vanishes_where_the_network_is_linear() -> None:
    network = Network((64, 10))  # no hidden layer
    share, along = curvature.second_term_share(Problem(network, *digits(15)), network.first(0))
    assert share < 1e-12
    assert abs(along) < 1e-12


def test_the_second_term_is_what_gauss_and_newton_leave_out(small: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = small
    H, G = curvature.dense_hessian(problem, theta), curvature.dense_gauss_newton(problem, theta)
    share, along = curvature.second_term_share(problem, theta)
    assert share == pytest.approx(np.abs(np.linalg.eigvalsh(H - G)).max() / np.linalg.eigvalsh(G)[-1], rel=1e-3)
    v = np.linalg.eigh(H)[1][:, -1]
    assert along == pytest.approx(v @ (H - G) @ v / (v @ H @ v), abs=1e-3)
