"""The two symbolic convolutions: what acts on numbers, and the permutation that the near misses need."""

from __future__ import annotations

import sympy as sp

from dltheory.compression.derivation import channels


def test_the_relu_acts_on_numbers_and_stays_a_function_of_symbols() -> None:
    assert [channels.ReLU(value) for value in (sp.Rational(-1, 2), sp.Integer(3))] == [0, 3]
    assert isinstance(channels.ReLU(sp.Symbol("a")), channels.ReLU)


def test_the_cycle_is_not_its_own_inverse() -> None:
    assert channels.inverse(channels.CYCLE) != channels.CYCLE
    assert [channels.CYCLE[place] for place in channels.inverse(channels.CYCLE)] == [0, 1, 2]
