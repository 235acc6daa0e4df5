"""What a record of the cheating feature says: all seeds of one variant in one row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dltheory.lab.runs.comparison import Interval, mean_interval
from dltheory.lab.runs.records import RESULTS, read

#: (keep probability, ReLU on the logits): clean and cheating accuracy as published, from one seed each.
PUBLISHED = {(1.0, True): (0.11, 0.80), (0.25, True): (0.37, 0.51)}


@dataclass(frozen=True)
class Row:
    """All seeds of one variant: accuracies, and for each run how many classes no test image is given to.

    ``dead`` of these have a score of at most 0 on every training image.
    """

    keep: float
    relu_on_logits: bool
    clean: tuple[float, ...]
    cheating: tuple[float, ...]
    dead: tuple[int, ...]
    never_predicted: tuple[int, ...]
    seeds: tuple[int, ...]

    def lost(self) -> str:
        """``0 1 2(1) 0``: classes lost in each run, in brackets how many of them are dead."""
        pairs = zip(self.never_predicted, self.dead, strict=True)
        return " ".join(f"{lost}({dead})" if dead else str(lost) for lost, dead in pairs)

    def of(self, seeds: Collection[int]) -> tuple[list[float], list[float]]:
        """Clean and cheating accuracies of these ``seeds``, in order."""
        places = [place for place, seed in enumerate(self.seeds) if seed in seeds]
        return [self.clean[place] for place in places], [self.cheating[place] for place in places]

    @property
    def intervals(self) -> tuple[Interval, Interval]:
        """95 % intervals of the mean accuracy on clean and on cheating images."""
        return mean_interval(self.clean), mean_interval(self.cheating)


def rows(runs: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """The runs of a record, one row a variant, with dropout growing and the ReLU first; seeds in order."""
    variants = sorted({(not run["relu_on_logits"], -run["keep"]) for run in runs.values()})
    found = []
    for without, minus_keep in variants:
        group = [run for run in runs.values() if (run["relu_on_logits"], run["keep"]) == (not without, -minus_keep)]
        group.sort(key=lambda run: run["seed"])
        found.append(
            Row(
                -minus_keep,
                not without,
                *(tuple(run[name] for run in group) for name in ("clean", "cheating")),
                tuple(len(set(run["dead"]) & set(run["never_predicted"])) for run in group),
                tuple(len(run["never_predicted"]) for run in group),
                tuple(run["seed"] for run in group),
            )
        )
    return found


def recorded(file: str) -> list[Row]:
    """The rows of a committed record, such as ``dropout-digits.json``. Raises RecordError where there is none."""
    return rows(read(RESULTS / file)["runs"])
