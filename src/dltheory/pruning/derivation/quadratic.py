"""What removing weights costs in least squares: at once, one weight, a set of them, and after the rest is refitted."""

from __future__ import annotations

from functools import cache

from sympy import (
    Expr,
    Idx,
    IndexedBase,
    Matrix,
    MatrixExpr,
    Rational,
    Sum,
    Symbol,
    diag,
    expand,
    linsolve,
    symbols,
    zeros,
)

from .symbols import (
    G_PP,
    G_PS,
    G_SS,
    G_ii,
    G_jj,
    H_jj,
    fitted_square,
    gradient_term,
    kept_count,
    removed_count,
    removed_square,
    row_count,
    w_i,
    w_j,
    w_P,
)

#: The rise of the loss when the weights in P are set to zero, from any w. At a minimum the second term is 0.
prune_rise = removed_square - gradient_term

#: Optimal Brain Damage: the rise at a minimum when one weight goes, and the same with the Hessian.
saliency = G_jj * w_j**2
hessian_saliency = H_jj * w_j**2 / 2

#: The rise at a minimum, what refitting the kept weights S wins back of it, and what remains.
rise: MatrixExpr = w_P.T * G_PP * w_P
recovered: MatrixExpr = w_P.T * G_PS * G_SS.inv() * G_PS.T * w_P
remaining: MatrixExpr = w_P.T * (G_PP - G_PS * G_SS.inv() * G_PS.T) * w_P

#: A value v in place of $w_i$, where i is kept and j removed; R is the squared error of all other entries.
kept_value = Symbol("v", real=True)
other_error = Symbol("R", nonnegative=True)
squared_error = other_error + (w_i - kept_value) ** 2 + w_j**2
#: The same after the exchange: j is kept, with its own value, and i removed.
exchanged_error = other_error + w_i**2


#: One of the d terms: is it kept by magnitude, and by another choice (1 or 0); its weight, what the other choice puts
#: there; the square of the k-th largest magnitude.
is_large, is_chosen, weight, value = (IndexedBase(name)[Symbol("i", integer=True)] for name in ("q", "p", "w", "v"))
cut_square = Symbol("tau", nonnegative=True)
#: The error of magnitude pruning, and the part in $\\tau$ that is 0 or more if no more than k are chosen.
least_error = (1 - is_large) * weight**2 + (is_large - is_chosen) * cut_square
any_error = (weight - is_chosen * value) ** 2


def derive_rise() -> Expr:
    """$L$ after less $L$ before, from the squared residual of row i multiplied out, for any n, d and P.

    Removing P changes the residual $r_i$ to $r_i+\\sum_{j\\in P}x_{ij}w_j$, and $\\sum_ir_ix_{ij} =
    -\\tfrac12\\nabla L(w)_j$.
    """
    r, X, w = IndexedBase("r"), IndexedBase("X"), IndexedBase("w")
    i, j, k = Idx("i"), Idx("j"), Idx("k")
    first, second = X[i, j] * w[j], X[i, k] * w[k]
    product = expand((r[i] + first) * (r[i] + second) - r[i] ** 2)
    linear = product.coeff(r[i] * first) + product.coeff(r[i] * second)
    # no term is lost: what is left after the two kinds is zero
    if expand(product - r[i] * first - r[i] * second - first * second) != 0:
        raise ArithmeticError("the squared residual has a term that is not accounted for")
    return linear * (-gradient_term / 2) + product.coeff(first * second) * removed_square


#: Row i of the residual, column j of the removed ones, their weights; n rows, m removed columns.
residual, column, removed_weight = (IndexedBase(name) for name in ("r", "x", "w"))
row, first, second = symbols("i j k", integer=True)


def summed_rise() -> Expr:
    """$L$ after removing P less $L$ before, as a sum over rows: the residual $r_i$ becomes $r_i+\\sum_jx_{ij}w_j$."""
    gone = Sum(column[row, first] * removed_weight[first], (first, 1, removed_count))
    return Sum((residual[row] + gone) ** 2 - residual[row] ** 2, (row, 1, row_count))


def summed_curvature() -> Expr:
    """$w_P^\\top G_{PP}w_P$ with $G_{jk}=\\sum_ix_{ij}x_{ik}$."""
    entry = Sum(column[row, first] * column[row, second], (row, 1, row_count))
    both = (first, 1, removed_count), (second, 1, removed_count)
    return Sum(removed_weight[first] * removed_weight[second] * entry, *both)


def summed_gradient() -> Expr:
    """$\\nabla L(w)_P^\\top w_P$ with $\\nabla L(w)_j=-2\\sum_ix_{ij}r_i$."""
    slope = -2 * Sum(column[row, first] * residual[row], (row, 1, row_count))
    return Sum(slope * removed_weight[first], (first, 1, removed_count))


def summed_square() -> Expr:
    """$\\lVert X_Pw_P\\rVert^2$."""
    gone = Sum(column[row, first] * removed_weight[first], (first, 1, removed_count))
    return Sum(gone**2, (row, 1, row_count))


#: In an orthonormal basis whose first vectors span the kept columns: is coordinate i one of those (1) or not (0);
#: the removed contribution $a=X_Pw_P$; any combination of kept columns, which has coordinates there only.
spanned, contribution, combination = (IndexedBase(name)[row] for name in ("p", "a", "c"))
#: The fit of $a$ by the kept columns, and what is left of $a$ after any combination and after the fit.
fit = spanned * contribution
left_by_any = (contribution - spanned * combination) ** 2
left_by_fit = (contribution - fit) ** 2


