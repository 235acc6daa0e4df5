"""What the chapter claims about pruning, and how each statement is proved, checked and attacked."""

from . import (
    bias,
    bias_diabetes,
    diabetes,
    gaussian,
    magnitude,
    networks,
    quadratic,
    random_pruning,
    refit,
    regression,
    schedule,
    surgeon,
)

__all__ = [
    "bias",
    "bias_diabetes",
    "diabetes",
    "gaussian",
    "magnitude",
    "networks",
    "quadratic",
    "random_pruning",
    "refit",
    "regression",
    "schedule",
    "surgeon",
]
