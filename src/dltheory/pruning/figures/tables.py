"""The notebook's tables from a record: published beside reproduced, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dltheory.pruning.experiment.recorded import Line, Runs, accuracy_lines, criteria_lines, scan_lines, spread

if TYPE_CHECKING:
    from rich.console import Console

    from dltheory.lab.runs.records import Record


def _criteria_rows(runs: Runs, moment: str) -> tuple[list[float], list[list[str]]]:
    """The sparsities, and for each criterion its name and one cell a sparsity; a dash where nothing was run."""
    found = criteria_lines(runs, moment)
    sparsities = sorted({sparsity for cells in found.values() for sparsity in cells})
    rows = [
        [criterion, *(spread(cells[each]) if each in cells else "–" for each in sparsities)]
        for criterion, cells in found.items()
    ]
    return sparsities, rows


def markdown(lines: Sequence[Line], header: Sequence[str], with_published: bool = True) -> str:
    """The lines as a table for the page."""
    rows = [" | ".join(line.cells(with_published)) for line in lines]
    columns = len(lines[0].cells(with_published))
    return "\n".join(
        [f"| {' | '.join(header)} |", "|---" + "|---:" * (columns - 1) + "|", *(f"| {row} |" for row in rows)]
    )


def criteria_markdown(runs: Runs, moment: str) -> str:
    """One row a criterion, one column a sparsity."""
    sparsities, rows = _criteria_rows(runs, moment)
    lines = [
        "| accuracy in %, by sparsity | " + " | ".join(f"{sparsity:g}" for sparsity in sparsities) + " |",
        "|---" + "|---:" * len(sparsities) + "|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(cell.removesuffix(" %") for cell in row) + " |" for row in rows)])


def print_tables(console: Console, record: Record, more: Mapping[str, Sequence[Line]] | None = None) -> None:
    """Print what the record holds: accuracies, the scan and the criteria; ``more`` lines by title, after the first."""
    from rich.table import Table

    with_published = record.settings["data"].startswith("CIFAR-10")
    title = f"{record.settings['data']}, width {record.settings['width']:g}"
    for name, lines in (
        ("test accuracy", accuracy_lines(record.runs)),
        *(more or {}).items(),
        ("validation accuracy with one layer alone at sparsity 0.9", scan_lines(record.runs)),
    ):
        if lines:
            drawn = Table(title=f"{title}: {name}", title_justify="left")
            for column in ("network", *(["published, width 1"] if with_published else []), "reproduced"):
                drawn.add_column(column, justify="left" if column == "network" else "right")
            for line in lines:
                drawn.add_row(*line.cells(with_published))
            console.print(drawn)
    for moment in ("before", "after"):
        sparsities, rows = _criteria_rows(record.runs, moment)
        if rows:
            drawn = Table(title=f"{title}: test accuracy {moment} fine-tuning, by sparsity", title_justify="left")
            drawn.add_column("criterion")
            for sparsity in sparsities:
                drawn.add_column(f"{sparsity:g}", justify="right")
            for row in rows:
                drawn.add_row(*row)
            console.print(drawn)
