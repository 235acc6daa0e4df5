"""What a record of pruning says about channels: published beside reproduced, one number a network."""

from __future__ import annotations

from dltheory.compression.derivation.source import ACCURACY
from dltheory.pruning.experiment.recorded import Line, Runs, dense_line, of_phase

#: The order in which channels stood when the last ones were cut off, and what that means.
ORDERS = {"first": "first channels kept", "sorted": "most important channels kept"}


def channel_lines(runs: Runs) -> list[Line]:
    """Test accuracies: dense, then with channels removed, before and after fine-tuning; none without such a run."""
    found = of_phase(runs, "channels")
    if not found:
        return []
    return [
        dense_line(runs),
        *(
            Line(
                told + (", fine-tuned" if moment == "after" else ""),
                ACCURACY.get(f"{order}, {moment}"),
                tuple(run[order][moment]["test"] for run in found),
            )
            for moment in ("before", "after")
            for order, told in ORDERS.items()
        ),
    ]
