"""What the chapter claims about dropout, and how each statement is proved, checked and attacked."""

from . import (
    conditioning,
    covariance,
    dynamics,
    jump,
    logistic,
    logits,
    networks,
    noise,
    objective,
    observations,
    optimisers,
    solution,
)

__all__ = [
    "conditioning",
    "covariance",
    "dynamics",
    "jump",
    "logistic",
    "logits",
    "networks",
    "noise",
    "objective",
    "observations",
    "optimisers",
    "solution",
]
