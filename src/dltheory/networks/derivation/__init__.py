"""The derivations of the chapter: each result is one SymPy object, printed, proved, computed with and plotted."""

from dltheory.networks.derivation.curvature import (
    chain_rule_hessian,
    composed_hessian,
    dropout_expansion,
    dropout_penalty,
    linear_step_matrix,
    logistic_curvature,
    residual_step,
)
from dltheory.networks.derivation.step_limits import (
    averaged,
    descent_line,
    momentum_line,
    momentum_line_heavy_ball,
    nesterov_line,
    nesterov_line_heavy_ball,
    nesterov_place,
    nesterov_update,
)

__all__ = [
    "averaged",
    "chain_rule_hessian",
    "composed_hessian",
    "descent_line",
    "dropout_expansion",
    "dropout_penalty",
    "linear_step_matrix",
    "logistic_curvature",
    "momentum_line",
    "momentum_line_heavy_ball",
    "nesterov_line",
    "nesterov_line_heavy_ball",
    "nesterov_place",
    "nesterov_update",
    "residual_step",
]
