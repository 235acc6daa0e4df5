"""The claims by chapter, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .domain import ClaimsDomain, Theorem
from .records import Records

UNSTATED = "Claims that no page states"


@dataclass(frozen=True)
class Chapter:
    """A page that states claims: its name (empty for claims that no page states), its title, statement and claim."""

    docname: str
    title: str
    stated: list[tuple[Theorem | None, Mapping[str, Any]]]


def chapters(records: Records, domain: ClaimsDomain) -> Iterator[Chapter]:
    """Chapters in reading order with their claims; last, the claims that no page states."""
    told: set[str] = set()
    stated: list[tuple[Theorem | None, Mapping[str, Any]]]
    for docname, theorems in domain.in_order():
        stated = [(theorem, records.claims[theorem.label]) for theorem in theorems if theorem.label in records.claims]
        told.update(claim["label"] for _, claim in stated)
        if stated:
            yield Chapter(docname, domain.env.titles[docname].astext(), stated)
    stated = [(None, claim) for label, claim in records.claims.items() if label not in told]
    if stated:
        yield Chapter("", UNSTATED, stated)
