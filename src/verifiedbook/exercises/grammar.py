"""The grammar of answers: signs become a syntax tree. LALR(1), by Lark; the actions only build records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedToken, v_args
from lark.lexer import Lexer

from . import naming, scanning
from .commands import Sign
from .spelling import SUPERSCRIPTS, fraction_of
from .tree import Call, Constant, Name, Negative, Node, Number, Parts, Power, Product, Sum, Unreadable, depth

#: Digits of a number that is typed, at most.
DIGITS = 40
#: Operations within operations at most.
LEVELS = 60

GRAMMAR = r"""
start: list
list: sum (COMMA sum)* COMMA?
sum: (PLUS | MINUS)? product ((PLUS | MINUS) product)*
product: factor ((STAR | SLASH) signed | TIMES factor)*
?signed: factor | MINUS signed -> negative | PLUS signed -> positive
factor: postfix (POWER exponent)?
?exponent: factor | MINUS exponent -> negative | PLUS exponent -> positive
?postfix: atom | postfix BANG -> factorial | postfix RAISED -> raised
?atom: simple | OPEN list CLOSE -> group | call
simple: NUMBER | NAME | CONSTANT | VULGAR
call: FUNCTION (RAISE power_of_name | LIFT)? (OPEN list CLOSE | bare)
power_of_name: NUMBER | OPEN list CLOSE
bare: (simple | call) (POWER exponent | RAISED)?
%declare COMMA PLUS MINUS STAR SLASH TIMES POWER BANG RAISED OPEN CLOSE NUMBER NAME CONSTANT VULGAR FUNCTION RAISE LIFT
"""


def parse(text: str, names: Iterable[str], parts: int = 1) -> Node:
    """The syntax tree of ``text`` in the symbols ``names``; ``parts`` is how many formulas are expected.

    Raises ``Unreadable`` with a sentence for whatever is no formula.
    """
    signs = naming.name(scanning.scan(text), names, parts)
    tokens = [Token(sign.kind, sign.text, start_pos=sign.place) for sign in signs]
    try:
        tree: Node = _parser().parse(tokens)  # type: ignore[assignment]
    except UnexpectedToken as error:
        raise Unreadable(_unexpected(error.token, signs)) from None
    if depth(tree) > LEVELS:
        raise Unreadable(
            f"Your answer has more than {LEVELS} operations within each other; write it in a shorter form."
        )
    return tree


class _Tokens(Lexer):
    """Hands the parser tokens that are there already."""

    def __init__(self, _configuration: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        yield from data


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Tokens, transformer=_Actions())


def _unexpected(token: Token, signs: list[Sign]) -> str:
    if token.type == "$END":
        last = signs[-1] if signs else None
        after = f"after “{last.text}” at place {last.place}" if last else "before it begins"
        return f"Your answer ends {after}, where a number, a name or a bracket is still missing."
    written = token.value or "what stands"
    if token.type in ("COMMA", "CLOSE", "STAR", "SLASH", "POWER", "PLUS", "MINUS", "BANG", "RAISED", "RAISE"):
        return f"“{written}” at place {token.start_pos}: a number, a name or a bracket is missing before it."
    return f"“{written}” at place {token.start_pos} stands where it makes no formula; is a sign missing before it?"


def _number(text: str, place: int) -> Number:
    digits = text.lower().partition("e")
    size = abs(int(digits[2] or 0)) if len(digits[2]) < 5 else DIGITS
    if len(text) > DIGITS or size >= DIGITS:
        raise Unreadable(f"The number at place {place} is too long; at most {DIGITS} digits are read.")
    return Number(place, text.rstrip("."), Fraction(text))


@v_args(inline=True)
class _Actions(Transformer[Token, Any]):
    """What each rule of the grammar builds."""

    def start(self, items: Node) -> Node:
        return items

    def list(self, *items: Any) -> Node:
        nodes = tuple(item for item in items if isinstance(item, Node))
        return nodes[0] if len(nodes) == 1 else Parts(nodes[0].place, nodes)

    def group(self, _open: Token, inside: Node, _close: Token) -> Node:
        return inside

    def sum(self, *items: Any) -> Node:
        signed = [Token("PLUS", "+"), *items] if isinstance(items[0], Node) else list(items)
        signs = tuple("-" if sign.type == "MINUS" else "+" for sign in signed[::2])
        terms = tuple(signed[1::2])
        return terms[0] if signs == ("+",) else Sum(terms[0].place, signs, terms)

    def product(self, *items: Any) -> Node:
        joins = ("*", *({"STAR": "*", "SLASH": "/", "TIMES": ""}[join.type] for join in items[1::2]))
        factors: tuple[Node, ...] = items[::2]
        for before, join in zip(factors, joins[1:], strict=False):
            if join == "" and isinstance(before, Call) and before.bare:
                raise Unreadable(
                    f"What {before.function} at place {before.place} applies to can be read in two ways: "
                    "put it in brackets."
                )
        for at in range(2, len(factors)):
            if joins[at] == "" and joins[at - 1] == "/":
                raise Unreadable(
                    f"The fraction before place {factors[at].place} can be read in two ways, as 1/2x can: "
                    "put what is below it in brackets, or a * after it."
                )
        return factors[0] if len(factors) == 1 else Product(factors[0].place, joins, factors)

    def negative(self, _sign: Token, value: Node) -> Node:
        return Negative(value.place, value)

    def positive(self, _sign: Token, value: Node) -> Node:
        return value

    def factor(self, base: Node, _power: Token | None = None, exponent: Node | None = None) -> Node:
        return base if exponent is None else Power(base.place, base, exponent)

    def factorial(self, value: Node, _bang: Token) -> Node:
        return Call(value.place, "factorial", (value,))

    def raised(self, base: Node, exponent: Token) -> Node:
        return Power(base.place, base, _raised(exponent))

    def simple(self, token: Token) -> Node:
        place = token.start_pos or 1
        if token.type == "NUMBER":
            return _number(str(token), place)
        if token.type == "VULGAR":
            over, under = (Number(place, str(part), Fraction(part)) for part in fraction_of(str(token)))
            return Product(place, ("*", "/"), (over, under))
        return (Name if token.type == "NAME" else Constant)(place, str(token))

    def power_of_name(self, *items: Any) -> Node:
        inside = items[1] if len(items) > 1 else items[0]
        return inside if isinstance(inside, Node) else _number(str(inside), inside.start_pos)

    def call(self, name: Token, *rest: Any) -> Node:
        place, function = name.start_pos or 1, str(name)
        exponent: Node | None = None
        if isinstance(rest[0], Token) and rest[0].type in ("RAISE", "LIFT"):
            exponent = _raised(rest[0]) if rest[0].type == "LIFT" else rest[1]
            rest = rest[1:] if rest[0].type == "LIFT" else rest[2:]
            if not isinstance(exponent, Number):
                raise Unreadable(
                    f"The power of {function} at place {place} may mean an inverse: write it behind the brackets."
                )
        bare = isinstance(rest[0], Node)
        inside = rest[0] if bare else rest[1]
        arguments = inside.items if isinstance(inside, Parts) and not bare else (inside,)
        call = Call(place, function, arguments, bare)
        return call if exponent is None else Power(place, call, exponent)

    def bare(self, base: Node, power: Token | None = None, exponent: Node | None = None) -> Node:
        if power is None:
            return base
        return Power(base.place, base, _raised(power) if exponent is None else exponent)


def _raised(token: Token) -> Node:
    """The exponent that is written small and high."""
    written = str(token).translate(SUPERSCRIPTS)
    number = _number(written.lstrip("+-"), token.start_pos or 1)
    return Negative(number.place, number) if written.startswith("-") else number
