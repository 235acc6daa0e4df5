"""A model of latency: how long a layer takes, and what the model says pruning can gain.

A layer does $A$ multiply-accumulates and moves $Z$ bytes, at the rates $v_A$ and $v_Z$. The two overlap, so the slower
one counts, and starting the layer costs $o$ on top. Primes mark the layer after pruning.
"""

from __future__ import annotations

from sympy import Expr, Max, Min, Rational, Symbol, solve

# a layer may multiply nothing, but it always reads and writes
macs, pruned_macs = Symbol("A", nonnegative=True), Symbol("A'", nonnegative=True)
moved, pruned_moved = Symbol("Z", positive=True), Symbol("Z'", positive=True)
mac_rate, byte_rate = Symbol("v_A", positive=True), Symbol("v_Z", positive=True)
overhead = Symbol("o", nonnegative=True)

#: Seconds that a layer takes.
layer_time = Max(macs / mac_rate, moved / byte_rate) + overhead
pruned_time = layer_time.subs({macs: pruned_macs, moved: pruned_moved}, simultaneous=True)

#: No layer gains more than the larger, nor less than the smaller, of the two ratios (the latter without overhead).
largest_gain = Max(macs / pruned_macs, moved / pruned_moved)
smallest_gain = Min(macs / pruned_macs, moved / pruned_moved)

#: Amdahl's law: the share $f$ of the time stays, the rest becomes $g_{\\max}$ times faster.
untouched, gain, speedup = Symbol("f", positive=True), Symbol("g_max", positive=True), Symbol("g", positive=True)
amdahl = 1 / (untouched + (1 - untouched) / gain)

#: What is left of channels after the ratio $c$, and bytes of weights and of activations in a layer.
channel_ratio = Symbol("c", nonnegative=True)
weight_bytes, activation_bytes = Symbol("Z_w", positive=True), Symbol("Z_x", positive=True)
left = 1 - channel_ratio
traffic = weight_bytes + activation_bytes
#: Between two pruned layers weights shrink twice, activations once.
pruned_traffic = left**2 * weight_bytes + left * activation_bytes


def derive_amdahl() -> Expr:
    """Old time over new time when $f$ of it stays and $1-f$ becomes $g_{\\max}$ times faster."""
    time = Symbol("T", positive=True)
    return time / (untouched * time + (1 - untouched) * time / gain)


def untouched_share() -> Expr:
    """The share $f$ of the time that was left untouched if a gain of $g_{\\max}$ elsewhere gave the speed-up $g$."""
    (share,) = solve(amdahl - speedup, untouched)
    return share


def channel_traffic_gain() -> Expr:
    """$Z/Z'$ of a convolution between two pruned layers: weights shrink twice, activations once."""
    return traffic / pruned_traffic


def two_layers() -> tuple[Expr, Expr]:
    """Speed-up of two layers, of which one MAC each is never removed, and the ratio of all their MACs: 4/3 and 1.

    The traffic falls from 1 to 1/2 in the first and from 3 to 2 in the second; rates are 1, and there is no overhead.
    """
    machine = {mac_rate: 1, byte_rate: 1, overhead: 0}
    costs = ((1, 1, 1, Rational(1, 2)), (1, 1, 3, 2))
    names = (macs, pruned_macs, moved, pruned_moved)
    found = [{**machine, **dict(zip(names, each, strict=True))} for each in costs]
    before, after = (sum(time.subs(layer) for layer in found) for time in (layer_time, pruned_time))
    all_macs, all_pruned = (sum(layer[name] for layer in found) for name in (macs, pruned_macs))
    return before / after, Rational(all_macs, all_pruned)
