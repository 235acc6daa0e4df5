"""What a record of pruning says, line by line: published beside reproduced, one number a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dltheory.lab.runs.comparison import mean_interval
from dltheory.pruning.derivation.source import ACCURACY, SCAN

Runs = Mapping[str, Mapping[str, Any]]


def spread(values: Sequence[float]) -> str:
    """``87.2 ± 1.4 %``, the mean with its 95 % interval; of two values both, from which no interval says anything."""
    if len(values) == 2:
        return " and ".join(f"{100 * value:.1f}" for value in values) + " %"
    return mean_interval(values).percent()


@dataclass(frozen=True)
class Line:
    """One row of a table: what it is, the published number, and one number a network."""

    name: str
    published: float | None
    values: tuple[float, ...]

    def cells(self, with_published: bool) -> list[str]:
        """Name, published, and the spread over networks."""
        told = [] if not with_published else [f"{100 * self.published:.2f} %" if self.published is not None else "–"]
        return [self.name, *told, spread(self.values)]


def of_phase(runs: Runs, phase: str) -> list[Mapping[str, Any]]:
    """The runs of one phase, by seed."""
    return sorted((run for run in runs.values() if run["phase"] == phase), key=lambda run: run["seed"])


def dense_line(runs: Runs) -> Line:
    """Test accuracies of the networks before anything is removed."""
    return Line("dense", ACCURACY["dense"], tuple(run["test"] for run in of_phase(runs, "dense")))


def accuracy_lines(runs: Runs) -> list[Line]:
    """Test accuracies: dense, and with weights pruned, before and after fine-tuning."""
    weights, chosen = (of_phase(runs, phase) for phase in ("weights", "chosen"))
    found = []
    for moment in ("before", "after"):
        name = "weights pruned" if moment == "before" else "weights pruned, fine-tuned"
        found.append((f"weights, {moment}", name, [run[moment]["test"] for run in weights]))
    for moment in ("before", "after"):
        name = "sparsities from the scan" + (", fine-tuned" if moment == "after" else "")
        found.append((f"chosen, {moment}", name, [run[moment]["test"] for run in chosen]))
    lines = [Line(name, ACCURACY.get(key), tuple(values)) for key, name, values in found if values]
    return [line for line in (dense_line(runs), *lines) if line.values]


def scan_lines(runs: Runs, sparsity: float = 0.9) -> list[Line]:
    """Accuracy with one layer alone at ``sparsity``, on the validation images; published on test images, at 0.9."""
    scans = of_phase(runs, "scan")
    if not scans:
        return []
    index = scans[0]["sparsities"].index(sparsity)
    return [
        Line(
            stage,
            SCAN.get(stage) if sparsity == 0.9 else None,
            tuple(run["right"][stage][index] / run["images"] for run in scans),
        )
        for stage in scans[0]["right"]
    ]


def criteria_lines(runs: Runs, moment: str) -> dict[str, dict[float, tuple[float, ...]]]:
    """Test accuracy ``before`` or ``after`` fine-tuning: criterion, then sparsity, then one number a seed."""
    found: dict[str, dict[float, tuple[float, ...]]] = {}
    for run in of_phase(runs, "criteria"):
        for row in run["rows"]:
            if moment in row:
                cells = found.setdefault(row["criterion"], {})
                cells[row["sparsity"]] = (*cells.get(row["sparsity"], ()), row[moment]["test"])
    return found
