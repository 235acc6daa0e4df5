"""Edit one thing of each kind, make the book, and count: claims verified, chapters executed, what the page then shows.

``python tools/edit_and_count.py`` copies the working tree with its ``_build/`` to a temporary folder, which is gone
afterwards however it ends; nothing is edited here. Edits add up: each table row counts what its own edit caused.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from verifiedbook.project import find

ROOT = find(__file__).root
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "*.egg-info", "checkpoints"
)


@dataclass(frozen=True)
class Edit:
    """``old`` becomes ``new`` in the file ``path``; then ``marker`` stands in ``shown``, and did not before.

    Without a marker ``shown`` is only another page than before. Where nothing is ``shown``, no page may change.
    """

    kind: str
    path: str
    old: str
    new: str
    shown: str = ""
    marker: str = ""


EDITS = (
    Edit("stylesheet", "book/_static/book.css", "", "\n.bd-article p { orphans: 3; }\n", "index.html"),
    Edit("docstring", "src/dltheory/momentum/derivation/modes.py", '"""', '"""In short: '),
    Edit(
        "figure", "src/dltheory/foundations/figures/paths.py", "ylim=(1e-4, 30)", "ylim=(1e-4, 40)", "foundations.html"
    ),
    Edit(
        "experiment",
        "src/dltheory/foundations/experiment/landscape.py",
        "steps: int = 15",
        "steps: int = 14",
        "foundations.html",
    ),
    Edit(
        "record",
        "results/dropout-digits.json",
        '"processor": "',
        '"processor": "an edited ',
        "dropout.html",
        "an edited ",
    ),
    Edit(
        "derivation",
        "src/dltheory/dropout/derivation/objective.py",
        "+ keep * (1 - keep) * penalty",
        "+ keep * penalty - keep**2 * penalty",
        "dropout.html",
    ),
    Edit(
        "engine",
        "src/verifiedbook/claims/universal.py",
        "no counterexample exists (",
        "no counterexample is left (",
        "foundations.html",
        "no counterexample is left (",
    ),
    Edit("pin", "constraints.txt", "", "\n# edited\n"),
)


def make(root: Path) -> tuple[str, str]:
    """What ``make book`` does, in a copy; how many claims were verified and how many chapters executed, as it says."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "OMP_NUM_THREADS": "1"}
    verify = [sys.executable, "-m", "dltheory", "verify"]
    build = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "book", "--quiet"]
    build += ["--config", "_config.yml", "--toc", str(root / "_toc.yml"), "--path-output", ".", "-W", "-n"]
    said = ""
    for command in (verify, [*build, "--keep-going"]):
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        said += done.stdout + done.stderr
        if done.returncode:
            sys.exit(f"the book was not made:\n{said}")
    counts = [re.search(pattern, said) for pattern in (r"verified (\d+ of \d+) claims", r"executed (\d+ of \d+) chap")]
    return tuple(found[1] if found else "?" for found in counts)  # type: ignore[return-value]


def pages(html: Path) -> dict[str, str]:
    """Every page by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in html.glob("*.html")}


def shows(edit: Edit, html: Path, before: dict[str, str]) -> str:
    """Whether the pages show the edit."""
    after = pages(html)
    if not edit.shown:
        changed = [name for name in after if after[name] != before.get(name)]
        return "NO: " + ", ".join(changed) if changed else "nothing to show"
    old, new = before[edit.shown], after[edit.shown]
    return "yes" if new != old and ((edit.marker in new and edit.marker not in old) or not edit.marker) else "NO"


def apply(edit: Edit, root: Path) -> None:
    """Make the edit; an error if what it replaces is not there."""
    path = root / edit.path
    text = path.read_text(encoding="utf-8")
    if edit.old not in text:
        sys.exit(f"{edit.path} no longer says {edit.old!r}; mend the edit in {Path(__file__).name}")
    path.write_text(text.replace(edit.old, edit.new, 1) if edit.old else text + edit.new, encoding="utf-8")


@click.command()
@click.option("--only", multiple=True, type=click.Choice([edit.kind for edit in EDITS]), help="Edit these kinds only.")
def main(only: tuple[str, ...]) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT, symlinks=True)
        shutil.rmtree(root / "_build" / "latex", ignore_errors=True)
        html = root / "_build" / "html"
        claims, chapters = make(root)
        print(f"as it is: {claims} claims verified, {chapters} chapters executed", flush=True)
        print(f"{'edited':11s} {'claims':>9s} {'chapters':>9s} {'seconds':>8s}  page shows it", flush=True)
        for edit in EDITS:
            if only and edit.kind not in only:
                continue
            before = pages(html)
            apply(edit, root)
            start = time.perf_counter()
            claims, chapters = make(root)
            seen = shows(edit, html, before)
            print(f"{edit.kind:11s} {claims:>9s} {chapters:>9s} {time.perf_counter() - start:8.0f}  {seen}", flush=True)


if __name__ == "__main__":
    main()
