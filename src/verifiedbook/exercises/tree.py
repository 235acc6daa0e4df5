"""The syntax tree of an answer: what was typed, as plain records, before anything is made of it.

Every node knows the ``place`` in the text at which it begins, counted from 1, for messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


class Unreadable(Exception):
    """A text that is no formula of the exercise; the message is one sentence that says what is wrong, and where."""


@dataclass(frozen=True)
class Node:
    """Any part of a formula."""

    place: int


@dataclass(frozen=True)
class Number(Node):
    """A number as it was typed, and its exact value."""

    text: str
    value: Fraction


@dataclass(frozen=True)
class Name(Node):
    """A symbol that the exercise declares."""

    name: str


@dataclass(frozen=True)
class Constant(Node):
    """The circle constant, ``pi``, or the base of natural logarithms, ``e``."""

    name: str


@dataclass(frozen=True)
class Sum(Node):
    """Terms, each with its sign, ``"+"`` or ``"-"``."""

    signs: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Product(Node):
    """Factors, each with what joins it to those before: ``"*"`` (first one included), ``"/"`` or ``""`` (nothing)."""

    joins: tuple[str, ...]
    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Negative(Node):
    """Minus something, where a sum cannot stand: after an operator."""

    value: Node


@dataclass(frozen=True)
class Power(Node):
    """A base raised to an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Call(Node):
    """A function of the allow-list applied to arguments; ``bare`` where no brackets were typed."""

    function: str
    arguments: tuple[Node, ...]
    bare: bool = False


@dataclass(frozen=True)
class Parts(Node):
    """Several formulas in one bracket, or separated by commas."""

    items: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below ``node``."""
    match node:
        case Sum():
            return node.terms
        case Product():
            return node.factors
        case Negative():
            return (node.value,)
        case Power():
            return (node.base, node.exponent)
        case Call():
            return node.arguments
        case Parts():
            return node.items
    return ()


def depth(node: Node) -> int:
    """How many nodes stand below each other at most."""
    levels, level = 0, [node]
    while level:
        levels, level = levels + 1, [child for parent in level for child in children(parent)]
    return levels


def leaves(node: Node) -> Iterator[Node]:
    """The formulas of an answer, from left to right, out of whatever brackets they stand in."""
    if isinstance(node, Parts):
        for item in node.items:
            yield from leaves(item)
    else:
        yield node
