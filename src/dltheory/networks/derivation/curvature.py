"""Second derivatives of a loss behind a network, and what noise on the activations adds to it.

A second derivative at a point depends on nothing but derivatives up to the second order there. So loss and output are
written as polynomials with these derivatives as coefficients, and SymPy differentiates polynomials.
"""

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.networks.derivation.symbols import (
    a_1,
    a_2,
    bend,
    epsilon,
    eta,
    f_a,
    f_aa,
    f_ab,
    f_b,
    f_bb,
    h,
    l_1,
    l_2,
    l_11,
    l_12,
    l_22,
    slope,
)


def composed_hessian() -> sp.Matrix:
    """The Hessian of phi(f(a, b)) in two weights, at the point where the derivatives of phi and f are the symbols."""
    a, b = sp.symbols("a b", real=True)
    output = f_a * a + f_b * b + (f_aa * a**2 + 2 * f_ab * a * b + f_bb * b**2) / 2
    loss = slope * output + bend * output**2 / 2
    return sp.hessian(loss, (a, b)).subs({a: 0, b: 0})


def chain_rule_hessian() -> sp.Matrix:
    """phi'' grad f grad f^T + phi' Hessian of f: one summand of J^T S J + sum phi_i' Hessian f_i."""
    gradient = sp.Matrix([f_a, f_b])
    return bend * gradient * gradient.T + slope * sp.Matrix([[f_aa, f_ab], [f_ab, f_bb]])


def linear_step_matrix() -> sp.Matrix:
    """The Jacobian of one step of averaged momentum in an eigendirection of the Hessian with curvature h."""
    average, position = sp.symbols("v x", real=True)
    return momentum.averaged_step(h * position, average, position).jacobian([average, position])


def logistic_curvature() -> sp.Expr:
    """The second derivative of the logistic loss log(1 + e^f) - y f in the output f."""
    f, y = sp.symbols("f y", real=True)
    return sp.simplify(sp.diff(sp.log(1 + sp.exp(f)) - y * f, f, 2))


def residual_step(jacobian: sp.Matrix, residual: sp.Matrix) -> sp.Matrix:
    """The residual after one step of gradient descent on the squared loss of f_0 + J Delta, by differentiating it."""
    weights = sp.Matrix(sp.symbols(f"d_0:{jacobian.cols}", real=True))
    loss = ((residual - jacobian * weights).T * (residual - jacobian * weights))[0]
    step = -eta * sp.Matrix([sp.diff(loss, w) for w in weights]).subs(dict.fromkeys(weights, 0))
    return residual - jacobian * step


#: Independent noise on two activations, of mean 0 and variance 1.
u_1, u_2 = sp.symbols("u_1 u_2", real=True)


def noisy_change() -> sp.Expr:
    """What a loss changes by, to second order, when two activations are multiplied by 1 + epsilon u."""
    moved_1, moved_2 = epsilon * u_1 * a_1, epsilon * u_2 * a_2
    return l_1 * moved_1 + l_2 * moved_2 + (l_11 * moved_1**2 + 2 * l_12 * moved_1 * moved_2 + l_22 * moved_2**2) / 2


def dropout_expansion() -> sp.Expr:
    """The mean of that change over the noise."""
    moments = {(1, 0): 0, (0, 1): 0, (1, 1): 0, (2, 0): 1, (0, 2): 1}
    terms = sp.Poly(sp.expand(noisy_change()), u_1, u_2).terms()
    return sp.Add(*(moments[powers] * coefficient for powers, coefficient in terms))


def dropout_penalty() -> sp.Expr:
    """epsilon^2 / 2 (a_1^2 l_11 + a_2^2 l_22): the diagonal of the Hessian in the activations, and no more of it."""
    return epsilon**2 / 2 * (a_1**2 * l_11 + a_2**2 * l_22)
