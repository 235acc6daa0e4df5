"""The command line of a book: ``verify``, ``check`` and ``pyodide``. Heavy imports wait until a command needs them."""

from __future__ import annotations

import difflib
import gc
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .check import CheckError, checked
from .check import check as check_certificates
from .lock import hold
from .project import Project, ProjectError, find

if TYPE_CHECKING:
    from .claims import Claim


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Prove, check and attack what a book states. Run it in the folder of the book or below."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Meanwhile nothing is searched for garbage: what is read and imported stays, and there is much of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


@main.command()
@click.argument("names", nargs=-1, metavar="[LABEL or CHAPTER]...")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes to use (default: one for each core).")
@click.option(
    "--json",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what was found (default: _build/claims.json).",
)
@click.option("--all", "everything", is_flag=True, help="Run every claim again, changed or not.")
@click.option("--labels-only", is_flag=True, help="Run nothing: only compare the labels of the book and the claims.")
@click.pass_obj
@_uncollected()
def verify(
    project: Project | None,
    names: tuple[str, ...],
    jobs: int | None,
    target: Path | None,
    everything: bool,
    labels_only: bool,
) -> None:
    """Verify claims: those whose inputs changed since they were verified, or those named by label or chapter.

    Exit status 0 only if every claim holds, every near miss is rejected, nothing was edited meanwhile, and the book and
    the claims agree label for label (checked unless names are given).
    """
    jobs = jobs or _cores()
    # each process computes with one thread, however many there are: sums are rounded the same; before NumPy is imported
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")

    from rich.markup import escape

    from .claims import ClaimError, load, report, terminal
    from .incremental import Sources
    from .session import Session
    from .statements import statements, unmatched

    start = time.perf_counter()
    out = terminal.console()
    try:
        project = project or find()
        if not labels_only:
            tell = lambda sentence: out.print(sentence, soft_wrap=True, markup=False)  # noqa: E731
            click.get_current_context().call_on_close(hold(project.root, tell))
        stated = statements(project.book)
        path = target or project.record
        sources = None if labels_only else Sources(project, stated)
        if sources is not None:
            sources.forget_compiled()
        claims = load(project.claim_modules)
        if sources is None:
            sys.exit("\n".join(unmatched(stated, claims)) or 0)
        report.check_writable(path)
        session = Session(project, claims, stated, sources, path)
        chosen = selected(names, claims, project.chapters) if names else session.outdated(everything)
        for sentence in session.told:
            out.print(sentence, soft_wrap=True, markup=False)
        results = session.run(chosen, jobs, out)
        # where a report of its own is asked for, named claims are all that it holds
        session.write(results, jobs, others=not names or target is None)
        results = session.settled(results)
    except (NotADirectoryError, ProjectError, report.ReportError, ClaimError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        told = error.strerror or error
        raise click.ClickException(f"{error.filename or 'a file'} could not be read or written: {told}") from None

    if results:
        terminal.print_table(out, results, claims)
    mismatches = [*session.faults(results), *(unmatched(stated, claims) if not names else [])]
    multiplied = ""
    try:
        # what was written to no file can only be checked before
        multiplied = check_certificates(path) if path.is_file() else checked(list(session.entries.values()))
    except CheckError as error:
        mismatches.append(str(error))
    terminal.print_failures(out, results, claims)
    for sentence in mismatches:
        out.print(f"[bold red]✗[/] {escape(sentence)}", soft_wrap=True)
    terminal.print_summary(out, session.entries.values(), len(results), len(claims), time.perf_counter() - start)
    if multiplied:
        out.print(multiplied, soft_wrap=True)
    if stale := session.stale(names):
        out.print(f"{stale}; verify them with: {project.command} verify", soft_wrap=True)
    out.print(f"{'written to' if session.written else 'nothing new in'} {path}", soft_wrap=True)
    if mismatches or any(result.status == "failed" for result in results.values()):
        sys.exit(1)


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(project: Project | None, file: Path | None) -> None:
    """Multiply out every certificate in FILE (default: _build/claims.json), with neither SymPy nor a solver.

    Exit status 0 only if all of them are proofs of what the file says that they prove.
    """
    try:
        click.echo(check_certificates(file or (project or find()).record))
    except (CheckError, ProjectError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.pass_obj
def pyodide(project: Project | None) -> None:
    """Fetch Python for the reader's browser, once: with it, pages grade exercises and run derivations themselves.

    It comes from the registry that npm is set up with, must have the hash that is written down, and stays in .pyodide.
    A book is built without it too.
    """
    from .browser.obtain import FOLDER, ObtainError, obtain, obtained, translated

    try:
        root = (project or find()).root
        if obtained(root) is None:
            click.echo("fetching Pyodide and translating SymPy for it; this happens once and takes about a minute")
        obtain(root)
        translated(root)
    except (ObtainError, ProjectError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Python for the reader's browser is in {root / FOLDER}")


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
