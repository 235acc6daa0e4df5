"""What runs when a module is imported where nothing else is: its imports, and every package on the way to them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..dependencies import Dependencies


def reached(graph: Dependencies, names: Iterable[str]) -> set[Path]:
    """All files of the modules ``names``, of what they import, and of the packages that these lie in.

    A result does not depend on a package that only gathers names; a browser that imports from it runs it all the same.
    """
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        new = graph.of_module(name) - found
        found |= new
        for module in graph.inside(new):
            parts = module.split(".")
            waiting += [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return found
