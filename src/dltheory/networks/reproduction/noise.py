"""Longer runs with dropout: what it adds to the loss, and random pruning after training with and without it."""

from __future__ import annotations

from typing import Any

from dltheory.lab.runs.records import Planned
from dltheory.networks.experiment import dropout as thinning
from dltheory.networks.experiment.model import Problem, digits
from dltheory.networks.reproduction.rounding import rounded
from dltheory.networks.reproduction.training import SEEDS

KEEPS = (0.98, 0.95, 0.9, 0.8, 0.7, 0.5)
PRUNED_KEEPS = (0.9, 0.8, 0.7, 0.5, 0.3)


def dropout_plan() -> list[Planned]:
    """Both losses for every seed."""
    return [
        Planned(f"{kind}, seed {seed}", {"kind": kind, "seed": seed})
        for kind in ("squared", "cross-entropy")
        for seed in SEEDS
    ]


def dropout_run(kind: str, seed: int) -> dict[str, Any]:
    """One entry: excess and penalty over the rates, then random pruning after training with and without dropout."""
    trained = {keep: thinning.trained([seed], 2, keep, kind)[0] for keep in (1.0, 0.8, 0.5)}
    problem = Problem(thinning.NETWORK, *digits(500), kind)
    layers = {}
    for layer in (1, 2):
        drawn = [thinning.excess(problem, trained[1.0], layer, keep, 60, 1000 + seed) for keep in KEEPS]
        layers[str(layer)] = {
            "excess": rounded([mean.value for mean in drawn]),
            "error": rounded([mean.error for mean in drawn]),
            "penalty": rounded([thinning.penalty(problem, trained[1.0], layer, keep) for keep in KEEPS]),
        }
    pruned = {}
    for trained_keep, theta in trained.items():
        means = [thinning.excess(problem, theta, 2, keep, 100, 2000 + seed, shared=True) for keep in PRUNED_KEEPS]
        pruned[f"{trained_keep:g}"] = {
            "loss": rounded(float(problem.loss(theta))),
            "rise": rounded([mean.value for mean in means]),
            "accuracy": rounded(
                [thinning.accuracy_when_pruned(theta, 2, keep, 50, 3000 + seed) for keep in (1.0, *PRUNED_KEEPS)]
            ),
        }
    single = [thinning.pruned_weights_excess(problem, trained[1.0], keep, 200, 4000 + seed) for keep in KEEPS]
    return {
        "kind": kind,
        "seed": seed,
        "keeps": KEEPS,
        "pruned_keeps": PRUNED_KEEPS,
        "layers": layers,
        "pruned": pruned,
        "weights_removed": rounded([mean.value for mean in single]),
    }
