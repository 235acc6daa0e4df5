"""The statement that the book prints beside the claim that was verified: clause for clause, relation for relation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..reading import Offered, Report, Vocabulary, compare, offers
from ..statements import Statement
from .clauses import WHOLE, Clauses


@dataclass(frozen=True)
class Reading:
    """How many printed relations are bound to what was verified, which are declared, and what is wrong."""

    bound: int = 0
    declared: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def unmatched_clauses(claim: Clauses, stated: Statement) -> list[str]:
    """One sentence for each clause that the book or the claim names and the other does not."""
    printed = set(stated.clauses)
    named = {*claim.filed, *claim.argued, *claim.cited} or {WHOLE}
    if WHOLE in named and len(printed) > 1 and not claim.read:
        return []  # a plain list stands for the statement as a whole
    found = []
    for name in sorted(named - printed):
        shown = f"clause ({name})" if name else "the whole statement"
        printed_names = ", ".join(f"({each})" for each in stated.clauses if each) or "no clauses"
        found.append(f"evidence is filed under {shown}; the book has {printed_names} at {stated.where}")
    both = sorted(set(claim.argued) & set(claim.filed))
    return found + [f"clause ({name}) has evidence, yet it is said to be argued only" for name in both]


def read_back(claim: Clauses, stated: Statement) -> Reading:
    """Compare every relation of ``stated`` with what the claim's evidence decides and assumes, and what it lists."""
    if not claim.read:
        return Reading()
    words = Vocabulary(claim.vocabulary)
    declared = tuple(claim.declared.items())
    assumed = [one for piece in claim.evidence for one in _offered(piece.premises_stated(), "a hypothesis")]
    bound, told, problems = 0, [], []
    used: set[str] = set()
    for name, text in _parts(stated):
        listed = _offered(claim.reads.get(name, ()), "listed by the claim", required=True)
        places = claim.filed.get(name, ()) if name or len(stated.clauses) == 1 else range(len(claim.evidence))
        proved = [one for place in places for one in _proved(claim, place)]
        above = [] if name == WHOLE else _offered(claim.reads.get(WHOLE, ()), "a hypothesis of the statement")
        found = compare(text, [*listed, *proved, *above, *assumed], words, declared, claim.conventions)
        bound += len(found.bound)
        told += [(one.printed.source, one.reason) for one in found.declared]
        used |= {one.printed.source for one in found.declared}
        problems += _problems(name, found)
    never = [text for text in claim.declared if not any(_alike(text, source) for source in used)]
    problems += [f"declared as not to be compared, but not so on the page: {text}" for text in never]
    return Reading(bound, tuple(told), tuple(problems))


def _parts(stated: Statement) -> Iterator[tuple[str, str]]:
    if stated.hypotheses:
        yield WHOLE, stated.hypotheses
    yield from stated.clauses.items()


def _proved(claim: Clauses, place: int) -> list[Offered]:
    piece = claim.evidence[place]
    return _offered(piece.relations(), f"evidence {place + 1}")


def _offered(relations: Iterable[Any], origin: str, required: bool = False) -> list[Offered]:
    found: list[Offered] = []
    for relation in relations:
        try:
            found += offers(relation, origin, required)
        except (TypeError, ValueError):
            if required:
                raise
    return found


def _problems(name: str, found: Report) -> list[str]:
    where = f"clause ({name}): " if name else ""
    kept = [one.message() for one in found.unbound]
    kept += [f"the page does not say {one.relation.latex()} ({one.origin})" for one in found.missing]
    return [where + message for message in kept]


def _alike(declared: str, printed: str) -> bool:
    return "".join(declared.split()) == "".join(printed.split())
