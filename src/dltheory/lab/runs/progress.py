"""What all long runs share: the device, a bar over epochs, and every finished run written with its provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dltheory.lab.runs.records import Planned, Record, carry_out, gather_provenance


def prepared_device(asked: str, threads: int | None) -> str:
    """``cuda`` or ``cpu`` for what was asked, ``auto`` included; torch then computes with so many ``threads``."""
    import torch

    if asked == "cuda" and not torch.cuda.is_available():
        raise click.ClickException("--device cuda: torch finds no CUDA device here; use --device cpu or auto")
    if threads:
        torch.set_num_threads(threads)
    return "cuda" if asked != "cpu" and torch.cuda.is_available() else "cpu"


def refuse_data_of_digits(dataset: str, data: Path | None) -> None:
    """Only CIFAR-10 is read from a folder or an archive."""
    if data is not None and dataset != "cifar10":
        raise click.UsageError("--data goes with --dataset cifar10; digits ship with scikit-learn")


def carry_out_showing(
    console: Console,
    record: Record,
    plan: Sequence[Planned],
    execute: Callable[[Planned, Callable[[], None]], Mapping[str, Any]],
    epochs: Callable[[Planned], int],
    device: str,
) -> None:
    """Do the missing runs under a bar; ``execute(planned, advance)`` calls ``advance`` after each of its ``epochs``."""
    import torch

    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    provenance = gather_provenance(
        ("torch", "numpy", "scikit-learn", "pillow"), device=name, threads=torch.get_num_threads()
    )
    with _bar(console) as bar:
        task = bar.add_task("", total=sum(epochs(planned) for planned in record.missing(plan)))

        def shown(planned: Planned) -> Mapping[str, Any]:
            bar.update(task, description=planned.key)
            return execute(planned, lambda: bar.advance(task))

        carry_out(record, plan, shown, provenance)


def _bar(console: Console) -> Progress:
    """A bar over all epochs of all runs, with the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    )
