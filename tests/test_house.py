"""Who may import whom, read from the imports: the engine knows no book, the lab no chapter, and nothing goes round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from verifiedbook.dependencies import imported
from verifiedbook.project import find

PROJECT = find(__file__)
SOURCES = PROJECT.root / "src"
#: What only the book needs; the engine must run where none of it is installed.
OF_THE_BOOK = {"dltheory", "torch", "torchvision", "sklearn", "statsmodels", "PEPit", "torchprofile"}
ROOMS = ("derivation", "claims", "experiment", "figures")
#: What each room of a chapter may use; a long run and the answers stand beside the rooms and may use all of them.
ALLOWED = {
    "derivation": {"derivation"},
    "experiment": {"derivation", "experiment"},
    "claims": {"derivation", "experiment", "claims"},
    "figures": {"derivation", "experiment", "figures"},
}


def modules() -> dict[str, Path]:
    """Every module below ``src``, by its dotted name."""
    found = {}
    for path in sorted(SOURCES.rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def uses(name: str) -> frozenset[str]:
    """The modules of this project that ``name`` imports, anywhere in its text; others by their first name."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for wanted in imported(path.read_text(encoding="utf-8"), package):
        parts = wanted.split(".")
        known = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
        found.add(next((module for module in known if module in MODULES), parts[0]))
    return frozenset(found - {name})


def chapter_and_room(name: str) -> tuple[str, str]:
    parts = [*name.split("."), "", ""]
    return (parts[1], parts[2]) if parts[0] == "dltheory" and parts[1] in PROJECT.chapters else ("", "")


def test_the_graph_is_not_empty() -> None:
    assert len(MODULES) > 150
    assert "verifiedbook.claims.evidence" in uses("verifiedbook.claims.runner")
    assert "dltheory.momentum.derivation.symbols" in uses("dltheory.momentum.claims.stability")


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("verifiedbook")])
def test_the_engine_imports_nothing_that_only_the_book_needs(name: str) -> None:
    assert not {used.split(".")[0] for used in uses(name)} & OF_THE_BOOK
    text = MODULES[name].read_text(encoding="utf-8")
    assert not [word for word in (*PROJECT.chapters, "dltheory") if word in text]


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("dltheory.lab")])
def test_the_lab_imports_no_chapter(name: str) -> None:
    assert not [used for used in uses(name) if chapter_and_room(used)[0]]


@pytest.mark.parametrize("name", [name for name in MODULES if chapter_and_room(name)[1] in ROOMS])
def test_a_room_uses_only_rooms_below_it(name: str) -> None:
    room = chapter_and_room(name)[1]
    used = {chapter_and_room(module)[1] for module in uses(name)} & {*ROOMS, "reproduction", "answers"}
    assert used <= ALLOWED[room]


@pytest.mark.parametrize("name", [name for name in MODULES if chapter_and_room(name)[1] in ROOMS])
def test_a_room_uses_only_its_own_chapter_and_earlier_ones(name: str) -> None:
    order = PROJECT.chapters.index
    chapter = chapter_and_room(name)[0]
    later = [used for used in uses(name) if (of := chapter_and_room(used)[0]) and order(of) > order(chapter)]
    assert not later


@pytest.mark.parametrize("chapter", PROJECT.chapters)
def test_a_chapter_has_the_rooms_that_every_chapter_has_and_nothing_else(chapter: str) -> None:
    folder = SOURCES / PROJECT.package / chapter
    found = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert found >= set(ROOMS) | {"__init__"}
    assert found <= {*ROOMS, "__init__", "answers", "reproduction"}


def circles(name: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Ways from ``name`` back to itself; a package and what it gathers from its own modules is none."""
    for used in sorted(uses(name)):
        if used not in MODULES:
            continue
        if used in above:
            yield (*above[above.index(used) :], name, used)
        elif not name.startswith(f"{used}.") and (used, name) not in _SEEN:
            _SEEN.add((used, name))
            yield from circles(used, (*above, name))


_SEEN: set[tuple[str, str]] = set()


def test_no_imports_go_round() -> None:
    _SEEN.clear()
    assert not [circle for name in MODULES for circle in circles(name)]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_short_enough_to_be_read(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) < 300
