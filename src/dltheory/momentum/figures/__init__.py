"""The figures of the chapter: results in, Figure out."""

from dltheory.momentum.figures.outside import cycle_figure, logistic_figure, noise_figure
from dltheory.momentum.figures.source import (
    directions_figure,
    excess_figure,
    source_data_figure,
    source_landscape_figure,
)
from dltheory.momentum.figures.spectrum import double_root_figure, phase_figure, roots_figure
from dltheory.momentum.figures.transient import bound_figure, gain_figure, hump_figure, methods_figure

__all__ = [
    "bound_figure",
    "cycle_figure",
    "directions_figure",
    "double_root_figure",
    "excess_figure",
    "gain_figure",
    "hump_figure",
    "logistic_figure",
    "methods_figure",
    "noise_figure",
    "phase_figure",
    "roots_figure",
    "source_data_figure",
    "source_landscape_figure",
]
