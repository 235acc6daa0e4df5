"""The features of the linearised network, its derivatives in the weights, when units of a layer are masked."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from dltheory.networks.derivation.masks import weight
from dltheory.networks.derivation.sums import N, j, units
from dltheory.networks.derivation.symbols import keep

#: Outgoing weights of the units; their activations as functions of a weight below; what one unit does to its sum.
V = sp.IndexedBase("v", real=True)
activation, unit = sp.Function("a", real=True), sp.Function("g", real=True)
#: A weight of one unit in a network with one hidden layer: outgoing, incoming, its input, the rest of the sum.
v, w, x, rest, mask = sp.symbols("v w x r b", real=True)


def output(factor: sp.Expr = N[j] / keep) -> sp.Expr:
    """The output of a linear last layer whose units are multiplied by ``factor``."""
    return sp.Sum(factor * V[j] * activation(j, weight), (j, 1, units))


def feature_below(factor: sp.Expr = N[j] / keep) -> sp.Expr:
    """The sum over units of the parts of a derivative in a weight below, each multiplied by its own ``factor``."""
    return sp.Sum(factor * V[j] * sp.diff(activation(j, weight), weight), (j, 1, units))


def one_unit(factor: sp.Expr = mask / keep, function: Callable[[sp.Expr], sp.Expr] = unit) -> sp.Expr:
    """What one unit of a network with one hidden layer adds to the output."""
    return factor * v * function(w * x + rest)
