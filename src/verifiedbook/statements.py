"""What the book states: its theorem-like directives, read from the MyST sources, and how they compare with claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: Directives that state something a claim must stand behind. Definitions and remarks state nothing to prove.
STATEMENT_KINDS = ("theorem", "corollary", "lemma", "proposition", "observation")

#: The mark at which a clause begins: ``{clause}`ii` ``.
_CLAUSE = re.compile(r"\{clause\}`([^`]+)`")

#: Directives whose body is not MyST: what looks like a directive in there is an example, not a statement.
_VERBATIM = frozenset(
    [
        "code",
        "code-block",
        "code-cell",
        "csv-table",
        "diagram",
        "doctest",
        "eval-rst",
        "formula",
        "graphviz",
        "literalinclude",
        "math",
        "mermaid",
        "parsed-literal",
        "raw",
        "raw-cell",
        "sourcecode",
        "testcode",
    ]
)


@dataclass(frozen=True)
class Statement:
    """One theorem-like directive of the book. ``label`` is empty where the source gives none."""

    label: str
    kind: str
    title: str
    path: str
    line: int
    text: str = ""

    @property
    def hypotheses(self) -> str:
        """What stands before the first mark of a clause; nothing where there are no marks."""
        found = _CLAUSE.search(self.text)
        return self.text[: found.start()] if found else ""

    @property
    def clauses(self) -> dict[str, str]:
        """The text of each clause by its name, from its mark to the next one; without marks all, under no name."""
        marks = list(_CLAUSE.finditer(self.text))
        if not marks:
            return {"": self.text}
        ends = [mark.start() for mark in marks[1:]] + [len(self.text)]
        return {mark[1]: self.text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}

    @property
    def where(self) -> str:
        """``chapter.md:12``."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Fence:
    """A fenced block: what follows the opening fence on its line, the lines inside, the line it opens at (from 1)."""

    info: str
    content: str
    line: int

    @property
    def directive(self) -> str:
        """The name in braces, or nothing for a plain listing."""
        return self.info[1 : self.info.index("}")].strip() if self.info.startswith("{") and "}" in self.info else ""

    @property
    def argument(self) -> str:
        """What follows the braces."""
        return self.info.partition("}")[2].strip()


def fences(text: str) -> Iterator[Fence]:
    """The outermost fenced blocks of a MyST text, whether fenced by backticks, tildes or colons."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin).disable("inline")
    for token in parser.parse(text):
        if token.type in ("fence", "colon_fence") and token.map is not None:
            yield Fence(token.info.strip(), token.content, token.map[0] + 1)


def statements(book_dir: Path | str) -> list[Statement]:
    """The theorem-like directives of all ``.md`` files in ``book_dir``, by file name and then by line.

    Folders whose name starts with a dot or an underscore are left out, as the book's builder does.
    """
    root = Path(book_dir)
    if not root.is_dir():
        raise NotADirectoryError(f"book_dir = {str(root)!r} is not a folder")
    found: list[Statement] = []
    for path in sorted(root.rglob("*.md")):
        relative = path.relative_to(root)
        if not any(part[0] in "._" for part in relative.parts[:-1]):
            found += _statements(path.read_text(encoding="utf-8"), relative.as_posix(), 0)
    return found


def _statements(text: str, path: str, offset: int) -> Iterator[Statement]:
    """Statements of ``text``, whose first line is line ``offset + 1`` of the file."""
    for fence in fences(text):
        name = fence.directive
        if not name or name in _VERBATIM:
            continue
        line = offset + fence.line
        domain, _, kind = name.rpartition(":")
        if domain == "prf" and kind in STATEMENT_KINDS:
            label = _options(fence.content).get("label", "")
            yield Statement(label, kind, fence.argument, path, line, _body(fence.content))
        yield from _statements(fence.content, path, line)


def _body(content: str) -> str:
    """A directive's content without its options."""
    lines = content.splitlines()
    start = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if start < len(lines) and lines[start].lstrip().startswith("---"):
        closing = (place for place in range(start + 1, len(lines)) if lines[place].lstrip().startswith("---"))
        start = next(closing, len(lines) - 1) + 1
    while start < len(lines) and lines[start].lstrip().startswith(":") and not lines[start].lstrip().startswith("::"):
        start += 1
    return "\n".join(lines[start:]).strip()


def _options(content: str) -> dict[str, str]:
    """A directive's options, written ``:name: value`` or as a block between lines of three dashes."""
    lines = [line.strip() for line in content.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    options: dict[str, str] = {}
    if lines and lines[0].startswith("---"):
        for line in lines[1:]:
            if line.startswith("---"):
                break
            name, _, value = line.partition(":")
            options[name.strip()] = value.strip().strip("\"'")
        return options
    for line in lines:
        if not line.startswith(":") or ":" not in line[1:]:
            break
        name, _, value = line[1:].partition(":")
        options[name.strip()] = value.strip()
    return options


def unmatched(statements: Iterable[Statement], labels: Iterable[str]) -> list[str]:
    """One sentence for each place where the book and the claims disagree; empty if they agree label for label."""
    statements, labels = list(statements), list(labels)
    claimed = set(labels)
    places: dict[str, list[str]] = {}
    for statement in statements:
        places.setdefault(statement.label, []).append(statement.where)
    found = [
        f"{statement.where}: this {statement.kind} has no label; give it `:label:`"
        for statement in statements
        if not statement.label
    ]
    found += [
        f"{statement.where}: {statement.kind} {statement.label!r} has no claim"
        for statement in statements
        if statement.label and statement.label not in claimed
    ]
    found += [f"claim {label!r} has no theorem in the book" for label in labels if label not in places]
    found += [
        f"label {label!r} is given to {len(where)} statements: {', '.join(where)}"
        for label, where in places.items()
        if label and len(where) > 1
    ]
    found += [f"claim {label!r} is listed {count} times" for label, count in Counter(labels).items() if count > 1]
    return found
