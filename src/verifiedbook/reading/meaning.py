"""What a formula says: the tree of the notation as a SymPy object, given a vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from .grammar import Tree, tree_of
from .products import Products, transposed
from .symbols import UnreadableError
from .vocabulary import Vocabulary, entry, from_above, from_below, integers, norm, pseudo_inverse, space


def read(latex: str, vocabulary: Vocabulary | None = None, branch: int = 1) -> Any:
    r"""The SymPy object that an expression in LaTeX means.

    ``branch`` is 1 for the upper sign of ``\pm`` and -1 for the lower. Raises :class:`UnreadableError`.
    """
    return _Reader(vocabulary or Vocabulary(), branch).of(tree_of(latex))


def has_branches(latex: str) -> bool:
    r"""Whether the formula says two things at once, by ``\pm``."""
    return r"\pm" in latex or r"\mp" in latex


@dataclass(frozen=True)
class _Reader(Products):
    vocabulary: Vocabulary
    branch: int

    def of(self, tree: Tree) -> Any:
        try:
            return getattr(self, f"_{tree.kind}")(tree)
        except (TypeError, ValueError, AttributeError, NotImplementedError, IndexError) as error:
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError(f"it makes no sense to SymPy: {error}") from error

    def _number(self, tree: Tree) -> Any:
        return sp.Rational(tree.value)

    def _name(self, tree: Tree) -> Any:
        name = tree.value.replace(r"\pm", "+" if self.branch > 0 else "-").replace(
            r"\mp", "-" if self.branch > 0 else "+"
        )
        return self.vocabulary.meaning(name)

    def _sum(self, tree: Tree) -> Any:
        total: Any = None
        for part in tree.parts:
            total = self.of(part) if total is None else total + self.of(part)
        return total

    def _signed(self, tree: Tree) -> Any:
        minus = {"+": False, "-": True, r"\pm": self.branch < 0, r"\mp": self.branch > 0}[tree.value]
        value = self.of(tree.parts[0])
        return -value if minus else value

    def _quotient(self, tree: Tree) -> Any:
        value = self.of(tree.parts[0])
        for divisor in tree.parts[1:]:
            below = self.factors(divisor.parts if divisor.kind == "run" else (divisor,))
            if len(below) > 1:
                raise UnreadableError("a product stands behind a slash: write a fraction or brackets")
            value = self._divide(value, below[0])
        return value

    def _divide(self, above: Any, below: Any) -> Any:
        if below == 0:
            raise UnreadableError("it divides by 0")
        return above / below

    def _fraction(self, tree: Tree) -> Any:
        above, below = map(self.of, tree.parts)
        return self._divide(above, below)

    def _braced(self, tree: Tree) -> Any:
        return self.of(tree.parts[0])

    def _sqrt(self, tree: Tree) -> Any:
        return sp.sqrt(self.of(tree.parts[0]))

    def _root(self, tree: Tree) -> Any:
        degree, inside = map(self.of, tree.parts)
        return sp.root(inside, degree)

    def _binomial(self, tree: Tree) -> Any:
        return sp.binomial(*map(self.of, tree.parts))

    def _factorial(self, tree: Tree) -> Any:
        return sp.factorial(self.of(tree.parts[0]))

    def _power(self, tree: Tree) -> Any:
        base, exponent = tree.parts
        if base.kind == "name" and base.value == r"\R":
            return space(sp.Symbol("R"), *self._dimensions(exponent))
        value = self.of(base)
        if value is sp.E:
            return sp.exp(self.of(exponent))
        return value ** self.of(exponent)

    def _dimensions(self, tree: Tree) -> list[Any]:
        if tree.kind == "run" and any(part.kind == "times" for part in tree.parts):
            return [self.of(part) for part in tree.parts if part.kind != "times"]
        return [self.of(tree)]

    def _entry(self, tree: Tree) -> Any:
        base = tree.parts[0]
        if base.kind == "group" and base.value.startswith(r"\lVert"):
            return sp.Function(f"norm_{tree.value}", commutative=True)(self.of(base.parts[0]))
        return entry(self.of(base), tree.value)

    def _transpose(self, tree: Tree) -> Any:
        return transposed(self.of(tree.parts[0]))

    def _side(self, tree: Tree) -> Any:
        inside = tree.parts[0]
        if inside.kind == "number":
            return (from_above if tree.value == "+" else from_below)(self.of(inside))
        if tree.value == "+":
            return pseudo_inverse(self.of(inside))
        raise UnreadableError("a minus sign is raised")

    def _dots(self, _tree: Tree) -> Any:
        raise UnreadableError("dots stand for terms that are not written")

    def _matrix(self, tree: Tree) -> Any:
        return sp.ImmutableMatrix([[self.of(item) for item in row.parts] for row in tree.parts])

    def _group(self, tree: Tree) -> Any:
        kind = tree.value
        if kind == r"\{ \}":
            return self._set(tree)
        if len(tree.parts) > 1:
            if kind != "( )":
                raise UnreadableError(f"a list stands in {kind}")
            return sp.Tuple(*map(self.of, tree.parts))
        value = self.of(tree.parts[0])
        if kind in ("( )", "[ ]"):
            return value
        if kind == r"\lvert \rvert":
            return sp.Abs(value)
        if kind == r"\lVert \rVert":
            return norm(value)
        if kind == r"\lceil \rceil":
            return sp.ceiling(value)
        if kind == r"\lfloor \rfloor":
            return sp.floor(value)
        raise UnreadableError(f"the brackets {kind} mean nothing by themselves")

    def _set(self, tree: Tree) -> Any:
        parts = tree.parts
        if len(parts) == 3 and parts[1].kind == "dots":
            return integers(self.of(parts[0]), self.of(parts[2]))
        return sp.FiniteSet(*map(self.of, parts))


def read_set(latex: str, vocabulary: Vocabulary, branch: int = 1) -> Any:
    r"""What stands behind ``\in``: there ``[0,1]`` and ``(0,1)`` are intervals."""
    tree = tree_of(latex)
    if tree.kind == "group" and len(tree.parts) == 2 and tree.value[0] in "([" and tree.value[-1] in ")]":
        reader = _Reader(vocabulary, branch)
        low, high = map(reader.of, tree.parts)
        return sp.Interval(low, high, tree.value[0] == "(", tree.value[-1] == ")")
    return read(latex, vocabulary, branch)
