"""The comparison with the linear model, on cases where the answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from scipy.stats import linregress

from dltheory.networks.experiment import ends, linearised
from verifiedbook.project import find


def test_without_memory_a_mode_is_a_power() -> None:
    moved = np.array([0.1, 0.5, 1.7])
    assert np.allclose(linearised.mode_factors(moved, 0.0, 9)[-1], (1 - moved) ** 9)


def test_with_memory_a_mode_is_the_power_of_its_matrix() -> None:
    for moved in (0.05, 0.6):
        matrix = np.array([[1.6 - moved, -0.6], [1, 0]])
        state = np.linalg.matrix_power(matrix, 6) @ [1.0, 1.0]
        assert linearised.mode_factors(np.array([moved]), 0.6, 6)[-1, 0] == pytest.approx(state[0])


def test_a_power_law_is_found_with_an_interval_around_it() -> None:
    widths, rng = [16, 64, 256, 1024], np.random.default_rng(0)
    values = np.array([3 * width**-0.7 * np.exp(0.05 * rng.normal(size=6)) for width in widths])
    slope = linearised.fitted_slope(widths, values)
    assert slope.low < -0.7 < slope.high
    assert slope.high - slope.low < 0.1
    assert slope.value == pytest.approx(linregress(np.log(widths), np.log(values).mean(axis=1)).slope)


def test_half_times_count_from_the_first_residual() -> None:
    residuals = np.array([[4.0, -2.0, 1.0], [3.0, -1.0, 0.9], [1.0, -0.5, 0.8]])
    found = linearised.half_times(residuals)
    assert found[:2].tolist() == [2, 1]
    assert np.isnan(found[2])


def test_a_wide_network_starts_as_its_linear_model_and_stays_near_it() -> None:
    narrow, wide = (linearised.compare(width, [0], examples=12, steps=20)[0] for width in (8, 512))
    assert np.allclose(wide.residuals[0], wide.predicted[0])
    assert wide.times.tolist() == list(range(21))
    assert wide.error < narrow.error
    assert wide.error < 0.05
    assert (np.diff(wide.sigma) <= 0).all()


def test_the_ends_are_those_of_the_linear_model_where_the_network_is_linear() -> None:
    at = ends.tangent(8, 0)

    @dataclass(frozen=True)
    class Linear(ends.Tangent):
        def loss(self, theta: torch.Tensor) -> torch.Tensor:
            return self._residual(theta).square().sum()

        def fitted(self, theta: torch.Tensor) -> np.ndarray:
            return 1 - (self.U.T @ self._residual(theta).numpy()) / self.size

        def _residual(self, theta: torch.Tensor) -> torch.Tensor:
            first = self.network.outputs(self.start, self.inputs)[:, 0]
            J = torch.tensor(self.U * self.sigma @ self.V.T)
            return self.y - first - J @ (theta - self.start)

    linear = Linear(**vars(at))
    ridged = ends.with_ridge(linear)
    filtered = at.sigma**2 / (at.sigma**2 + ends.RIDGE)
    assert linear.fitted(ridged) == pytest.approx(filtered)
    assert linear.coordinates(ridged) == pytest.approx(at.size * filtered / at.sigma)
    assert linear.fitted(ends.descended(linear, 0.1 / at.sigma[0] ** 2, 30)) == pytest.approx(
        1 - (1 - 0.2 * at.sigma**2 / at.sigma[0] ** 2) ** 30
    )


def test_the_targets_leave_the_same_residual_in_every_direction() -> None:
    at = ends.tangent(8, 1)
    assert at.fitted(at.start) == pytest.approx(np.zeros(ends.EXAMPLES), abs=1e-12)
    assert at.coordinates(at.start) == pytest.approx(np.zeros(ends.EXAMPLES), abs=1e-12)


def test_descent_is_looked_at_when_the_page_says() -> None:
    page = (find().book / "networks.md").read_text(encoding="utf-8")
    said = rf"$2\eta\sigma_1^2={ends.MOVED}$ after {ends.EARLY} and after {ends.LATE} steps, {ends.EXAMPLES} digits"
    assert said in page
