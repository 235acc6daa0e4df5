"""Losses and means as sums over examples, weights, units, outputs and masks, of any number.

Each function returns a SymPy sum over indexed numbers, for the rule of inference that reads such sums.
"""

import sympy as sp

from dltheory.dropout.derivation import sums as dropout
from dltheory.dropout.derivation.objective import ridge_strength
from dltheory.networks.derivation.symbols import epsilon

i, j, a, b, c = sp.symbols("i j a b c", integer=True)
#: Numbers of examples, weights, units, outputs and masks.
examples, weights, units, outputs, masks = sp.symbols("n d k m M", integer=True, positive=True)
#: φ_i'' of example i, entries of the Jacobian, a direction in the weights, an output along it.
bends, J, direction, output = (sp.IndexedBase(name, real=True) for name in ("phi''", "J", "v", "z"))
#: Activations, weights of the last layer, targets, noise, chances of masks, losses of example i under mask b.
A, W, y, N, chance, loss = (sp.IndexedBase(name, real=True) for name in ("A", "W", "y", "N", "pi", "l"))
#: The activations of one example, noise on them, first and second derivatives of its loss.
activation, noise, slopes, curves = (sp.IndexedBase(name, real=True) for name in ("a", "u", "l_1", "l_2"))
biases = sp.IndexedBase("g", real=True)


def quadratic_form() -> sp.Expr:
    """v^T (J^T S J) v, entry by entry of the matrix."""
    entry = bends[i] * J[i, a] * J[i, b]
    return sp.Sum(direction[a] * direction[b] * entry, (i, 1, examples), (a, 1, weights), (b, 1, weights))


def weighted_squares() -> sp.Expr:
    """sum_i phi_i'' (Jv)_i^2."""
    return sp.Sum(bends[i] * sp.Sum(J[i, a] * direction[a], (a, 1, weights)) ** 2, (i, 1, examples))


def one_square() -> sp.Expr:
    """The term of one example, phi_i'' z_i^2."""
    return bends[i] * output[i] ** 2


def frozen_loss(factor: sp.Expr = sp.S.One) -> sp.Expr:
    """||y - (F * A) w||^2 for frozen activations A, all entries multiplied by ``factor``: chapter 3's with X = A."""
    return dropout.loss(factor=factor).xreplace({dropout.X: A})


def frozen_objective() -> sp.Expr:
    """||y - Aw||^2 + lambda ||Gamma w||^2 with lambda = (1 - p)/p."""
    return dropout.ridge_loss(ridge_strength).xreplace({dropout.X: A})


def frozen_rise() -> sp.Expr:
    """What a move of the weights adds to that objective."""
    return dropout.rise().xreplace({dropout.X: A})


def frozen_slope_and_curvature() -> sp.Expr:
    """The same as a slope and what is above 0 for every move."""
    return dropout.curved_rise().xreplace({dropout.X: A})


def masked_rise() -> sp.Expr:
    """What a move u of the weights adds to the loss under one mask."""
    entry = dropout.N[dropout.i, dropout.j]
    moved = dropout.loss(dropout.w[dropout.j] + dropout.u[dropout.j], entry) - dropout.loss(factor=entry)
    return moved.xreplace({dropout.X: A})


def masked_slope_and_square() -> sp.Expr:
    """The same as twice chapter 3's slope, which the iteration follows, and the square of what the move adds."""
    entry = dropout.N[dropout.i, dropout.j]
    square = sp.Sum(dropout.prediction(dropout.u[dropout.j], entry) ** 2, dropout.rows)
    return (2 * dropout.noisy_slope() + square).xreplace({dropout.X: A})


def layer_loss(factor: sp.Expr = sp.S.One) -> sp.Expr:
    """sum_i ||y_i - W a_i||^2 of a linear last layer, every product W_cj a_ij multiplied by ``factor``."""
    return sp.Sum((y[i, c] - _fitted(factor)) ** 2, (i, 1, examples), (c, 1, outputs))


def _fitted(factor: sp.Expr = sp.S.One) -> sp.Expr:
    """Output c for example i."""
    return sp.Sum(factor * W[c, j] * A[i, j], (j, 1, units))


def layer_penalty() -> sp.Expr:
    """lambda sum_j ||W_:j||^2 sum_i a_ij^2 with lambda = (1 - p)/p."""
    squares = sp.Sum(W[c, j] ** 2 * A[i, j] ** 2, (i, 1, examples), (c, 1, outputs), (j, 1, units))
    return ridge_strength * squares


def one_loss(factor: sp.Expr = sp.S.One) -> sp.Expr:
    """||y - Wa||^2 of one example with activations a, each multiplied by ``factor``."""
    return sp.Sum((y[c] - sp.Sum(factor * W[c, j] * activation[j], (j, 1, units))) ** 2, (c, 1, outputs))


def one_penalty() -> sp.Expr:
    """lambda sum_j ||W_:j||^2 a_j^2."""
    return ridge_strength * sp.Sum(W[c, j] ** 2 * activation[j] ** 2, (c, 1, outputs), (j, 1, units))


def small_noise_penalty() -> sp.Expr:
    """epsilon^2/2 sum_j a_j^2 l_jj: what small independent noise on the activations adds, to second order."""
    return epsilon**2 / 2 * sp.Sum(activation[j] ** 2 * curves[j, j], (j, 1, units))


def shared_masks() -> sp.Expr:
    """The mean over one mask for all examples of the sum of their losses."""
    return sp.Sum(chance[b] * sp.Sum(loss[i, b], (i, 1, examples)), (b, 1, masks))


def own_masks() -> sp.Expr:
    """The sum over examples of the mean of each loss over its own mask."""
    return sp.Sum(sp.Sum(chance[b] * loss[i, b], (b, 1, masks)), (i, 1, examples))


def logit() -> sp.Expr:
    """The logit of class c without a mask."""
    return sp.Sum(W[c, j] * activation[j], (j, 1, units)) + biases[c]


def masked_logit(factor: sp.Expr) -> sp.Expr:
    """The logit of class c with activations multiplied by ``factor``, the bias left alone."""
    return sp.Sum(factor * W[c, j] * activation[j], (j, 1, units)) + biases[c]
