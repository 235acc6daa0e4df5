"""The latency model: what it implies for every layer, network and machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from dltheory.compression.derivation import latency as d
from verifiedbook.claims import Agreement, Exact, ForAll, Identity, NearMiss, claim

from .published import SMALLER_ACTIVATIONS

most, f = d.gain, d.untouched
SMALLER = [d.pruned_macs <= d.macs, d.pruned_moved <= d.moved]
#: g_max is at least both ratios; written without quotients, so that $A'=0$ is covered.
RATIOS_AT_MOST = [d.macs <= most * d.pruned_macs, d.moved <= most * d.pruned_moved]


def _layers(overhead: sp.Expr = d.overhead) -> tuple[list[sp.Expr], list[sp.Expr], list[sp.Expr]]:
    """Two layers on one machine: their times, their times after pruning, and MACs before and after, summed."""
    times, pruned_times, totals = [], [], [sp.Integer(0), sp.Integer(0)]
    for place in (1, 2):
        names = {old: sp.Symbol(f"{old.name}_{place}", positive=True) for old in (d.macs, d.moved)}
        pruned = {old: sp.Symbol(f"{old.name}'_{place}", positive=True) for old in (d.macs, d.moved)}
        times.append(d.layer_time.subs({**names, d.overhead: overhead}))
        pruned_times.append(d.layer_time.subs({**pruned, d.overhead: overhead}))
        totals = [totals[0] + names[d.macs], totals[1] + pruned[d.macs]]
    return times, pruned_times, totals


@claim(
    "thm-speedup-bound",
    uses=["thm-macs"],
    source="amdahl1967, williams2009",
    rests_on="The step from two layers to any number is an induction, in the proof. How well kernels obey the model is "
    "not claimed here but measured.",
)
def no_layer_gains_more_than_its_largest_ratio():
    """Let a layer take $T=\\max(A/v_A,Z/v_Z)+o$ with $A$ MACs and $Z$ bytes, and $T'$ with $A'\\le A$, $Z'\\le Z$
    after pruning. Then $1\\le T/T'\\le g_{\\max}=\\max(A/A',Z/Z')$ (with $A/A'=1$ if both are 0), strictly below if
    $o>0$ and $g_{\\max}>1$; and $T/T'\\ge\\min(A/A',Z/Z')$ if $o=0$ and $A'>0$. A network gains at least what its
    least and at most what its most accelerated layer gains. If a share $f$ of the time stays and the rest becomes
    $g_{\\max}$ times faster, the speed-up is $1/(f+(1-f)/g_{\\max})<1/f$. Between two layers pruned by the channel
    ratio $c$, $A/A'=(1-c)^{-2}$ and $Z/Z'$ lies between $(1-c)^{-1}$ and $(1-c)^{-2}$. Zeros in a dense kernel
    change neither $A$ nor $Z$: $T'=T$."""
    return [
        *_one_layer(),
        _network(),
        *_amdahl(),
        _channels(),
        *_zeros_in_a_dense_kernel(),
    ]


def _one_layer() -> list[ForAll]:
    time, after = d.layer_time, d.pruned_time
    return [
        ForAll(
            [*RATIOS_AT_MOST, most >= 1],
            time <= most * after,
            near_misses=[
                NearMiss("the ratio of MACs alone is a bound", given=[d.macs <= most * d.pruned_macs, most >= 1]),
                NearMiss("the ratio of bytes alone is a bound", given=[d.moved <= most * d.pruned_moved, most >= 1]),
                NearMiss("a bound below 1: a layer made larger", given=RATIOS_AT_MOST),
            ],
        ),
        ForAll(
            [*RATIOS_AT_MOST, most > 1, d.overhead > 0],
            time < most * after,
            near_misses=[
                NearMiss("without overhead", given=[*RATIOS_AT_MOST, most > 1]),
                NearMiss("though nothing is saved", given=[*RATIOS_AT_MOST, most >= 1, d.overhead > 0]),
            ],
        ),
        ForAll(
            SMALLER,
            time >= after,
            near_misses=[
                NearMiss("strictly: every saving is time", given=[*SMALLER, d.pruned_macs < d.macs], then=time > after),
                NearMiss("fewer MACs are enough", given=SMALLER[:1]),
            ],
        ),
        ForAll(
            [sp.Eq(d.overhead, 0), d.pruned_macs > 0],
            time / after >= d.smallest_gain,
            near_misses=[
                NearMiss("with overhead", given=[d.pruned_macs > 0, *SMALLER]),
                NearMiss("the larger ratio is reached", then=time / after >= d.largest_gain),
            ],
        ),
    ]


