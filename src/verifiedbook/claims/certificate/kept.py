"""Found certificates are kept, a file for each claim; a search starts only for a statement that has none there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sympy.logic.boolalg import Boolean

from ...replacing import replacing
from . import checker, facts

#: The folder of the kept certificates. Workers are processes of their own and find it in their environment.
FOLDER = "VERIFIEDBOOK_CERTIFICATES"
SECONDS = 30.0  # of computing that a search may take


def keep_in(folder: Path) -> None:
    """Use ``folder`` from now on, here and in processes that start later. Without one nothing is looked for."""
    os.environ[FOLDER] = str(folder)
    _known.cache_clear()


def certificate(
    given: Iterable[Boolean], then: Boolean, lemmas: Sequence[Boolean] = (), squares: Sequence[Any] = ()
) -> dict[str, Any] | None:
    """The certificate of ``then`` from ``given``, kept or found now, and checked now; None if there is none.

    ``statement`` and ``proof`` are what the checker reads, ``terms`` is the number of terms of the proof. ``lemmas``
    and ``squares`` are what a search tries first.
    """
    try:
        return of_statement(facts.statement(given, then), lemmas, squares) if FOLDER in os.environ else None
    except facts.NotFacts:
        return None


def of_statement(
    statement: dict[str, Any], lemmas: Sequence[Boolean] = (), squares: Sequence[Any] = ()
) -> dict[str, Any] | None:
    """The certificate of a statement that is written as facts."""
    folder = os.environ[FOLDER]
    proof = _known(folder).get(facts.digest(statement))
    if proof is None or (terms := _terms(statement, proof)) is None:
        proof = _found(statement, lemmas, squares)
        proof = proof and json.loads(_compact(proof))  # as it will be read back: a report is the same, kept or found
        if proof is None or (terms := _terms(statement, proof)) is None:
            return None
    return {"statement": statement, "proof": proof, "terms": terms}


def write(claims: Iterable[Mapping[str, Any]], folder: Path, known: Iterable[str]) -> None:
    """Keep the certificates of ``claims``, written as in the report; forget those of labels that are not ``known``."""
    folder.mkdir(parents=True, exist_ok=True)
    for claim in claims:
        if claim["status"] == "failed":
            continue  # what failed for want of time still has its certificates
        every = [piece for each in claim["evidence"] for piece in (each, *each.get("steps", ()))]
        found = [piece["certificate"] for piece in every if piece.get("certificate")]
        path, text = folder / f"{claim['label']}.json", _text(found).encode()
        if not text:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != text:
            with replacing(path) as beside:
                beside.write_bytes(text)
    for path in folder.glob("*.json"):
        if path.stem not in set(known):
            path.unlink()


def _terms(statement: dict[str, Any], proof: Any) -> int | None:
    try:
        return checker.check(statement, proof)
    except checker.Refused:
        return None


def _found(statement: dict[str, Any], lemmas: Sequence[Boolean], squares: Sequence[Any]) -> dict[str, Any] | None:
    from .search import refutation  # SciPy and z3 are needed only now
    from .search.ideas import Idea

    try:
        return refutation.proof(statement, SECONDS, Idea(lemmas, squares))
    except (refutation.NotFound, ArithmeticError, LookupError, RuntimeError, ValueError):
        return None  # nobody has to trust the search: one that stumbles has found nothing, and the ledger counts that


def damaged(folder: Path) -> list[Path]:
    """Files in ``folder`` that are none of certificates: what they held is searched for again when it is needed."""
    return [path for path in sorted(folder.glob("*.json")) if _proofs(path) is None]


@cache
def _known(folder: str) -> dict[str, Any]:
    """The proofs in ``folder`` by the digest of what they prove."""
    proofs: dict[str, Any] = {}
    for path in sorted(Path(folder).glob("*.json")):
        proofs.update(_proofs(path) or {})
    return proofs


def _proofs(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {key: entry["proof"] for key, entry in content.items()}
    except (OSError, ValueError, AttributeError, LookupError, TypeError):
        return None


def _text(certificates: Iterable[Mapping[str, Any]]) -> str:
    """Canonical: by digest, one line for the statement and one for the proof."""
    entries = {facts.digest(each["statement"]): each for each in certificates}
    lines = []
    for key in sorted(entries):
        parts = [f'  "{name}": {_compact(entries[key][name])}' for name in ("statement", "proof")]
        lines.append(f' "{key}": {{\n' + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n" if lines else ""


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
