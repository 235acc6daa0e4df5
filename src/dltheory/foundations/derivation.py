"""Gradient descent on least squares, one singular direction at a time: every result of the chapter as a SymPy object.

With $X = U\\Sigma V^\\top$ the loss $\\lVert y - Xw\\rVert^2$ is, up to a constant, a sum over singular directions of
$(b - \\sigma a)^2$, with $a = v^\\top w$ the weight along the direction and $b = u^\\top y$ the target along it. The
constants are what the chapter prints, the claims prove and the experiments compute with; the functions ``derive_...``
obtain them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import (
    Eq,
    Expr,
    Function,
    Identity,
    Inverse,
    Matrix,
    MatrixSymbol,
    S,
    Sum,
    Symbol,
    cancel,
    diag,
    diff,
    dsolve,
    exp,
    expand,
    factor,
    log,
    simplify,
    solve,
    sqrt,
    symbols,
    together,
    transpose,
)


def gradient_at(weights: Any, design: Any, targets: Any) -> Any:
    """$2X^\\top(Xw - y)$, of matrices or of letters that stand for them."""
    return 2 * transpose(design) * (design * weights - targets)


eta = Symbol("eta", real=True)  # step size
sigma = Symbol("sigma", positive=True)  # a singular value
sigma_1, sigma_2, sigma_r = symbols("sigma_1 sigma_2 sigma_r", positive=True)  # the largest two, the smallest
kappa = Symbol("kappa", positive=True)  # condition number, sigma_1^2 / sigma_r^2
a, b = symbols("a b", real=True)  # weight and target along a singular direction
t = Symbol("t", integer=True, nonnegative=True)  # iteration
tau = Symbol("tau", positive=True)  # time of the gradient flow
ridge = Symbol("lambda", positive=True)  # ridge strength
epsilon = Symbol("epsilon", positive=True)  # accuracy, as a fraction of the first error
x = Symbol("x", positive=True)  # 2 tau sigma^2, the time in the direction's own unit

#: The factor by which one step multiplies the error along a direction.
contraction = 1 - 2 * eta * sigma**2

#: Any directions, whether X sees them or not, the factor of one, and coordinates of the error along it.
sigma_i, sigma_j = symbols("sigma_i sigma_j", nonnegative=True)
contraction_i = contraction.subs(sigma, sigma_i)
e_0, e_t, e_next = symbols("e_0 e_t e_{t+1}", real=True)
#: The coordinates of the weights, of any minimiser, and of the target seen through X, with $w^\\star_i=b/\\sigma$.
w_star_i, w_0i = symbols("w_star_i w_0i", real=True)

#: Samples and features, the design, the targets, the weights, and a minimiser, of any size.
n, d = symbols("n d", integer=True, positive=True)
X, y = MatrixSymbol("X", n, d), MatrixSymbol("y", n, 1)
w, w_star = MatrixSymbol("w", d, 1), MatrixSymbol("w_star", d, 1)
#: The gradient of $\\lVert y - Xw\\rVert^2$, and one step of gradient descent.
loss_gradient = gradient_at(w, X, y)
descent_step = w - eta * loss_gradient

#: Singular vectors, targets, weights after t steps, their start and their limit, in sums over the directions.
i, r = symbols("i r", integer=True, positive=True)
u_i, v_i, y_all, w_t, w_0, w_limit = symbols("u_i v_i y w_t w_0 w_infty", commutative=False)

#: Steps below this one, and above 0, converge.
stability_limit = 1 / sigma_1**2

#: The step with the fastest worst direction, and the factor of that direction.
optimal_step = 1 / (sigma_1**2 + sigma_r**2)
optimal_rate = (kappa - 1) / (kappa + 1)

#: Iterations after which a direction of contraction ``optimal_rate`` has kept the fraction epsilon of its error.
iterations_needed = log(epsilon) / log(optimal_rate)

#: The fitted fraction of a direction: after t steps, for ridge regression, and after time tau of the gradient flow.
gd_filter = 1 - contraction**t
ridge_filter = sigma**2 / (sigma**2 + ridge)
flow_filter = 1 - exp(-2 * tau * sigma**2)

#: The minimiser with the ridge penalty, as a matrix expression.
ridge_solution = Inverse(X.T * X + ridge * Identity(d)) * X.T * y

#: The ridge strength that early stopping at time tau resembles.
matched_ridge = 1 / (2 * tau)

#: The two filters with x = 2 tau sigma^2, their ratio, and the function whose positive root is where it is largest.
flow_filter_in_x = 1 - exp(-x)
ridge_filter_in_x = x / (1 + x)
filter_ratio = (1 + x) * (1 - exp(-x)) / x
ratio_turning_point = 1 + x + x**2 - exp(x)

#: The ratio where it is largest, in terms of the place: there exp(x) = 1 + x + x^2.
largest_ratio = 1 + x / (1 + x + x**2)

#: The two directions are learnt in the order of their singular values, at every t, for steps below this one.
ordered_step = 1 / (sigma_1**2 + sigma_2**2)


def mode_loss(weight: Expr) -> Expr:
    """$(b - \\sigma a)^2$: the part of the loss that depends on the weight along one singular direction."""
    return (b - sigma * weight) ** 2


def gradient_step(weight: Expr) -> Expr:
    """$a - \\eta\\,\\partial_a (b - \\sigma a)^2$: where one step of gradient descent takes the weight."""
    return weight - eta * diff(mode_loss(a), a).subs(a, weight)


def derive_contraction() -> Expr:
    """The error after a step over the error before it; the error is measured from the minimiser $b/\\sigma$."""
    minimiser = solve(diff(mode_loss(a), a), a)[0]
    return cancel((gradient_step(a) - minimiser) / (a - minimiser))


@cache
def derive_matrix_contractions() -> tuple[Expr, Expr]:
    """The same two factors from the matrices: $X = U\\Sigma V^\\top$ with two rotations, y and w any vectors.

    The rotations are written with the tangent of half their angle, so that everything is a rational function.
    """
    p, q = symbols("p q", real=True)
    U, V, Sigma = rotation(p), rotation(q), diag(sigma_1, sigma_2)
    X, y, w = U * Sigma * V.T, Matrix(symbols("y_1 y_2", real=True)), Matrix(symbols("w_1 w_2", real=True))
    minimiser = V * Sigma.inv() * U.T * y
    next_w = w - eta * gradient_at(w, X, y)
    error, next_error = error_along(V, w, minimiser), error_along(V, next_w, minimiser)
    first, second = (cancel(together(after / before)) for after, before in zip(next_error, error, strict=True))
    return first, second


def rotation(half_tangent: Expr) -> Matrix:
    """The rotation of the plane by twice the angle whose tangent is given."""
    h = half_tangent
    return Matrix([[1 - h**2, -2 * h], [2 * h, 1 - h**2]]) / (1 + h**2)


def derive_optimal_step() -> Expr:
    """The step at which the steepest and the flattest direction contract equally fast, with opposite signs."""
    return solve(Eq(contraction.subs(sigma, sigma_1), -contraction.subs(sigma, sigma_r)), eta)[0]


def derive_optimal_rate() -> Expr:
    """The contraction of the flattest direction at the optimal step, in terms of the condition number."""
    rate = contraction.subs({sigma: sigma_r, eta: optimal_step}, simultaneous=True)
    return factor(cancel(rate.subs(sigma_1, sigma_r * sqrt(kappa))))


def gd_weight(start: Expr = S.Zero) -> Expr:
    """The weight along a direction after t steps: the fitted fraction of $b/\\sigma$ and what is left of ``start``."""
    return gd_filter * b / sigma + contraction**t * start


def derive_next_weight(start: Expr = S.Zero) -> Expr:
    """One step of gradient descent from the formula for t steps: by induction it must be the one for t + 1 steps."""
    return gradient_step(gd_weight(start))


def over_directions(weight: Expr) -> Expr:
    """$\\sum_{i\\le r}$ of the weight along direction i, linear in its target $u_i^\\top y$, times $v_i$."""
    return Sum(weight.subs({b: 1, sigma: sigma_i}) * transpose(u_i) * y_all * v_i, (i, 1, r))


def error_along(basis: Any, weights: Any, minimiser: Any) -> Any:
    """$V^\\top(w - w^\\star)$: the coordinates of the error in the basis of the $v_i$."""
    return basis.T * (weights - minimiser)


def limit_from(start: Any, design: Any, inverse: Any, targets: Any, identity: Any) -> Any:
    """$X^+y + (I - X^+X)w_0$: the minimiser nearest to the start, ``inverse`` being the pseudo-inverse of X."""
    return inverse * targets + (identity - inverse * design) * start


def derive_ridge_filter() -> Expr:
    """The minimiser of $(b - \\sigma a)^2 + \\lambda a^2$ as a fraction of the least-squares weight $b/\\sigma$."""
    weight = solve(diff(mode_loss(a) + ridge * a**2, a), a)[0]
    return cancel(weight / (b / sigma))


def derive_flow_filter() -> Expr:
    """The solution of $\\dot a = -\\partial_a (b - \\sigma a)^2$, $a(0) = 0$, as a fraction of $b/\\sigma$."""
    weight = Function("a")
    descent = Eq(weight(tau).diff(tau), -diff(mode_loss(a), a).subs(a, weight(tau)))
    solution = dsolve(descent, weight(tau), ics={weight(0): 0}).rhs
    return expand(solution / (b / sigma))


def derive_filter_ratio() -> Expr:
    """The gradient flow's filter over that of ridge regression at the matched strength; $x = 2\\tau\\sigma^2$."""
    matched = ridge_filter.subs(ridge, matched_ridge)
    return simplify((flow_filter / matched).subs(tau, x / (2 * sigma**2)))


def derive_turning_point() -> Expr:
    """$x^2 e^x$ times the slope of the ratio: it vanishes exactly where the slope does."""
    return expand(simplify(x**2 * exp(x) * diff(filter_ratio, x)))


def derive_largest_ratio() -> Expr:
    """The ratio with $e^{-x}$ replaced by what it is where the slope vanishes."""
    return factor(filter_ratio.subs(exp(-x), 1 / (1 + x + x**2)))
