"""The command line of a book: ``verify``. Heavy imports wait until a command needs them."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .project import Project, ProjectError, find

if TYPE_CHECKING:
    from .claims import Claim


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Prove, check and attack what a book states. Run it in the folder of the book or below."""


@main.command()
@click.argument("names", nargs=-1, metavar="[LABEL or CHAPTER]...")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes to use (default: one for each core).")
@click.option(
    "--json",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what was found (default: _build/claims.json).",
)
@click.option("--labels-only", is_flag=True, help="Run nothing: only compare the labels of the book and the claims.")
@click.pass_obj
def verify(
    project: Project | None, names: tuple[str, ...], jobs: int | None, target: Path | None, labels_only: bool
) -> None:
    """Verify claims: all of them, or those named by label or chapter.

    Exit status 0 only if every claim holds, every near miss is rejected, and the book and the claims agree label for
    label (checked when everything is verified).
    """
    jobs = jobs or _cores()
    if jobs > 1:
        # each process computes with one thread; set before NumPy is imported
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(variable, "1")

    from .claims import ClaimError, load, report, run_all, terminal
    from .statements import statements, unmatched

    start = time.perf_counter()
    try:
        project = project or find()
        stated = statements(project.book)
        path = target or project.record
        claims = load(project.claim_modules)
        if labels_only:
            sys.exit("\n".join(unmatched(stated, claims)) or 0)
        report.check_writable(path)
    except (NotADirectoryError, ProjectError, report.ReportError, ClaimError) as error:
        raise click.ClickException(str(error)) from None
    chosen = selected(names, claims, project.chapters)
    by_label = {statement.label: statement for statement in stated}

    out = terminal.console()
    with terminal.progress(out, len(chosen)) as notify:
        results = run_all(chosen, project.claim_modules, jobs, notify, by_label)
    found = report.document(results, claims, by_label, project, jobs)
    if names and target is None:
        # where there is nothing readable to add to, what was run is all there is
        with contextlib.suppress(report.ReportError):
            found = report.merged(found, report.read(path), claims)
    try:
        report.write(found, path)
    except report.ReportError as error:
        raise click.ClickException(str(error)) from None

    terminal.print_table(out, results, claims)
    terminal.print_failures(out, results, claims)
    mismatches = unmatched(stated, claims) if not names else []
    for sentence in mismatches:
        out.print(f"[bold red]✗[/] {sentence}", soft_wrap=True)
    terminal.print_summary(out, results, time.perf_counter() - start)
    out.print(f"written to {path}", soft_wrap=True)
    if mismatches or any(result.status == "failed" for result in results.values()):
        sys.exit(1)


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def selected(names: Iterable[str], claims: dict[str, Claim], chapters: Iterable[str]) -> list[str]:
    """The labels that ``names`` (labels and chapters) stand for, each once; an unknown name is a usage error."""
    chosen: dict[str, None] = {}
    chapters = list(chapters)
    for name in names:
        labels = [label for label, claim in claims.items() if name in (label, claim.chapter)]
        if not labels:
            near = difflib.get_close_matches(name, [*claims, *chapters], n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"the chapters are {', '.join(chapters)}"
            raise click.UsageError(f"there is no claim or chapter named {name!r}; {hint}")
        chosen.update(dict.fromkeys(labels))
    return list(chosen) if names else list(claims)
