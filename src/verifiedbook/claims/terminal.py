"""What a person at a terminal sees: progress, a table, and for each failure what broke and why."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .registry import Claim
from .runner import Notify, Result

GLYPHS = {
    "proved": "[green]∎[/] proved",
    "proved-on-instances": "[green]□[/] proved on stated instances",
    "checked": "[cyan]≈[/] checked numerically",
    "measured": "[cyan]◷[/] measured",
    "cited": "[yellow]❝[/] cited",
    "argued": "[yellow]¶[/] argued",
    "failed": "[bold red]✗ failed[/]",
}
_MINIMUM_WIDTH = 120


def console() -> Console:
    """A console that keeps rows whole where the output is not a terminal, and writes ``?`` for what it cannot."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    plain = Console()
    return plain if plain.is_terminal else Console(width=max(plain.width, _MINIMUM_WIDTH), highlight=False)


@contextmanager
def progress(out: Console, total: int) -> Iterator[Notify]:
    """A progress bar over ``total`` claims; yields what to call with each result."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # without a thread of its own: processes are forked meanwhile
    with Progress(*columns, console=out, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("verifying", total=total)
        bar.refresh()

        def advance(result: Result) -> None:
            bar.update(task, advance=1, description=f"verified {result.label}", refresh=True)

        yield advance


def print_table(out: Console, results: Mapping[str, Result], claims: Mapping[str, Claim]) -> None:
    """One row a claim: label, status, kinds of evidence, near misses rejected, seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("claim", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("evidence")
    table.add_column("near misses", justify="right")
    table.add_column("seconds", justify="right")
    chapter = ""
    for label, result in results.items():
        if claims[label].chapter != chapter:
            chapter = claims[label].chapter
            table.add_row(f"[bold]{chapter}[/]")
        rejected, total = result.near_misses
        kinds = ", ".join(dict.fromkeys(outcome.kind for outcome in result.outcomes)) or "—"
        table.add_row(f"  {label}", GLYPHS[result.status], kinds, f"{rejected}/{total}", f"{result.seconds:.2f}")
    out.print(table)


def print_failures(out: Console, results: Mapping[str, Result], claims: Mapping[str, Claim]) -> None:
    """For each failed claim: what was claimed, which evidence failed, and the counterexample."""
    for label, result in results.items():
        if result.status != "failed":
            continue
        code = claims[label].code()
        out.print(f"\n[bold red]✗ {label}[/]  {code['path']}:{code['line']}")
        if claims[label].statement:
            out.print(f"  claimed: {escape(' '.join(claims[label].statement.split()))}")
        if result.problem:
            out.print(f"  {escape(result.problem)}")
        for number, outcome in enumerate(result.outcomes, start=1):
            if outcome.status == "holds":
                continue
            out.print(f"  evidence {number} ({outcome.kind}) {outcome.status}: {escape(outcome.detail)}")
            if outcome.witness:
                out.print(f"    counterexample: {escape(outcome.witness)}")


def print_summary(out: Console, entries: Iterable[Mapping[str, Any]], ran: int, total: int, seconds: float) -> None:
    """How many claims have which status, how many near misses fell, how many of them this run verified, how long."""
    entries = list(entries)
    counts = Counter(entry["status"] for entry in entries)
    misses = [
        miss["rejected"] for entry in entries for evidence in entry["evidence"] for miss in evidence["near_misses"]
    ]
    said = ", ".join(f"{counts[status]} {status}" for status in GLYPHS if status in counts) or "none"
    claims = "1 claim" if len(entries) == 1 else f"{len(entries)} claims"
    out.print(f"\n{claims}: {said}; {sum(misses)} of {len(misses)} near misses rejected")
    out.print(f"verified {ran} of {total} claims in {seconds:.1f} s")
