"""The experiments: gradient descent as it runs, what the formulas predict, and early stopping against ridge."""

from .descent import Spectrum, gradient_descent, predicted_path, spectrum
from .diabetes import (
    DescentConfig,
    Limits,
    comparison,
    error_norms,
    measured_limits,
    predicted_error_norms,
    predicted_limits,
)
from .early_stopping import (
    FilterConfig,
    FilterPaths,
    SplitErrors,
    SplitsConfig,
    filter_paths,
    ridge_fractions,
    split_errors,
)
from .landscape import Landscape, LandscapeConfig, landscape

__all__ = [
    "DescentConfig",
    "FilterConfig",
    "FilterPaths",
    "Landscape",
    "LandscapeConfig",
    "Limits",
    "Spectrum",
    "SplitErrors",
    "SplitsConfig",
    "comparison",
    "error_norms",
    "filter_paths",
    "gradient_descent",
    "landscape",
    "measured_limits",
    "predicted_error_norms",
    "predicted_limits",
    "predicted_path",
    "ridge_fractions",
    "spectrum",
    "split_errors",
]
