"""The symbols of pruning in a quadratic: one weight and its curvature, a set of weights and its blocks."""

from __future__ import annotations

from sympy import MatrixSymbol, Symbol, symbols

from dltheory.dropout.derivation.symbols import Moment

w_i, w_j = symbols("w_i w_j", real=True)  # two weights
G_ii, G_jj = symbols("G_ii G_jj", positive=True)  # squared norms of their columns: no column is zero
H_jj = Symbol("H_jj", positive=True)  # curvature along weight j, 2G_jj in least squares
#: The entry of the inverse Hessian that Optimal Brain Surgeon needs.
inverse_entry = Moment("[H⁻¹]ⱼⱼ", r"[H^{-1}]_{jj}", positive=True)
#: The same for $G=X^\top X$, as regression software has it.
gram_inverse_entry = Moment("[G⁻¹]ⱼⱼ", r"[G^{-1}]_{jj}", positive=True)

#: The estimated variance of the residuals, $\\mathrm{RSS}/(n-d)$.
noise_variance = Moment("σ̂²", r"\hat\sigma^2", positive=True)

#: Two scalars of a set $P$ of weights to remove: what the gradient and what the curvature have to say.
gradient_term = Moment("∇L_Pᵀw_P", r"\nabla L(w)_P^\top w_P", real=True)
removed_square = Moment("w_PᵀG_PPw_P", r"w_P^\top G_{PP}w_P", real=True)

#: What the kept columns can make of the removed contribution: $\\lVert\\Pi_SX_Pw_P\\rVert^2$.
fitted_square = Moment("‖Π_S X_P w_P‖²", r"\lVert\Pi_SX_Pw_P\rVert^2", nonnegative=True)

removed_count, kept_count = symbols("m s", integer=True, positive=True)  # sizes of P and of S, the rest
row_count = Symbol("n", integer=True, positive=True)  # samples
#: The blocks of G, of H and of the inverse Hessian. Braces keep SymPy from rewriting the names.
w_P = MatrixSymbol("w_{P}", removed_count, 1)
G_PP = MatrixSymbol("G_{PP}", removed_count, removed_count)
G_PS = MatrixSymbol("G_{PS}", removed_count, kept_count)
G_SS = MatrixSymbol("G_{SS}", kept_count, kept_count)
H_PP = MatrixSymbol("H_{PP}", removed_count, removed_count)
H_PS = MatrixSymbol("H_{PS}", removed_count, kept_count)
H_SS = MatrixSymbol("H_{SS}", kept_count, kept_count)
w_S = MatrixSymbol("w_{S}", kept_count, 1)
inverse_block = MatrixSymbol("[H^{-1}]_{PP}", removed_count, removed_count)
inverse_columns = MatrixSymbol("[H^{-1}]_{:P}", removed_count + kept_count, removed_count)
