"""Checks by multiplying out that a proof, written as the package's docstring says, proves a statement."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Polynomial = dict[tuple[int, ...], Fraction]
Formula = tuple[str, Any]  # a relation and its polynomial, or "and" or "or" and its parts
VARIABLES, DIGITS, DEGREE, WORK = 24, 60, 100, 300_000
CONTRARY = {">": ">=", ">=": ">", "and": "or", "or": "and"}


class Refused(Exception):
    """The proof proves nothing. Arguments: where and why, and what terms added up to instead of 0, if that is why."""


def check(statement: Any, proof: Any) -> int:
    """The number of terms that were multiplied out; :class:`Refused` if ``proof`` does not prove ``statement``."""
    try:
        return _Check(statement["variables"]).prove(statement, proof)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Refused(f"not written as a certificate ({type(error).__name__}: {error})"[:200], None) from None


class _Check:
    def __init__(self, names: list[str]) -> None:
        _require(len(set(names)) == len(names) <= VARIABLES, "variables are repeated, or too many")
        self.names, self.terms, self.work = names, 0, 0
        self.negative: list[bool] = []  # for each divisor whose sign is proved, whether it is negative

    def prove(self, statement: Any, proof: Any) -> int:
        facts: list[Formula] = []
        for formula in statement["given"]:
            if formula[0] != "divisor":
                facts += _opened(self.read(formula))
                continue
            number, divisor = len(self.negative), self.polynomial(formula[1])
            _require(number < len(proof["signs"]), f"divisor {number} has no sign")
            part = proof["signs"][number]
            signed = {"+": divisor, "-": _minus(divisor)}[part["sign"]]
            self.refute([*facts, (">=", _minus(signed))], part["because"], f"divisor {number}")
            facts.append((">", signed))
            self.negative.append(part["sign"] == "-")
        self.refute([*facts, *_opened(self.read(statement["then"], False))], proof["refutation"], "refutation")
        return self.terms

    def refute(self, facts: list[Formula], node: Any, where: str) -> None:
        self.spend(len(facts))
        if "sum" in node:
            self.vanish(facts, node["sum"], where)
        elif "split" in node:
            kind, parts = facts[_natural(node["split"])]
            _require(kind == "or" and len(parts) == len(node["cases"]), f"{where}: not split into its cases")
            for number, (part, case) in enumerate(zip(parts, node["cases"], strict=True)):
                self.refute([*facts, *_opened(part)], case, f"{where}, case {number}")
        else:
            contrary = _opened(self.read(node["lemma"], False))
            self.refute([*facts, *contrary], node["because"], f"{where}, lemma")
            self.refute([*facts, *_opened(self.read(node["lemma"]))], node["then"], where)

    def vanish(self, facts: list[Formula], terms: list[Any], where: str) -> None:
        total, positive = self.polynomial([]), False
        for number, term in enumerate(terms):
            here = f"{where}, term {number}"
            if "equation" in term:
                kind, polynomial = facts[_natural(term["equation"])]
                _require(kind == "=", f"{here}: fact {term['equation']} is no equation")
                product, strict = self.product(polynomial, self.polynomial(term["times"])), False
            else:
                product, strict = {(0,) * len(self.names): _number(term["factor"])}, "square" not in term
                _require(min(product.values()) > 0, f"{here}: the factor is not positive")
                for index in term["facts"]:
                    kind, polynomial = facts[_natural(index)]
                    _require(kind in (">", ">="), f"{here}: fact {index} is no inequality")
                    product, strict = self.product(product, polynomial), strict and kind == ">"
                if "square" in term:
                    root = self.polynomial(term["square"])
                    product = self.product(self.product(product, root), root)
            positive = positive or strict
            for monomial, coefficient in product.items():
                self.add(total, monomial, coefficient)
        _require(not total, f"{where}: the terms do not add up to 0", total)
        _require(positive, f"{where}: no term is positive")
        self.terms += len(terms)

    def read(self, formula: Any, holds: bool = True) -> Formula:
        """The formula, or its contrary, without "not" and with the signs of divisors taken in."""
        kind, *parts = formula
        if kind == "not":
            return self.read(*parts, holds=not holds)  # type: ignore[misc]  # of several parts a TypeError
        if kind in ("and", "or"):
            return kind if holds else CONTRARY[kind], [self.read(part, holds) for part in parts]
        _require(kind in (">", ">=", "="), "an unknown relation")
        polynomial = self.polynomial(parts[0])
        for divisor in parts[1:]:
            polynomial = _minus(polynomial) if self.negative[_natural(divisor)] else polynomial
        if kind == "=" and not holds:
            return "or", [(">", polynomial), (">", _minus(polynomial))]
        return (kind, polynomial) if holds else (CONTRARY[kind], _minus(polynomial))

    def polynomial(self, value: Any) -> Polynomial:
        result: Polynomial = {}
        for coefficient, exponents in value:
            fits = len(exponents) == len(self.names) and all(_natural(degree) <= DEGREE for degree in exponents)
            _require(fits, "an exponent is wrong")
            self.add(result, tuple(exponents), _number(coefficient))
        return result

    def product(self, left: Polynomial, right: Polynomial) -> Polynomial:
        result: Polynomial = {}
        for m, c in left.items():
            for n, d in right.items():
                self.add(result, tuple(i + j for i, j in zip(m, n, strict=True)), c * d)
        return result

    def add(self, total: Polynomial, monomial: tuple[int, ...], coefficient: Fraction) -> None:
        coefficient += total.pop(monomial, 0)
        if coefficient:
            total[monomial] = coefficient
        self.spend(1 + ((coefficient.numerator.bit_length() + coefficient.denominator.bit_length()) // 64) ** 2)

    def spend(self, steps: int) -> None:
        self.work += steps
        _require(self.work <= WORK, "too long to be multiplied out")


def _require(condition: bool, otherwise: str, remainder: Polynomial | None = None) -> None:
    if not condition:
        raise Refused(otherwise, remainder)


def _opened(formula: Formula) -> list[Formula]:
    return [fact for part in formula[1] for fact in _opened(part)] if formula[0] == "and" else [formula]


def _minus(polynomial: Polynomial) -> Polynomial:
    return {monomial: -coefficient for monomial, coefficient in polynomial.items()}


def _natural(value: Any) -> Any:
    _require(type(value) is int and value >= 0, "the number of a fact, a divisor or a power is wrong")
    return value


def _number(text: Any) -> Fraction:
    _require(type(text) is str and text.isascii() and len(text) <= DIGITS, "a coefficient is wrong")
    top, slash, bottom = text.removeprefix("-").partition("/")
    _require(top.isdecimal() and (bottom.isdecimal() or not slash), "a coefficient is wrong")
    return Fraction(text)
