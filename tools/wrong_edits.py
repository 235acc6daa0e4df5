"""Wrong edits of the relations in the book's boxes, and the share of them that reading back notices.

``python tools/wrong_edits.py --seed 7`` edits every relation of every statement, one at a time: a sign, a factor, an
exponent, strictness, an index, a hypothesis dropped. Each edited box is compared with what its claim stands behind.
``--against page`` compares with the relations of the box as it is, which measures the comparison alone.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import click
import sympy as sp

from verifiedbook.claims import load
from verifiedbook.claims.clauses import Clauses
from verifiedbook.claims.read_back import read_back, unmatched_clauses
from verifiedbook.project import find
from verifiedbook.reading import Offered, UnreadableError, Vocabulary, compare, readings, relations_in
from verifiedbook.reading.edits import KINDS, Edit, wrong_edits
from verifiedbook.statements import Statement, statements

#: What is wrong with a statement's text; empty if nothing is.
Judge = Callable[[str], list[str]]

#: Letters for matrices and vectors, so that a page by itself can be read.
_VECTORS = sp.symbols("X y w V U G H M K S Q I B N Gamma w_star g_B w_t w_0 u_i v_i w_P X_tilde x", commutative=False)


def by_page(stated: Statement) -> Judge:
    """Compares with what the box says as it stands, offered as if it had been proved."""
    text = stated.text
    transposed = any(sign in text for sign in (r"\top", r"\norm", "^{-1}"))
    words = Vocabulary(symbols=_VECTORS if transposed else ())
    offered: list[Offered] = []
    for printed in relations_in(text):
        try:
            offered += [Offered(relation, printed.where, True) for relation in readings(printed, words)]
        except UnreadableError:
            continue
    return lambda edited: compare(edited, offered, words).messages()


def by_claim(stated: Statement, built: object) -> Judge | None:
    """Compares as ``verify`` does; nothing where the claim is a plain list, which no page is compared with."""
    if not isinstance(built, Clauses) or not built.read:
        return None

    def judge(edited: str) -> list[str]:
        now = replace(stated, text=edited)
        return [*unmatched_clauses(built, now), *read_back(built, now).problems]

    return judge


@click.command(help=__doc__)
@click.option("--seed", default=0, show_default=True, help="Chooses among the edits that fit a relation.")
@click.option("--against", type=click.Choice(["claims", "page"]), default="claims", show_default=True)
@click.argument("labels", nargs=-1)
def main(seed: int, against: str, labels: tuple[str, ...]) -> None:
    project = find()
    claims = load(project.claim_modules) if against == "claims" else {}
    made: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    seconds: list[float] = []
    missed: list[tuple[str, Edit]] = []
    for stated in statements(project.book):
        if labels and stated.label not in labels:
            continue
        edits = wrong_edits(stated.text, seed)
        judge = by_page(stated) if against == "page" else by_claim(stated, claims[stated.label].build())
        if judge is None or (wrong := judge(stated.text)):
            why = "is not read back" if judge is None else f"is wrong as it stands: {wrong[0]}"
            click.echo(f"{stated.label} {why}; its {len(edits)} edits count as not noticed")
            made.update(edit.kind for edit in edits)
            continue
        for edit in edits:
            began = time.perf_counter()
            found = judge(edit.text)
            seconds.append(time.perf_counter() - began)
            made[edit.kind] += 1
            noticed[edit.kind] += bool(found)
            if not found:
                missed.append((stated.label, edit))
    if not made:
        raise click.ClickException("no relation to edit was found")
    for label, edit in missed:
        click.echo(f"not noticed: {label}, {edit.kind}: {edit.printed.source}  became  {edit.now or 'nothing'}")
    for kind in KINDS:
        if made[kind]:
            click.echo(f"{kind:<11} {noticed[kind]:>4} of {made[kind]:>4} noticed")
    all_made, all_noticed = sum(made.values()), sum(noticed.values())
    click.echo(f"{'all':<11} {all_noticed:>4} of {all_made:>4} noticed ({all_noticed / all_made:.1%}), seed {seed}")
    if seconds:
        read = f"where the page is read back: {all_noticed / len(seconds):.1%} of {len(seconds)}"
        click.echo(f"{read}; seconds each: median {statistics.median(seconds):.3f}, longest {max(seconds):.3f}")
    sys.exit(all_noticed < 0.98 * all_made)


if __name__ == "__main__":
    main()
