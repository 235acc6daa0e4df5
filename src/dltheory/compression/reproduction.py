"""The speed of pruned networks and of sparse products: what ``python -m dltheory reproduce speed`` does and prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dltheory.lab.runs.records import Planned, Record, RecordError, believed, carry_out, gather_provenance


def reproduce_speed(threads: int, out: Path) -> Record:
    """Time what is missing of the plan with ``threads`` threads, write ``OUT/pruning-speed.json``, print the tables."""
    import torch

    from dltheory.compression.experiment import speed as timing
    from dltheory.compression.figures.tables import tables

    console = Console()
    torch.set_num_threads(threads)
    settings = {"data": "random numbers", "threads": threads, "ratios": timing.RATIOS}
    runs = timing.plan()
    try:
        record = Record(out / timing.FILE, timing.EXPERIMENT, settings | {"densities": timing.DENSITIES})
        missing = record.missing(runs)
        console.print(f"{len(runs)} measurements planned, {len(runs) - len(missing)} done before")
        with _progress(console) as bar:
            task = bar.add_task("")

            def timed(planned: Planned) -> Mapping[str, Any]:
                bar.reset(task, description=planned.key, total=planned.arguments.get("rounds", timing.RATE_ROUNDS))
                return timing.execute(planned, lambda done: bar.update(task, completed=done))

            carry_out(
                record,
                runs,
                timed,
                gather_provenance(
                    ("torch", "numpy", "scipy"),
                    device="cpu",
                    threads=threads,
                    vectors=torch.backends.cpu.get_cpu_capability(),
                ),
            )
        with believed(record.path):
            drawn = tables(timing.interpret(record.runs))
    except RecordError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"--out {out}: {error.strerror or error}") from error
    for table in drawn:
        console.print(table)
    console.print(f"Written to {record.path}")
    return record


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeElapsedColumn(),
        console=console,
    )


@click.command("speed")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads of torch.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def speed(threads: int, out: Path) -> None:
    """Time pruned networks and sparse products on this machine, beside the latency model; leave it idle meanwhile."""
    reproduce_speed(threads, out)
