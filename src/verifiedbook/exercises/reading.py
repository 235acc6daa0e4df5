"""How an answer was read: the same formula as LaTeX for the page, and as plain text with every sign written out."""

from __future__ import annotations

from . import spelling
from .functions import FUNCTIONS
from .tree import Call, Constant, Name, Negative, Node, Number, Parts, Power, Product, Sum

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def plain(node: Node) -> str:
    """The formula as text that reads back as the same formula."""
    match node:
        case Number():
            return node.text
        case Name() | Constant():
            return node.name
        case Negative():
            return f"-{_inside(node.value, _PRODUCT, plain)}"
        case Sum():
            pieces = [
                f"{sign} {_inside(term, _PRODUCT, plain)}" for sign, term in zip(node.signs, node.terms, strict=True)
            ]
            return " ".join(pieces).removeprefix("+ ").replace("- ", "-", 1 if node.signs[0] == "-" else 0)
        case Product():
            pieces = [
                f"{join or '*'}{_inside(factor, _POWER, plain)}"
                for join, factor in zip(node.joins, node.factors, strict=True)
            ]
            return "".join(pieces)[1:]
        case Power():
            return f"{_inside(node.base, _ATOM, plain)}^{_inside(node.exponent, _ATOM, plain)}"
        case Call():
            return f"{node.function}({', '.join(plain(argument) for argument in node.arguments)})"
        case Parts():
            return f"({', '.join(plain(item) for item in node.items)})"
    raise TypeError(f"no such node: {node!r}")  # pragma: no cover


def latex(node: Node) -> str:
    """The formula as LaTeX, with fractions as fractions."""
    match node:
        case Number():
            mantissa, _, exponent = node.text.lower().partition("e")
            return rf"{mantissa}\cdot10^{{{int(exponent)}}}" if exponent else mantissa
        case Constant():
            return r"\pi" if node.name == "pi" else r"\mathrm{e}"
        case Name():
            return spelling.tex(node.name)
        case Negative():
            return f"-{_inside(node.value, _PRODUCT, latex)}"
        case Sum():
            return "".join(
                f"{sign}{_inside(term, _PRODUCT, latex)}" for sign, term in zip(node.signs, node.terms, strict=True)
            ).removeprefix("+")
        case Product():
            return _latex_product(node)
        case Power():
            return f"{{{_inside(node.base, _ATOM, latex)}}}^{{{latex(node.exponent)}}}"
        case Call():
            return _latex_call(node)
        case Parts():
            return r"\left(" + r",\ ".join(latex(item) for item in node.items) + r"\right)"
    raise TypeError(f"no such node: {node!r}")  # pragma: no cover


def _strength(node: Node) -> int:
    """How tightly the parts of a node hold together."""
    match node:
        case Sum() | Negative():
            return _SUM
        case Product():
            return _PRODUCT
        case Power():
            return _POWER
    return _ATOM


def _inside(node: Node, least: int, write: object) -> str:
    """A part of a formula, in brackets if it holds together less tightly than ``least``."""
    written = latex(node) if write is latex else plain(node)
    if _strength(node) >= least:
        return written
    return rf"\left({written}\right)" if write is latex else f"({written})"


def _latex_product(node: Product) -> str:
    factors = [latex(node.factors[0])]
    whole: Node | None = node.factors[0]  # the first factor, while it is the only one
    for join, factor in zip(node.joins[1:], node.factors[1:], strict=True):
        if join == "/":
            # everything so far, over this: a/b/c is (a/b)/c, and a/b*c is (a/b) times c
            factors = [rf"\frac{{{_times(factors)}}}{{{latex(factor)}}}"]
        else:
            if whole is not None and not _is_fraction(whole):
                factors = [_inside(whole, _POWER, latex)]
            written = latex(factor)
            fraction = written.startswith(r"\frac") and _is_fraction(factor)
            factors.append(written if fraction else _inside(factor, _POWER, latex))
        whole = None
    return _times(factors)


def _is_fraction(node: Node) -> bool:
    """Whether a node is set as one fraction, which needs no brackets in a product."""
    return isinstance(node, Product) and node.joins[-1] == "/"


def _times(factors: list[str]) -> str:
    out = factors[0]
    for factor in factors[1:]:
        # a number behind something else would read as part of it
        out += (r"\cdot " if factor.lstrip("{")[0].isdigit() or factor.startswith(r"\frac") else " ") + factor
    return out


def _latex_call(node: Call) -> str:
    arguments = [latex(argument) for argument in node.arguments]
    inside = ",".join(arguments)
    match node.function:
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "cbrt":
            return rf"\sqrt[3]{{{inside}}}"
        case "root" if len(arguments) == 2:
            return rf"\sqrt[{arguments[1]}]{{{arguments[0]}}}"
        case "rational" if len(arguments) == 2:
            return rf"\frac{{{arguments[0]}}}{{{arguments[1]}}}"
        case "binomial" if len(arguments) == 2:
            return rf"\binom{{{arguments[0]}}}{{{arguments[1]}}}"
        case "abs":
            return rf"\left\lvert {inside}\right\rvert"
        case "floor":
            return rf"\left\lfloor {inside}\right\rfloor"
        case "ceiling":
            return rf"\left\lceil {inside}\right\rceil"
        case "factorial":
            return rf"{_inside(node.arguments[0], _ATOM, latex)}!"
        case "log" if len(arguments) == 2:
            return rf"\log_{{{arguments[1]}}}\left({arguments[0]}\right)"
    return rf"{FUNCTIONS[node.function].tex}\left({inside}\right)"
