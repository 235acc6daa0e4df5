"""What survives beyond least squares: logistic regression, a hidden layer, softmax ensembles, a ReLU on the logits."""

from __future__ import annotations

from functools import cache

from sympy import (
    Expr,
    Identity,
    Matrix,
    MatrixExpr,
    MatrixSymbol,
    Symbol,
    diff,
    exp,
    expand,
    limit,
    log,
    series,
    simplify,
    sqrt,
    symbols,
)

from .symbols import keep, ridge

z = Symbol("z", real=True)  # the score of one sample
noise_scale = Symbol("epsilon", positive=True)
pi = Symbol("pi", positive=True)  # predicted probability, 1/(1 + e^{-z})
z_i, pi_i = symbols("z_i pi_i", real=True)  # the same of sample i
probability = 1 / (1 + exp(-z_i))
#: What feature j adds to the score of sample i.
x_ij, theta_j = symbols("x_ij theta_j", real=True)
move_of_score = x_ij * theta_j
#: Variance of the score under noise of variance 1 on every feature: $\\sum_jx_j^2\\theta_j^2$.
score_variance = Symbol("s", nonnegative=True)

#: The convex part of the logistic loss: the loss is $A(z) - yz$, and noise of mean 1 leaves $yz$ alone in expectation.
log_partition = log(1 + exp(z))

#: Expected loss minus loss, to second order in the size of the noise.
logistic_penalty = noise_scale**2 / 2 * score_variance * pi * (1 - pi)


def derive_curvature() -> Expr:
    """$A''(z)$ with $\\pi = 1/(1 + e^{-z})$ for the exponential: $\\pi(1-\\pi)$."""
    return simplify(diff(log_partition, z, 2).subs(exp(z), pi / (1 - pi)))


@cache
def derive_logistic_penalty() -> Expr:
    """$\\mathbb E\\,A(z + \\varepsilon u) - A(z)$ to order $\\varepsilon^2$, for $\\mathbb E\\,u = 0$, $\\mathbb
    E\\,u^2 = s$."""
    u = Symbol("u", real=True)
    powers = expand(series(log_partition.subs(z, z + noise_scale * u), noise_scale, 0, 3).removeO())
    mean = powers.coeff(u, 0) + powers.coeff(u, 2) * score_variance  # the mean of u is 0
    return simplify((mean - log_partition).subs(exp(z), pi / (1 - pi)))


def bernoulli_gap() -> Expr:
    """Expected loss minus loss for one feature with $x\\theta = z$: $pA(z/p) + (1-p)A(0) - A(z)$."""
    return keep * log_partition.subs(z, z / keep) + (1 - keep) * log_partition.subs(z, 0) - log_partition


def quadratic_at_ridge_strength() -> Expr:
    """The quadratic penalty with variance $\\lambda = (1-p)/p$: $\\tfrac\\lambda2z^2A''(z)$."""
    return (1 - keep) / keep / 2 * z**2 * diff(log_partition, z, 2)


#: What the ratio of the two tends to as $p\\to1$: twice a Bregman divergence over $z^2A''(z)$.
bernoulli_ratio = 2 * (log(2) - log_partition + z * exp(z) / (1 + exp(z))) / (z**2 * exp(z) / (1 + exp(z)) ** 2)


def derive_bernoulli_ratio() -> Expr:
    """The limit as $p\\to1$ of gap over quadratic penalty, by one use of l'Hôpital's rule: both vanish at $p = 1$."""
    top, bottom = bernoulli_gap(), quadratic_at_ridge_strength()
    return simplify(diff(top, keep).subs(keep, 1) / diff(bottom, keep).subs(keep, 1))


def ratio_at_zero() -> Expr:
    """The limit of that ratio as the score tends to 0: only there the expansion holds."""
    return limit(bernoulli_ratio, z, 0)


def hidden_layer_terms() -> tuple[Expr, Expr]:
    """Mean and variance of one output $\\sum_jv_j(B_j/p)h_j$, as summands over the hidden units j of any number."""
    first, second = expand_moment(1 / keep), expand_moment(1 / keep**2)
    v, h = symbols("v_j h_j", real=True)
    mean = first * v * h
    return mean, (second - first**2) * v**2 * h**2


def expand_moment(square: Expr) -> Expr:
    """$\\mathbb E\\,B\\cdot$ ``square`` for a Bernoulli variable: $p$ times it, since $B^2 = B$."""
    return keep * square


#: The summand of the hidden layer's penalty for one output.
v_j, h_j = symbols("v_j h_j", real=True)
hidden_penalty_term = ridge * v_j**2 * h_j**2


def log_softmax(scores: Matrix) -> Matrix:
    """$z_c - \\log\\sum_ke^{z_k}$."""
    total = log(sum(exp(score) for score in scores))
    return scores.applyfunc(lambda score: score - total)


#: Factors of $U\\Sigma V^\\top$, a singular value decomposition: the root of $\\Sigma$, and a rotation R.
rank, outputs, inputs = symbols("k m q", integer=True, positive=True)
U = MatrixSymbol("U", outputs, rank)
V = MatrixSymbol("V", inputs, rank)
R = MatrixSymbol("R", rank, rank)
root_of_values = MatrixSymbol(r"\Sigma^{1/2}", rank, rank)
second_factor: MatrixExpr = U * root_of_values * R
first_factor: MatrixExpr = R.T * root_of_values * V.T
orthonormal = {
    U.T * U: Identity(rank),
    V.T * V: Identity(rank),
    R * R.T: Identity(rank),
}
product_of_factors: MatrixExpr = U * root_of_values * root_of_values * V.T
rotated_values: MatrixExpr = R.T * root_of_values * root_of_values * R

#: Two diagonal entries below and above their mean, what stands between them, and the tangent of an angle.
below, above, between, mean_entry, tangent = symbols("a c b mu t", real=True)


def rotated_pair(slope: Expr = tangent) -> tuple[Expr, Expr]:
    """The two diagonal entries after a rotation by the angle with this tangent in their plane."""
    first = (below + 2 * between * slope + above * slope**2) / (1 + slope**2)
    return first, (above - 2 * between * slope + below * slope**2) / (1 + slope**2)


#: Positive where there is an angle that takes the smaller one to the mean.
room = between**2 - (below - mean_entry) * (above - mean_entry)


def levelling_tangent() -> Expr:
    """The tangent of that angle."""
    return (-between + sqrt(room)) / (above - mean_entry)
