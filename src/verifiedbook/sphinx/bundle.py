"""One style sheet and one script for all that a theme and its extensions ask for, a file at a time, on every page.

A browser shows nothing before the last style sheet and the last script of the head are there. The bundled script is
deferred, and the index for searching is loaded by the page that searches.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from .stylesheet import moved, without

STATIC = "_static"
STEM = "pages-"
STYLE_LINK = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"?]*)[^"]*"[^>]*>\n?')
SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""")
SOURCE = re.compile(r'\bsrc="([^"?]*)[^"]*"')
#: Scripts that only the page of searching needs.
SEARCHING = ("searchtools.js", "language_data.js", "searchindex.js")
#: Said before anything is drawn, or different on every page: left where it is.
EARLY = "localStorage"
OF_THE_PAGE = ".pagename ="


def bundled(html: str, outdir: Path, root: str, unused: Sequence[str], searches: bool) -> str:
    """The page ``html`` with one style sheet and one deferred script; ``root`` leads from it to the book's folder.

    Both are written to ``outdir`` if they are not there. Files from elsewhere, modules and data stay as they are.
    """
    head, end, rest = html.partition("</head>")
    sheets: list[str] = []
    scripts: list[str] = []
    of_the_page: list[str] = []
    searching: list[str] = []

    def take_sheet(match: re.Match[str]) -> str:
        path = _inside(match[1], root, outdir)
        if path is None:
            return match[0]
        sheets.append(path)
        return ""

    def take_script(match: re.Match[str]) -> str:
        attributes, code = match[1], match[2].strip()
        source = SOURCE.search(attributes)
        if "type=" in attributes or EARLY in code:
            return match[0]
        if source is None:
            (of_the_page if OF_THE_PAGE in code else scripts).append(code)
            return ""
        if source[1].endswith(SEARCHING):
            searching.append(source[1])
            return ""
        path = _inside(source[1], root, outdir)
        if path is None or not path.startswith(STATIC):
            return match[0]
        scripts.append(f"@{path}")
        return ""

    head = SCRIPT.sub(take_script, STYLE_LINK.sub(take_sheet, head))
    rest = SCRIPT.sub(lambda match: take_script(match) if "defer" in match[1] else match[0], rest)
    lines = []
    if sheets:
        name = _written(outdir, _sheet, tuple(sheets), tuple(unused))
        lines.append(f'<link rel="stylesheet" href="{root}{name}">')
    if scripts:
        lines.append(f'<script defer src="{root}{_written(outdir, _script, tuple(scripts), ())}"></script>')
    lines += [f'<script defer src="{source}"></script>' for source in (searching if searches else ())]
    lines += [f'<script type="module">{code}</script>' for code in of_the_page]  # modules run after what is deferred
    return "\n".join([head.rstrip(), *lines, ""]) + end + rest


def remove_unused(outdir: Path) -> None:
    """Delete bundles of earlier builds that no page asks for any more."""
    pages = [path.read_text(encoding="utf-8", errors="replace") for path in outdir.rglob("*.html")]
    for path in (outdir / STATIC).glob(f"{STEM}*"):
        if not any(path.name in page for page in pages):
            path.unlink()


def _inside(address: str, root: str, outdir: Path) -> str | None:
    """A file of the book by its path from the book's folder; ``None`` for one that lies elsewhere."""
    path = address.removeprefix(root) if not root or address.startswith(root) else ""
    return path if path and ":" not in path and (outdir / path).is_file() else None


Make = Callable[[Path, tuple[str, ...], tuple[str, ...]], tuple[str, str]]


@cache
def _written(outdir: Path, make: Make, parts: tuple[str, ...], unused: tuple[str, ...]) -> str:
    text, suffix = make(outdir, parts, unused)
    name = f"{STATIC}/{STEM}{hashlib.sha256(text.encode()).hexdigest()[:10]}.{suffix}"
    target = outdir / name
    if not target.is_file():  # several processes may write the same at once
        beside = target.with_suffix(f".{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    return name


def _sheet(outdir: Path, paths: tuple[str, ...], unused: tuple[str, ...]) -> tuple[str, str]:
    patterns = [re.compile(pattern) for pattern in unused]
    made = []
    for path in paths:
        folder = Path(path).parent.relative_to(STATIC).as_posix() if path.startswith(f"{STATIC}/") else ".."
        css = whole(outdir / path)
        made.append(moved(without(css, patterns), "" if folder == "." else folder))
    text = "\n".join(made)
    return '@charset "utf-8";' + text.replace('@charset "utf-8";', "").replace('@charset "UTF-8";', ""), "css"


def whole(path: Path) -> str:
    """A style sheet with those that it imports in their place."""
    css = path.read_text(encoding="utf-8").removeprefix("\ufeff")

    def imported(match: re.Match[str]) -> str:
        other = path.parent / match[1]
        return whole(other) if other.is_file() else match[0]

    return IMPORT.sub(imported, css)


def _script(outdir: Path, parts: tuple[str, ...], _: tuple[str, ...]) -> tuple[str, str]:
    made = [";"]  # a first statement, so that "use strict" of one file does not hold for all
    for part in parts:
        code = (outdir / part[1:]).read_text(encoding="utf-8") if part.startswith("@") else part
        made.append(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", code).rstrip() + "\n;")
    return "\n".join(made), "js"
