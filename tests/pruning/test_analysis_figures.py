"""Figures draw what they are given: predictions dashed, runs solid, and nothing missing."""

from __future__ import annotations

import numpy as np
import pytest

from dltheory.pruning.experiment import bias
from dltheory.pruning.figures import analysis


def lines(figure) -> list:
    return [line for axes in figure.axes for line in axes.get_lines()]


def is_dashed(line) -> bool:
    return line.get_linestyle() == "--"


def test_the_energy_of_every_array_is_solid_and_the_gaussian_one_dashed() -> None:
    drawn = lines(analysis.energy_figure({"a": np.arange(1.0, 5), "b": np.ones(3)}))
    assert [is_dashed(line) for line in drawn] == [False, False, True]
    assert drawn[1].get_ydata()[100] == pytest.approx(2 / 3)  # half of three equal weights: two, by rounding to even


def test_sizes_are_drawn_for_every_time_with_the_peak_where_it_is_in_view() -> None:
    X, y = bias.synthetic(bias.Design(directions=5))
    found = bias.sizes(X, y, [1, 40])
    drawn = lines(analysis.sizes_figure(found))
    assert sum(is_dashed(line) for line in drawn) == 2
    assert sum(line.get_marker() == "D" for line in drawn) == 1
    dots = [line for line in drawn if line.get_marker() == "o"]
    assert [list(line.get_ydata()) for line in dots] == [list(row) for row in found.measured]


def test_the_removed_part_lies_between_nothing_and_everything() -> None:
    X, y = bias.synthetic(bias.Design(directions=6))
    equal = {"synthetic": bias.sizes(X, y, [1, 5, 5000])}
    above, below = analysis.removal_figure(equal, bias.on_diabetes(steps=50, points=5)).axes
    assert list(above.get_lines()[0].get_ydata()) == [1, pytest.approx(1), 0]
    assert sum(is_dashed(line) for line in above.get_lines()) == 1
    assert sum(is_dashed(line) for line in below.get_lines()) == 1
