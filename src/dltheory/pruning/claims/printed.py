"""Matrices and vectors as the page prints them: $[H^{-1}]_{PP}$ and $H_{jS}$ are read as words that do not commute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from dltheory.pruning.derivation import blocks as b
from dltheory.pruning.derivation.symbols import (
    G_PS,
    H_PP,
    H_PS,
    gram_inverse_entry,
    inverse_block,
    inverse_columns,
    inverse_entry,
    noise_variance,
    w_j,
    w_P,
)
from verifiedbook.reading import entry, noncommuting, norm, space

H, G = sp.symbols("H G")
_NAMES = {
    inverse_entry: entry(1 / H, "jj"),
    gram_inverse_entry: entry(1 / G, "jj"),
    noise_variance: sp.Symbol("sigma_hat", positive=True) ** 2,
}
#: What the letters of such an entry stand for where a page is read.
MATRICES = {"H": H, "G": G, r"\hat\sigma": sp.Symbol("sigma_hat", positive=True)}

#: Where products of matrices are printed, the same letters do not commute.
G_matrix, H_matrix, delta, delta_P, e_j = noncommuting("G H delta delta_P e_j")
w, w_hat, X, y = noncommuting("w w_hat X y")


def _letter(name: str) -> sp.Symbol:
    return sp.Symbol(name, commutative=False)


#: Blocks by the names that the page has for them, for a set P, for a single weight j and its change.
_BLOCKS: dict[sp.Basic, sp.Expr] = {
    inverse_block: entry(H_matrix**-1, "PP"),
    inverse_columns: entry(H_matrix**-1, ":P"),
    G_PS.T: _letter("G_{SP}"),
}
_SINGLE = {H_PS.T: _letter("H_Sj"), H_PP: sp.Symbol("H_jj", positive=True), H_PS: _letter("H_jS")}
_NUMBERS = {inverse_columns: sp.Integer(1), inverse_block: entry(H_matrix**-1, "jj"), w_P: w_j}

#: Where weights live, and the same for the removed contribution's square.
space_of_weights = w, r"\in", space(sp.Symbol("R"), sp.Symbol("d"))
removed_norm = norm(_letter("X_{P}") * _letter("w_{P}")) ** 2

Value = sp.Function("L")


def printed(*sides: Any) -> tuple[Any, ...]:
    """The ``sides`` of a relation with every entry of an inverse as an entry; relation signs as they are."""
    return tuple(side if isinstance(side, str) else sp.sympify(side).subs(_NAMES) for side in sides)


def in_words(expression: Any, names: Mapping[sp.Basic, sp.Expr] = _BLOCKS) -> sp.Expr:
    """A formula in blocks as the page prints it: letters that do not commute, by ``names`` where it has others."""
    if expression in names:
        return names[expression]
    if isinstance(expression, sp.MatrixSymbol):
        return _letter(expression.name)
    parts = [in_words(part, names) if isinstance(part, sp.MatrixExpr) else part for part in expression.args]
    if isinstance(expression, sp.Transpose):
        return sp.transpose(parts[0])
    if isinstance(expression, sp.Inverse):
        return parts[0] ** -1
    return sp.Add(*parts) if isinstance(expression, sp.MatAdd) else sp.Mul(*parts)


def for_one_weight(expression: sp.MatrixExpr) -> sp.Expr:
    """The same for $P=\\{j\\}$."""
    return in_words(expression, _SINGLE)


def change_of_one_weight() -> sp.Expr:
    """:data:`.surgeon.block_update` for $P=\\{j\\}$: numbers stand before the one column, $H^{-1}e_j$."""
    return in_words(b.block_update, _NUMBERS) * H_matrix**-1 * e_j
