"""Matrix expressions as sums of products of letters, and small matrices of numbers to refute with."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from .rule import NotApplicable

#: A letter: the matrix, whether it is transposed, whether it is inverted. An inverted sum is a letter of its own.
Letter = tuple[Any, bool, bool]
Product = tuple[Letter, ...]
Table = dict[Product, sp.Expr]

_MOST_REPLACEMENTS = 400


@dataclass(frozen=True)
class Sum:
    """A sum that is inverted: known by its terms, however it was written."""

    terms: str
    written: sp.MatrixExpr = field(compare=False)


@dataclass(frozen=True)
class Products:
    """Multiplies out. ``symmetric`` matrices equal their transposes; ``where`` says what products are."""

    symmetric: frozenset[sp.MatrixSymbol]
    where: Mapping[sp.MatrixExpr, sp.MatrixExpr]

    def table(self, expression: sp.MatrixExpr) -> Table:
        """The numbers before each product, none of them 0 as written."""
        plain = self._replaced(self._multiplied(expression))
        if expression.shape == (1, 1):
            plain = _added((min(product, self._transposed(product), key=str), number) for product, number in plain)
        return {product: number for product, number in plain if number != 0}

    @cached_property
    def _replacements(self) -> list[tuple[Product, list[tuple[Product, sp.Expr]]]]:
        found = []
        for left, right in self.where.items():
            if left.shape != right.shape:
                raise NotApplicable(f"{left} and {right} have different sizes")
            words = self._multiplied(left)
            if len(words) != 1 or words[0][1] != 1 or len(words[0][0]) < 2:
                raise NotApplicable(f"{left} is no product of matrices")
            meant = self._multiplied(right)
            found.append((words[0][0], meant))
            turned = [(self._transposed(product), number) for product, number in meant]
            found.append((self._transposed(words[0][0]), turned))
        return found

    def _replaced(self, terms: list[tuple[Product, sp.Expr]]) -> list[tuple[Product, sp.Expr]]:
        """Every product that a hypothesis speaks of replaced by what it is, as long as there is one."""
        waiting, done, count = list(terms), [], 0
        while waiting:
            product, number = waiting.pop()
            for left, right in self._replacements:
                at = _place(left, product)
                if at is None:
                    continue
                count += 1
                if count > _MOST_REPLACEMENTS:
                    raise NotApplicable("replacing products comes to no end")
                before, after = product[:at], product[at + len(left) :]
                waiting += [(_shortened(before + middle + after), number * factor) for middle, factor in right]
                break
            else:
                done.append((product, number))
        return _added(done)

    def _transposed(self, product: Product) -> Product:
        return tuple(self._letter(matrix, not turned, inverted) for matrix, turned, inverted in reversed(product))

    def _letter(self, matrix: Any, turned: bool, inverted: bool) -> Letter:
        if isinstance(matrix, sp.MatrixSymbol):
            return matrix, turned and matrix not in self.symmetric, inverted
        # an inverted sum: turned, it is the inverse of the transposed sum
        return (self._whole(sp.Transpose(matrix.written)) if turned else matrix), False, inverted

    def _whole(self, total: sp.MatrixExpr) -> Sum:
        terms = sorted(self._replaced(self._multiplied(total)), key=str)
        return Sum(str([(product, sp.cancel(number)) for product, number in terms]), total)

    def _multiplied(self, expression: Any) -> list[tuple[Product, sp.Expr]]:
        one = sp.Integer(1)
        if isinstance(expression, sp.MatAdd):
            return _added(term for part in expression.args for term in self._multiplied(part))
        if isinstance(expression, sp.MatMul):
            found: list[tuple[Product, sp.Expr]] = [((), one)]
            for part in expression.args:
                found = [(_shortened(a + b), u * v) for a, u in found for b, v in self._multiplied(part)]
            return _added(found)
        if isinstance(expression, sp.Transpose):
            return [(self._transposed(product), number) for product, number in self._multiplied(expression.arg)]
        if isinstance(expression, sp.Inverse):
            return self._inverted(expression.arg)
        if isinstance(expression, sp.MatPow):
            return self._power(expression)
        if isinstance(expression, sp.ZeroMatrix):
            return []
        if isinstance(expression, sp.Identity):
            return [((), one)]
        if isinstance(expression, sp.MatrixSymbol):
            return [((self._letter(expression, False, False),), one)]
        if isinstance(expression, sp.Expr) and not isinstance(expression, sp.MatrixExpr) and expression.is_commutative:
            return [((), expression)]
        raise NotApplicable(f"{expression} is not built of sums, products, transposes and inverses of matrices")

    def _power(self, expression: sp.MatPow) -> list[tuple[Product, sp.Expr]]:
        base, exponent = expression.base, expression.exp
        if not exponent.is_Integer:
            raise NotApplicable(f"{expression}: the exponent is not a whole number")
        factor = sp.Inverse(base) if exponent < 0 else base
        return self._multiplied(sp.MatMul(*[factor] * abs(int(exponent)), evaluate=False))

    def _inverted(self, inside: sp.MatrixExpr) -> list[tuple[Product, sp.Expr]]:
        terms = self._multiplied(inside)
        if len(terms) == 1 and all(_is_square(letter) for letter in terms[0][0]):
            product, number = terms[0]
            return [(tuple((m, turned, not inverted) for m, turned, inverted in reversed(product)), 1 / number)]
        return [(((self._whole(inside), False, True),), sp.Integer(1))]


def _is_square(letter: Letter) -> bool:
    matrix = letter[0]
    return not isinstance(matrix, sp.MatrixSymbol) or matrix.rows == matrix.cols


def _shortened(product: Product) -> Product:
    """The product without factors that stand beside their inverses."""
    kept: list[Letter] = []
    for matrix, turned, inverted in product:
        if kept and kept[-1] == (matrix, turned, not inverted):
            kept.pop()
        else:
            kept.append((matrix, turned, inverted))
    return tuple(kept)


def _added(terms: Any) -> list[tuple[Product, sp.Expr]]:
    total: Table = {}
    for product, number in terms:
        total[product] = sp.expand(total.get(product, sp.Integer(0)) + number)
    return [(product, number) for product, number in total.items() if number != 0]


def _place(part: Product, product: Product) -> int | None:
    """Where ``part`` stands in ``product``."""
    for at in range(len(product) - len(part) + 1):
        if product[at : at + len(part)] == part:
            return at
    return None


def letters_of(expressions: Sequence[sp.MatrixExpr]) -> list[sp.MatrixSymbol]:
    """The matrices that ``expressions`` are built of, by name. Raises :class:`NotApplicable` if two share a name."""
    letters = {letter for expression in expressions for letter in expression.atoms(sp.MatrixSymbol)}
    if len({letter.name for letter in letters}) < len(letters):
        raise NotApplicable("two matrices have the same name")
    return sorted(letters, key=str)


def sampled(
    parts: Sequence[sp.MatrixExpr],
    symmetric: Sequence[sp.MatrixSymbol],
    where: Mapping[sp.MatrixExpr, sp.MatrixExpr],
    given: Sequence[Boolean],
    rng: random.Random,
) -> dict[Any, Any] | None:
    """Matrices and numbers for every letter of ``parts`` that are as the hypotheses say; None if this try is not."""
    every = [*parts, *where, *where.values()]
    letters = letters_of(every)
    free = {symbol for part in every for symbol in part.free_symbols} | {s for r in given for s in r.free_symbols}
    free |= {symbol for letter in letters for side in letter.shape for symbol in sp.sympify(side).free_symbols}
    numbers = [s for s in sorted(free, key=str) if isinstance(s, sp.Symbol)]
    found: dict[Any, Any] = {}
    for symbol in numbers:
        found[symbol] = sp.Integer(rng.randint(1, 3)) if symbol.is_integer else sp.Rational(rng.randint(1, 9), 7)
    for letter in letters:
        rows, columns = (int(sp.sympify(side).subs(found)) for side in letter.shape)
        made = sp.Matrix(rows, columns, lambda *_: rng.randint(-3, 3))
        if letter in symmetric:
            made = made.T * made + sp.eye(rows)
        found[letter] = made
    for left, right in sorted(where.items(), key=lambda pair: isinstance(pair[1], sp.MatrixSymbol | sp.Transpose)):
        _fitted(left, right, found, rng)
    if any(value(left, found) != value(right, found) for left, right in where.items()):
        return None
    return found if all(relation.subs(found) == sp.true for relation in given) else None


def _fitted(left: sp.MatrixExpr, right: sp.MatrixExpr, found: dict[Any, Any], rng: random.Random) -> None:
    """Letters changed so that the hypothesis left = right holds: what it defines, a permutation, or 0."""
    turned = isinstance(right, sp.Transpose)
    named = right.arg if turned else right
    if isinstance(named, sp.MatrixSymbol):
        defined = value(left, found)
        found[named] = found[named] if defined is None else defined.T if turned else defined
    elif isinstance(right, sp.Identity):
        for letter in left.atoms(sp.MatrixSymbol):
            order = list(range(found[letter].rows))
            rng.shuffle(order)
            found[letter] = sp.eye(len(order))[order, : found[letter].cols]
    elif isinstance(right, sp.ZeroMatrix) and isinstance(left, sp.MatMul) and left.args[-1] in found:
        found[left.args[-1]] = sp.zeros(*found[left.args[-1]].shape)


def value(expression: Any, found: Mapping[Any, Any]) -> Any:
    """The expression for matrices of numbers; None where something has no inverse."""
    if isinstance(expression, sp.MatrixSymbol):
        return found[expression]
    if isinstance(expression, sp.Identity | sp.ZeroMatrix):
        rows, columns = (int(sp.sympify(side).subs(found)) for side in expression.shape)
        return sp.eye(rows) if isinstance(expression, sp.Identity) else sp.zeros(rows, columns)
    if not isinstance(expression, sp.MatrixExpr):
        return sp.sympify(expression).subs(found)
    raised = isinstance(expression, sp.Inverse | sp.MatPow)
    parts = [value(part, found) for part in (expression.args[:1] if raised else expression.args)]
    if any(part is None for part in parts):
        return None
    if isinstance(expression, sp.MatAdd):
        return sum(parts[1:], parts[0])
    if isinstance(expression, sp.Transpose):
        return parts[0].T
    if raised:
        exponent = int(sp.sympify(expression.exp).subs(found))
        if exponent < 0 and parts[0].det() == 0:
            return None
        return parts[0] ** exponent
    product = parts[0]
    for part in parts[1:]:
        product = product * part
    return product
