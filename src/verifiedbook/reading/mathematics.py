"""The mathematics of a MyST text: in dollars, in ``{math}``, and printed by ``{formula}``; listings have none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Mathematics:
    """A piece of mathematics in a text: its LaTeX, and where in the text it begins."""

    latex: str
    start: int


#: What no mathematics is looked for in.
_VERBATIM = (
    r"code|code-block|code-cell|csv-table|diagram|doctest|eval-rst|graphviz|literalinclude|mermaid|parsed-literal|raw|"
    r"raw-cell|sourcecode|testcode"
)
_FENCE = re.compile(
    r"^[ \t>]*(?P<ticks>`{3,}|:{3,}|~{3,})[ \t]*(?:\{(?P<name>[\w:.-]+)\})?(?P<rest>[^\n]*)$", re.MULTILINE
)
_OPTION = re.compile(r"^[ \t]*:(?P<name>[\w-]+):[ \t]*(?P<value>[^\n]*)$", re.MULTILINE)
_INLINE = re.compile(
    r"(?P<escaped>\\[\\$`])|(?P<comment><!--.*?-->|^%[^\n]*)|(?P<display>\$\$(?P<shown>.+?)\$\$)"
    r"|(?P<inline>\$(?P<set>(?:\\.|[^$\\])+?)\$)|(?:\{(?P<role>[\w:.-]+)\})?(?P<ticks>`+)(?P<span>.+?)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Formula:
    """A printed object: its dotted path, what is put before it, and where in the text it begins."""

    path: str
    start: int
    left: str = ""
    operator: str = "="


def pieces(text: str, offset: int = 0) -> Iterator[Mathematics | Formula]:
    """The mathematics and the printed objects of ``text``, which begins at ``offset`` of the whole."""
    at = 0
    while at < len(text):
        opened = _FENCE.search(text, at)
        yield from _inline(text[at : opened.start() if opened else len(text)], offset + at)
        if opened is None:
            return
        ticks, name = opened["ticks"], opened["name"] or ""
        body = min(opened.end() + 1, len(text))
        closing = re.compile(rf"^[ \t>]*{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*$", re.MULTILINE)
        closed = closing.search(text, body)
        inside, at = text[body : closed.start() if closed else len(text)], closed.end() if closed else len(text)
        if name == "math":
            start = _after_options(inside)
            yield Mathematics(inside[start:], offset + body + start)
        elif name == "formula":
            options = {match["name"]: match["value"].strip() for match in _OPTION.finditer(inside)}
            if "lhs" in options:
                sign = options.get("relation", "=")
                yield Formula(opened["rest"].strip(), offset + opened.start(), options["lhs"], sign)
            else:
                yield Formula(opened["rest"].strip(), offset + opened.start())
        elif name and not re.fullmatch(_VERBATIM, name):
            start = _after_options(inside)
            if "$" in opened["rest"]:
                yield from _inline(opened["rest"], offset + opened.start("rest"))
            yield from pieces(inside[start:], offset + body + start)


def _after_options(inside: str) -> int:
    """Where the content of a directive begins, behind its options."""
    at = 0
    while match := re.compile(r"[ \t]*(?::[\w-]+:[^\n]*)?\n").match(inside, at):
        at = match.end()
    return at


def _inline(text: str, offset: int) -> Iterator[Mathematics | Formula]:
    for match in _INLINE.finditer(text):
        if match["display"]:
            yield Mathematics(match["shown"], offset + match.start("shown"))
        elif match["inline"]:
            yield Mathematics(match["set"], offset + match.start("set"))
        elif match["role"] == "math":
            yield Mathematics(match["span"], offset + match.start("span"))
        elif match["role"] == "formula":
            yield Formula(match["span"].strip(), offset + match.start())
