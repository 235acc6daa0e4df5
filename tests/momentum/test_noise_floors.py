"""The grid of noise floors: as many as asked for, and consistent with the formula."""

import numpy as np

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