def gram(size: int) -> Matrix:
    """The symmetric matrix $G$ with entries $g_{ij}$."""
    return Matrix(size, size, lambda i, j: Symbol(f"g_{min(i, j) + 1}{max(i, j) + 1}", real=True))


def weights(size: int) -> Matrix:
    """$(w_1,\\dots,w_d)^\\top$."""
    return Matrix(symbols(f"w_1:{size + 1}", real=True))


def gradient(size: int) -> Matrix:
    """The gradient at $w$, with entries of its own: zero at a minimum."""
    return Matrix(symbols(f"b_1:{size + 1}", real=True))


def loss_change(size: int, change: Matrix) -> Expr:
    """$L(w+\\delta)-L(w)$, from $L(w) = y^\\top y-2w^\\top X^\\top y+w^\\top Gw$ with $X^\\top y = Gw-\\tfrac12\\nabla
    L(w)$."""
    G, w = gram(size), weights(size)
    pull = G * w - gradient(size) / 2

    def part(at: Matrix) -> Expr:
        return (at.T * G * at - 2 * at.T * pull)[0]

    return expand(part(w + change) - part(w))


def removal(size: int, removed: tuple[int, ...]) -> Matrix:
    """$\\delta$ with $\\delta_P=-w_P$ and zeros elsewhere."""
    w, change = weights(size), zeros(size, 1)
    for index in removed:
        change[index] = -w[index]
    return change


def rise_formula(size: int, removed: tuple[int, ...]) -> Expr:
    """:data:`prune_rise` with its two scalars written out."""
    G, w, b = gram(size), weights(size), gradient(size)
    rows = list(removed)
    part = w.extract(rows, [0])
    curvature = (part.T * G.extract(rows, rows) * part)[0]
    return expand(prune_rise.subs({removed_square: curvature, gradient_term: (b.extract(rows, [0]).T * part)[0]}))


def saliencies_and_cross_terms(size: int, removed: tuple[int, ...]) -> tuple[Expr, Expr]:
    """The sum of the saliencies of P, and $2\\sum_{i<j}w_iw_jG_{ij}$ over P: the rise at a minimum is their sum."""
    G, w = gram(size), weights(size)
    single = sum(saliency.subs({G_jj: G[j, j], w_j: w[j]}, simultaneous=True) for j in removed)
    cross = sum(2 * w[i] * w[j] * G[i, j] for i in removed for j in removed if i < j)
    return expand(single), expand(cross)


def derive_saliency() -> Expr:
    """The rise for $P=\\{j\\}$ at a minimum: the squared norm of the column times the square of the weight."""
    return derive_rise().subs({gradient_term: 0, removed_square: G_jj * w_j**2})


def other_saliency() -> Expr:
    """The saliency of weight i."""
    return saliency.subs({G_jj: G_ii, w_j: w_i}, simultaneous=True)


def disagreement() -> dict[Expr, Expr]:
    """For $G_{ii}<G_{jj}$, two weights with $\\lvert w_i\\rvert>\\lvert w_j\\rvert$ where i costs less."""
    return {w_i: 2 * G_jj / (G_ii + G_jj), w_j: Rational(1)}


#: Magnitude removes the first of these weights, the loss the second.
UNEQUAL_HESSIAN, UNEQUAL_WEIGHTS = diag(1, Rational(1, 8)), Matrix([1, 2])


@cache
def refit(size: int, removed: tuple[int, ...]) -> Matrix:
    """The kept weights that minimise the loss with P removed, less what they were: the solution of $\\nabla_S=0$.

    Found by differentiating the loss at a minimum of it, not from the block formula.
    """
    kept = [index for index in range(size) if index not in removed]
    moves = symbols(f"u_1:{len(kept) + 1}", real=True)
    change = removal(size, removed)
    for index, move in zip(kept, moves, strict=True):
        change[index] = move
    loss = loss_change(size, change).subs({b: 0 for b in gradient(size)})
    solution = next(iter(linsolve([loss.diff(move) for move in moves], list(moves))))
    return change.subs(dict(zip(moves, solution, strict=True))).as_immutable()


@cache
def refitted_rise(size: int, removed: tuple[int, ...]) -> Expr:
    """The loss at the refit less the loss at the minimum."""
    return loss_change(size, refit(size, removed)).subs({b: 0 for b in gradient(size)})


def derive_remaining() -> Expr:
    """The rise after refitting, in any dimension: $\\lVert a-f\\rVert^2$ with $a=X_Pw_P$ and $f$ its fit by the kept
    columns.

    The fit is orthogonal to what it misses, so $a^\\top f=f^\\top f$.
    """
    product = Symbol("aᵀf", real=True)
    return expand(removed_square - 2 * product + fitted_square).subs(product, fitted_square)


def on_blocks(formula: MatrixExpr, size: int, removed: tuple[int, ...]) -> Expr:
    """``formula`` (:data:`rise`, :data:`recovered` or :data:`remaining`) for $G$ with symbolic entries."""
    G, w, gone = gram(size), weights(size), list(removed)
    kept = [index for index in range(size) if index not in gone]
    blocks = {
        w_P: w.extract(gone, [0]),
        G_PP: G.extract(gone, gone),
        G_PS: G.extract(gone, kept),
        G_SS: G.extract(kept, kept),
    }
    dimensions = {removed_count: len(gone), kept_count: len(kept)}
    sized = {block.subs(dimensions): value for block, value in blocks.items()}
    return formula.subs(dimensions).subs(sized).doit()[0, 0]
