"""One style sheet and one script for all that a theme and its extensions ask for, a file at a time, on every page.

A browser shows nothing before the last style sheet and the last script of the head are there. The bundled script is
deferred, and the index for searching is loaded by the page that searches.

While pages are written, themes and extensions have not finished their files, and in a first build not begun: a page
only notes what its bundles consist of. :func:`write` makes them when everything is there, named by what is in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from .stylesheet import moved, without

STATIC = "_static"
STEM = "pages-"
#: How a page that has just been written calls a bundle that is not made yet.
NOTED = "parts-"
NOTE = ".note"
PROVISIONAL = re.compile(rf"{STATIC}/{NOTED}[0-9a-f]+\.(?:css|js)")
STYLE_LINK = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"?]*)([^"]*)"[^>]*>\n?')
SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""")
SOURCE = re.compile(r'\bsrc="([^"?]*)([^"]*)"')
#: Scripts that only the page of searching needs.
SEARCHING = ("searchtools.js", "language_data.js", "searchindex.js")
#: Code that gives a name to a value, and needs nothing for it.
SETTING = re.compile(r"""(?:var|let|const) \w+ = (?:'[^']*'|"[^"]*"|[\w.]+);?""")
#: Said before anything is drawn, or different on every page: left where it is.
EARLY = "localStorage"
OF_THE_PAGE = ".pagename ="


class BundleError(ValueError):
    """A file is missing, or a script is not what the book's settings take it for; the message names what to mend."""


def bundled(html: str, outdir: Path, root: str, *, searches: bool = False) -> str:
    """The page ``html`` with one style sheet and one deferred script; ``root`` leads from it to the book's folder.

    Files from elsewhere, modules and data stay as they are.
    """
    head, end, rest = html.partition("</head>")
    sheets: list[str] = []
    scripts: list[str] = []
    of_the_page: list[str] = []
    searching: list[str] = []

    def take_sheet(match: re.Match[str]) -> str:
        path = _inside(match[1], root)
        if path is None:
            return match[0]
        sheets.append(f"@{path}")
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
        path = _inside(source[1], root)
        if path is None:
            return match[0]
        scripts.append(f"@{path}")
        return ""

    head = SCRIPT.sub(take_script, STYLE_LINK.sub(take_sheet, head))
    rest = SCRIPT.sub(lambda match: take_script(match) if "defer" in match[1] else match[0], rest)
    lines = []
    if sheets:
        lines.append(f'<link rel="stylesheet" href="{root}{_noted(outdir, sheets, "css")}">')
    scripts.sort(key=lambda part: SETTING.fullmatch(part) is None)  # deferred files ask at once for what is set
    if scripts:
        lines.append(f'<script defer src="{root}{_noted(outdir, scripts, "js")}"></script>')
    lines += [f'<script defer src="{source}"></script>' for source in (searching if searches else ())]
    lines += [f'<script type="module">{code}</script>' for code in of_the_page]  # modules run after what is deferred
    return "\n".join([head.rstrip(), *lines, ""]) + end + rest


def write(outdir: Path, unused: Sequence[str], changes: Sequence[tuple[str, str]]) -> None:
    """Make the bundles that pages have noted, and delete those that no page asks for any more.

    The style sheet comes without the rules that ``unused`` matches, the script with ``changes``: patterns and what
    stands in their place. Raises :class:`BundleError` where a pattern matches nothing, and for a file that is missing.
    """
    names: dict[str, str] = {}
    for note in sorted((outdir / STATIC).glob(f"{NOTED}*{NOTE}")):
        parts = json.loads(note.read_text(encoding="utf-8"))
        noted = note.with_suffix("")
        made = _sheet(outdir, parts, unused) if noted.suffix == ".css" else _script(outdir, parts, changes)
        name = f"{STATIC}/{STEM}{hashlib.sha256(made.encode()).hexdigest()[:10]}{noted.suffix}"
        (outdir / name).write_text(made, encoding="utf-8")
        names[f"{STATIC}/{noted.name}"] = name
        note.unlink()
    asked: set[str] = set()
    for path in outdir.glob("**/*.html"):
        page = path.read_text(encoding="utf-8", errors="replace")
        if PROVISIONAL.search(page):
            page = PROVISIONAL.sub(lambda match: names.get(match[0], match[0]), page)
            path.write_text(page, encoding="utf-8")
        asked.update(name for name in re.findall(rf"{STEM}[0-9a-f]+\.(?:css|js)", page))
    for path in (outdir / STATIC).glob(f"{STEM}*"):
        if path.name not in asked:
            path.unlink()


def _noted(outdir: Path, parts: list[str], suffix: str) -> str:
    """What the bundle of ``parts``, files as ``@path`` or code, is called until it is made."""
    text = json.dumps(parts)
    name = f"{STATIC}/{NOTED}{hashlib.sha256(text.encode()).hexdigest()[:10]}.{suffix}"
    beside = outdir / f"{name}.{os.getpid()}"
    beside.write_text(text, encoding="utf-8")  # several processes may write the same at once
    beside.replace(outdir / f"{name}{NOTE}")
    return name


def _inside(address: str, root: str) -> str | None:
    """A static file by its path from the book's folder, there already or not; ``None`` for another."""
    path = address.removeprefix(root) if not root or address.startswith(root) else ""
    return path if path.startswith(f"{STATIC}/") else None


def _there(outdir: Path, part: str) -> Path:
    """The file that ``part`` names."""
    path = outdir / part[1:]
    if not path.is_file():
        raise BundleError(f"pages ask for {part[1:]}, which neither the book nor its theme or extensions write")
    return path


def _sheet(outdir: Path, parts: Sequence[str], unused: Sequence[str]) -> str:
    patterns = [re.compile(pattern) for pattern in unused]
    made = []
    for part in parts:
        folder = Path(part[1:]).parent.relative_to(STATIC).as_posix()
        made.append(moved(without(whole(_there(outdir, part)), patterns), "" if folder == "." else folder))
    text = "\n".join(made)
    return '@charset "utf-8";' + text.replace('@charset "utf-8";', "").replace('@charset "UTF-8";', "")


def whole(path: Path) -> str:
    """A style sheet with those that it imports in their place."""
    css = path.read_text(encoding="utf-8").removeprefix("\ufeff")

    def imported(match: re.Match[str]) -> str:
        other = path.parent / match[1]
        return whole(other) if other.is_file() else match[0]

    return IMPORT.sub(imported, css)


def _script(outdir: Path, parts: Sequence[str], changes: Sequence[tuple[str, str]]) -> str:
    made = [";"]  # a first statement, so that "use strict" of one file does not hold for all
    for part in parts:
        code = _there(outdir, part).read_text(encoding="utf-8") if part.startswith("@") else part
        made.append(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", code).rstrip() + "\n;")
    text = "\n".join(made)
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement.replace("\\", r"\\"), text)
        if not count:
            raise BundleError(f"script_changes: nothing in the scripts matches {pattern}")
    return text
