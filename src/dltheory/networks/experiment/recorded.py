"""What the committed records of the chapter say."""

from __future__ import annotations

from functools import cache
from typing import Any

from dltheory.lab.runs.records import RESULTS, read

#: The record of each part of ``reproduce networks``.
FILES = {
    name: f"networks-{name}.json"
    for name in ("sharpness", "linearised", "minimum", "dropout", "pruning", "blocks", "ends", "first-step")
}


@cache
def record(part: str) -> dict[str, Any]:
    """The record of a part as it lies on disk. Raises RecordError where there is none."""
    return read(RESULTS / FILES[part])


def runs(part: str, kind: str | None = None) -> list[dict[str, Any]]:
    """The runs of a part, in the order in which they were made; only those of one kind where it is named."""
    return [run for run in record(part)["runs"].values() if kind in (None, run.get("kind"))]
