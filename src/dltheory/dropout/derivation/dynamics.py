"""Stochastic gradient descent with inverted dropout: mean and covariance of the iterates, by enumerating all masks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from sympy import Expr, Integer, Matrix, Rational, diag, eye, factor, limit, solve, symbols, zeros

from .symbols import eta, keep


def masks(shape: tuple[int, int], p: Expr = keep, shared: bool = False) -> Iterator[tuple[Matrix, Expr]]:
    """Every mask $B/p$ and its probability; ``shared``: one mask for all rows."""
    rows, columns = shape
    for bits in product((0, 1), repeat=columns if shared else rows * columns):
        ones = sum(bits)
        entries = bits * rows if shared else bits
        yield Matrix(rows, columns, [Integer(bit) / p for bit in entries]), p**ones * (1 - p) ** (len(bits) - ones)


def masked_gradients(X: Matrix, y: Matrix, p: Expr, shared: bool) -> list[tuple[Matrix, Matrix, Expr]]:
    """$(A_B, b_B, \\Pr B)$ for every mask: half the gradient is $A_Bw - b_B$, $A_B = X_B^\\top X_B$, $b_B = X_B^\\top
    y$."""
    found = []
    for mask, probability in masks(X.shape, p, shared):
        masked = X.multiply_elementwise(mask)
        found.append((masked.T * masked, masked.T * y, probability))
    return found


def ridge_matrix(X: Matrix, p: Expr) -> Matrix:
    """$K = G + \\lambda\\operatorname{diag}G$, half the Hessian of dropout's objective."""
    gram = X.T * X
    return gram + (1 - p) / p * diag(*[gram[index, index] for index in range(gram.rows)])


def minimiser(X: Matrix, y: Matrix, p: Expr) -> Matrix:
    """$K^{-1}X^\\top y$, exactly."""
    return ridge_matrix(X, p).LUsolve(X.T * y)


def gradient_noise(X: Matrix, y: Matrix, p: Expr, shared: bool = True) -> Matrix:
    """$Q = \\mathbb E\\,g_Bg_B^\\top$ with $g_B = A_Bw^\\star - b_B$, half a mask's gradient at the minimiser."""
    star = minimiser(X, y, p)
    total = zeros(X.cols, X.cols)
    for curvature, pull, probability in masked_gradients(X, y, p, shared):
        residual = curvature * star - pull
        total += probability * residual * residual.T
    return total


def noise_entry(kept: Expr, right: Expr, p: Expr = keep) -> Expr:
    """Entry k of $g_B$ for a mask that keeps k: ``kept`` is $\\sum_jG_{kj}w^\\star_j$ over what it keeps."""
    return (kept / p - right) / p


def stationary_covariance(X: Matrix, y: Matrix, p: Expr, step: Expr = eta, shared: bool = True) -> Matrix:
    """The symmetric $S = \\mathbb E\\,(I-2\\eta A_B)S(I-2\\eta A_B) + 4\\eta^2Q$: the solution of a linear system."""
    size = X.cols
    unknown, entries = _symmetric(size)
    right = 4 * step**2 * gradient_noise(X, y, p, shared)
    for curvature, _, probability in masked_gradients(X, y, p, shared):
        contraction = eye(size) - 2 * step * curvature
        right += probability * contraction * unknown * contraction.T
    return _solved(unknown, entries, unknown - right)


def small_step_covariance(X: Matrix, y: Matrix, p: Expr, shared: bool = True) -> Matrix:
    """$S_1$ in $S = \\eta S_1 + O(\\eta^2)$: the solution of $KS_1 + S_1K = 2Q$."""
    unknown, entries = _symmetric(X.cols)
    K = ridge_matrix(X, p)
    return _solved(unknown, entries, K * unknown + unknown * K - 2 * gradient_noise(X, y, p, shared))


def averaged_covariance(X: Matrix, y: Matrix, p: Expr, step: Expr = eta, shared: bool = True) -> Matrix:
    """$\\lim_TT\\operatorname{Cov}\\bigl(\\frac1T\\sum_{t<T}w_t\\bigr) = (SK^{-1} + K^{-1}S)/(2\\eta) - S$."""
    S = stationary_covariance(X, y, p, step, shared)
    inverse = ridge_matrix(X, p).inv()
    return ((S * inverse + inverse * S) / (2 * step) - S).applyfunc(factor)


TOY_X, TOY_Y = Matrix([[10, 1]]), Matrix([11])
HALF = Rational(1, 2)


def toy_gradient(w_1: Expr, w_2: Expr) -> Matrix:
    """The gradient of the toy problem's loss without dropout: a multiple of $(10,1)$."""
    return 2 * TOY_X.T * (TOY_X * Matrix([w_1, w_2]) - TOY_Y)


def toy_masked_residuals(w_1: Expr, w_2: Expr) -> tuple[Expr, Expr, Expr]:
    """What the prediction exceeds the target by under the masks that keep both, the first and the second feature."""
    kept = {(int(mask[0] != 0), int(mask[1] != 0)): mask for mask, _ in masks((1, 2), HALF)}
    weights = Matrix([w_1, w_2])
    both, first, second = (
        (TOY_X.multiply_elementwise(kept[bits]) * weights - TOY_Y)[0] for bits in ((1, 1), (1, 0), (0, 1))
    )
    return both, first, second


@cache
def toy_covariance() -> Matrix:
    """The stationary covariance of the toy problem at $p = \\frac12$, as a function of the step."""
    return stationary_covariance(TOY_X, TOY_Y, HALF)


def toy_small_step() -> Matrix:
    """$\\lim_{\\eta\\to0}S/\\eta$ of the toy problem, from the exact covariance."""
    return toy_covariance().applyfunc(lambda entry: limit(entry / eta, eta, 0, "+"))


def _symmetric(size: int) -> tuple[Matrix, list[Expr]]:
    names = symbols(f"s_:{size * (size + 1) // 2}", real=True)
    positions = {pair: names[index] for index, pair in enumerate((a, b) for a in range(size) for b in range(a, size))}
    return Matrix(size, size, lambda a, b: positions[min(a, b), max(a, b)]), list(names)


def _solved(unknown: Matrix, entries: list[Expr], equations: Matrix) -> Matrix:
    size = unknown.rows
    found = solve([equations[a, b] for a in range(size) for b in range(a, size)], entries, dict=True)
    return unknown.subs(found[0]).applyfunc(factor)
