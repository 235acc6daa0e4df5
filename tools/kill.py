"""Kill what the book's commands run, at random moments, and see that whatever comes next ends right.

``python tools/kill.py [--kills 30] [--seed 1]`` edits a copy of the small book of the engine's tests, starts ``verify``
or a build, kills all its processes, and goes on: several kills follow one another before a run may end. What it leaves
must be what a first build of the same text writes, byte for byte. ``--real`` does so with this book, ``make verify``,
``make book`` and ``make pdf``. ``reproduce`` is killed on the digits; its record must be that of an undisturbed run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from same_bytes import ROOT, compare, copied

Command = Sequence[str]
PYTHON = sys.executable


@dataclass(frozen=True)
class Book:
    """A copy of a book, its commands by name, and the page that is edited before each of them."""

    root: Path
    commands: Mapping[str, Command]
    page: str

    def start(self, name: str) -> subprocess.Popen[str]:
        """The command, with all that it starts in a group of its own."""
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            self.commands[name],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, name: str) -> float:
        """Let the command end; its seconds. Whatever fails, or says more than a sentence about it, ends the tool."""
        start = time.perf_counter()
        process = self.start(name)
        told, _ = process.communicate()
        if process.returncode or "Traceback" in told:
            sys.exit(f"{name} ended with status {process.returncode} in {self.root}:\n{told}")
        return time.perf_counter() - start

    def kill(self, name: str, seconds: float) -> bool:
        """Kill the command after so many seconds; whether it was still running."""
        process = self.start(name)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        return False

    def edit(self, number: int) -> None:
        """One paragraph more."""
        with (self.root / "book" / self.page).open("a", encoding="utf-8") as file:
            file.write(f"\nEdited {number} times.\n")


def small(root: Path) -> Book:
    """A copy of the small book."""
    if not root.is_dir():
        unbuilt = shutil.ignore_patterns("_build", "__pycache__")
        shutil.copytree(ROOT / "tests" / "verifiedbook" / "optics", root, ignore=unbuilt)
    verify = f"{PYTHON} -m verifiedbook verify"
    build = f"{PYTHON} -m sphinx -q -W -n --keep-going -b html book _build/html"
    commands = {"verify": f"{verify} --all", "book": f"{verify} && {build}"}
    return Book(root, {name: ("sh", "-c", command) for name, command in commands.items()}, "mirrors.md")


def real(root: Path) -> Book:
    """A copy of this book."""
    make = ("make", "--assume-old", ".venv/.ready")
    copied(root)
    if not (root / ".venv").exists():
        (root / ".venv").symlink_to(Path(sys.prefix).resolve())
    return Book(root, {name: (*make, name) for name in ("book", "pdf", "verify")}, "foundations.md")


def reproduction(root: Path) -> Book:
    """A folder for the record of four short runs."""
    root.mkdir(parents=True, exist_ok=True)
    options = ("--seeds", "2", "--variants", "published", "--threads", "1", "--out", str(root))
    return Book(root, {"reproduce": (PYTHON, "-m", "dltheory", "reproduce", "dropout", *options)}, "")


def recorded(root: Path) -> object:
    """What the runs in the record came to."""
    return json.loads((root / "dropout-digits.json").read_text(encoding="utf-8"))["runs"]


@click.command()
@click.option("--kills", type=click.IntRange(1), default=30, show_default=True)
@click.option("--row", type=click.IntRange(1), default=5, show_default=True, help="Kills before a run may end.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--real", "whole", is_flag=True, help="Kill what makes this book, not the small one.")
@click.option("--only", type=click.Choice(["verify", "book", "pdf", "reproduce"]), multiple=True)
def main(kills: int, row: int, seed: int, whole: bool, only: tuple[str, ...]) -> None:
    """Exit status 0 only if every run that was allowed to end left what an undisturbed one leaves."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        made = real if whole else small
        books = {name: made(Path(folder) / "killed") for name in made(Path(folder) / "killed").commands}
        books["reproduce"] = reproduction(Path(folder) / "runs")
        books = {name: book for name, book in books.items() if not only or name in only}
        undisturbed = reproduction(Path(folder) / "undisturbed")
        took = {name: (undisturbed if name == "reproduce" else book).run(name) for name, book in books.items()}
        for name, book in books.items():  # what is killed begins after an edit, and takes less than the first time
            if book.page:
                book.edit(0)
                took[name] = book.run(name)
        print("undisturbed:", ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()), flush=True)
        done = 0
        while done < kills:
            name = list(books)[done // row % len(books)]
            book = books[name]
            for number in range(done, min(done + row, kills)):
                at = draw.uniform(0, took[name])
                if book.page:
                    book.edit(number + 1)
                how = "killed" if book.kill(name, at) else "ended before"
                print(f"{number + 1:3d} {name:9s} {how} {at:.1f} s", flush=True)
            done = min(done + row, kills)
            book.run(name)
            if name == "reproduce":
                if recorded(book.root) != recorded(undisturbed.root):
                    sys.exit("the record of the killed runs is not that of the undisturbed ones")
                print("    the same record")
                shutil.rmtree(book.root)
                reproduction(book.root)
                continue
            first = Path(folder) / "first"
            shutil.copytree(book.root, first, ignore=shutil.ignore_patterns("_build", "__pycache__"), symlinks=True)
            last = "pdf" if "pdf" in books else "book"  # pages offer a PDF that is there
            for root in (book.root, first):
                Book(root, book.commands, book.page).run(last)
            compare(book.root, first)
            shutil.rmtree(first)


if __name__ == "__main__":
    main()
