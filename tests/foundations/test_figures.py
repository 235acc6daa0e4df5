"""Every figure draws what it is given, prediction dashed and data solid, and renders without a warning."""

import io

import numpy as np
import pytest

from dltheory.foundations import figures
from dltheory.foundations.experiment import FilterPaths, LandscapeConfig, SplitErrors, landscape

SIGMA = np.array([2.0, 1.0, 0.3])
GENTLE = 1 - (1 - 2 * 0.1 * SIGMA**2) ** np.arange(50)[:, None]
LARGE = 1 - (1 - 2 * 0.24 * SIGMA**2) ** np.arange(12)[:, None]


def paths() -> FilterPaths:
    x = np.outer(np.geomspace(0.01, 10, 8), SIGMA)
    return FilterPaths(x, 1 - np.exp(-x), x / (1 + x))


def splits() -> SplitErrors:
    rng = np.random.default_rng(0)
    return SplitErrors(np.geomspace(1, 100, 5), rng.uniform(0.5, 0.6, (20, 5)), rng.uniform(0.5, 0.6, (20, 5)))


DRAWN = {
    "filters": lambda: figures.spectral_filters_figure(SIGMA, 0.1, (1, 5), GENTLE[[1, 5]], GENTLE[[1, 5]]),
    "order": lambda: figures.learning_order_figure(SIGMA, GENTLE, LARGE, (0.1, 0.24)),
    "ratio": lambda: figures.filter_ratio_figure(paths(), 1.793),
    "decay": lambda: figures.decay_figure(["a", "b"], [0.9 ** np.arange(9)] * 2, [0.9 ** np.arange(9)] * 2),
    "landscape": lambda: figures.landscape_figure(landscape(LandscapeConfig(steps=4, grid=21))),
    "splits": lambda: figures.split_errors_figure(splits()),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_renders_with_labelled_axes(name):
    figure = DRAWN[name]()
    figure.savefig(io.BytesIO(), format="svg")
    assert any(axes.get_xlabel() for axes in figure.axes)
    assert all(axes.get_ylabel() for axes in figure.axes)


@pytest.mark.parametrize("name", ["order", "decay"])
def test_predictions_are_dashed_and_runs_solid_and_here_they_coincide(name):
    axes = DRAWN[name]().axes[0]
    solid, dashed = ([line for line in axes.lines if (line.get_linestyle() == "-") is kind] for kind in (True, False))
    assert len(solid) == len(dashed) > 0
    for ours, theirs in zip(solid, dashed, strict=True):
        np.testing.assert_allclose(ours.get_ydata(), theirs.get_ydata(), rtol=1e-12, atol=1e-12)
