"""The latency model counted against the module itself, and clocks that are read in turns."""

from __future__ import annotations

import gc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from dltheory.compression.derivation import latency as model
from dltheory.compression.experiment import latency, sparse_speed, speed, timing
from dltheory.compression.experiment.cost import layer_costs
from dltheory.compression.experiment.latency import Operation, Rates
from dltheory.compression.experiment.storage import sparse_matrix
from dltheory.compression.experiment.timing import Spread, gains, interleaved
from dltheory.compression.reproduction import reproduce_speed
from dltheory.lab.models import VGG, VGG_CHANNELS
from dltheory.lab.runs.records import Planned, Record, read

RATES = Rates(macs=5e10, stream=3e10, pool=1e9, overhead=5e-6)


def test_macs_and_bytes_are_those_that_the_running_module_shows() -> None:
    network = VGG((3, 16, 16), channels=(5, 6, 7, 8, 9, 10, 11, 12)).eval()
    by_name = {operation.name: operation for operation in latency.operations(network, batch=3)}
    for cost in layer_costs(network, (3, 16, 16)):
        assert by_name[cost.name].macs == 3 * cost.macs
        assert by_name[cost.name].moved == 4 * (cost.parameters + 3 * (cost.inputs + cost.outputs))
    assert sum(name.startswith("pool") for name in by_name) == len(network.pooled)


def test_the_sources_macs_are_reproduced() -> None:
    dense, pruned = (latency.operations(latency.outline(1.0, ratio), 1) for ratio in (0.0, 0.3))
    assert sum(operation.macs for operation in dense) == 605_754_368
    assert sum(operation.macs for operation in pruned) == 305_097_920


def test_channels_fill_whole_registers_and_the_image_does_not() -> None:
    network = VGG((3, 4, 4), channels=(16, 17, 16, 16, 16, 16, 16, 16))
    plain, filled = ({o.name: o for o in latency.operations(network, 1, block)} for block in (1, 16))
    assert filled["conv0"] == plain["conv0"]
    assert filled["conv1"].macs == 9 * 16 * 32 * 16
    assert filled["conv1"].moved == plain["conv1"].moved
    assert [latency.filled(count, 16) for count in (1, 16, 17)] == [16, 16, 32]


def test_the_models_time_is_the_formula_operation_by_operation() -> None:
    layer = Operation("conv", "multiply", 10**9, 10**6)
    assert latency.seconds(layer, RATES) == pytest.approx(10**9 / 5e10 + 5e-6)
    assert latency.seconds(replace(layer, macs=0), RATES) == pytest.approx(10**6 / 3e10 + 5e-6)
    assert latency.seconds(replace(layer, macs=0, kind="pool"), RATES) == pytest.approx(10**6 / 1e9 + 5e-6)
    everything = latency.operations(latency.outline(0.25, 0.3), 8)
    total = latency.predicted_seconds(everything, RATES)
    assert total == pytest.approx(sum(latency.seconds(operation, RATES) for operation in everything))
    shares = latency.limits(everything, RATES)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["overhead"] == pytest.approx(len(everything) * 5e-6 / total)


def test_a_share_of_the_time_is_what_takes_longer_in_each_operation() -> None:
    counted = [
        ("conv0", "multiply", 40, 8),
        ("conv1", "multiply", 4, 20),
        ("norm", "stream", 0, 12),
        ("p", "pool", 0, 16),
    ]
    shares = latency.limits([Operation(*one) for one in counted], Rates(macs=4, stream=4, pool=8, overhead=1))
    # 10 s of multiplications, 5 and 3 of memory, 2 of pooling, and 1 for each call
    assert shares == pytest.approx(
        {"multiplications": 10 / 24, "memory": 8 / 24, "pooling": 2 / 24, "overhead": 4 / 24}
    )


def test_no_rates_let_the_model_exceed_its_bound() -> None:
    rng = np.random.default_rng(0)
    dense, pruned = (latency.operations(latency.outline(0.25, ratio), 4) for ratio in (0.0, 0.4))
    bound = latency.bound(dense, pruned)
    for _ in range(50):
        rates = Rates(*(10 ** rng.uniform(6, 12, 3)), overhead=10 ** rng.uniform(-9, -3))
        gain = latency.predicted_seconds(dense, rates) / latency.predicted_seconds(pruned, rates)
        assert 1 < gain < bound
    assert bound >= 1 / (1 - 0.4) ** 2 * 0.95


def test_the_untouched_share_is_amdahls_law_turned_round() -> None:
    share = model.untouched_share().subs({model.gain: Fraction(4), model.speedup: Fraction(2)})
    assert share == Fraction(1, 3)
    assert model.amdahl.subs({model.gain: 4, model.untouched: Fraction(1, 3)}) == 2


def test_the_two_layers_of_the_proof_move_the_bytes_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # on a machine that multiplies in no time: 1 and 3 before, a half and 2 after
    monkeypatch.setattr(model, "layer_time", model.moved)
    monkeypatch.setattr(model, "pruned_time", model.pruned_moved)
    assert model.two_layers() == (Fraction(1 + 3) / (Fraction(1, 2) + 2), 1)


