"""Figures draw what they are given: predictions dashed, measurements solid, and nothing missing."""

from __future__ import annotations

import numpy as np
import pytest

from dltheory.pruning.experiment import diabetes
from dltheory.pruning.figures import linear


def dashed(axes) -> list:
    return [line for line in axes.get_lines() if line.get_linestyle() == "--"]


def test_curves_show_every_criterion_measured_and_predicted_before_and_after() -> None:
    curves = diabetes.curves()
    top, bottom = linear.curves_figure(curves).axes
    for axes, predicted in ((top, curves.predicted_before), (bottom, curves.predicted_after)):
        drawn = [np.asarray(line.get_ydata()) for line in dashed(axes)]
        for values in predicted.values():
            assert any(np.allclose(line, 100 * values[1:]) for line in drawn)
        assert axes.get_yscale() == "log"
    assert len(dashed(top)) == 5  # random pruning is predicted before refitting only
    assert len(dashed(bottom)) == 4
    dots = [line for line in bottom.get_lines() if line.get_marker() == "o"]
    assert np.asarray(dots[0].get_ydata()) == pytest.approx(100 * curves.best[1][1:])


def test_saliencies_are_drawn_cheapest_first_with_statsmodels_on_top_of_the_surgeon() -> None:
    found = diabetes.saliencies()
    axes = linear.saliencies_figure(found).axes[0]
    damage, surgeon, software = axes.get_lines()[:3]
    assert np.all(np.diff(surgeon.get_ydata()) > 0)
    assert software.get_ydata() == pytest.approx(surgeon.get_ydata())
    assert np.all(damage.get_ydata() >= surgeon.get_ydata())
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert sorted(names) == sorted(found.features)


def test_fine_tuning_is_solid_from_a_predicted_start_to_a_dashed_end() -> None:
    run = diabetes.fine_tuning(steps=5)
    axes = linear.fine_tuning_figure({"one": run, "two": run}).axes[0]
    path, end, start = axes.get_lines()[:3]
    assert len(path.get_ydata()) == 6
    assert end.get_ydata()[0] == pytest.approx(100 * run.end)
    assert start.get_ydata() == pytest.approx([100 * run.start])
    assert len(dashed(axes)) == 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]
