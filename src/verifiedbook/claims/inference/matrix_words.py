"""Matrix expressions as sums of words, and what they do to one eigendirection of the only matrix in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sympy as sp

from .rule import NotApplicable

Letter = tuple[str, sp.Basic]  # ("G", value on a direction), ("X", X), ("XT", X) or ("v", vector)
Word = tuple[sp.Expr, tuple[Letter, ...]]


@dataclass(frozen=True)
class Direction:
    """Reads vectors along one eigenvector of G, where G acts as ``value``.

    G is the symmetric ``hessian``, or $X^\\top X$ of the ``design``. ``vectors`` maps each vector to its coordinate;
    ``target`` is the y of $X^\\top y=Gw^\\star$, and ``minimiser`` that $w^\\star$.
    """

    value: sp.Expr
    vectors: Mapping[sp.Basic, sp.Expr]
    design: sp.MatrixSymbol | None = None
    hessian: sp.MatrixSymbol | None = None
    target: sp.MatrixSymbol | None = None
    minimiser: sp.MatrixSymbol | None = None

    def coordinate(self, expression: sp.Basic) -> sp.Expr:
        """The coordinate of a vector expression along the direction."""
        total: sp.Expr = sp.Integer(0)
        for coefficient, word in self._words(expression):
            total += coefficient * self._of_vector(word)
        return total

    def _of_vector(self, word: tuple[Letter, ...]) -> sp.Expr:
        factor, rest = self._reduced(word)
        if len(rest) == 1 and rest[0][0] == "v" and rest[0][1] in self.vectors:
            return factor * self.vectors[rest[0][1]]
        kinds = [kind for kind, _ in rest]
        if kinds == ["XT", "v"] and rest[1][1] == self.target and self.minimiser is not None:
            return factor * self.value * self.vectors[self.minimiser]
        named = " ".join(str(part) + ("ᵀ" if kind == "XT" else "") for kind, part in rest)
        raise NotApplicable(f"{named or 'a matrix'} is no function of the one matrix times a vector")

    def _of_operator(self, expression: sp.Basic) -> sp.Expr:
        total: sp.Expr = sp.Integer(0)
        for coefficient, word in self._words(expression):
            factor, rest = self._reduced(word)
            if rest:
                raise NotApplicable(f"{expression} is no function of the one matrix alone")
            total += coefficient * factor
        return total

    def _reduced(self, word: tuple[Letter, ...]) -> tuple[sp.Expr, tuple[Letter, ...]]:
        """The functions of G at the front of the word as one number, and what comes after them."""
        factor: sp.Expr = sp.Integer(1)
        while word:
            if word[0][0] == "G":
                factor, word = factor * word[0][1], word[1:]
            elif word[0][0] == "XT" and (inner := self._up_to_design(word[1:])) is not None:
                value, word = inner
                factor *= value
            else:
                break
        return factor, word

    def _up_to_design(self, word: tuple[Letter, ...]) -> tuple[sp.Expr, tuple[Letter, ...]] | None:
        """After an Xᵀ: the number that stands for Xᵀ…X, if what follows begins with X."""
        return (self.value, word[1:]) if word and word[0][0] == "X" else None

    def _words(self, expression: sp.Basic) -> Iterator[Word]:
        one = sp.Integer(1)
        if isinstance(expression, sp.MatAdd | sp.Add):
            for term in expression.args:
                yield from self._words(term)
        elif isinstance(expression, sp.MatMul | sp.Mul):
            found: list[Word] = [(one, ())]
            for part in expression.args:
                found = [(a * b, u + v) for a, u in found for b, v in self._words(part)]
            yield from found
        elif isinstance(expression, sp.MatPow) and expression.exp.is_Integer and expression.exp > 0:
            found = [(one, ())]
            for _ in range(int(expression.exp)):
                found = [(a * b, u + v) for a, u in found for b, v in self._words(expression.base)]
            yield from found
        elif isinstance(expression, sp.Inverse):
            yield one, (("G", 1 / self._of_operator(expression.arg)),)
        elif isinstance(expression, sp.ZeroMatrix):
            return
        elif isinstance(expression, sp.Identity):
            yield one, ()
        elif self.hessian is not None and expression in (self.hessian, self.hessian.T):
            yield one, (("G", self.value),)
        elif self.design is not None and expression == self.design:
            yield one, (("X", self.design),)
        elif self.design is not None and expression == self.design.T:
            yield one, (("XT", self.design),)
        elif expression in self.vectors or expression == self.target:
            yield one, (("v", expression),)
        elif isinstance(expression, sp.Expr) and not getattr(expression, "is_Matrix", False):
            yield self._scalar(expression), ()
        else:
            raise NotApplicable(f"{expression} is not a function of {self._matrix()}, and need not keep its directions")

    def _scalar(self, expression: sp.Expr) -> sp.Expr:
        own = set().union(*(sp.sympify(coordinate).free_symbols for coordinate in self.vectors.values()))
        if expression.atoms(sp.MatrixSymbol) or expression.free_symbols & own:
            raise NotApplicable(f"{expression} depends on the vectors, so the update is not linear in them")
        return expression

    def _matrix(self) -> str:
        return f"{self.design}ᵀ{self.design}" if self.design is not None else str(self.hessian)

    def divisors(self, expression: sp.Basic) -> list[sp.Expr]:
        """What the inverses in ``expression`` divide by, along a direction."""
        return [self._of_operator(part.arg) for part in expression.atoms(sp.Inverse)]
