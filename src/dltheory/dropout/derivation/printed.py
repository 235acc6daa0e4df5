"""The statements of the chapter that are printed in matrices: the same objects as the sums, as words of matrices."""

from __future__ import annotations

from sympy import Expr, Function, Integer, Sum, Symbol, symbols

from verifiedbook.reading import entry, expectation, noncommuting, norm, over, space

from .symbols import d, eta, keep, n, ridge, variance

entrywise, transpose = Function("entrywise"), Function("transpose")
X, B, N, Gamma, w, w_hat, y = noncommuting("X B N Gamma w w_hat y")
X_tilde, w_tilde = noncommuting("X_tilde w_tilde")


def squared_loss(design: Expr, weights: Expr, factor: Expr = Integer(1)) -> Expr:  # noqa: B008
    """$\\lVert y-f\\,Xw\\rVert^2$."""
    return norm(y - factor * design * weights) ** 2


def column_norms(weights: Expr) -> Expr:
    """$\\lVert\\Gamma w\\rVert^2$."""
    return norm(Gamma * weights) ** 2


#: Mean of the loss under masks, and what it is: :func:`.sums.penalised_loss`.
masked = expectation(squared_loss(entrywise(B, X), w_hat))
penalised = squared_loss(X, w_hat, keep) + keep * (1 - keep) * column_norms(w_hat)

#: Under inverted masks, and for any noise: :func:`.sums.ridge_loss`.
inverted = expectation(squared_loss(entrywise(B / keep, X), w))
noisy = expectation(squared_loss(entrywise(N, X), w))
ridge_form = squared_loss(X, w) + ridge * column_norms(w)
noise_form = ridge_form.subs(ridge, variance)
standardised = squared_loss(X_tilde, w_tilde) + ridge * norm(w_tilde) ** 2

G, w_star = noncommuting("G w_star")
curvature = G + ridge * Gamma**2
minimiser = curvature**-1 * transpose(X) * y
#: One feature's contribution to the prediction of one sample.
x_i, w_star_i = symbols("x_i w_star_i", real=True)
contribution = x_i * w_star_i

#: Condition numbers and largest eigenvalues, with the diagonal entry of G by itself.
kappa, lambda_max = Function("kappa"), Function("lambda_max")
(I,) = noncommuting("I")
G_jj = Symbol("G_jj", positive=True)
largest_norm, smallest_norm = (over(what, G_jj, "j") for what in ("max", "min"))
standardised_kappa = kappa(transpose(X_tilde) * X_tilde + ridge * I)
kappa_of_dropout = kappa(curvature)
ratio_of_norms = largest_norm / smallest_norm
top_of_dropout, top_of_gram = lambda_max(curvature), lambda_max(G)
top_and_gain = top_of_gram + ridge * smallest_norm

#: The mean of the iterates, one step from the next.
w_t, w_next = noncommuting("w_t w_next")
mean_next = expectation(w_next)
mean_descended = expectation(w_t) - 2 * eta * (curvature * expectation(w_t) - transpose(X) * y)

#: A hidden layer of width k: its two matrices, a column of the second, and the loss with and without masks.
x, W_1, W_2, W_2j = noncommuting("x W_1 W_2 W_2j")
j, k = symbols("j k", integer=True, positive=True)
hidden_masked = expectation(norm(y - 1 / keep * W_2 * entrywise(B, W_1 * x)) ** 2)
hidden_penalised = expectation(norm(y - W_2 * W_1 * x) ** 2) + ridge * Sum(
    norm(W_2j) ** 2 * expectation(entry(W_1 * x, "j") ** 2), (j, 1, k)
)

#: Where design, target and weights live.
R = Symbol("R")
spaces = (X, r"\in", space(R, n, d)), (y, r"\in", space(R, n)), (w_hat, r"\in", space(R, d))

#: The iterates' noise, mask by mask: half a gradient at the minimiser, its covariance, and the recursion's map.
A_B, b_B, g_B, S, S_1, Q, K = noncommuting("A_B b_B g_B S S_1 Q K")
T, diag = Function("T"), Function("diag")
step_matrix = I - 2 * eta * A_B
half_gradient = A_B * w_star - b_B
noise_covariance = expectation(g_B * transpose(g_B))
moved = expectation(step_matrix * S * step_matrix)
stationary = moved + 4 * eta**2 * Q
lyapunov = K * S_1 + S_1 * K
G_jk, w_star_j = symbols("G_jk w_star_j", real=True)
index = Symbol("i", integer=True)

#: Steps of sign descent, and that their sum is infinite.
alpha_t = Symbol("alpha_t", real=True)
total_of_steps = over("sum", alpha_t, "t")
sign, slope = Function("sign"), Function("slope")
sign_step = w_t - alpha_t * sign(slope(w_t))

#: 1, approached by keep probabilities.
below_1 = Function("from_below")(Integer(1))
