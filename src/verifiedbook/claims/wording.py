"""Points, values and instances in plain text with Unicode mathematics, for counterexamples a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.printing.pretty.pretty_symbology import pretty_symbol


def number(value: Any) -> str:
    """A number as short as it can be said: exact if rational, otherwise 6 digits behind ≈."""
    value = sp.sympify(value)
    if value.is_Rational:
        short = str(value)
        return short if len(short) <= 24 else f"≈ {float(value):.6g}"
    if value.is_number:
        return f"≈ {float(value):.6g}" if value.is_real else f"≈ {complex(value):.6g}"
    return str(value)


def point(values: Mapping[sp.Symbol, Any]) -> str:
    """``η = 1/2, σ₁ = 3``."""
    named = sorted(values.items(), key=lambda item: str(item[0]))
    return ", ".join(f"{pretty_symbol(symbol.name)} {_equals(number(value))}" for symbol, value in named)


def instance(arguments: Mapping[str, Any]) -> str:
    """The arguments of one instance; arrays of more than six entries by their shape."""
    return ", ".join(f"{pretty_symbol(name)} {_equals(_value(value))}" for name, value in arguments.items())


def _equals(text: str) -> str:
    return text if text.startswith("≈") else f"= {text}"


def _value(value: Any) -> str:
    shape, size = getattr(value, "shape", None), getattr(value, "size", 0)
    if shape is not None and not isinstance(value, sp.MatrixBase):
        if not shape:
            return f"{float(value):.6g}"
        if callable(size) or size > 6:
            return f"array of shape {tuple(shape)}"
        return str([float(f"{entry:.4g}") for entry in value.ravel()])
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, sp.MatrixBase):
        return str(value.tolist())
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
