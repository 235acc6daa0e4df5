"""The latency model on a network: what each operation does and moves, the rates of this machine, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from sympy import lambdify
from torch import nn
from torch.nn import functional

from dltheory.compression.derivation import latency as model
from dltheory.compression.experiment.channels import kept_channels
from dltheory.compression.experiment.timing import Spread, interleaved
from dltheory.lab.models import VGG
from dltheory.lab.validation import number, whole

_NUMBER = 4  # bytes


@dataclass(frozen=True)
class Operation:
    """One call of a kernel on one batch: what it multiplies, and the bytes it reads and writes, each once.

    ``kind`` is *multiply* (convolution, linear layer), *stream* (batch norm, ReLU, mean) or *pool*.
    """

    name: str
    kind: str
    macs: int
    moved: int


@dataclass(frozen=True)
class Rates:
    """The constants of the model: MACs and bytes a second, bytes a second of max pooling, seconds a call.

    Pooling has a rate of its own, because its kernel takes one number after the other and never reaches the memory's.
    """

    macs: float
    stream: float
    pool: float
    overhead: float

    def __post_init__(self) -> None:
        for name in ("macs", "stream", "pool"):
            number(name, getattr(self, name), above=0)
        number("overhead", self.overhead, at_least=0)


def operations(network: VGG, batch: int, block: int = 1) -> list[Operation]:
    """The operations of ``network`` on a batch, in the order in which they run.

    With a ``block`` above 1 the channels of convolutions, the image's own apart, count as filled up to whole blocks:
    so many numbers fit into one register, and a kernel multiplies registers.
    """
    batch, block = whole("batch", batch, at_least=1), whole("block", block, at_least=1)
    found = []
    inputs, height, width = network.shape
    for position, outputs in enumerate(network.channels):
        pixels = batch * height * width
        multiplied = 9 * (filled(inputs, block) if position else inputs) * filled(outputs, block) * pixels
        moved = _NUMBER * (9 * inputs * outputs + pixels * (inputs + outputs))
        found.append(Operation(f"conv{position}", "multiply", multiplied, moved))
        both_ways = 2 * _NUMBER * pixels * outputs
        found += [Operation(f"{name}{position}", "stream", 0, both_ways) for name in ("norm", "relu")]
        if position in network.pooled:
            found.append(Operation(f"pool{position}", "pool", 0, both_ways * 5 // 8))
            height, width = height // 2, width // 2
        inputs = outputs
    found.append(Operation("mean", "stream", 0, _NUMBER * batch * inputs * (height * width + 1)))
    linear = inputs * network.classes
    moved = _NUMBER * (linear + network.classes + batch * (inputs + network.classes))
    return [*found, Operation("classifier", "multiply", batch * linear, moved)]


def filled(count: int, block: int) -> int:
    """``count`` rounded up to a multiple of ``block``."""
    return -(-count // block) * block


def register_width() -> int:
    """Single-precision numbers in one vector register of this machine, as far as torch says."""
    return {"AVX512": 16, "AVX2": 8}.get(torch.backends.cpu.get_cpu_capability(), 4)


@cache
def _layer_time() -> Callable[..., float]:
    """The printed formula as a function; a layer may do no multiplication at all."""
    symbols = (model.macs, model.moved, model.mac_rate, model.byte_rate, model.overhead)
    return lambdify(symbols, model.layer_time, modules="math")


def seconds(operation: Operation, rates: Rates) -> float:
    """What the model says one operation takes."""
    byte_rate = rates.pool if operation.kind == "pool" else rates.stream
    return float(_layer_time()(operation.macs, operation.moved, rates.macs, byte_rate, rates.overhead))


def predicted_seconds(operations: Iterable[Operation], rates: Rates) -> float:
    """The model's latency: the sum over all operations."""
    return sum(seconds(operation, rates) for operation in operations)


def limits(operations: Iterable[Operation], rates: Rates) -> dict[str, float]:
    """The share of the predicted time by what limits it: multiplications, memory, pooling, overhead."""
    shares = dict.fromkeys(("multiplications", "memory", "pooling", "overhead"), 0.0)
    for operation in operations:
        shares["overhead"] += rates.overhead
        multiplying = operation.macs / rates.macs
        busy = seconds(operation, rates) - rates.overhead
        if operation.kind == "pool":
            shares["pooling"] += busy
        else:
            shares["multiplications" if multiplying >= operation.moved / rates.stream else "memory"] += busy
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def pruned_channels(width: float, ratio: float) -> tuple[int, ...]:
    """Channels of the source's network at ``width`` with the fraction ``ratio`` removed everywhere but at the end."""
    full = VGG.of_width((3, 32, 32), width).channels
    return (*(kept_channels(count, ratio) for count in full[:-1]), full[-1])


