"""The grid of noise floors: as many as asked for, and consistent with the formula."""

import numpy as np
import pytest

from dltheory.momentum.experiment import noise


def test_every_step_and_weight_has_a_floor_near_its_formula():
    scaled = np.array([0.2, 1.0])
    floors = noise.floors((1.0, 0.4), scaled, seed=3)
    assert list(floors) == [1.0, 0.4]
    for weight, (means, half_widths) in floors.items():
        formula = scaled * (2 - weight) / (2 * (2 - weight) - scaled * weight)
        assert (np.abs(means - formula) < 2.5 * half_widths).all()  # five standard errors


def test_two_seeds_give_two_samples_and_one_seed_gives_one():
    first, again, other = (noise.floors((0.5,), np.array([0.5]), seed=seed)[0.5][0] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_floor_is_that_of_4000_runs_of_600_steps_with_a_seed_of_its_own():
    scaled = np.array([0.2, 0.5])
    found = noise.floors((1.0, 0.5), scaled, seed=7)
    for place, (weight, step) in enumerate((weight, step) for weight in (1.0, 0.5) for step in scaled):
        rng, older, newer = np.random.default_rng(7 + place), np.zeros(4000), np.zeros(4000)
        for _ in range(600):  # h = ν = 1, α = ηβ, μ = 1 − β
            slope = newer + rng.standard_normal(4000)
            older, newer = newer, newer - step * weight * slope + (1 - weight) * (newer - older)
        mean, half_width = (part[place % 2] for part in found[weight])
        assert mean == pytest.approx(np.mean(newer**2), rel=1e-12)
        assert half_width == pytest.approx(1.96 * np.std(newer**2, ddof=1) / np.sqrt(4000), rel=1e-12)


def test_curvature_and_variance_of_a_run_are_those_it_was_given():
    run, rng = noise.NoisyRun(alpha=0.3, mu=0.5, curvature=2.0, variance=9.0), np.random.default_rng(0)
    older, newer = np.zeros(3), np.zeros(3)
    for _ in range(5):
        slope = 2 * newer + 3 * rng.standard_normal(3)
        older, newer = newer, newer - 0.3 * slope + 0.5 * (newer - older)
    np.testing.assert_allclose(noise.stationary_draws(run, np.random.default_rng(0), 3, 5), newer, rtol=1e-12)
