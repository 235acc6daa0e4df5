"""Networks that are products of weights: a chain of three, and two units side by side."""

from __future__ import annotations

import sympy as sp

from dltheory.dropout.derivation.objective import ridge_strength
from dltheory.networks.derivation.masks import inverted_masks
from dltheory.networks.derivation.symbols import eta, keep, ridge

#: The chain u v w on the input 1 with target 1.
u, v, w = sp.symbols("u v w", real=True)
chain = u * v * w
#: Two units: outgoing weights, activations, and positive starts.
v_1, v_2, w_1, w_2 = sp.symbols("v_1 v_2 w_1 w_2", real=True)
s_1, s_2 = sp.symbols("s_1 s_2", positive=True)
TARGET = sp.Integer(1)


def chain_mean_loss(output: sp.Expr = chain, p: sp.Expr = keep) -> sp.Expr:
    """The mean over one unit's inverted mask of the squared loss of the chain."""
    return sum((share * (TARGET - factor * output) ** 2 for share, factor in inverted_masks(p)), sp.Integer(0))


def chain_objective(output: sp.Expr = chain, strength: sp.Expr = ridge) -> sp.Expr:
    """The same as loss and penalty, (1 - f)^2 + lambda f^2."""
    return (TARGET - output) ** 2 + strength * output**2


def chain_hessian(p: sp.Expr = keep) -> sp.Matrix:
    """The Hessian of the mean loss in the three weights."""
    return sp.hessian(chain_objective(strength=ridge_strength.subs(keep, p)), (u, v, w))


def chain_curvature(p: sp.Expr = keep) -> sp.Expr:
    """h = (2/p) (u^2 v^2 + v^2 w^2 + w^2 u^2): the one curvature at a minimum that is not 0."""
    return 2 / p * (u**2 * v**2 + v**2 * w**2 + w**2 * u**2)


def chain_steepest() -> sp.Matrix:
    """The gradient of the chain: its direction at a minimum."""
    return sp.Matrix([v * w, u * w, u * v])


def least_curvature(p: sp.Expr = keep) -> sp.Expr:
    """6 p^(1/3): the curvature of the flattest minimum, where the three weights are equal."""
    return 6 * sp.cbrt(p)


def two_units() -> sp.Expr:
    """v_1 w_1 + v_2 w_2: the output for the input 1."""
    return v_1 * w_1 + v_2 * w_2


def two_units_loss() -> sp.Expr:
    """The squared loss without dropout."""
    return (TARGET - two_units()) ** 2


def two_units_objective(strength: sp.Expr = ridge) -> sp.Expr:
    """The mean loss with inverted dropout on both units."""
    return two_units_loss() + strength * ((v_1 * w_1) ** 2 + (v_2 * w_2) ** 2)


WEIGHTS = (v_1, w_1, v_2, w_2)
_BALANCED = {v_1: s_1, w_1: s_1, v_2: s_2, w_2: s_2}


def balanced_output() -> sp.Expr:
    """The output at v_j = w_j = s_j."""
    return two_units().subs(_BALANCED)


def descended() -> list[sp.Expr]:
    """All four weights after one step of gradient descent without dropout from v_j = w_j = s_j."""
    return [(weight - eta * sp.diff(two_units_loss(), weight)).subs(_BALANCED) for weight in WEIGHTS]


def growth() -> sp.Expr:
    """1 + 2 eta (1 - f): by what that step multiplies each of them."""
    return 1 + 2 * eta * (TARGET - balanced_output())


def signs() -> list[sp.Expr]:
    """The signs of the four gradients there, which sign descent follows."""
    return [sp.sign(sp.diff(two_units_loss(), weight).subs(_BALANCED)) for weight in WEIGHTS]


def shared() -> sp.Expr:
    """1/(2 + lambda): the contribution of each unit at a stationary point with dropout."""
    return 1 / (2 + ridge)
