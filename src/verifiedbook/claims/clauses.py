"""Clauses: what a statement asserts, sentence by sentence, and which evidence stands for which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .evidence import Evidence

#: The name of what comes before the first mark: the hypotheses, or all of a statement that has no marks.
WHOLE = ""


@dataclass(frozen=True)
class Clauses:
    """The evidence of a claim, filed under the clauses of its statement.

    ``evidence`` holds each piece once; ``filed`` gives for each clause the positions of its pieces. ``argued`` says of
    clauses that nothing checks why the text must do, ``cited`` names those that are the source's. ``reads`` are the
    relations that the page must print, by clause (under the empty name: among the hypotheses), ``vocabulary`` what its
    names stand for, ``declared`` the relations that cannot be compared, each with the reason, ``conventions`` those
    that hold in the whole book and that no page must repeat. ``read`` is whether the page is read back at all.
    """

    evidence: tuple[Evidence, ...]
    filed: Mapping[str, tuple[int, ...]]
    argued: Mapping[str, str] = field(default_factory=dict)
    cited: tuple[str, ...] = ()
    reads: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    vocabulary: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)
    conventions: tuple[Any, ...] = ()
    read: bool = True


Pieces = Evidence | Sequence[Evidence]


def clauses(
    whole: Pieces = (),
    /,
    *,
    argued: Mapping[str, str] | None = None,
    cited: Sequence[str] = (),
    reads: Mapping[str, Any] | Sequence[Any] = (),
    vocabulary: Mapping[str, Any] | None = None,
    declared: Mapping[str, str] | None = None,
    conventions: Sequence[Any] = (),
    **filed: Pieces,
) -> Clauses:
    """Evidence by clause: ``clauses(i=[ForAll(...)], ii=[Identity(...), Powers(...)])``.

    A statement without marks is one clause: ``clauses([ForAll(...)])``. The same piece may stand for several clauses.
    ``reads`` without clauses is a list for such a statement.
    """
    named: dict[str, Sequence[Evidence]] = {WHOLE: _listed(whole)} if _listed(whole) else {}
    named |= {name: _listed(pieces) for name, pieces in filed.items()}
    if WHOLE in named and len(named) > 1:
        raise TypeError("evidence for the whole statement and for single clauses: file each piece under a clause")
    pieces: dict[int, Evidence] = {}
    for listed in named.values():
        strangers = [type(item).__name__ for item in listed if not isinstance(item, Evidence)]
        if strangers:
            raise TypeError(f"it files {', '.join(strangers)} where evidence is expected")
        pieces.update({id(item): item for item in listed})
    places = {key: place for place, key in enumerate(pieces)}
    by_clause = reads if isinstance(reads, Mapping) else {WHOLE: reads}
    return Clauses(
        tuple(pieces.values()),
        {name: tuple(places[id(item)] for item in listed) for name, listed in named.items()},
        dict(argued or {}),
        tuple(cited),
        {name: tuple(listed) for name, listed in by_clause.items() if len(listed)},
        dict(vocabulary or {}),
        dict(declared or {}),
        tuple(conventions),
    )


def of_list(evidence: Sequence[Evidence]) -> Clauses:
    """A plain list: all of it is for the whole statement, and the page is not read back."""
    return Clauses(tuple(evidence), {WHOLE: tuple(range(len(evidence)))}, read=False)


def _listed(pieces: Pieces) -> Sequence[Evidence]:
    return [pieces] if isinstance(pieces, Evidence) else list(pieces)
