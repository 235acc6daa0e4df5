"""The latency model as the experiments compute it, and what zeros change on a layer that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import Eq

from dltheory.compression.derivation import latency as d
from verifiedbook.claims import Agreement, Exact, ForAll, NearMiss

from .published import SMALLER_ACTIVATIONS


def evaluated_model() -> Agreement:
    return Agreement(
        lambda **point: _evaluated(**point),
        lambda **point: _by_hand(**point),
        lambda rng: {
            name: float(rng.uniform(1, 100)) for name in ("macs", "moved", "mac_rate", "byte_rate", "overhead")
        },
        tolerance=1e-12,
        because="five operations in double precision",
        near_misses=[
            NearMiss("the two take turns", measure=lambda **point: _by_hand(**point, together=sum)),
            NearMiss("the faster one counts", measure=lambda **point: _by_hand(**point, together=min)),
        ],
    )


def zeros_in_a_dense_kernel() -> list[ForAll | Exact]:
    same = [Eq(d.pruned_macs, d.macs), Eq(d.pruned_moved, d.moved)]
    shapes = [
        {"inputs": 3, "outputs": 8, "pixels": 6, "batch": 1, "removed": 100},
        {"inputs": 16, "outputs": 24, "pixels": 8, "batch": 2, "removed": 3000},
        {"inputs": 5, "outputs": 1, "pixels": 4, "batch": 3, "removed": 45},
    ]
    return [
        ForAll(
            same,
            Eq(d.pruned_time, d.layer_time),
            near_misses=[NearMiss("the same MACs are enough", given=same[:1])],
        ),
        Exact(
            lambda **case: _shape_costs(**case),
            lambda **case: _kernel_costs(**case),
            shapes,
            near_misses=[
                NearMiss(
                    "zeros make the activations smaller",
                    predict=lambda **case: _shape_costs(**case, shrunk=("output",)),
                    erratum=SMALLER_ACTIVATIONS,
                ),
                NearMiss("zeros take no memory", predict=lambda **case: _shape_costs(**case, shrunk=("weights",))),
            ],
        ),
    ]


def _shape_costs(
    inputs: int, outputs: int, pixels: int, batch: int, removed: int, shrunk: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Bytes of a convolution by its shape alone; ``shrunk`` ones times the density of the weights."""
    total = 9 * inputs * outputs
    numbers = batch * pixels**2
    found = {
        "weights": 4 * total,
        "input": 4 * numbers * inputs,
        "output": 4 * numbers * outputs,
    }
    density = sp.Rational(total - removed, total)
    return {name: cost * density if name in shrunk else cost for name, cost in found.items()}


def _kernel_costs(inputs: int, outputs: int, pixels: int, batch: int, removed: int) -> dict[str, int]:
    """The same counted on a convolution that runs, after ``removed`` of its weights have been set to zero."""
    import torch
    from torch import nn

    from dltheory.compression.experiment.storage import nbytes
    from dltheory.pruning.experiment.masks import keep_largest

    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    with torch.no_grad():
        layer.weight.mul_(keep_largest(layer.weight.abs(), removed))
        images = torch.ones(batch, inputs, pixels, pixels)
        written = layer(images)
    if int(layer.weight.count_nonzero()) != layer.weight.numel() - removed:
        raise AssertionError("the zeros are not there")
    return {
        "weights": nbytes(layer.weight),
        "input": nbytes(images),
        "output": nbytes(written),
    }


def _evaluated(**point: float) -> float:
    """The printed model, turned into a function."""
    from dltheory.compression.experiment.latency import Operation, Rates, seconds

    # a million times the numbers and rates: MACs and bytes are whole
    scale = 10**15
    operation = Operation("layer", "stream", round(point["macs"] * scale), round(point["moved"] * scale))
    rates = Rates(point["mac_rate"] * scale, point["byte_rate"] * scale, scale, point["overhead"])
    return seconds(operation, rates)


def _by_hand(together: Callable[[list[float]], float] = max, **point: float) -> float:
    busy = [point["macs"] / point["mac_rate"], point["moved"] / point["byte_rate"]]
    return together(busy) + point["overhead"]