def pruned_network(width: float, ratio: float) -> VGG:
    """A network of these channels with random weights, ready to be timed: what its weights are changes no time."""
    return VGG((3, 32, 32), channels=pruned_channels(width, ratio)).eval()


@cache
def outline(width: float, ratio: float) -> VGG:
    """The same network without any weights in memory, to count on."""
    with torch.device("meta"):
        return pruned_network(width, ratio)


def bound(dense: Sequence[Operation], pruned: Sequence[Operation]) -> float:
    """The model's bound on the speed-up: the largest ratio of MACs or bytes of any operation."""
    pairs = list(zip(dense, pruned, strict=True))
    ratios = [old.moved / new.moved for old, new in pairs]
    return max([*ratios, *(old.macs / new.macs for old, new in pairs if new.macs)])


@torch.inference_mode()
def calibrate(rounds: int) -> dict[str, list[float]]:
    """The four rates, one value a round, each from a call that occurs in none of the networks that are predicted.

    A convolution of 320 channels on 12 x 12 pixels; a sum that reads 64 MiB and writes 64 MiB, more than caches hold,
    into memory that is there already; pooling of 1 MiB; and for the overhead a network of the same operations with one
    channel and one pixel, its time divided by their number.
    """
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(8, 320, 12, 12, generator=generator)
    stream = torch.randn(2**24, generator=generator)
    written = torch.empty_like(stream)
    pool = torch.randn(1, 64, 64, 64, generator=generator)
    pixel = torch.randn(1, 3, 1, 1, generator=generator)
    convolution = nn.Conv2d(320, 320, 3, padding=1, bias=False)
    tiny = VGG((3, 1, 1), channels=(1,) * 8).eval()
    times = interleaved(
        {
            "macs": lambda: convolution(images),
            "stream": lambda: torch.add(stream, 1.0, out=written),
            "pool": lambda: functional.max_pool2d(pool, 2),
            "overhead": lambda: tiny(pixel),
        },
        rounds,
    )
    work = {
        "macs": 8 * 144 * 9 * 320 * 320,
        "stream": 2 * _NUMBER * stream.numel(),
        "pool": _NUMBER * pool.numel() * 5 // 4,
    }
    found = {name: [amount / second for second in times[name]] for name, amount in work.items()}
    return found | {"overhead": [second / len(operations(tiny, 1)) for second in times["overhead"]]}


def rates(calibration: dict[str, list[float]]) -> Rates:
    """The medians of the rounds."""
    return Rates(**{name: Spread.of(calibration[name]).median for name in ("macs", "stream", "pool", "overhead")})


@torch.inference_mode()
def convolution_rates(batch: int, rounds: int) -> dict[str, list[float]]:
    """MACs a second of each convolution of the dense network of width 1, alone, one value a round.

    Nothing is predicted from them: they show how far the one rate of the model is from that of a shape.
    """
    network = pruned_network(1.0, 0.0)
    inputs: dict[str, torch.Tensor] = {}
    images = torch.randn(batch, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    for name in network.stages[:-1]:
        inputs[name] = images
        images = network.stage(name, images)
    times = interleaved(
        {name: lambda name=name: network.get_submodule(name)(inputs[name]) for name in inputs},  # type: ignore[misc]
        rounds,
    )
    macs = {operation.name: operation.macs for operation in operations(network, batch)}
    return {name: [macs[name] / second for second in seconds] for name, seconds in times.items()}


@torch.inference_mode()
def measure(
    width: float,
    ratios: Sequence[float],
    batch: int,
    rounds: int,
    after_round: Callable[[int], None] = lambda done: None,
) -> dict[float, list[float]]:
    """Seconds of one batch through each pruned network, by ratio, one number a round, the networks taking turns."""
    images = torch.randn(batch, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    networks = {f"{ratio:g}": pruned_network(width, ratio) for ratio in ratios}
    calls = {name: lambda network=network: network(images) for name, network in networks.items()}
    times = interleaved(calls, rounds, after_round)
    return {ratio: times[f"{ratio:g}"] for ratio in ratios}
