"""The derivations of pruning in a quadratic against numbers: inverses, enumeration, other formulas."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import sympy as sp

from dltheory.dropout.derivation.symbols import Moment, cross, d, keep, penalty, prediction_square, target_square
from dltheory.pruning.derivation import blocks, quadratic, random_pruning, surgeon, symbols
from dltheory.pruning.derivation.symbols import H_jj, inverse_entry
from verifiedbook.printing import latex


def numbers(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """A positive definite matrix and weights."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(size + 2, size))
    return factor.T @ factor, rng.normal(size=size)


def values(matrix: sp.Matrix, weights: sp.Matrix, H: np.ndarray, w: np.ndarray) -> dict[sp.Symbol, float]:
    entries = {matrix[i, j]: H[i, j] for i in range(len(w)) for j in range(i, len(w))}
    return entries | dict(zip(weights, w, strict=True))


@pytest.mark.parametrize(("size", "removed"), [(2, (1,)), (3, (0, 2)), (4, (2,)), (4, (0, 3))])
def test_the_surgeons_formulas_are_the_inverse_taken_numerically(size: int, removed: tuple[int, ...]) -> None:
    H, w = numbers(size, size)
    at = values(surgeon.hessian(size), surgeon.weights(size), H, w)
    rows, inverse = list(removed), np.linalg.inv(H)
    part = np.linalg.solve(inverse[np.ix_(rows, rows)], w[rows])
    change = np.array(surgeon.change_formula(size, removed).subs(at).tolist(), dtype=float)[:, 0]
    assert change == pytest.approx(-inverse[:, rows] @ part)
    assert float(surgeon.cost_formula(size, removed).subs(at)) == pytest.approx(w[rows] @ part / 2)


def test_the_lagrangian_is_stationary_where_it_is_said_to_be() -> None:
    expression, delta, nu = surgeon.lagrangian(3, (1,))
    found = surgeon.stationary_change(3, (1,))
    slopes = [expression.diff(symbol).subs(dict(zip(delta, found, strict=True))) for symbol in delta]
    multiplier = sp.solve(slopes[1], nu[0])[0]
    assert [sp.cancel(slope.subs(nu[0], multiplier)) for slope in slopes] == [0, 0, 0]


def test_the_multipliers_are_added_to_the_cost() -> None:
    expression, delta, nu = surgeon.lagrangian(2, (0,))
    at = values(surgeon.hessian(2), surgeon.weights(2), np.array([[2, 1], [1, 3]]), np.array([5, 7]))
    # half of 2·1² + 2·1·1·(−2) + 3·(−2)², and 4 times 1 + 5
    assert expression.subs(at | dict(zip([*delta, *nu], (1, -2, 4), strict=True))) == 5 + 24


def test_blocks_of_least_squares_are_those_of_the_numbers() -> None:
    rng = np.random.default_rng(3)
    X, y, gone, kept = rng.normal(size=(6, 5)), rng.normal(size=6), [0, 3], [1, 2, 4]
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    G, sizes = X.T @ X, {symbols.removed_count: 2, symbols.kept_count: 3, symbols.row_count: 6}
    numbers = {
        symbols.w_P: w[gone],
        symbols.w_S: w[kept],
        blocks.X_P: X[:, gone],
        blocks.X_S: X[:, kept],
        blocks.residual: y - X @ w,
        symbols.G_PP: G[np.ix_(gone, gone)],
        symbols.G_PS: G[np.ix_(gone, kept)],
        symbols.G_SS: G[np.ix_(kept, kept)],
    }
    sized = {symbol.subs(sizes): sp.Matrix(value) for symbol, value in numbers.items()}

    def evaluated(expression: sp.MatrixExpr) -> np.ndarray:
        return np.array(expression.subs(sizes).subs(sized).doit().tolist(), dtype=float)

    assert evaluated(blocks.target)[:, 0] == pytest.approx(y)
    hessian = 2 * G  # of the sum of squares, without a half
    for block, rows, columns in (
        (symbols.H_PP, gone, gone),
        (symbols.H_PS, gone, kept),
        (symbols.H_SS, kept, kept),
    ):
        found = evaluated(blocks.in_least_squares(block))
        assert found == pytest.approx(hessian[np.ix_(rows, columns)])