@pytest.mark.parametrize("name", ["macs", "stream", "pool"])
def test_rates_must_be_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} = 0"):
        replace(RATES, **{name: 0})
    assert getattr(replace(RATES, **{name: 0.5}, overhead=0), name) == 0.5


def test_calls_take_turns_and_every_second_one_is_timed() -> None:
    order: list[str] = []
    found = interleaved({name: lambda name=name: order.append(name) for name in "ab"}, rounds=2)
    assert order == list("aabbaabb")
    assert {name: len(times) for name, times in found.items()} == {"a": 2, "b": 2}
    assert gc.isenabled()


def test_a_call_takes_what_the_clock_says_between_its_start_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    squares, rounds = (number**2 for number in range(8)), list[int]()
    monkeypatch.setattr(timing, "perf_counter", lambda: next(squares))
    assert interleaved(dict.fromkeys("ab", lambda: None), 2, rounds.append) == {"a": [1, 9], "b": [5, 13]}
    assert rounds == [1, 2]
    assert Spread.of([4, 0, 3, 1, 2]) == Spread(median=2, lower=1, upper=3)


def test_a_failing_call_leaves_the_garbage_collector_on() -> None:
    with pytest.raises(ZeroDivisionError):
        interleaved({"a": lambda: 1 / 0}, rounds=1)
    assert gc.isenabled()


def test_speed_ups_are_taken_round_by_round() -> None:
    assert gains([2.0, 20.0, 8.0], [1.0, 10.0, 2.0]) == Spread(2.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="2 and 1 rounds do not pair"):
        gains([1.0, 2.0], [1.0])


def proportional(level: float, slope: float, scatter: float = 0.0) -> sparse_speed.Times:
    """A sparse kernel whose time is ``slope`` times the density, beside a dense one that takes ``level``."""
    densities = (0.01, 0.1, 1.0)
    around = (1 - scatter, 1.0, 1 + scatter)
    return {
        "zeros": {density: [level * factor for factor in around] for density in densities},
        "torch CSR": {density: [slope * density * factor for factor in around] for density in densities},
    }


def test_the_crossing_of_proportional_times_is_their_quotient() -> None:
    found = sparse_speed.crossing(proportional(2.0, 10.0), "torch CSR")
    assert found.density == pytest.approx(0.2)
    assert (found.lower, found.upper) == (pytest.approx(0.2), pytest.approx(0.2))


def test_scatter_widens_the_interval_of_the_crossing() -> None:
    found = sparse_speed.crossing(proportional(2.0, 10.0, 0.2), "torch CSR")
    # quartiles: 0.9 and 1.1 of the sparse kernel's three rounds; 0.8 and 1.2 of all nine of the dense one
    assert found.lower == pytest.approx(0.2 * 0.8 / 1.1)
    assert found.upper == pytest.approx(0.2 * 1.2 / 0.9)


@pytest.mark.parametrize("level", [0.05, 0.9, 1.0])
def test_a_crossing_may_lie_between_any_two_densities(level: float) -> None:
    assert sparse_speed.crossing(proportional(level, 1.0), "torch CSR").density == pytest.approx(level)


@pytest.mark.parametrize("level", [2.0, 0.005, 0.01])
def test_kernels_that_do_not_cross_are_refused(level: float) -> None:
    with pytest.raises(ValueError, match="torch CSR does not cross"):
        sparse_speed.crossing(proportional(level, 1.0), "torch CSR")


def test_all_kernels_compute_the_same_product(monkeypatch: pytest.MonkeyPatch) -> None:
    results: dict[str, np.ndarray] = {}

    def compute(calls, rounds, after_round):
        results.update({name: np.asarray(call()) for name, call in calls.items()})
        return {name: [1.0] * rounds for name in calls}

    monkeypatch.setattr(sparse_speed, "ROWS", 8)
    monkeypatch.setattr(sparse_speed, "COLUMNS", 12)
    monkeypatch.setattr(sparse_speed, "interleaved", compute)
    kept: list[tuple[int, ...]] = []
    monkeypatch.setattr(sparse_speed, "sparse_matrix", lambda *sizes: kept.append(sizes) or sparse_matrix(*sizes))
    sparse_speed.measure((0.25, 1.0), width=3, rounds=1)
    assert kept == [(8, 12, 96), (8, 12, 24), (8, 12, 96)]
    for density in ("0.25", "1"):
        for kernel in ("torch CSR", "SciPy CSR"):
            assert results[f"{kernel}, {density}"] == pytest.approx(results[f"zeros, {density}"], abs=1e-5)
    assert results["dense, 1"] == pytest.approx(results["zeros, 1"])


def test_the_network_that_is_timed_is_smaller_and_its_outline_holds_no_weights() -> None:
    network = latency.pruned_network(0.25, 0.5)
    assert not network.training
    assert network.channels == latency.pruned_channels(0.25, 0.5) == (8, 16, 32, 32, 64, 64, 64, 128)
    assert all(parameter.is_meta for parameter in latency.outline(0.25, 0.5).parameters())
    assert isinstance(network.conv0, nn.Conv2d)


