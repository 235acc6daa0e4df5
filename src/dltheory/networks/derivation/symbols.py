"""The symbols of the chapter; those of momentum keep the meaning they have there."""

import sympy as sp

from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.momentum.derivation.symbols import alpha, beta, ell, eta, h, m, mu, z

#: Singular values of the linearised network: of one direction, and the largest.
sigma_i, sigma_1 = sp.Symbol("sigma_i", nonnegative=True), sp.Symbol("sigma_1", positive=True)
#: First and second derivative of the loss in the output, and the noise's size.
slope, bend = sp.symbols("phi' phi''", real=True)
epsilon = sp.Symbol("epsilon", positive=True)
#: First and second derivatives of an output in two weights, a and b.
f_a, f_b, f_aa, f_ab, f_bb = sp.symbols("f_a f_b f_aa f_ab f_bb", real=True)
#: Two activations, and the derivatives of the loss in them up to the second order.
a_1, a_2 = sp.symbols("a_1 a_2", real=True)
l_1, l_2, l_11, l_12, l_22 = sp.symbols("l_1 l_2 l_11 l_12 l_22", real=True)

__all__ = [
    "a_1",
    "a_2",
    "alpha",
    "bend",
    "beta",
    "ell",
    "epsilon",
    "eta",
    "f_a",
    "f_aa",
    "f_ab",
    "f_b",
    "f_bb",
    "h",
    "keep",
    "l_1",
    "l_2",
    "l_11",
    "l_12",
    "l_22",
    "m",
    "mu",
    "ridge",
    "sigma_1",
    "sigma_i",
    "slope",
    "z",
]