def test_the_refit_is_least_squares_without_the_removed_columns() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(7, 3)), rng.normal(size=7)
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    at = values(quadratic.gram(3), quadratic.weights(3), X.T @ X, w)
    change = np.array(quadratic.refit(3, (1,)).subs(at).tolist(), dtype=float)[:, 0]
    restricted = np.linalg.lstsq(X[:, [0, 2]], y, rcond=None)[0]
    assert (w + change) == pytest.approx([restricted[0], 0, restricted[1]])
    rise = np.square(y - X @ (w + change)).sum() - np.square(y - X @ w).sum()
    assert float(quadratic.refitted_rise(3, (1,)).subs(at)) == pytest.approx(rise)
    assert float(quadratic.on_blocks(quadratic.remaining, 3, (1,)).subs(at)) == pytest.approx(rise)


def test_rise_is_what_is_recovered_and_what_remains() -> None:
    parts = [quadratic.on_blocks(formula, 3, (0, 1)) for formula in (quadratic.recovered, quadratic.remaining)]
    assert sp.cancel(sum(parts) - quadratic.on_blocks(quadratic.rise, 3, (0, 1))) == 0


def test_the_derivations_return_what_the_chapter_prints() -> None:
    assert quadratic.derive_rise() == quadratic.prune_rise
    assert quadratic.derive_saliency() == quadratic.saliency
    assert surgeon.derive_surgeon_saliency() == surgeon.surgeon_saliency
    assert sp.simplify(random_pruning.derive_fixed_count_loss() - random_pruning.fixed_count_loss) == 0
    assert sp.simplify(random_pruning.derive_difference() - random_pruning.difference) == 0


def test_the_gap_is_the_squared_length_it_is_said_to_be() -> None:
    H, _ = numbers(5, 4)
    values, vectors = np.linalg.eigh(H)
    root, inverse_root = (vectors * values**power @ vectors.T for power in (0.5, -0.5))
    for x in (-1.0, 0.3, 2.0):
        length = np.square(root[:, 1] - x * inverse_root[:, 1]).sum()
        at = {H_jj: H[1, 1], inverse_entry: np.linalg.inv(H)[1, 1], surgeon.step: x}
        assert float(surgeon.gap_square.subs(at)) == pytest.approx(length)


def test_blocks_are_printed_as_mathematics() -> None:
    assert latex(surgeon.surgeon_saliency) == r"\frac{w_{j}^{2}}{2 [H^{-1}]_{jj}}"
    assert latex(quadratic.rise) == r"w_{P}^\top G_{PP} w_{P}"
    assert "G_{SS}^{-1}" in latex(quadratic.recovered)


def test_scalars_are_typeset_in_latex_and_named_in_plain_text() -> None:
    scalars = [each for each in vars(symbols).values() if isinstance(each, Moment)]
    assert len(scalars) == 6
    assert all(latex(each).isascii() for each in scalars)
    assert not any(set("\\{}") & set(str(each)) for each in scalars)


def test_the_moments_of_a_random_choice_are_those_of_all_choices() -> None:
    mean, product_mean = random_pruning.choice_moments()
    for size, count in ((2, 1), (4, 1), (4, 3), (5, 2)):
        chosen = list(combinations(range(size), count))
        at = {d: size, random_pruning.kept: count}
        assert mean.subs(at) == sp.Rational(sum(0 in c for c in chosen), len(chosen))
        assert product_mean.subs(at) == sp.Rational(sum({0, 1} <= set(c) for c in chosen), len(chosen))


def test_coins_of_each_weight_give_the_mean_over_all_masks() -> None:
    X, y, w, p = np.array([[1.0, -2.0, 0.5]]), np.array([1.0]), np.array([0.3, -0.7, 2.0]), 0.35
    total = 0.0
    for bits in product((0, 1), repeat=3):
        chance = p ** sum(bits) * (1 - p) ** (3 - sum(bits))
        total += chance * np.square(y - X @ (np.array(bits) * w)).sum()
    at = {
        target_square: y @ y,
        cross: y @ X @ w,
        prediction_square: np.square(X @ w).sum(),
        penalty: np.square(X * w).sum(),
        keep: p,
    }
    assert float(random_pruning.derive_independent_loss().subs(at)) == pytest.approx(total)


def test_every_block_formula_needs_the_whole_set() -> None:
    single = sum(surgeon.cost_formula(3, (index,)) for index in (0, 1))
    assert sp.cancel(surgeon.cost_formula(3, (0, 1)) - single) != 0
