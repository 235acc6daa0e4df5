"""What the chapter claims about dropout, and how each statement is proved, checked and attacked."""

from . import (
    cheating,
    conditioning,
    covariance,
    dynamics,
    ensemble,
    jump,
    logistic,
    logits,
    networks,
    noise,
    objective,
    observations,
    one_sample,
    optimisers,
    solution,
    steps,
)

__all__ = [
    "cheating",
    "conditioning",
    "covariance",
    "dynamics",
    "ensemble",
    "jump",
    "logistic",
    "logits",
    "networks",
    "noise",
    "objective",
    "observations",
    "one_sample",
    "optimisers",
    "solution",
    "steps",
]
