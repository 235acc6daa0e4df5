"""Answers of the chapter at numbers that were worked out by hand."""

from __future__ import annotations

import pytest

from dltheory.compression.answers import ANSWERS


def test_a_bitmask_of_values_of_one_byte_needs_an_eighth_of_zeros() -> None:
    formula = ANSWERS["ex-pruning-bitmask-values"].formula()
    (value,) = formula.free_symbols
    assert formula.subs(value, 1) == pytest.approx(7 / 8)
    assert formula.subs(value, 4) == pytest.approx(31 / 32)


def test_registers_are_counted_whole() -> None:
    assert float(ANSWERS["ex-pruning-registers"].formula()) == pytest.approx((64 / 48) ** 2)
