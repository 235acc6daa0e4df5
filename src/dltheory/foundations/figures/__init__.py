"""The chapter's figures: results in, figure out, nothing computed but the curves of printed formulas."""

from .filters import filter_ratio_figure, learning_order_figure, spectral_filters_figure
from .paths import decay_figure, landscape_figure, split_errors_figure
from .slider import FilterSlider

__all__ = [
    "FilterSlider",
    "decay_figure",
    "filter_ratio_figure",
    "landscape_figure",
    "learning_order_figure",
    "spectral_filters_figure",
    "split_errors_figure",
]
