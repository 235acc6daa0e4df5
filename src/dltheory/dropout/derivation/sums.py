"""The chapter's losses as sums over samples and features, of any number: what the rule for sums reads.

Indices are plain symbols, so that the mean over independent noise can be taken term by term. ``N`` is the noise, one
entry for each entry of the design.
"""

from __future__ import annotations

from sympy import Expr, IndexedBase, Integer, Sum, symbols

from .symbols import d, keep, n, ridge, variance

i, j, k = symbols("i j k", integer=True)
X, w, y, N, g, u = (IndexedBase(name, real=True) for name in ("X", "w", "y", "N", "g", "u"))
rows, columns = (i, 1, n), (j, 1, d)


def prediction(weight: Expr = w[j], factor: Expr = Integer(1)) -> Expr:  # noqa: B008
    """$\\sum_jf\\,x_{ij}w_j$ of row i; ``factor`` may be the noise of an entry."""
    return Sum(factor * X[i, j] * weight, columns)


def loss(weight: Expr = w[j], factor: Expr = Integer(1)) -> Expr:  # noqa: B008
    """$\\sum_i(y_i-\\sum_jf\\,x_{ij}w_j)^2$."""
    return Sum((y[i] - prediction(weight, factor)) ** 2, rows)


def norms(weight: Expr = w[j]) -> Expr:
    """$\\lVert\\Gamma w\\rVert^2=\\sum_jw_j^2\\sum_ix_{ij}^2$."""
    return Sum(weight**2 * X[i, j] ** 2, rows, columns)


def penalised_loss() -> Expr:
    """The expected loss under masks of keep probability p, as the theorem prints it."""
    return loss(factor=keep) + keep * (1 - keep) * norms()


def row_loss() -> Expr:
    """The loss of one row under noise whose entries alone are independent."""
    return (y[i] - prediction(factor=N[j])) ** 2


def row_penalised() -> Expr:
    """The mean of :func:`row_loss`."""
    return (y[i] - prediction(factor=keep)) ** 2 + keep * (1 - keep) * Sum(w[j] ** 2 * X[i, j] ** 2, columns)


def ridge_loss(strength: Expr = ridge, weight: Expr = w[j]) -> Expr:
    """$\\lVert y-Xw\\rVert^2+\\lambda\\lVert\\Gamma w\\rVert^2$ for a ``strength`` $\\lambda$."""
    return loss(weight) + strength * norms(weight)


def noisy_slope() -> Expr:
    """Half the gradient under noise N along any direction u."""
    return Sum(N[i, k] * X[i, k] * u[k] * (prediction(factor=N[i, j]) - y[i]), rows, (k, 1, d))


def mean_slope() -> Expr:
    """Half the gradient of the objective along u, for noise of variance v."""
    penalty = Sum(w[j] * u[j] * X[i, j] ** 2, rows, columns)
    return Sum(X[i, k] * u[k] * (prediction() - y[i]), rows, (k, 1, d)) + variance * penalty


def rise() -> Expr:
    """What a move u adds to the objective."""
    return ridge_loss(weight=w[j] + u[j]) - ridge_loss()


def curved_rise() -> Expr:
    """The same as its slope and what is above 0 for every u that is not 0."""
    return 2 * mean_slope().subs(variance, ridge) + Sum(prediction(u[j]) ** 2, rows) + ridge * norms(u[j])
