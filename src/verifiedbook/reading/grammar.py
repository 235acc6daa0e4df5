"""A grammar of the book's notation, and the plain tree that a formula becomes: no meaning yet, only how it is built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from .symbols import BRACKETS, UnreadableError
from .words import WordLexer

GRAMMAR = r"""
start: sum
sum: (SIGN? product) (SIGN product)*
product: run (SLASH run)*
run: factor (TIMES? factor)*
?factor: atom
    | factor CARET LEFT sum RIGHT   -> power
    | factor INDEX                  -> entry
    | factor TRANSPOSE              -> transpose
    | factor SIDE                   -> side
    | factor BANG                   -> factorial
?atom: NUMBER                       -> number
    | NAME                          -> name
    | FUNCTION                      -> function
    | DOTS                          -> dots
    | LEFT sum RIGHT                -> braced
    | OPEN sum (COMMA sum)* CLOSE   -> group
    | FRAC LEFT sum RIGHT LEFT sum RIGHT    -> fraction
    | BINOM LEFT sum RIGHT LEFT sum RIGHT   -> binomial
    | SQRT LEFT sum RIGHT           -> sqrt
    | ROOT LEFT sum RIGHT LEFT sum RIGHT    -> root
    | BEGIN row (ROW row)* END      -> matrix
row: sum (AMP sum)*

%declare SIGN SLASH TIMES CARET LEFT RIGHT INDEX TRANSPOSE SIDE BANG NUMBER NAME FUNCTION DOTS OPEN COMMA CLOSE
%declare FRAC BINOM SQRT ROOT BEGIN END ROW AMP
"""


@dataclass(frozen=True)
class Tree:
    """A part of a formula: what it is, what it is called, and its parts."""

    kind: str
    value: str = ""
    parts: tuple[Tree, ...] = ()


def _trees(children: list[Any]) -> tuple[Tree, ...]:
    return tuple(child for child in children if isinstance(child, Tree))


class _Build(Transformer[Any, Tree]):
    """Lark's tree as ours."""

    def start(self, children: list[Any]) -> Tree:
        return _trees(children)[0]

    def sum(self, children: list[Any]) -> Tree:
        terms: list[Tree] = []
        sign = ""
        for child in children:
            if isinstance(child, Tree):
                terms.append(Tree("signed", sign, (child,)) if sign else child)
                sign = ""
            else:
                sign = str(child)
        return terms[0] if len(terms) == 1 else Tree("sum", "", tuple(terms))

    def product(self, children: list[Any]) -> Tree:
        runs = _trees(children)
        return runs[0] if len(runs) == 1 else Tree("quotient", "", runs)

    def run(self, children: list[Any]) -> Tree:
        if len(children) == 1 and children[0].kind != "function":
            only: Tree = children[0]
            return only
        made: list[Tree] = []
        for child in children:
            made.append(child if isinstance(child, Tree) else Tree("times", str(child)))
        return Tree("run", "", tuple(made))

    def power(self, children: list[Any]) -> Tree:
        return Tree("power", "", _trees(children))

    @v_args(inline=True)
    def entry(self, base: Tree, index: str) -> Tree:
        return Tree("entry", str(index), (base,))

    @v_args(inline=True)
    def transpose(self, base: Tree, _sign: str) -> Tree:
        return Tree("transpose", "", (base,))

    @v_args(inline=True)
    def side(self, base: Tree, sign: str) -> Tree:
        return Tree("side", str(sign), (base,))

    @v_args(inline=True)
    def factorial(self, base: Tree, _sign: str) -> Tree:
        return Tree("factorial", "", (base,))

    @v_args(inline=True)
    def number(self, digits: str) -> Tree:
        return Tree("number", str(digits))

    @v_args(inline=True)
    def name(self, name: str) -> Tree:
        return Tree("name", str(name))

    @v_args(inline=True)
    def function(self, name: str) -> Tree:
        return Tree("function", str(name))

    def dots(self, _children: list[Any]) -> Tree:
        return Tree("dots")

    def braced(self, children: list[Any]) -> Tree:
        (inside,) = _trees(children)
        # SymPy prints ln{(x)}^2 for the square of the logarithm
        return inside if inside.kind == "group" else Tree("braced", "", (inside,))

    def group(self, children: list[Any]) -> Tree:
        opening, closing = str(children[0]), str(children[-1])
        if BRACKETS[opening] != closing and {opening, closing} - {"(", ")", "[", "]"}:
            raise UnreadableError(f"{opening} is closed by {closing}")
        return Tree("group", f"{opening} {closing}", _trees(children))

    def fraction(self, children: list[Any]) -> Tree:
        return Tree("fraction", "", _trees(children))

    def binomial(self, children: list[Any]) -> Tree:
        return Tree("binomial", "", _trees(children))

    def sqrt(self, children: list[Any]) -> Tree:
        return Tree("sqrt", "", _trees(children))

    def root(self, children: list[Any]) -> Tree:
        return Tree("root", "", _trees(children))

    def matrix(self, children: list[Any]) -> Tree:
        return Tree("matrix", "", _trees(children))

    def row(self, children: list[Any]) -> Tree:
        return Tree("row", "", _trees(children))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=WordLexer)


@lru_cache(maxsize=4096)
def tree_of(latex: str) -> Tree:
    """The tree of an expression in LaTeX. Raises :class:`UnreadableError` where the grammar does not know it."""
    if not latex.strip():
        raise UnreadableError("there is nothing to read")
    try:
        parsed = _parser().parse(latex)
        tree: Tree = _Build().transform(parsed)
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        where = f"at {token}" if token is not None and token.type != "$END" else "at its end"
        raise UnreadableError(f"{latex!r} cannot be read {where}") from None
    except VisitError as error:
        raise UnreadableError(f"{latex!r} cannot be read: {error.orig_exc}") from None
    return tree
