"""A proof by multiplying out, in sentences and formulas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp
from docutils import nodes

from ..claims.certificate.search.polynomials import Fact, Polynomial, facts_of, read
from ..printing import latex
from .nodes import joined, paragraph

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
WIDE = 44  # characters that one line of a sum may have
_COMMANDS = re.compile(r"\\[a-z]+ ?|[{}^_ ]|\\,")


class Names:
    """The variables of a statement in order, and how each is printed."""

    def __init__(self, statement: Mapping[str, Any]) -> None:
        self.ordered: list[str] = statement["variables"]
        self.latex = {name: latex(sp.Symbol(name)) for name in self.ordered}


def polynomial(value: Polynomial, names: Names) -> str:
    """LaTeX, in the order in which the monomials are written down."""
    told = ""
    # something positive first, so that a sum seldom opens with a sign
    ordered = (
        sorted(value.items(), key=lambda term: term[1] < 0) if next(iter(value.values()), 1) < 0 else value.items()
    )
    for monomial, coefficient in ordered:
        powers = [
            _power(names.latex[name], exponent)
            for name, exponent in zip(names.ordered, monomial, strict=True)
            if exponent
        ]
        size = "" if abs(coefficient) == 1 and powers else _number(abs(coefficient))
        sign = "-" if coefficient < 0 else "+" if told else ""
        told += (f" {sign} " if told else sign) + " ".join([size, *powers] if size else powers)
    return told or "0"


def _power(name: str, exponent: int) -> str:
    """A name with a superscript of its own, as a prime, is set in brackets before it gets another."""
    if exponent == 1:
        return name
    return rf"\left({name}\right)^{{{exponent}}}" if "^" in name else f"{name}^{{{exponent}}}"


def relation(fact: Fact, names: Names) -> str:
    """A fact as LaTeX; a disjunction as its parts."""
    if fact.kind == "or":
        parts = (r" \text{ and } ".join(relation(each, names) for each in part) for part in fact.parts)
        return r" \text{ or } ".join(parts)
    sign = {">": ">", ">=": r"\ge", "=": "="}[fact.kind]
    return f"{polynomial(fact.polynomial, names)} {sign} 0"


def proof_of_node(node: Any, facts: list[Fact], names: Names) -> list[nodes.Node]:
    """Sentences that show why ``facts`` cannot hold at once."""
    if "sum" in node:
        return _sum(node["sum"], facts, names)
    made: list[nodes.Node] = []
    if "split" in node:
        fact = facts[node["split"]]
        cases = nodes.bullet_list()
        for part, case in zip(fact.parts, node["cases"], strict=True):
            stated = r" \text{ and } ".join(relation(each, names) for each in part)
            item = nodes.list_item("", paragraph(f"Suppose ${stated}$."))
            item += proof_of_node(case, [*facts, *part], names)
            cases += item
        return [cases]
    contrary = facts_of(node["lemma"], [], False)
    lemma = facts_of(node["lemma"], [])
    made.append(paragraph(f"First, ${relation(lemma[0], names)}$."))
    made += proof_of_node(node["because"], [*facts, *contrary], names)
    made.append(paragraph("With this,"))
    return made + proof_of_node(node["then"], [*facts, *lemma], names)


def _sum(terms: Iterable[Any], facts: list[Fact], names: Names) -> list[nodes.Node]:
    terms = list(terms)
    used = dict.fromkeys(
        number for term in terms for number in (term["facts"] if "facts" in term else [term["equation"]])
    )
    strict = next(term for term in terms if _strict(term, facts))
    stated = [nodes.math(text, text) for text in (relation(facts[number], names) for number in sorted(used))]
    opening = [nodes.Text("If "), *joined(stated), nodes.Text(", then")] if stated else [nodes.Text("Now")]
    shown = [_term(term, facts, names) for term in terms]
    text = _lines([part if part.startswith("-") or not n else f"+ {part}" for n, part in enumerate(shown)])
    positive = _term(strict, facts, names)
    # what is long was printed in the line above, and is not printed twice
    short = _width(positive) <= WIDE // 2 or len(terms) > len(ORDINALS)
    said = nodes.math(positive, positive) if short else nodes.Text(f"the {ORDINALS[terms.index(strict)]} term")
    alone = len(terms) == len([term for term in terms if "equation" in term]) + 1
    closing = [nodes.Text("although "), said, nodes.Text(" is positive" + ("." if alone else " and no term negative."))]
    block = nodes.math_block(text, text, nowrap=False, label=None, number=None)
    return [paragraph(*opening), block, paragraph(*closing)]


def _strict(term: Any, facts: list[Fact]) -> bool:
    return "factor" in term and "square" not in term and all(facts[number].kind == ">" for number in term["facts"])


def _term(term: Any, facts: list[Fact], names: Names) -> str:
    if "equation" in term:
        multiplier, equation = read(term["times"]), _factor(facts[term["equation"]].polynomial, 1, names)
        if not any(map(any, multiplier)):
            number = next(iter(multiplier.values()))
            return ("-" if number < 0 else "") + ("" if abs(number) == 1 else _number(abs(number)) + r"\,") + equation
        return _factor(multiplier, 1, names) + r"\," + equation
    factors = [_factor(facts[number].polynomial, times, names) for number, times in Counter(term["facts"]).items()]
    if "square" in term:
        factors.append(_factor(read(term["square"]), 2, names))
    number = Fraction(term["factor"])
    return ("" if number == 1 and factors else _number(number) + r"\,") + r"\,".join(factors)


def _factor(value: Polynomial, times: int, names: Names) -> str:
    told = polynomial(value, names)
    single = len(value) == 1 and not told.startswith("-") and times == 1
    power = f"^{{{times}}}" if times > 1 else ""
    plain = len(value) == 1 and "^" not in told and " " not in told and not told.startswith("-")
    return f"{told}{power}" if single or plain else rf"\left({told}\right){power}"


def _width(text: str) -> int:
    """About how many characters the LaTeX ``text`` shows."""
    return len(_COMMANDS.sub("x", text.replace(r"\left", "").replace(r"\right", "")))


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _lines(parts: list[str]) -> str:
    """The sum and "= 0", broken between terms where it is long."""
    lines = [""]
    for part in parts:
        if lines[-1] and _width(lines[-1]) + _width(part) > WIDE:
            lines.append("")
        lines[-1] += f" {part}"
    lines[-1] += " = 0,"
    if len(lines) == 1:
        return lines[0].strip()
    return r"\begin{aligned}" + r" \\ ".join(f"&{line.strip()}" for line in lines) + r"\end{aligned}"
