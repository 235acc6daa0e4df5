"""Claims of the chapter on networks: importing them registers them, and does no work."""

from dltheory.networks.claims import (
    curvature,
    exact,
    linearised,
    many_weights,
    mean_path,
    minimum,
    noise,
    sharpness,
    step_limit,
    surgeon,
    thinning,
    width,
)

__all__ = [
    "curvature",
    "exact",
    "linearised",
    "many_weights",
    "mean_path",
    "minimum",
    "noise",
    "sharpness",
    "step_limit",
    "surgeon",
    "thinning",
    "width",
]
