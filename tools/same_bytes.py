"""Build the book twice from clean, and again after edits of every kind: what a reader gets must be the same bytes.

``python tools/same_bytes.py twice [--pdf]`` makes two clean copies of the working tree and compares pages,
``claims.json`` and the typeset book. ``python tools/same_bytes.py edits`` makes one copy, edits it and builds it one
edit at a time, and compares the outcome with a clean build of the same tree. Nothing is edited here. With ``--folder``
the copies stay, and what was built there is taken up again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from edit_and_count import EDITS, LEFT_OUT, ROOT, Edit, apply

#: Kinds of edits after which ``edit_and_count`` has nothing to count.
MORE = (
    Edit(
        "statement",
        "book/foundations.md",
        "\n```{prf:theorem}",
        "\n```{prf:definition} Something added\n:label: def-added\n\nIt stands first.\n```\n\n```{prf:theorem}",
    ),
    Edit("title", "book/momentum.md", "\n# Momentum", "\n# On momentum"),
    Edit("heading", "book/dropout.md", "\n## ", "\n## First: "),
    Edit("bibliography", "book/references.bib", "{2004}", "{2005}"),
    Edit("template", "book/_templates/404.html", "</", " </"),
    Edit(
        "configuration", "_config.yml", "title: Deep Learning Theory, Verified", "title: Deep Learning Theory, Edited"
    ),
    Edit("picture", "book/_static/logo.svg", "</svg>", "<!-- edited --></svg>"),
    Edit("script", "book/_static/book.js", "", "\n// edited\n"),
    Edit("live", "book/_live/kit.js", "", "\n// edited\n"),
    Edit(
        "contents",
        "_toc.yml",
        "      - file: how-to-read\n      - file: notation\n",
        "      - file: notation\n      - file: how-to-read\n",
    ),
)
#: A label that other pages link to, and its new name.
LABEL = ("thm-gd-modes", "thm-gd-directions")
_UNREAD = {".doctrees", ".libraries", ".jupyter_cache", "jupyter_execute", "latex", "live"}


def copied(folder: Path) -> Path:
    """A copy of the working tree without what was built; the same one if it is there."""
    if not folder.is_dir():
        shutil.copytree(ROOT, folder, ignore=lambda path, names: {*LEFT_OUT(path, names), "_build"} & set(names))
    return folder


def make(root: Path, target: str = "book") -> None:
    """``make book`` or ``make pdf`` in a copy, with the Python that runs this."""
    if not (root / ".venv").exists():
        (root / ".venv").symlink_to(Path(sys.prefix).resolve())
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        ["make", "--assume-old", ".venv/.ready", target], cwd=root, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"the book was not made:\n{done.stdout}{done.stderr}")


def read(root: Path) -> dict[str, bytes]:
    """Every file that was built for a reader, by its name."""
    built = root / "_build"
    files = [path for path in built.rglob("*") if path.is_file() and not _UNREAD & set(path.relative_to(built).parts)]
    files = [path for path in files if path.name not in ("timing.json", ".buildinfo")]
    files += sorted((built / "latex").glob("deep*.pdf"))
    return {path.relative_to(built).as_posix(): path.read_bytes() for path in files}


def compare(one: Path, other: Path) -> None:
    """Print how the two differ; exit status 1 if they do."""
    old, new = read(one), read(other)
    differing = [name for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]
    for name in differing:
        first, second = old[name].splitlines(), new[name].splitlines()
        at = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), -1)
        print(f"{name} differs, first in line {at + 1}:\n  {first[at][:400]!r}\n  {second[at][:400]!r}")
    for name in sorted(old.keys() ^ new.keys()):
        print(f"{name} is only in {one if name in old else other}")
    if differing or old.keys() != new.keys():
        sys.exit(1)
    print(f"{len(old)} files, {sum(map(len, old.values())) / 1e6:.1f} MB: the same bytes")


def relabel(root: Path) -> None:
    """Give a statement another label, wherever it is named."""
    for path in (*(root / "book").glob("*.md"), *(root / "src" / "dltheory").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        changed = re.sub(rf"\b{LABEL[0]}\b", LABEL[1], text)
        if changed != text:
            path.write_text(changed, encoding="utf-8")


@click.group()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the copies stay.")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Compare what builds write, byte for byte."""
    if folder is None:
        folder = Path(context.with_resource(tempfile.TemporaryDirectory()))
    context.obj = folder.resolve()


@main.command()
@click.option("--pdf", is_flag=True, help="Typeset the book, too.")
@click.pass_obj
def twice(folder: Path, pdf: bool) -> None:
    """Two clean builds, in folders of different names."""
    one, other = copied(folder / "one"), copied(folder / "the other")
    for root in (one, other):
        make(root, "pdf" if pdf else "book")
    compare(one, other)


@main.command()
@click.option("--only", multiple=True, help="Edit these kinds only.")
@click.pass_obj
def edits(folder: Path, only: tuple[str, ...]) -> None:
    """One edit after another, each built, against a clean build of all of them."""
    root = copied(folder / "edited")
    make(root)
    for edit in (*MORE, Edit("label", "", "", ""), *EDITS):
        if not only or edit.kind in only:
            start = time.perf_counter()
            relabel(root) if edit.kind == "label" else apply(edit, root)
            make(root)
            print(f"edited: {edit.kind}, built in {time.perf_counter() - start:.0f} s", flush=True)
    clean = folder / "clean"
    shutil.copytree(root, clean, ignore=shutil.ignore_patterns("_build", "__pycache__"), symlinks=True)
    make(clean)
    compare(root, clean)


if __name__ == "__main__":
    main()
