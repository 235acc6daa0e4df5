"""Exercises as plain data: what a page needs to grade them with this package alone, without the book's own code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from . import building, grammar
from .grading import Exercise, _expected
from .ranges import Variable
from .tree import leaves


def record(exercise: Exercise) -> dict[str, Any]:
    """The exercise as data for JSON: texts, numbers as texts, and truth values."""
    return {
        "label": exercise.label,
        "hint": exercise.hint,
        "answer": [str(formula) for formula in _expected(exercise)],
        "variables": [
            {
                "name": variable.name,
                "low": None if variable.low is None else str(sp.Rational(variable.low)),
                "high": None if variable.high is None else str(sp.Rational(variable.high)),
                "includes_low": variable.includes_low,
                "includes_high": variable.includes_high,
                "whole": variable.whole,
            }
            for variable in exercise.variables
        ],
        "constraints": [
            {"left": str(relation.lhs), "relation": relation.rel_op, "right": str(relation.rhs)}
            for relation in exercise.constraints
        ],
    }


def exercise_of(data: Mapping[str, Any]) -> Exercise:
    """The exercise that a record describes; its formulas are read by the parser that reads answers."""
    variables = tuple(
        Variable(
            **{
                **entry,
                "low": None if entry["low"] is None else sp.Rational(entry["low"]),
                "high": None if entry["high"] is None else sp.Rational(entry["high"]),
            }
        )
        for entry in data["variables"]
    )
    symbols = {variable.name: variable.symbol() for variable in variables}

    def read(text: str) -> Any:
        (formula,) = (building.build(leaf, symbols) for leaf in leaves(grammar.parse(text, symbols)))
        return formula

    constraints = tuple(
        sp.Rel(read(entry["left"]), read(entry["right"]), entry["relation"]) for entry in data["constraints"]
    )
    return Exercise(
        data["label"], lambda: [read(text) for text in data["answer"]], variables, constraints, data["hint"]
    )
