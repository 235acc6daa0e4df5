"""The linearised network in words of matrices: what one step makes of its residual."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.networks.derivation.symbols import beta
from verifiedbook.reading import noncommuting

#: The Jacobian and its transpose, targets, first outputs; average and weights, measured from the start.
J, J_T, y, f_0, average, moved = noncommuting("J J_T y f_0 v Delta")


def residual(weights: sp.Expr = moved) -> sp.Expr:
    """r = y - f_0 - J Delta."""
    return y - f_0 - J * weights


def residual_of_step() -> tuple[sp.Expr, sp.Expr]:
    """-J v' and y - f_0 - J Delta' after one step of momentum in the weights, whose gradient is -2 J^T r."""
    new_average, new_weights = momentum.averaged_update(-2 * J_T * residual(), average, moved)
    return -J * new_average, residual(new_weights)


def step_of_residual() -> tuple[sp.Expr, sp.Expr]:
    """The same from the residual alone: momentum's own update with the gradient 2 J J^T r, average -J v."""
    return kernel_update(J * J_T, -J * average, residual())


def kernel_update(kernel: Any, image: Any, rest: Any) -> tuple[Any, Any]:
    """Momentum's update of a residual ``rest`` with the tangent ``kernel``, of words or of matrices of any size."""
    return momentum.averaged_update(2 * kernel * rest, image, rest)


def descended_residual() -> sp.Expr:
    """r' of gradient descent, momentum with beta = 1, from the residual alone."""
    return step_of_residual()[1].subs(beta, 1)


def residual_factor(sigma: sp.Expr) -> sp.Expr:
    """1 - 2 eta sigma^2: what gradient descent multiplies a direction of the residual with in each step."""
    curvature, image, rest = sp.symbols("k a r", commutative=True)
    factor = sp.diff(kernel_update(curvature, image, rest)[1].subs(beta, 1), rest)
    return sp.expand(factor).subs(curvature, sigma**2)
