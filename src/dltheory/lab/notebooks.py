"""The source notebooks: how their sentences are quoted in the errata."""

from __future__ import annotations

from verifiedbook.claims import Erratum

#: The bibliography's key of the collection.
SOURCE = "dltheoreticalanalysis"


def notebook(place: str, published: str, correct: str) -> Erratum:
    """A sentence of the notebooks; ``place`` names the notebook and the part of it."""
    return Erratum(source=SOURCE, place=place, published=published, correct=correct)
