"""The record of speeds as it is planned, made and read; figures that draw it: model dashed, bound dotted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dltheory.compression.derivation import counts as formulas
from dltheory.compression.experiment import latency, sparse_speed
from dltheory.compression.experiment import speed as experiment
from dltheory.compression.experiment.speed import Speed, recorded
from dltheory.compression.figures import counts
from dltheory.compression.figures import speed as figures
from dltheory.lab.models import VGG
from dltheory.lab.runs.records import RESULTS, Planned, RecordError, read


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


def test_the_plan_is_what_the_committed_record_holds(speed: Speed) -> None:
    held = read(RESULTS / experiment.FILE)["runs"]
    assert list(held) == [planned.key for planned in experiment.plan()]
    assert {(point.width, point.batch) for point in speed.points} == set(experiment.LATENCY_ROUNDS)
    for planned in experiment.plan()[1:]:
        run = held[planned.key]
        rounds = run.get("macs") or run["seconds"]
        rounds = list(rounds.values()) if isinstance(rounds, dict) else rounds
        rounds = [one for kernel in rounds for one in kernel] if "columns" in run else rounds
        assert {len(one) for one in rounds} == {planned.arguments["rounds"]}, planned.key
        assert all(run[name] == value for name, value in planned.arguments.items() if name != "rounds")
    assert {len(held["rates"][name]) for name in ("macs", "stream", "pool", "overhead")} == {experiment.RATE_ROUNDS}


def test_what_is_planned_is_measured_and_written_down_with_four_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    def times(over: Any, *asked: Any) -> dict[float, list[float]]:
        """A third of each of ``over``, as often as there are rounds."""
        return {value: [value / 3] * asked[1] for value in over}

    monkeypatch.setattr(sparse_speed, "measure", lambda densities, *asked: {"zeros": times(densities, *asked)})
    monkeypatch.setattr(latency, "measure", lambda width, ratios, *asked: times(ratios, *asked))
    monkeypatch.setattr(latency, "convolution_rates", lambda batch, rounds: {"conv0": [batch / 3] * rounds})
    monkeypatch.setattr(latency, "calibrate", lambda rounds: {"macs": [1e9 / 3] * rounds})
    monkeypatch.setattr(latency, "register_width", lambda: 8)
    digits = [[0.0], [0.03333], [0.06667], [0.08333], [0.1], [0.1333], [0.1667], [0.2], [0.2333], [0.25]]
    assert experiment.execute(Planned("", {"width": 0.5, "batch": 4, "rounds": 1})) == {
        "width": 0.5,
        "batch": 4,
        "ratios": experiment.RATIOS,
        "seconds": digits,
    }
    product = experiment.execute(Planned("", {"columns": 7, "rounds": 2}))
    assert (product["columns"], product["densities"]) == (7, experiment.DENSITIES)
    assert product["seconds"]["zeros"][:2] == [[0.003333] * 2, [0.006667] * 2]
    assert len(product["seconds"]["zeros"]) == len(experiment.DENSITIES)
    assert experiment.execute(Planned("", {"batch": 4, "rounds": 2})) == {"batch": 4, "macs": {"conv0": [1.333, 1.333]}}
    assert experiment.execute(Planned("", {})) == {"macs": [333300000.0] * experiment.RATE_ROUNDS, "block": 8}


def test_points_are_speed_ups_beside_what_the_model_says() -> None:
    rates = {"macs": [1e9, 2e9, 9e9], "stream": [3e9], "pool": [1e9], "overhead": [1e-6]}
    alone = {"batch": 2, "macs": {"conv0": [1e9, 9e9, 3e9]}}
    networks = {"width": 0.25, "batch": 2, "ratios": [0.0, 0.3], "seconds": [[4.0, 4.0, 4.0], [2.0, 1.0, 4.0]]}
    runs = {"rates": rates | {"block": 16}, "convolutions, batch 2": alone, "latency": networks}
    found = experiment.interpret(runs)
    assert found.rates == latency.Rates(2e9, 3e9, 1e9, 1e-6)
    assert found.convolutions == {2: {"conv0": 1.5}}
    _, point = found.at(0.25, 2)
    assert (point.seconds.median, point.speedup.median, point.speedup.upper) == (2, 2, 3)
    channels = [latency.pruned_channels(0.25, ratio) for ratio in (0.0, 0.3)]
    assert point.mac_ratio == pytest.approx(float(formulas.macs(channels[0]) / formulas.macs(channels[1])))
    for said, block in ((point.predicted, 16), (point.plain, 1)):
        dense, pruned = (latency.operations(VGG((3, 32, 32), channels=chosen), 2, block) for chosen in channels)
        times = [latency.predicted_seconds(each, found.rates) for each in (dense, pruned)]
        assert said == pytest.approx(times[0] / times[1])
    assert point.bound == pytest.approx(16 * 32 / (11 * 22))  # the second convolution, of 11 channels and 22


def test_a_record_without_rates_or_batches_is_refused() -> None:
    with pytest.raises(RecordError, match="no rates"):
        experiment.interpret({})
    with pytest.raises(ValueError, match="no network of width 3 was timed on batches of 5"):
        recorded().at(3, 5)
