"""Lines beside a list: from each entry one runs in a lane of its own to all entries that use it.

An entry stands in its lane, further to the right than everything it uses, so that lines lead down and to the right.
No two lines share a piece of a lane. Each row knows what is drawn beside it, whatever its height.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

OUTSIDE = ""
"""The name under which all that is used from outside the list has one line, which comes from above."""


@dataclass(frozen=True, order=True)
class Join:
    """A line that ends in an entry: its lane, whose line it is, and whether it comes from above."""

    lane: int
    of: str
    above: bool


class Height(Enum):
    """Heights in a row: its ends, and just above and below the entry, where lines bend towards it."""

    TOP = "top"
    UPPER = "upper"
    LOWER = "lower"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class Line:
    """A vertical piece of a line: its lane, whose line it is, from where to where."""

    lane: int
    of: str
    start: Height
    end: Height


@dataclass(frozen=True)
class Row:
    """What is drawn beside an entry: its lane, whether its own line leaves upwards and downwards, lines of others."""

    name: str
    lane: int
    above: bool
    below: bool
    joins: tuple[Join, ...]
    through: tuple[tuple[int, str], ...]

    def lines(self) -> Iterator[Line]:
        """The vertical pieces. A line is cut where a curve leaves it, so that no piece is drawn twice."""
        joined = {join.lane for join in self.joins}
        for lane, of in self.through:
            if lane not in joined:
                yield Line(lane, of, Height.TOP, Height.BOTTOM)
        if self.above:
            yield Line(self.lane, self.name, Height.TOP, Height.UPPER)
        if self.below:
            yield Line(self.lane, self.name, Height.LOWER, Height.BOTTOM)
        for join in self.joins:
            goes_on = (join.lane, join.of) in self.through
            bend = Height.UPPER if join.above else Height.LOWER
            if join.above or goes_on:
                yield Line(join.lane, join.of, Height.TOP, bend)
            if goes_on or not join.above:
                yield Line(join.lane, join.of, bend, Height.BOTTOM)


@dataclass(frozen=True)
class Layout:
    """The rows by name, in the order of the list, and how many lanes they need."""

    rows: dict[str, Row]
    lanes: int


def layout(uses: Mapping[str, Collection[str]]) -> Layout:
    """The drawing for entries that use one another: ``uses`` maps each, in the order of the list, to what it uses.

    What is used and is no key stands outside the list.
    """
    used = {name: _known(below, uses) - {name} for name, below in uses.items()}
    place = {OUTSIDE: -1} | {name: row for row, name in enumerate(uses)}
    ends = {name: [place[name]] for name in place}
    for name, below in used.items():
        for source in below:
            ends[source].append(place[name])
    lane = _lanes(used, {name: (min(rows), max(rows)) for name, rows in ends.items()})
    rows = {}
    for name in uses:
        here = place[name]
        joins = sorted(Join(lane[source], source, place[source] < here) for source in used[name])
        through = sorted(
            (lane[source], source)
            for source, rows_of in ends.items()
            if source != name and min(rows_of) < here < max(rows_of)
        )
        rows[name] = Row(name, lane[name], min(ends[name]) < here, max(ends[name]) > here, tuple(joins), tuple(through))
    return Layout(rows, 1 + max(lane.values(), default=-1))


def _known(below: Collection[str], uses: Mapping[str, Collection[str]]) -> set[str]:
    return {source if source in uses else OUTSIDE for source in below}


def _lanes(used: Mapping[str, set[str]], spans: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """The first lane for each that is right of all it uses and free from the first to the last of its rows."""
    depth = depths(used)
    lane: dict[str, int] = {}
    taken: list[list[tuple[int, int]]] = []
    outside = [OUTSIDE] if spans[OUTSIDE][1] >= 0 else []
    for name in [*outside, *sorted(used, key=lambda name: (depth[name], spans[name]))]:
        first, last = spans[name]
        column = 1 + max((lane[source] for source in used.get(name, ()) if source in lane), default=-1)
        while column < len(taken) and any(low <= last and first <= high for low, high in taken[column]):
            column += 1
        taken += [[] for _ in range(column + 1 - len(taken))]
        taken[column].append((first, last))
        lane[name] = column
    return lane


def depths(used: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How many steps lead from each entry down to one that uses nothing, by the longest way."""
    depth: dict[str, int] = {}

    def place(name: str) -> int:
        if name not in depth:
            depth[name] = 0  # ends the descent if a damaged record holds a circle
            depth[name] = 1 + max((place(source) for source in used.get(name, ())), default=-1)
        return depth[name]

    for name in used:
        place(name)
    return depth


def closure(name: str, to: Mapping[str, Collection[str]]) -> set[str]:
    """All that can be reached from ``name`` by one step or more, without ``name`` itself."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for near in to.get(waiting.pop(), ()):
            if near not in found:
                found.add(near)
                waiting.append(near)
    return found - {name}
