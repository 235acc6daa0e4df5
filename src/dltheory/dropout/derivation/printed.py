"""The statements of the chapter that are printed in matrices: the same objects as the sums, as words of matrices."""

from __future__ import annotations

from sympy import Expr, Function, Integer

from verifiedbook.reading import expectation, noncommuting, norm

from .symbols import keep, ridge, variance

entrywise = Function("entrywise")
X, B, N, Gamma, w, w_hat, y = noncommuting("X B N Gamma w w_hat y")
X_tilde, w_tilde = noncommuting("X_tilde w_tilde")


def squared_loss(design: Expr, weights: Expr, factor: Expr = Integer(1)) -> Expr:  # noqa: B008
    """$\\lVert y-f\\,Xw\\rVert^2$."""
    return norm(y - factor * design * weights) ** 2


def column_norms(weights: Expr) -> Expr:
    """$\\lVert\\Gamma w\\rVert^2$."""
    return norm(Gamma * weights) ** 2


#: Mean of the loss under masks, and what it is: :data:`.sums.penalised_loss`.
masked = expectation(squared_loss(entrywise(B, X), w_hat))
penalised = squared_loss(X, w_hat, keep) + keep * (1 - keep) * column_norms(w_hat)

#: Under inverted masks, and for any noise: :func:`.sums.ridge_loss`.
inverted = expectation(squared_loss(entrywise(B / keep, X), w))
noisy = expectation(squared_loss(entrywise(N, X), w))
ridge_form = squared_loss(X, w) + ridge * column_norms(w)
noise_form = ridge_form.subs(ridge, variance)
standardised = squared_loss(X_tilde, w_tilde) + ridge * norm(w_tilde) ** 2
