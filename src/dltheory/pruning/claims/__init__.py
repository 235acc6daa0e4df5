"""What the chapter claims about pruning, and how each statement is proved, checked and attacked."""

from . import (
    bias,
    channels,
    counts,
    diabetes,
    gaussian,
    latency,
    magnitude,
    networks,
    quadratic,
    random_pruning,
    refit,
    regression,
    schedule,
    speed,
    storage,
    surgeon,
)

__all__ = [
    "bias",
    "channels",
    "counts",
    "diabetes",
    "gaussian",
    "latency",
    "magnitude",
    "networks",
    "quadratic",
    "random_pruning",
    "refit",
    "regression",
    "schedule",
    "speed",
    "storage",
    "surgeon",
]
