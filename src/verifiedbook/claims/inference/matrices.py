"""Matrices of any size: identities by multiplying out, where products are never reordered."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from ..identity import Identity
from .matrix_products import Product, Products, Table, letters_of, sampled, value
from .rule import Inference, NotApplicable, Premise

Sides = Any  # a matrix expression, or a sequence of them


@dataclass(frozen=True, eq=False)
class Matrices(Inference):
    """``lhs`` equals ``rhs``, built of matrices whose sizes are symbols, whatever these sizes are.

    A side is a matrix expression, several of them, or a function without arguments that derives them. ``symmetric``
    are the matrices that equal their transposes; ``where`` says what products are, ``{X.T * X: G}``. Matrices that are
    inverted are assumed to have an inverse.
    """

    rule: ClassVar[str] = "matrices of any size"
    sentence: ClassVar[str] = (
        "Two matrix expressions are equal for all sizes of the matrices in them, and for all entries, if multiplying "
        "out makes them the same sum of products. Used are $A(B+C)=AB+AC$, $(AB)^\\top=B^\\top A^\\top$, "
        "$AA^{-1}=A^{-1}A=I$, $(AB)^{-1}=B^{-1}A^{-1}$ for square matrices that have inverses, $A^\\top=A$ for those "
        "that are said to be symmetric, $a^\\top=a$ for a number, and what products are said to be by hypothesis. "
        "Factors never change places."
    )
    proof: ClassVar[str] = (
        "Multiplication of matrices is associative and distributes over sums, whatever the sizes, as one sees entry by "
        "entry; the other laws are definitions or follow from them: $(B^{-1}A^{-1})(AB)=I$. Equal things may stand for "
        "each other. Each side is so brought to a sum over products of letters, and the numbers before equal products "
        "are compared."
    )
    lhs: Sides | Callable[[], Sides]
    rhs: Sides | Callable[[], Sides]
    symmetric: Sequence[sp.MatrixSymbol] = ()
    where: Mapping[sp.MatrixExpr, sp.MatrixExpr] = field(default_factory=dict)
    given: Sequence[Boolean] = ()

    def premises(self) -> list[Premise]:
        pairs = self._pairs()
        if all(a == b for a, b in pairs):
            raise NotApplicable("the two sides are the same as written")
        letters_of([part for pair in [*pairs, *self.where.items()] for part in pair])
        products = Products(frozenset(self.symmetric), self.where)
        found: list[sp.Expr] = []
        wanted: list[sp.Expr] = []
        for a, b in pairs:
            left, right = products.table(a), products.table(b)
            for product in _in_order(left, right):
                found.append(left.get(product, sp.Integer(0)))
                wanted.append(right.get(product, sp.Integer(0)))
        numbers = Identity(lambda: found or [sp.Integer(0)], lambda: wanted or [sp.Integer(0)], given=self.given)
        return [Premise("product by product", numbers)]

    def _pairs(self) -> list[tuple[sp.MatrixExpr, sp.MatrixExpr]]:
        left, right = (_listed(side) for side in (self.lhs, self.rhs))
        if len(left) != len(right):
            raise NotApplicable(f"{len(left)} matrices are compared with {len(right)}")
        pairs = list(zip(left, right, strict=True))
        for a, b in pairs:
            if a.shape != b.shape:
                raise NotApplicable(f"a matrix of size {a.shape} is compared with one of size {b.shape}")
        return pairs

    def refuted(self) -> Verdict | None:
        """Small matrices of rational numbers that are as the hypotheses say, for which the sides differ."""
        pairs = self._pairs()
        parts = [part for pair in pairs for part in pair]
        for seed in range(12):
            found = sampled(parts, self.symmetric, self.where, self.given, random.Random(seed))
            if found is None:
                continue
            for a, b in pairs:
                left, right = value(a, found), value(b, found)
                if left is not None and right is not None and left != right:
                    return Verdict("fails", "the sides differ for matrices of numbers", _told(left, right))
        return None

    def relations(self) -> list[Any]:
        return self._pairs()

    def premises_stated(self) -> list[Any]:
        return [*self.given, *self.where.items()]

    def assumptions(self) -> list[str]:
        same = [f"{latex(sp.Transpose(matrix))} = {latex(matrix)}" for matrix in self.symmetric]
        return [*same, *(f"{latex(a)} = {latex(b)}" for a, b in self.where.items()), *map(latex, self.given)]


def _listed(side: Sides | Callable[[], Sides]) -> list[sp.MatrixExpr]:
    made = side() if callable(side) and not isinstance(side, sp.Basic) else side
    parts = list(made) if isinstance(made, list | tuple) else [made]
    if strangers := [str(part) for part in parts if not isinstance(part, sp.MatrixExpr)]:
        raise NotApplicable(f"{', '.join(strangers)} is no matrix expression")
    return parts


def _in_order(left: Table, right: Table) -> list[Product]:
    return sorted({*left, *right}, key=str)


def _told(left: sp.Matrix, right: sp.Matrix) -> str:
    place = next(i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b)
    at = divmod(place, left.cols)
    return f"entry ({at[0] + 1}, {at[1] + 1}): {left[place]} ≠ {right[place]}"
