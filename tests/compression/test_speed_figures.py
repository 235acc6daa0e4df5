"""Figures of storage and speed draw the record they are given: model dashed, bound dotted, quartiles as bars."""

from __future__ import annotations

import numpy as np
import pytest

from dltheory.compression.experiment.speed import Speed, recorded
from dltheory.compression.figures import counts
from dltheory.compression.figures import speed as figures


@pytest.fixture(scope="module")
def speed() -> Speed:
    return recorded()


def lines(axes) -> dict[str, list]:
    """Lines of an axes by their look."""
    found: dict[str, list] = {}
    for line in axes.get_lines():
        found.setdefault(line.get_linestyle(), []).append(line)
    return found


def test_crossings_of_bytes_lie_on_both_curves() -> None:
    axes = figures.bytes_figure().axes[0]
    curves = [line for line in axes.get_lines() if len(line.get_xdata()) > 1]
    dots = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    assert [text.get_text() for text in axes.texts] == ["0.969", "0.500", "0.333", "0.031", "0.015"]
    for dot in dots:
        place, height = float(dot.get_xdata()[0]), float(dot.get_ydata()[0])
        near = [np.interp(place, line.get_xdata(), line.get_ydata()) for line in curves]
        assert sum(abs(value / height - 1) < 0.02 for value in near) >= 2


def test_products_are_drawn_with_quartiles_and_both_crossings(speed: Speed) -> None:
    figure = figures.product_figure(speed)
    assert [axes.get_title() for axes in figure.axes] == ["16 columns", "64 columns"]
    for axes, columns in zip(figure.axes, (16, 64), strict=True):
        assert len(axes.containers) == 3
        crossings = sorted(float(line.get_xdata()[0]) for line in lines(axes)[":"])
        expected = sorted(speed.crossing(columns, kernel).density for kernel in ("torch CSR", "SciPy CSR"))
        assert crossings == pytest.approx(expected)


def test_the_speed_up_has_a_dashed_model_for_each_batch_and_a_dotted_bound(speed: Speed) -> None:
    figure = figures.speedup_figure(speed)
    assert [axes.get_title() for axes in figure.axes] == ["width 1", "width 0.25"]
    for axes, width in zip(figure.axes, (1.0, 0.25), strict=True):
        found = lines(axes)
        models = [line for line in found["--"] if len(line.get_xdata())]
        assert len(models) == 3
        assert list(models[0].get_ydata()) == [point.predicted for point in speed.at(width, 1)]
        bound = next(line for line in found[":"] if len(line.get_xdata()))
        assert list(bound.get_ydata()) == [point.bound for point in speed.at(width, 1)]


def test_bars_of_limits_fill_a_hundred_percent(speed: Speed) -> None:
    axes = figures.limits_figure(speed).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert len(axes.get_yticks()) == 18
    assert sum(end == pytest.approx(100) for end in ends) >= 18
    assert max(ends) == pytest.approx(100)


def test_counts_are_drawn_as_parts_of_the_dense_network() -> None:
    axes = counts.counts_figure([0.0, 0.3], [605_754_368, 305_097_920], [9_228_362, 5_013_666]).axes[0]
    macs, parameters = (line for line in axes.get_lines() if line.get_marker() in "os")
    assert macs.get_ydata() == pytest.approx([1, 305_097_920 / 605_754_368])
    assert parameters.get_ydata() == pytest.approx([1, 5_013_666 / 9_228_362])
    assert len(lines(axes)["--"]) == 2


def test_times_of_a_ratio_are_the_medians_of_its_network_and_of_the_dense_one(speed: Speed) -> None:
    row = {point.ratio: point for point in speed.points if (point.width, point.batch) == (0.25, 1)}
    dense, pruned = (1000 * row[ratio].seconds.median for ratio in (0.0, 0.3))
    assert speed.milliseconds(0.25, 1, 0.3) == pytest.approx((dense, pruned), rel=1e-12)
    assert dense > pruned
    with pytest.raises(ValueError, match=r"the ratio 0\.123 was not timed; those are 0, "):
        speed.milliseconds(0.25, 1, 0.123)
