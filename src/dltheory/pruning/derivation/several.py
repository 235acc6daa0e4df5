"""Many weights whose features all have the same correlation: the rise in two sums."""

from __future__ import annotations

from sympy import Expr, Symbol, expand

from .quadratic import gradient, gram, rise_formula, weights

correlation = Symbol("r", real=True)  # of every pair of features; each has norm 1
square_sum = Symbol("Q", nonnegative=True)  # sum of the squares of the removed weights
plain_sum = Symbol("S", real=True)  # their sum

#: The rise of the loss at a minimum when these weights go, and what Optimal Brain Damage predicts of it.
correlated_rise = (1 - correlation) * square_sum + correlation * plain_sum**2
predicted_rise = square_sum


def written_out(size: int) -> Expr:
    """The rise when ``size`` such weights go, by the general formula."""
    G, b = gram(size), gradient(size)
    entries = {G[i, j]: 1 if i == j else correlation for i in range(size) for j in range(i, size)}
    return expand(rise_formula(size, tuple(range(size))).subs(entries).subs({entry: 0 for entry in b}))


def in_two_sums(size: int) -> Expr:
    """:data:`correlated_rise` with the two sums of ``size`` weights in it."""
    w = weights(size)
    return expand(correlated_rise.subs({square_sum: (w.T * w)[0], plain_sum: sum(w)}))
