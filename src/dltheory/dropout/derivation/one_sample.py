"""One sample with two features, the first of size $s$ and the second 1: conditioning and spread in closed form."""

from __future__ import annotations

from functools import cache

from sympy import Expr, Matrix, Symbol, factor, simplify, sqrt

from .dynamics import ridge_matrix, stationary_covariance
from .minimiser import least_weighted_norm, mu_1, mu_d, one_sample_minimiser, standardised_condition
from .objective import ridge_strength
from .symbols import keep, ridge, y

size = Symbol("s", positive=True)  # of the first feature; the second is 1


def solution() -> Matrix:
    """The minimiser as a function of the features, the target and the keep probability."""
    return one_sample_minimiser().subs(ridge, ridge_strength).applyfunc(factor)


def least_norm() -> Matrix:
    """Where gradient descent without dropout ends, from 0: least $\\lVert w\\rVert$ among all exact fits."""
    return least_weighted_norm(Matrix([1, 1]))


def raw_condition() -> Expr:
    """The ratio of the eigenvalues of $G+\\lambda\\Gamma^2$: larger over smaller root of its polynomial."""
    K = ridge_matrix(Matrix([[size, 1]]), keep)
    half, product = K.trace() / 2, K.det()
    root = sqrt(simplify(half**2 - product))
    return (half + root) / (half - root)


def condition_floor() -> Expr:
    """What the ratio cannot fall below: the ratio of the squared column norms, for a first feature that is larger."""
    return size**2


def equal_condition() -> Expr:
    """The ratio in standardised coordinates, where the cosines of two columns with one entry have eigenvalues 2, 0."""
    return factor(standardised_condition.subs({mu_1: 2, mu_d: 0}).subs(ridge, ridge_strength))


def largest_eigenvalue() -> Expr:
    """Of $G+\\lambda\\Gamma^2$: the step sizes of descent are fractions of its inverse."""
    K = ridge_matrix(Matrix([[size, 1]]), keep)
    return K.trace() / 2 + sqrt(simplify((K.trace() / 2) ** 2 - K.det()))


@cache
def covariance() -> Matrix:
    """The stationary covariance of the iterates for features $(s, 1)$ and target $y$, entries 11, 12 and 22."""
    S = stationary_covariance(Matrix([[size, 1]]), Matrix([y]), keep)
    return Matrix([S[0, 0], S[0, 1], S[1, 1]])
