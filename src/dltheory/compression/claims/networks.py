"""What is measured on networks without some of their channels, read from the record."""

from __future__ import annotations

from functools import cache

import numpy as np

from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


@cache
def _shares(order: str, moment: str) -> np.ndarray:
    """Test accuracy without 30 % of the channels as a share of the dense one, a number a network."""
    from dltheory.lab.runs.records import RESULTS, read
    from dltheory.pruning.experiment.recorded import of_phase

    runs = read(RESULTS / "pruning-cifar10-width0.25.json")["runs"]
    dense = np.array([run["test"] for run in of_phase(runs, "dense")])
    return np.array([run[order][moment]["test"] for run in of_phase(runs, "channels")]) / dense


@claim("obs-compression-cifar10", uses=["thm-channel-permutation"], source="krizhevsky2009, dltheoreticalanalysis")
def fine_tuning_wins_back_what_removing_channels_cost_on_cifar10() -> Clauses:
    """A comparison for each recorded network, and clause."""
    return clauses(
        i=Measured(
            lambda: np.ones_like(_shares("first", "before")),
            lambda: (_shares("first", "before") < 0.5).astype(float),
            tolerance=0.0,
            because="published: 28 of 93 %; the bound is far from it",
            near_misses=[
                NearMiss("after fine-tuning too", measure=lambda: (_shares("first", "after") < 0.5).astype(float)),
            ],
        ),
        ii=Measured(
            lambda: np.ones_like(_shares("sorted", "after")),
            lambda: (_shares("sorted", "after") > 0.9).astype(float),
            tolerance=0.0,
            because="published: 92 of 93 %; the bound is far from it",
            near_misses=[
                NearMiss("no fine-tuning is needed", measure=lambda: (_shares("sorted", "before") > 0.9).astype(float)),
            ],
        ),
    )
