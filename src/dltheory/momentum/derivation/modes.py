"""One mode of momentum: its 2x2 matrix, the characteristic polynomial, the discriminant, the matrix powers."""

from typing import Any

import sympy as sp

from dltheory.momentum.derivation.symbols import beta, eta, sigma, t, z

_IDENTITY = sp.ImmutableMatrix(sp.eye(2))


def loss_gradient(design: Any, target: Any, weights: Any) -> Any:
    """2 X^T (X w - y), the gradient of the squared error, of matrices of any size."""
    return 2 * design.T * (design * weights - target)


def averaged_update(gradient: Any, average: Any, position: Any) -> tuple[Any, Any]:
    """(v', x') = ((1 - beta) v + beta gradient, x - eta v'), of numbers or of matrices: the source's update."""
    new_average = (1 - beta) * average + beta * gradient
    return new_average, position - eta * new_average


def averaged_step(gradient: sp.Expr, average: sp.Expr, position: sp.Expr) -> sp.Matrix:
    """The same of numbers, as one column."""
    return sp.Matrix(averaged_update(gradient, average, position))


def torch_update(
    gradient: sp.Expr, buffer: sp.Expr, position: sp.Expr, rate: sp.Expr, momentum: sp.Expr, dampening: sp.Expr
) -> tuple[sp.Expr, sp.Expr]:
    """(b', x') of torch.optim.SGD from its second step on; in the first one the buffer becomes the gradient."""
    new_buffer = momentum * buffer + (1 - dampening) * gradient
    return new_buffer, position - rate * new_buffer


def iteration_matrix() -> sp.Matrix:
    """M with (a, x)_{t+1} = M (a, x)_t in the singular coordinates of one mode: the Jacobian of the update."""
    a, x = sp.symbols("a x", real=True)
    step = averaged_step(2 * sigma**2 * x, a, x)
    return step.jacobian([a, x])


def characteristic_polynomial() -> sp.Expr:
    """chi(z) = det(zI - M), collected in z."""
    return sp.collect(sp.expand((z * sp.eye(2) - iteration_matrix()).det()), z)


def trace() -> sp.Expr:
    """tr M = z1 + z2 = 2 - beta - 2 eta beta sigma^2."""
    return sp.expand(iteration_matrix().trace())


def determinant() -> sp.Expr:
    """det M = z1 z2 = 1 - beta, whatever the step size."""
    return sp.simplify(iteration_matrix().det())


def discriminant() -> sp.Expr:
    """D = (beta + 2 eta beta sigma^2)^2 - 8 eta beta sigma^2, from the polynomial's own discriminant."""
    curvature_step = 2 * eta * beta * sigma**2
    difference = sp.expand(sp.discriminant(characteristic_polynomial(), z) - (beta + curvature_step) ** 2)
    return (beta + curvature_step) ** 2 + difference


def first_root() -> sp.Expr:
    """z1 = (tr M + sqrt D) / 2."""
    return (trace() + sp.sqrt(discriminant())) / 2


def roots() -> tuple[sp.Expr, sp.Expr]:
    """(z1, z2) = (tr M +- sqrt D) / 2."""
    return first_root(), trace() - first_root()


_TRACE, _DISCRIMINANT = sp.symbols("T D", real=True)


def radius_by_regime() -> sp.Expr:
    """rho(M) in terms of the trace T and the discriminant D: sqrt(1 - beta) where D <= 0, else (|T| + sqrt D) / 2."""
    real = (sp.Abs(_TRACE) + sp.sqrt(_DISCRIMINANT)) / 2
    return sp.Piecewise((sp.sqrt(1 - beta), _DISCRIMINANT <= 0), (real, True))


def spectral_radius() -> sp.Expr:
    """rho(M) in terms of eta, beta and sigma."""
    return radius_by_regime().subs({_TRACE: trace(), _DISCRIMINANT: discriminant()})


def double_root_steps() -> tuple[sp.Expr, sp.Expr]:
    """(eta_-, eta_+) = (1 -+ sqrt(1 - beta))^2 / (2 beta sigma^2): the step sizes at which D = 0."""
    root = sp.sqrt(1 - beta)
    return (1 - root) ** 2 / (2 * beta * sigma**2), (1 + root) ** 2 / (2 * beta * sigma**2)


def stability_limit() -> sp.Expr:
    """The step size (2 - beta) / (beta sigma^2) at which the real root reaches -1: chi(-1) = 0 solved for eta."""
    (limit,) = sp.solve(characteristic_polynomial().subs(z, -1), eta)
    numerator, denominator = sp.fraction(sp.factor(limit))
    return sp.expand(numerator) / denominator  # expanded: 2 - beta, not -(beta - 2)


def gradient_descent_limit() -> sp.Expr:
    """The same limit at beta = 1: 1 / sigma^2."""
    return stability_limit().subs(beta, 1)


def complex_condition_limit() -> sp.Expr:
    """The largest sqrt(kappa), (1 + sqrt(1 - beta)) / (1 - sqrt(1 - beta)), with every mode complex or repeated."""
    root = sp.sqrt(1 - beta)
    return (1 + root) / (1 - root)


def power_distinct(
    matrix: sp.Matrix, z1: sp.Expr, z2: sp.Expr, exponent: sp.Expr = t, identity: Any = _IDENTITY
) -> sp.Matrix:
    """M^t = [z1^t (M - z2 I) - z2^t (M - z1 I)] / (z1 - z2), for z1 != z2 (Cayley-Hamilton)."""
    return (z1**exponent * (matrix - z2 * identity) - z2**exponent * (matrix - z1 * identity)) / (z1 - z2)


def power_repeated(matrix: sp.Matrix, z1: sp.Expr, exponent: sp.Expr = t, identity: Any = _IDENTITY) -> sp.Matrix:
    """M^t = z1^t I + t z1^(t-1) (M - z1 I), for a double root z1 != 0."""
    return z1**exponent * identity + exponent * z1 ** (exponent - 1) * (matrix - z1 * identity)