def _network() -> ForAll:
    times, after, totals = _layers(overhead=sp.Integer(0))
    t = sp.symbols("T_1 T_2 T'_1 T'_2", positive=True)
    least = sp.Symbol("k", positive=True)
    each = [t[0] <= most * t[2], t[1] <= most * t[3], t[0] >= least * t[2], t[1] >= least * t[3]]
    both = sp.And(t[0] + t[1] <= most * (t[2] + t[3]), t[0] + t[1] >= least * (t[2] + t[3]))
    return ForAll(
        each,
        both,
        near_misses=[
            NearMiss(
                "the ratio of all MACs is a bound",
                given=[old >= new for old, new in zip(times, after, strict=True)],
                then=sum(times) * totals[1] <= totals[0] * sum(after),
            ),
            NearMiss("the gains add up", then=t[0] + t[1] >= 2 * least * (t[2] + t[3])),
            NearMiss("one layer bounds both", given=[each[0], each[2]]),
        ],
    )


def _amdahl() -> list[Identity | ForAll]:
    return [
        Identity(
            d.derive_amdahl,
            d.amdahl,
            near_misses=[
                NearMiss("the average of the gains", rhs=f + (1 - f) * most),
                NearMiss("the shares exchanged", rhs=1 / ((1 - f) + f / most)),
            ],
        ),
        ForAll(
            [f < 1, most >= 1],
            sp.And(d.amdahl < 1 / f, d.amdahl <= most),
            near_misses=[
                NearMiss("of the other share", then=d.amdahl < 1 / (1 - f)),
                NearMiss("nothing else is left", given=[f <= 1, most >= 1]),
            ],
        ),
    ]


def _channels() -> ForAll:
    gain, left = d.channel_traffic_gain(), d.left
    return ForAll(
        [d.channel_ratio < 1],
        sp.And(gain >= 1 / left, gain <= 1 / left**2),
        near_misses=[
            NearMiss("bytes fall as the square", then=gain >= 1 / left**2),
            NearMiss("bytes fall as the channels", then=gain <= 1 / left),
        ],
    )


def _zeros_in_a_dense_kernel() -> list[Exact | Agreement]:
    shapes = [
        {"inputs": 3, "outputs": 8, "pixels": 6, "batch": 1, "removed": 100},
        {"inputs": 16, "outputs": 24, "pixels": 8, "batch": 2, "removed": 3000},
        {"inputs": 5, "outputs": 1, "pixels": 4, "batch": 3, "removed": 45},
    ]
    return [
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
                NearMiss("a dense kernel skips zeros", predict=lambda **case: _shape_costs(**case, shrunk=("macs",))),
                NearMiss("zeros take no memory", predict=lambda **case: _shape_costs(**case, shrunk=("weights",))),
            ],
        ),
        Agreement(
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
        ),
    ]


def _shape_costs(
    inputs: int, outputs: int, pixels: int, batch: int, removed: int, shrunk: tuple[str, ...] = ()
) -> dict[str, Any]:
    """MACs and bytes of a convolution by its shape alone; ``shrunk`` ones times the density of the weights."""
    total = 9 * inputs * outputs
    numbers = batch * pixels**2
    found = {
        "macs": total * numbers,
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

    from dltheory.compression.experiment.cost import layer_costs
    from dltheory.compression.experiment.storage import nbytes
    from dltheory.pruning.experiment.masks import keep_largest

    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    with torch.no_grad():
        layer.weight.mul_(keep_largest(layer.weight.abs(), removed))
        images = torch.ones(batch, inputs, pixels, pixels)
        written = layer(images)
    if int(layer.weight.count_nonzero()) != layer.weight.numel() - removed:
        raise AssertionError("the zeros are not there")
    (cost,) = layer_costs(layer, (inputs, pixels, pixels))
    return {
        "macs": batch * cost.macs,
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
