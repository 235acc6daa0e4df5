"""Figures of networks draw what they are given: every layer a line, every network a dot, published as diamonds."""

from __future__ import annotations

import numpy as np

from dltheory.pruning.experiment.recorded import Line
from dltheory.pruning.experiment.schedule import step_sizes
from dltheory.pruning.experiment.sensitivity import Sensitivity
from dltheory.pruning.figures import networks


def test_every_layer_is_a_line_in_percent_and_the_dense_network_is_dotted() -> None:
    found = Sensitivity((0.5, 0.9), 200, 190, {"conv0": (180, 20), "classifier": (190, 188)})
    axes = networks.sensitivity_figure(found).axes[0]
    first, second, dense = axes.get_lines()
    assert list(first.get_ydata()) == [90, 10]
    assert list(second.get_ydata()) == [95, 94]
    assert dense.get_linestyle() == ":"
    assert list(dense.get_ydata()) == [95, 95]


def test_criteria_keep_their_colour_in_both_panels_and_intervals_are_drawn() -> None:
    before = {"magnitude": {0.5: (0.9, 0.8), 0.9: (0.2, 0.1)}}
    after = {"magnitude": {0.5: (0.95, 0.97)}, "iterative": {0.5: (0.98,)}}
    figure = networks.criteria_figure(before, after)
    top, bottom = figure.axes
    assert top.containers[0].lines[0].get_color() == bottom.containers[0].lines[0].get_color()
    assert np.allclose(top.containers[0].lines[0].get_ydata(), [85, 15])
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {"magnitude", "iterative"}


def test_every_network_is_a_dot_and_the_published_one_a_diamond() -> None:
    lines = [Line("dense", 0.93, (0.8, 0.82)), Line("pruned", None, (0.7,))]
    axes = networks.lines_figure(lines, "accuracy").axes[0]
    dots = [line for line in axes.get_lines() if line.get_marker() == "o" and len(line.get_xdata())]
    diamonds = [line for line in axes.get_lines() if line.get_marker() == "D" and len(line.get_xdata())]
    assert [list(line.get_xdata()) for line in dots] == [[80, 82], [70]]
    assert [float(line.get_xdata()[0]) for line in diamonds] == [93]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["dense", "pruned"]


def test_the_intended_schedules_end_at_zero_and_the_other_one_swings() -> None:
    steps = step_sizes(0.01, epochs=5, batches=18)
    assert steps.smoothly[-1] < 1e-4
    assert len(set(np.round(steps.once_an_epoch, 12))) == 5
    assert np.allclose(steps.once_a_batch[:-10], steps.once_a_batch[10:])
    axes = networks.schedule_figure(steps, 18).axes[0]
    assert [line.get_linestyle() for line in axes.get_lines()] == ["-", "-", "--"]
