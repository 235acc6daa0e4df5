"""Wrong edits of the relations in the book's boxes, and the share of them that reading back notices.

``python tools/wrong_edits.py --seed 7`` edits every relation of every statement, one at a time: a sign, a factor, an
exponent, strictness, an index, a hypothesis dropped. Each edited box is compared with what stands behind the statement.
``--against page`` compares with the relations of the box as it is, which measures the comparison alone.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import Counter
from pathlib import Path

import click
import sympy as sp

from verifiedbook.reading import Offered, Vocabulary, compare, readings, relations_in
from verifiedbook.reading.edits import KINDS, Edit, wrong_edits
from verifiedbook.reading.symbols import UnreadableError

_BOX = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{prf:(?:theorem|corollary|lemma|proposition|observation)\}[^\n]*\n"
    r":label: (?P<label>\S+)\n(?P<text>.*?)^(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)
#: Letters for matrices and vectors, so that a page by itself can be read.
_VECTORS = sp.symbols("X y w V U G H M K S Q I B N Gamma w_star g_B w_t w_0 u_i v_i w_P X_tilde x", commutative=False)


def boxes(book: Path) -> dict[str, str]:
    """The text of each statement's box, by label."""
    pages = (page.read_text(encoding="utf-8") for page in sorted(book.glob("*.md")))
    return {match["label"]: match["text"] for page in pages for match in _BOX.finditer(page)}


def behind_page(text: str) -> tuple[list[Offered], Vocabulary]:
    """What a box says as it stands, offered as if it had been proved."""
    transposed = any(sign in text for sign in (r"\top", r"\norm", "^{-1}"))
    words = Vocabulary(symbols=_VECTORS if transposed else ())
    offered: list[Offered] = []
    for printed in relations_in(text):
        try:
            offered += [Offered(relation, printed.where, True) for relation in readings(printed, words)]
        except UnreadableError:
            continue
    return offered, words


@click.command(help=__doc__)
@click.option("--seed", default=0, show_default=True, help="Chooses among the edits that fit a relation.")
@click.option("--book", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("book"))
@click.option("--label", "labels", multiple=True, help="Only these statements.")
def main(seed: int, book: Path, labels: tuple[str, ...]) -> None:
    made: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    seconds: list[float] = []
    missed: list[tuple[str, Edit]] = []
    for label, text in boxes(book).items():
        if labels and label not in labels:
            continue
        offered, words = behind_page(text)
        for edit in wrong_edits(text, seed):
            began = time.perf_counter()
            report = compare(edit.text, offered, words)
            seconds.append(time.perf_counter() - began)
            made[edit.kind] += 1
            if report.complete:
                missed.append((label, edit))
            else:
                noticed[edit.kind] += 1
    if not seconds:
        raise click.ClickException("no relation to edit was found")
    for kind in KINDS:
        if made[kind]:
            click.echo(f"{kind:<11} {noticed[kind]:>4} of {made[kind]:>4} noticed")
    share = sum(noticed.values()) / sum(made.values())
    click.echo(f"{'all':<11} {sum(noticed.values()):>4} of {sum(made.values()):>4} noticed ({share:.1%}), seed {seed}")
    click.echo(f"seconds each: median {statistics.median(seconds):.3f}, longest {max(seconds):.3f}")
    for label, edit in missed:
        click.echo(f"not noticed: {label}, {edit.kind}: {edit.printed.source}  became  {edit.now or 'nothing'}")


if __name__ == "__main__":
    main()
