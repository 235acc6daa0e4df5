"""The notebook's tables from a record: published beside reproduced, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dltheory.pruning.source import ACCURACY, SCAN
from dltheory.reproduce.comparison import mean_interval

if TYPE_CHECKING:
    from rich.console import Console

    from dltheory.reproduce.records import Record

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


def accuracy_lines(runs: Runs) -> list[Line]:
    """Test accuracies: dense, pruned weights and removed channels, before and after fine-tuning."""
    weights, chosen, channels = (of_phase(runs, phase) for phase in ("weights", "chosen", "channels"))
    found = [("dense", "dense", [run["test"] for run in of_phase(runs, "dense")])]
    for moment in ("before", "after"):
        name = "weights pruned" if moment == "before" else "weights pruned, fine-tuned"
        found.append((f"weights, {moment}", name, [run[moment]["test"] for run in weights]))
    for moment in ("before", "after"):
        name = "sparsities from the scan" + (", fine-tuned" if moment == "after" else "")
        found.append((f"chosen, {moment}", name, [run[moment]["test"] for run in chosen]))
    for moment in ("before", "after"):
        for order, told in (("first", "first channels kept"), ("sorted", "most important channels kept")):
            name = told + (", fine-tuned" if moment == "after" else "")
            found.append((f"channels {order}, {moment}", name, [run[order][moment]["test"] for run in channels]))
    return [Line(name, ACCURACY.get(key), tuple(values)) for key, name, values in found if values]


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


def channels_markdown(runs: Runs, milliseconds: tuple[float, float]) -> str:
    """Dense and with channels removed: test accuracy, multiplications, parameters and the ``milliseconds`` of both."""
    dense, channels = of_phase(runs, "dense"), of_phase(runs, "channels")

    def row(name: str, found: Sequence[Mapping[str, Any]], accuracies: Sequence[float], time: float) -> str:
        accuracy = spread(accuracies)
        return f"| {name} | {accuracy} | {found[0]['macs']:,} | {found[0]['parameters']:,} | {time:.2f} ms |"

    rows = [row("dense", dense, [run["test"] for run in dense], milliseconds[0])]
    for order, told in (("first", "first channels kept"), ("sorted", "most important channels kept")):
        for moment, name in (("before", told), ("after", f"{told}, fine-tuned")):
            rows.append(row(name, channels, [run[order][moment]["test"] for run in channels], milliseconds[1]))
    return "\n".join(["| network | accuracy | MACs | parameters | latency |", "|---|---:|---:|---:|---:|", *rows])


def print_tables(console: Console, record: Record) -> None:
    """Print what the record holds: accuracies, the scan, the costs, and the criteria."""
    from rich.table import Table

    with_published = record.settings["data"].startswith("CIFAR-10")
    title = f"{record.settings['data']}, width {record.settings['width']:g}"
    for name, lines in (
        ("test accuracy", accuracy_lines(record.runs)),
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


def costs_markdown() -> str:
    """Multiplications, parameters and bytes of the notebook's network, published beside counted; nothing is rounded."""
    from sympy import Integer, Rational

    from dltheory.pruning.derivation import counts, storage

    rows = []
    for ratio, told in ((Integer(0), ("606 M", "9.23 M")), (Rational(3, 10), ("305 M", "5.01 M"))):
        channels = counts.rounded_channels(ratio)
        macs, extra, parameters = (
            int(count(channels)) for count in (counts.macs, counts.profiled_extra, counts.parameters)
        )
        name = "dense" if ratio == 0 else "30 % of the channels removed"
        rows += [
            f"| {name}: MACs | {told[0]} | {macs:,}, with batch norm and mean {macs + extra:,} |",
            f"| {name}: parameters | {told[1]} | {parameters:,} |",
        ]
    sizes = {name: float(storage.mebibytes(storage.source_bytes(name))) for name in ("dense", "values", "bitmask")}
    rows += [
        f"| dense: size | 35.20 MiB | {sizes['dense']:.2f} MiB |",
        f"| weights pruned: size | 11.42 MiB | {sizes['values']:.2f} MiB of values, {sizes['bitmask']:.2f} MiB with a "
        "bitmask |",
    ]
    return "\n".join(["| width 1 | published | counted |", "|---|---|---|", *rows])
