"""The book that the engine is handed, as ``[tool.verifiedbook]`` in its ``pyproject.toml`` describes it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What ``[tool.verifiedbook]`` may say, and what holds where it is silent.
DEFAULTS: Mapping[str, Any] = {
    "package": "",
    "chapters": [],
    "book": "book",
    "results": "results",
    "pins": ["requirements.txt", "constraints.txt"],
    "versions": [],
    "command": "python -m verifiedbook",
}


class ProjectError(ValueError):
    """There is no project, or its table cannot be used; the message says where and what to do."""


@dataclass(frozen=True)
class Project:
    """A book and the package of its claims.

    ``package`` holds a package a chapter, each with a module ``claims``; ``chapters`` are their names in the order of
    the book. ``pins`` are files that every result depends on; ``versions`` are distributions that a report names,
    and ``command`` is what a reader types before ``verify``.
    """

    root: Path
    package: str
    chapters: tuple[str, ...]
    book: Path
    results: Path
    pins: tuple[Path, ...] = ()
    versions: tuple[str, ...] = ()
    command: str = DEFAULTS["command"]

    @property
    def claim_modules(self) -> tuple[str, ...]:
        """``PACKAGE.CHAPTER.claims`` for each chapter."""
        return tuple(f"{self.package}.{chapter}.claims" for chapter in self.chapters)

    @property
    def record(self) -> Path:
        """Where ``verify`` writes what it found, and where the pages read it."""
        return self.root / "_build" / "claims.json"

    @property
    def digests(self) -> Path:
        """Where ``verify`` keeps what reading all code gave, so that it need not be read again."""
        return self.root / "_build" / "digests.json"

    @property
    def certificates(self) -> Path:
        """Where certificates that were found are kept."""
        return self.results / "certificates"

    def sources(self) -> dict[str, Path]:
        """The engine, the book's package and what lies beside it, by name: folders of packages, or single modules."""
        found = {}
        for folder in (self.root / "src", self.root):
            if self.package and (folder / self.package).is_dir():
                beside = [path.parent for path in folder.glob("*/__init__.py")] + list(folder.glob("*.py"))
                found = {path.stem: path for path in (*beside, folder / self.package)}
                break
        return {**found, "verifiedbook": Path(__file__).resolve().parent}


def find(start: Path | str | None = None) -> Project:
    """The project that ``start`` (or the working folder) lies in: the nearest ``pyproject.toml`` with our table."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and (found := _read(path)) is not None:
            return found
    raise ProjectError(
        f"no pyproject.toml with a table [tool.verifiedbook] lies in {start} or above it; "
        "change into the folder of a book, or add the table"
    )


def _read(path: Path) -> Project | None:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("verifiedbook")
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path} cannot be read: {error}") from None
    if table is None:
        return None
    settings = {**DEFAULTS, **table}
    for name, value in settings.items():
        if name not in DEFAULTS:
            raise ProjectError(f"{path}: [tool.verifiedbook] has no setting {name!r}; it has {', '.join(DEFAULTS)}")
        meant = DEFAULTS[name]
        if not isinstance(value, type(meant)) or (
            isinstance(value, list) and not all(isinstance(entry, str) for entry in value)
        ):
            kind = "a list of texts" if isinstance(meant, list) else "a text"
            raise ProjectError(f"{path}: {name} = {value!r} in [tool.verifiedbook]; it must be {kind}")
    root = path.parent
    return Project(
        root,
        settings["package"],
        tuple(settings["chapters"]),
        root / settings["book"],
        root / settings["results"],
        tuple(root / name for name in settings["pins"]),
        tuple(settings["versions"]),
        settings["command"],
    )