def small_plan() -> list[Planned]:
    return [
        Planned("rates", {}),
        Planned("convolutions, batch 1", {"batch": 1, "rounds": 1}),
        Planned("latency, width 0.25, batch 1", {"width": 0.25, "batch": 1, "rounds": 1}),
    ]


def test_a_run_is_planned_timed_recorded_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "plan", small_plan)
    monkeypatch.setattr(speed, "RATE_ROUNDS", 1)
    monkeypatch.setattr(speed, "RATIOS", (0.0, 0.5))
    threads = torch.get_num_threads()
    try:
        record = reproduce_speed(1, tmp_path)
    finally:
        torch.set_num_threads(threads)
    assert isinstance(record, Record)
    found = speed.interpret(read(tmp_path / speed.FILE)["runs"])
    first, last = found.at(0.25, 1)
    assert (first.speedup.median, first.predicted, first.bound) == (1, 1, 1)
    assert last.bound == 4
    assert 1 < last.predicted < last.bound
    assert record.settings["threads"] == 1
    assert list(found.convolutions[1]) == [f"conv{place}" for place in range(8)]
    assert all(rate > 0 for rate in found.convolutions[1].values())


class Once:
    """A clock that makes every call once, keeps what comes back, and says that each round took two seconds."""

    def __init__(self) -> None:
        self.found: dict[str, torch.Tensor] = {}

    def __call__(self, calls, rounds, after_round=None):
        self.found |= {name: call() for name, call in calls.items()}
        return {name: [2.0] * rounds for name in calls}


def test_rates_are_the_work_of_a_call_by_its_seconds(monkeypatch):
    clock, seen = Once(), []

    def watched(shape: tuple[int, int, int], channels: tuple[int, ...]) -> VGG:
        network = VGG(shape, channels=channels)
        network.conv0.register_forward_hook(
            lambda layer, given, after: seen.append((shape, channels, tuple(given[0].shape)))
        )
        return network

    monkeypatch.setattr(latency, "interleaved", clock)
    monkeypatch.setattr(latency, "VGG", watched)
    found = latency.calibrate(1)
    assert found["macs"] == [8 * 320 * 12 * 12 * 320 * 3 * 3 / 2]  # a multiplication for each weight and pixel
    assert found["stream"] == [(2**26 + 2**26) / 2]  # 64 MiB read and 64 MiB written
    assert found["pool"] == [(2**20 + 2**18) / 2]  # 1 MiB read and a quarter of it written
    assert found["overhead"] == [2 / (8 * 3 + 2)]  # convolution, norm and ReLU; one pixel is not pooled
    shapes = {name: tuple(result.shape) for name, result in clock.found.items()}
    assert shapes == {"macs": (8, 320, 12, 12), "stream": (2**24,), "pool": (1, 64, 32, 32), "overhead": (1, 10)}
    assert seen == [((3, 1, 1), (1,) * 8, (1, 3, 1, 1))]


def test_single_convolutions_are_those_of_the_dense_network(monkeypatch):
    clock = Once()
    monkeypatch.setattr(latency, "interleaved", clock)
    found, inputs = latency.convolution_rates(2, 3), 3
    for place, (outputs, side) in enumerate(zip(VGG_CHANNELS, (32, 32, 16, 16, 8, 8, 4, 4), strict=True)):
        assert clock.found[f"conv{place}"].shape == (2, outputs, side, side)
        assert found[f"conv{place}"] == [2 * 9 * inputs * outputs * side**2 / 2] * 3
        inputs = outputs


def test_products_are_measured_from_one_column_on_with_the_matrix_of_a_convolution():
    assert (sparse_speed.ROWS, sparse_speed.COLUMNS) == (512, 4608)
    with pytest.raises(ValueError, match="width = 0"):
        sparse_speed.measure([0.5], 0, 1)


def test_products_with_one_column_can_be_measured(monkeypatch):
    monkeypatch.setattr(sparse_speed, "ROWS", 4)
    monkeypatch.setattr(sparse_speed, "COLUMNS", 6)
    times = sparse_speed.measure([0.5], 1, 1)
    assert {len(rounds) for kernel in times.values() for rounds in kernel.values()} == {1}


@pytest.mark.parametrize(("says", "width"), [("AVX512", 16), ("AVX2", 8), ("DEFAULT", 4)])
def test_a_register_holds_512_256_or_128_bits_of_single_precision(monkeypatch, says, width):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: says)
    assert latency.register_width() == width


def test_what_is_timed_is_one_batch_of_small_images(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: set[tuple[int, ...]] = set()
    monkeypatch.setattr(latency, "pruned_network", lambda width, ratio: lambda images: shapes.add(tuple(images.shape)))
    assert list(latency.measure(0.25, [0.0, 0.5], 2, 1)) == [0.0, 0.5]
    assert shapes == {(2, 3, 32, 32)}
