"""The cheating feature over many seeds, as ``python -m dltheory reproduce dropout`` runs and reports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from dltheory.dropout.experiment.recorded import PUBLISHED, Row, rows
from dltheory.lab.runs.comparison import paired_p_value, permutation_p_value
from dltheory.lab.runs.progress import Means, carry_out_showing, chosen_device, refuse_data_of_digits, side_by_side
from dltheory.lab.runs.records import Planned, Record, RecordError, believed

if TYPE_CHECKING:
    from dltheory.dropout.experiment.cheating import Prepared
    from dltheory.lab.images import ImageSet

EXPERIMENT = "cheating feature"
KEEPS = {"published": (1.0, 0.25), "relu": (1.0, 0.25), "all": (1.0, 0.25, 0.5, 0.75)}


def plan(variants: str, seeds: int) -> list[Planned]:
    """The runs in the order in which they are done: the published settings first, every seed of one before the next."""
    relus = (True,) if variants == "published" else (True, False)
    pairs = [(keep, relu) for relu in relus for keep in (1.0, 0.25)]
    pairs += [(keep, relu) for relu in relus for keep in KEEPS[variants] if keep not in (1.0, 0.25)]
    return [
        Planned(f"keep {keep:g}, relu {relu}, seed {seed}", {"keep": keep, "relu_on_logits": relu, "seed": seed})
        for keep, relu in pairs
        for seed in range(seeds)
    ]


@cache
def _images(dataset: str, data: Path | None) -> ImageSet:
    """The images, read once in a process. Raises ImageDataError."""
    from dltheory.lab.images import cifar10, digits

    return cifar10(data) if dataset == "cifar10" else digits()


@cache
def _prepared(dataset: str, data: Path | None, device: str) -> Prepared:
    from dltheory.dropout.experiment.cheating import prepare

    return prepare(_images(dataset, data), device)


def execute(
    dataset: str,
    data: Path | None,
    device: str,
    planned: Planned,
    earlier: Mapping[str, Mapping[str, Any]],
    advance: Callable[[], None],
) -> Mapping[str, Any]:
    """One run, on images that its process reads once."""
    from dltheory.dropout.experiment.cheating import Variant, run, training_of

    prepared = _prepared(dataset, data, device)
    return run(Variant(**planned.arguments), prepared, training_of(dataset), lambda epoch: advance())


def reproduce_cheating_feature(
    dataset: str, data: Path | None, seeds: int, variants: str, means: Means, out: Path
) -> Record:
    """Do what is missing of the plan, write ``OUT/dropout-DATASET.json`` and print the table."""
    from dltheory.dropout.experiment.cheating import training_of
    from dltheory.lab.images import ImageDataError

    console = Console()
    training = training_of(dataset)
    runs = plan(variants, seeds)
    try:
        with console.status("Reading the images"):
            name = _images(dataset, data).name
        record = Record(out / f"dropout-{dataset}.json", EXPERIMENT, {"data": name, **asdict(training)})
        console.print(f"{name}: {len(runs)} runs planned, {len(runs) - len(record.missing(runs))} done before")
        work = partial(execute, dataset, data, means.device)
        carry_out_showing(console, record, runs, work, lambda planned: training.epochs, means)
        with believed(record.path):
            found = rows(record.runs)
            drawn, said = table(found, str(record.settings["data"]), dataset == "cifar10"), comparisons(found)
    except (ImageDataError, RecordError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"--out {out}: {error.strerror or error}") from error
    console.print(drawn)
    for sentence in said:
        console.print(sentence)
    console.print(f"Written to {record.path}")
    return record


def table(found: Sequence[Row], data: str, with_published: bool) -> Table:
    """Published beside reproduced accuracies; the published ones are from one seed."""
    drawn = Table(title=f"Test accuracy, {data}", title_justify="left")
    drawn.add_column("dropout rate (keep probability)")
    drawn.add_column("ReLU on logits")
    drawn.add_column("seeds", justify="right")
    for name in ("clean", "with the feature"):
        if with_published:
            drawn.add_column(f"{name}: published", justify="right")
        drawn.add_column(f"{name}: reproduced", justify="right")
    drawn.add_column("classes lost in each run (of these dead)")
    for row in found:
        published = PUBLISHED.get((row.keep, row.relu_on_logits))
        cells = []
        for position, interval in enumerate(row.intervals):
            if with_published:
                cells.append(f"{100 * published[position]:.0f} %" if published else "")
            cells.append(interval.percent())
        relu = "yes" if row.relu_on_logits else "no"
        drawn.add_row(f"{1 - row.keep:g} ({row.keep:g})", relu, str(len(row.clean)), *cells, row.lost())
    return drawn


def as_markdown(found: Sequence[Row], published: bool = False) -> str:
    """The same table for the page."""
    names = ["clean", "with the feature"]
    header = ["dropout rate", "ReLU on logits", "seeds"]
    for name in names:
        header += [f"{name}, published", f"{name}, reproduced"] if published else [name]
    lines = ["| " + " | ".join([*header, "lost"]) + " |", "|---" * (len(header) + 1) + "|"]
    for row in found:
        told = PUBLISHED.get((row.keep, row.relu_on_logits)) if published else None
        cells = [f"{1 - row.keep:g}", "yes" if row.relu_on_logits else "no", str(len(row.clean))]
        for position, interval in enumerate(row.intervals):
            if published:
                cells.append(f"{100 * told[position]:.0f} %" if told else "–")
            cells.append(interval.percent())
        lines.append("| " + " | ".join([*cells, row.lost()]) + " |")
    return "\n".join(lines)


def comparisons(found: Sequence[Row]) -> list[str]:
    """Each amount of dropout against none: exact, exchanging the two runs of a seed, over the seeds that both have."""
    sentences = []
    for plain in (row for row in found if row.keep == 1):
        for row in (row for row in found if row.relu_on_logits == plain.relu_on_logits and row.keep < 1):
            relu = "with" if row.relu_on_logits else "without"
            shared = [seed for seed in row.seeds if seed in plain.seeds]
            if len(shared) > 1:
                row_runs, plain_runs, p_value = row.of(shared), plain.of(shared), paired_p_value
            else:
                row_runs, plain_runs, p_value = row.of(row.seeds), plain.of(plain.seeds), permutation_p_value
            told = [
                f"{name} {100 * (sum(a) / len(a) - sum(b) / len(b)):+.1f} points (p = {p_value(a, b):.3g})"
                for name, a, b in zip(("clean", "cheating"), row_runs, plain_runs, strict=True)
            ]
            seeds = f"{len(shared)} seeds" if len(shared) > 1 else f"{len(row.seeds)} and {len(plain.seeds)} seeds"
            sentences.append(
                f"dropout {1 - row.keep:g} against none, {relu} ReLU on logits, {seeds}: {', '.join(told)}"
            )
    return sentences


@click.command("dropout")
@click.option("--dataset", type=click.Choice(["digits", "cifar10"]), default="digits", show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path), help="CIFAR-10: official files, or train/CLASS/* and test/CLASS/*."
)
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="Seeds of each variant.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option(
    "--variants",
    type=click.Choice(["published", "relu", "all"]),
    default="all",
    show_default=True,
    help="The two published settings; those with and without the ReLU; dropout 0, 0.25, 0.5, 0.75 with and without.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads of each run on a CPU; results depend on it slightly.")
@side_by_side
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def dropout(
    dataset: str,
    data: Path | None,
    seeds: int,
    device: str,
    variants: str,
    threads: int | None,
    jobs: int | None,
    dask: str | None,
    out: Path,
) -> None:
    """The cheating feature: four pixels that give the label away, with and without dropout."""
    refuse_data_of_digits(dataset, data)
    means = Means(chosen_device(device), jobs, dask, threads)
    reproduce_cheating_feature(dataset, data, seeds, variants, means, out)
