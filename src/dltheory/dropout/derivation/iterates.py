"""The iterates' second moments for any design: one step in matrices, then along the eigenvectors of what is linear.

Where K has the eigenvalues k and l, an entry of a matrix in its eigenbasis moves by itself; so does, along an
eigenvector of the map $\\mathcal T$, a coordinate of the second moment.
"""

from __future__ import annotations

from sympy import Expr, Identity, MatrixExpr, MatrixSymbol, Symbol, symbols

from .symbols import d, eta

I = Identity(d)
#: A mask's half Hessian, the covariance or any symmetric matrix, the error, half a mask's gradient at the minimiser.
A_B = MatrixSymbol("A_{B}", d, d)
S = MatrixSymbol("S", d, d)
error = MatrixSymbol("e", d, 1)
g_B = MatrixSymbol("g_{B}", d, 1)

contraction: MatrixExpr = I - 2 * eta * A_B
next_error: MatrixExpr = contraction * error - 2 * eta * g_B


def next_square() -> MatrixExpr:
    """$e_{t+1}e_{t+1}^\\top$ for one mask."""
    return next_error * next_error.T


def moved_square() -> MatrixExpr:
    """The same as the recursion has it: the square moved, the noise, and what is linear in the error."""
    cross = contraction * error * g_B.T
    return contraction * error * error.T * contraction + 4 * eta**2 * g_B * g_B.T - 2 * eta * (cross + cross.T)


def moved() -> MatrixExpr:
    """$(I-2\\eta A_B)S(I-2\\eta A_B)$."""
    return contraction * S * contraction


def moved_by_order() -> MatrixExpr:
    """The same in powers of the step."""
    return S - 2 * eta * (A_B * S + S * A_B) + 4 * eta**2 * A_B * S * A_B


t = Symbol("t", integer=True, nonnegative=True)
k, l = symbols("k l", positive=True)
q, s_1 = symbols("q s_1", real=True)  # entries of Q and of S_1

#: An entry of $KS_1+S_1K=2Q$: what stands on the left, and its only solution.
lyapunov_entry = (k + l) * s_1
small_step_entry = 2 * q / (k + l)


def factor(curvature: Expr) -> Expr:
    """What a step multiplies the mean error along one direction by."""
    return 1 - 2 * eta * curvature


def memory(curvature: Expr, steps: Expr = t) -> Expr:
    """$\\sum_{i=1}^tc^i$ with $c=1-2\\eta k$."""
    c = factor(curvature)
    return c * (1 - c**steps) / (2 * eta * curvature)


#: $(SK^{-1}+K^{-1}S)/(2\\eta)-S$ over S, for one entry.
memory_limit = 1 / (2 * eta * k) + 1 / (2 * eta * l) - 1
#: What is left out of T times it, bounded in T: the two ends of the run.
memory_ends = memory(k) / (2 * eta * k) + memory(l) / (2 * eta * l)
#: The sum over all pairs of T iterates of their covariances, over S, for one entry.
pair_sum = t * memory_limit - memory_ends

#: One coordinate of the second moment: what the map and the mean multiply by, what is added, how the mean comes in.
tau, c, added, pull, start = symbols("tau c b xi m_0", real=True)
fixed = added / (1 - tau)
second_moment = fixed + tau**t * (start - fixed) + pull * (c**t - tau**t) / (c - tau)
resonant_moment = fixed + tau**t * (start - fixed) + pull * t * tau ** (t - 1)
