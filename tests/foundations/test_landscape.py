"""The loss of two weights and the paths on it."""

import numpy as np
import pytest

from dltheory.foundations.experiment.landscape import LandscapeConfig, landscape


def test_the_loss_is_that_of_the_turned_singular_values_and_least_at_the_minimiser():
    config = LandscapeConfig(minimiser=(0.4, -0.8), grid=17, reach=3.2)
    drawn = landscape(config)
    assert drawn.axis[0] == -3.2
    assert np.all(np.diff(drawn.axis) > 0)
    across, along = (np.array(axis) for axis in ([np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]))
    for i, second in enumerate(drawn.axis):
        for j, first in enumerate(drawn.axis):
            away = np.array([first - 0.4, second + 0.8])
            assert drawn.loss[i, j] == pytest.approx((away @ across) ** 2 + (0.25 * away @ along) ** 2)
    assert drawn.loss.min() == pytest.approx(0, abs=1e-12)


def test_the_first_step_of_a_path_is_a_fraction_of_the_largest_stable_one():
    config = LandscapeConfig(angle=0.0, minimiser=(1.0, 0.0), start=(3.0, 4.0), fractions=(0.25,), steps=1)
    (path,) = landscape(config).paths
    np.testing.assert_allclose(path, [[3, 4], [3 - 2 * 0.25 * 2, 4 - 2 * 0.25 * 4 / 16]])
