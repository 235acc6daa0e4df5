"""The figures of the chapter: results in, Figure out."""

from dltheory.networks.figures.noise import penalty_figure, random_pruning_figure
from dltheory.networks.figures.sharpness import limits_figure, plateau_figure, second_term_figure, sharpness_figure
from dltheory.networks.figures.surgeon import blocks_figure, greedy_figure, singles_figure
from dltheory.networks.figures.width import directions_figure, ends_figure, minimum_figure, width_figure

__all__ = [
    "blocks_figure",
    "directions_figure",
    "ends_figure",
    "greedy_figure",
    "limits_figure",
    "minimum_figure",
    "penalty_figure",
    "plateau_figure",
    "random_pruning_figure",
    "second_term_figure",
    "sharpness_figure",
    "singles_figure",
    "width_figure",
]
