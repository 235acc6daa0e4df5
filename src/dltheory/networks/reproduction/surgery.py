"""Longer runs of pruning by curvature: single weights, paths and sets, and what retraining makes of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from dltheory.lab.runs.records import Planned
from dltheory.networks.experiment import minimum, retraining, surgeon
from dltheory.networks.reproduction.rounding import rounded
from dltheory.networks.reproduction.training import SEEDS

REMOVED = tuple(range(25, 576, 25))
BLOCKS = (2, 8, 32, 128)
#: Networks that had not been trained when the rises of their sets were predicted: sizes, and the first of 300 digits.
NEW_NETWORKS = {"one hidden layer": ((64, 8, 10), 0), "two hidden layers": ((64, 8, 8, 10), 600)}
NEW_SEEDS = range(3, 6)
#: How many sets of which size are retrained.
RETRAINED = {1: 20, 8: 10, 32: 10}


def pruning_plan() -> list[Planned]:
    """One network a seed."""
    return [Planned(f"seed {seed}", {"seed": seed}) for seed in SEEDS]


def pruning_run(seed: int) -> dict[str, Any]:
    """One entry: single weights, blocks and whole paths, predicted with Gauss-Newton and measured."""
    found = minimum.trained(seed, 1e-4)
    H = surgeon.gauss_newton(found)
    single, exact = surgeon.singles(found, H), surgeon.singles(found, found.hessian)
    greedy = surgeon.greedy_surgeon(found, H, REMOVED[-1])
    places = np.array(REMOVED) - 1
    blocks = {}
    for size in BLOCKS:
        columns = surgeon.block_rises(found, H, surgeon.random_blocks(found, size, 40, seed))
        names = ("damage", "measured_damage", "surgery", "measured_surgery")
        blocks[str(size)] = {name: rounded(column) for name, column in zip(names, columns, strict=True)}
    return {
        "seed": seed,
        "loss": rounded(float(found.problem.loss(found.theta))),
        "singles": {name: rounded(values) for name, values in asdict(single).items()},
        "exact_damage": rounded(exact.damage),
        "exact_surgery": rounded(exact.surgery),
        "exact_measured_surgery": rounded(exact.measured_surgery),
        "blocks": blocks,
        "removed": REMOVED,
        "greedy_predicted": rounded(greedy.predicted[places]),
        "greedy": rounded(greedy.measured[places]),
        "surgeon_once": rounded(surgeon.ranked_once(found, single.surgery, H, REMOVED, adjust=True)),
        "damage_once": rounded(surgeon.ranked_once(found, single.damage, H, REMOVED, adjust=False)),
        "magnitude": rounded(surgeon.ranked_once(found, single.size, H, REMOVED, adjust=False)),
    }


def blocks_plan() -> list[Planned]:
    """Both shapes for every new seed."""
    return [
        Planned(f"{shape}, seed {seed}", {"shape": shape, "seed": seed}) for shape in NEW_NETWORKS for seed in NEW_SEEDS
    ]


def blocks_run(shape: str, seed: int) -> dict[str, Any]:
    """One entry: sets of weights of a new network, predicted and measured; of the small one also after retraining."""
    sizes, first = NEW_NETWORKS[shape]
    found = minimum.trained(seed, 1e-4, sizes, first=first)
    H = surgeon.gauss_newton(found)
    outcome: dict[str, Any] = {"shape": shape, "seed": seed, "blocks": _sets(found, H, dict.fromkeys(BLOCKS, 40), seed)}
    if shape == "one hidden layer":
        outcome["retrained"] = _sets(found, H, RETRAINED, 100 + seed, again=True)
        outcome["rows"] = [rounded(row) for row in retraining.greedy_against_best(found, H)]
        outcome["first_layer"] = rounded(found.theta[found.problem.network.slices(0)[0]].abs())
    return outcome


def _sets(
    found: minimum.Minimum, H: surgeon.Array, counts: dict[int, int], seed: int, again: bool = False
) -> dict[str, dict[str, Any]]:
    """For each size the rises predicted and measured of random sets, and those after retraining."""
    rows = {}
    for size, count in counts.items():
        chosen = surgeon.random_blocks(found, size, count, seed)
        names = ("damage", "measured_damage", "surgery", "measured_surgery")
        columns = surgeon.block_rises(found, H, chosen)
        rows[str(size)] = {name: rounded(column) for name, column in zip(names, columns, strict=True)}
        if again:
            rows[str(size)]["retrained"] = rounded([retraining.retrained_rise(found, H, block) for block in chosen])
    return rows
