"""Tries the project as other people's machines have it, and prints a table: which machine, which step, what went wrong.

    python tools/machines.py [--verify NAME] [--only MACHINE] [--step STEP] [--keep FOLDER]

Each machine is a clone or a copy of the commit that is checked out, in a folder of its own, with the surroundings that
its name says; Python and the libraries are those that run this tool. The step ``book``, which takes some minutes a
machine, is done only where it is named.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
NOBODY = 65534
#: Tests that need no built book: labels, imports, what is read from disk.
TESTS = ["tests/test_house.py", "tests/test_statements.py", "tests/lab/test_image_cases.py", "tests/test_cli.py"]


@dataclass(frozen=True)
class Machine:
    """How the project comes to lie there, below which name, and with which surroundings."""

    arrive: Callable[[Path], None]
    name: str = "book"
    environment: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    commit: bool = True


def git(*arguments: str, folder: Path | None = None) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def cloned(*options: str) -> Callable[[Path], None]:
    return lambda folder: git("clone", "--quiet", *options, str(ROOT), str(folder))


def unpacked_in_another(folder: Path) -> None:
    """A download, without history, inside a repository of somebody else's."""
    outer = folder.parent
    git("init", "--quiet", folder=outer)
    (outer / "notes.txt").write_text("other work\n")
    git("add", "notes.txt", folder=outer)
    git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "Other work", folder=outer)
    folder.mkdir()
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)


def of_an_ordinary_user(folder: Path) -> None:
    cloned()(folder)
    if os.geteuid() == 0:
        for path in (folder.parent, folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


PLAIN = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ORDINARY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups") if os.geteuid() == 0 else ()
MACHINES = {
    "a clone": Machine(cloned()),
    "CRLF at the ends of lines": Machine(cloned("--config", "core.autocrlf=true")),
    "C locale": Machine(cloned(), environment=PLAIN),
    "a path with blanks and accents": Machine(cloned(), "my bóok/a b"),
    "a home that cannot be written": Machine(cloned(), environment={"HOME": "/proc/nobody"}),
    "a download in another repository": Machine(unpacked_in_another, commit=False),
    "an ordinary user without a home": Machine(
        of_an_ordinary_user, environment={"HOME": "/nonexistent"}, before=ORDINARY
    ),
}


STEPS = ("labels", "verify", "twice", "tests", "book")


class Visit:
    """One machine at work in ``folder``."""

    def __init__(self, machine: Machine, folder: Path, verified: str) -> None:
        self.machine, self.root, self.verified = machine, folder / machine.name, verified
        self.root.parent.mkdir(parents=True, exist_ok=True)
        machine.arrive(self.root)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LC_"))}
        own = {"PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
        self.environment = {**kept, **own, **machine.environment}

    def command(self, *arguments: str) -> list[str]:
        return [*self.machine.before, sys.executable, "-m", *arguments]

    def run(self, *arguments: str) -> str:
        """Empty, or what is wrong with a module that is run."""
        return self.done(self.command(*arguments))

    def done(self, command: list[str]) -> str:
        """Empty, or what is wrong with a command."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            timeout=1200,
            check=False,
        )
        told = (done.stdout + done.stderr).decode(errors="backslashreplace").strip()
        if done.returncode or "Traceback" in told:
            return told[-1500:] or f"exit status {done.returncode}"
        return ""

    def unable(self) -> str:
        """Why the machine cannot be tried here; empty if it can."""
        command = [*self.machine.before, sys.executable, "-c", ""]
        able = subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode == 0
        return "" if able else f"{sys.executable} cannot be used by everybody; run this tool with a Python that can"

    def labels(self) -> str:
        return self.run("dltheory", "verify", "--labels-only")

    def verify(self) -> str:
        """A theorem or a chapter, and whose commit the report names."""
        if fault := self.run("dltheory", "verify", self.verified):
            return fault
        found = json.loads((self.root / "_build" / "claims.json").read_text(encoding="utf-8"))
        commit = (found.get("environment") or {}).get("commit")
        if bool(commit) != self.machine.commit:
            return f"the report names the commit {commit}"
        if str(commit).endswith("+"):
            return "the checkout counts as changed"
        return self.run("dltheory", "check")

    def twice(self) -> str:
        """Two runs at once: one waits, both hold."""
        command = self.command("dltheory", "verify", self.verified, "--jobs", "1")
        both = [
            subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            for _ in range(2)
        ]
        told = [run.communicate(timeout=1200)[0].decode(errors="backslashreplace") for run in both]
        if any(run.returncode for run in both):
            return "\n".join(told)[-1500:]
        waited = sum("this one goes on when that has ended" in each for each in told)
        return "" if waited == 1 else f"{waited} of two runs waited"

    def tests(self) -> str:
        return self.run("pytest", "-q", "-p", "no:cacheprovider", "--tb=line", *TESTS)

    def book(self) -> str:
        """Verify everything and build, as ``make book`` does."""
        toc = str(self.root / "_toc.yml")
        options = ["--config", "_config.yml", "--toc", toc, "--path-output", ".", "-W", "-n", "--keep-going", "--quiet"]
        build = [*self.machine.before, sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
        return self.run("dltheory", "verify") or self.done([*build, "book", *options])


@click.command()
@click.option("--verify", "verified", default="thm-gd-min-norm", show_default=True, help="A label or a chapter.")
@click.option("--only", multiple=True, type=click.Choice(list(MACHINES)), help="Only these machines.")
@click.option(
    "--step", "chosen", multiple=True, type=click.Choice(STEPS), help="Only these steps (default: all but book)."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the machines in this folder.")
def main(verified: str, only: tuple[str, ...], chosen: tuple[str, ...], keep: Path | None) -> None:
    """Verify, check and test the project on the machines that are promised."""
    steps = chosen or STEPS[:-1]
    table, faults = Table("machine", *steps), []
    place = Path(tempfile.mkdtemp(prefix="machines-")) if keep is None else keep
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    try:
        for name in only or MACHINES:
            visit, cells = Visit(MACHINES[name], place / str(list(MACHINES).index(name)), verified), []
            if fault := visit.unable():
                click.echo(f"{name}: {fault}", err=True)
                table.add_row(name, *["not tried"] * len(steps))
                continue
            for step in steps:
                start = time.monotonic()
                fault = getattr(visit, step)()
                cells.append(f"{'failed' if fault else 'well'}, {time.monotonic() - start:.0f} s")
                faults += [f"== {name}, {step}:\n{fault}"] if fault else []
                click.echo(f"{name}, {step}: {cells[-1]}", err=True)
            table.add_row(name, *cells)
    finally:
        if keep is None:
            shutil.rmtree(place, ignore_errors=True)
    Console().print(table)
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
