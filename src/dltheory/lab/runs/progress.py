"""What all long runs share: the device, a bar over epochs, and every finished run written with its provenance."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dltheory.lab.runs.crew import Crew, CrewError, Dask, Execute, Here, Job, Processes
from dltheory.lab.runs.records import Planned, Record
from dltheory.lab.runs.together import carry_out_together


def chosen_device(asked: str) -> str:
    """``cuda`` or ``cpu`` for what was asked, ``auto`` included."""
    import torch

    if asked == "cuda" and not torch.cuda.is_available():
        raise click.ClickException("--device cuda: torch finds no CUDA device here; use --device cpu or auto")
    return "cuda" if asked != "cpu" and torch.cuda.is_available() else "cpu"


def refuse_data_of_digits(dataset: str, data: Path | None) -> None:
    """Only CIFAR-10 is read from a folder or an archive."""
    if data is not None and dataset != "cifar10":
        raise click.UsageError("--data goes with --dataset cifar10; digits ship with scikit-learn")


def side_by_side(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--jobs`` and ``--dask`` for a command."""
    jobs = click.option("--jobs", "-j", type=click.IntRange(1), help="Runs at a time (default: one for each core).")
    dask = click.option("--dask", metavar="ADDRESS", help="Give the runs to the workers of this Dask scheduler.")
    return jobs(dask(command))


@dataclass(frozen=True)
class Means:
    """With what runs are done: how many at a time, whose workers, threads of each, and the device."""

    device: str
    jobs: int | None = None
    dask: str | None = None
    threads: int | None = None

    def crew(self, runs: int, refresh: Callable[[], None]) -> tuple[Crew, int | None]:
        """Who does so many runs, and the threads of each: together no more than there are cores.

        On a graphics card one run goes at a time unless more are asked for.
        """
        cores = os.cpu_count() or 1
        if self.dask:
            return Dask(self.dask, self.jobs or runs), self.threads
        jobs = min(self.jobs or (1 if self.device == "cuda" else max(1, cores // (self.threads or 1))), runs)
        if jobs == 1:
            return Here(refresh), self.threads
        return Processes(jobs), self.threads or max(1, cores // jobs)


def carry_out_showing(
    console: Console,
    record: Record,
    plan: Sequence[Planned],
    execute: Execute,
    epochs: Callable[[Planned], int],
    means: Means,
) -> None:
    """Do the missing runs under a bar; ``execute(planned, earlier, advance)`` calls ``advance`` after each epoch."""
    if not record.missing(plan):
        return
    with record.reserved(), _bar(console) as bar:
        missing = record.missing(plan)
        task = bar.add_task("", total=sum(map(epochs, missing)))

        def look(counts: Mapping[str, int]) -> None:
            # a run that was lost and is repeated does not count twice
            done = {run.key: epochs(run) if run.key in record.runs else 0 for run in missing}
            under_way = [run.key for run in missing if counts.get(run.key, 0) > 0 and run.key not in record.runs]
            told = sum(max(done[run.key], min(counts.get(run.key, 0), epochs(run))) for run in missing)
            bar.update(task, completed=told, description=", ".join(under_way) or missing[0].key)

        try:
            crew, threads = means.crew(len(missing), lambda: look(crew.counts()))
            carry_out_together(
                record,
                plan,
                crew,
                lambda planned: Job(
                    execute,
                    planned,
                    {key: record.runs[key] for key in planned.after},
                    threads,
                    means.device,
                ),
                look,
            )
        except RuntimeError as error:
            if (said := _said(error)) is None:
                raise
            raise click.ClickException(said) from error


def _said(error: RuntimeError) -> str | None:
    """One sentence for what a crew or a graphics card raises; ``None`` for what nobody expects."""
    import torch

    if isinstance(error, CrewError):
        return str(error)
    if isinstance(error, torch.OutOfMemoryError):
        return "the graphics card has too little memory for this run; use --jobs 1, a smaller --width, or --device cpu"
    if isinstance(error, torch.AcceleratorError):
        reason = str(error).splitlines()[0]
        return f"the graphics card cannot do this run ({reason}); update its driver, or use --device cpu"
    return None


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
