"""Claims of the chapter on networks: importing them registers them, and does no work."""

from dltheory.networks.claims import (
    curvature,
    linearised,
    minimum,
    noise,
    sharpness,
    step_limit,
    surgeon,
    thinning,
)

__all__ = ["curvature", "linearised", "minimum", "noise", "sharpness", "step_limit", "surgeon", "thinning"]
