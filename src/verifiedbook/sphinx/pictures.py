"""Pictures that keep their place before they are there, and are fetched when the reader comes near."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import imagesize

IMAGE = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
SOURCE = re.compile(r'\bsrc="([^"]*)"')
LENGTH = re.compile(rb'\b(width|height)="([\d.]+)(pt|px|in)?"')
PIXELS = {b"pt": 4 / 3, b"in": 96, b"px": 1, b"": 1}
NEAR = 1500  # characters of text before a picture that is seen at once


def with_sizes(html: str, builder: Any, root: str) -> str:
    """The page with width and height at every picture; one far down the page waits until it is needed."""
    sources = {name: Path(builder.srcdir) / source for source, name in builder.images.items()}
    start = html.find("<article")
    near = start + NEAR

    def change(match: re.Match[str]) -> str:
        tag = match[0]
        source = SOURCE.search(tag)
        if source is None or "loading=" in tag:
            return tag
        address = unescape(source[1]).removeprefix(root)
        path = sources.get(address.rpartition("/")[2]) if "_images/" in address else Path(builder.outdir) / address
        added = ""
        if path is not None and path.is_file() and not re.search(r"\s(width|height)=", tag):
            width, height = size(path)
            added = f' width="{width}" height="{height}"' if width > 0 and height > 0 else ""
        if match.start() > near > start >= 0:
            added += ' loading="lazy" decoding="async"'
        return f"<img{added}{tag[4:]}"

    return IMAGE.sub(change, html)


@cache
def size(path: Path) -> tuple[int, int]:
    """Width and height in pixels; ``(0, 0)`` for a picture that does not say."""
    if path.suffix != ".svg":
        width, height = imagesize.get(path)
        return max(0, int(width)), max(0, int(height))
    opening = re.search(rb"<svg\b[^>]*>", path.read_bytes()[:4000], re.DOTALL)
    found = LENGTH.findall(opening[0]) if opening else []
    lengths = {kind: float(value) * PIXELS[unit] for kind, value, unit in found}
    return round(lengths.get(b"width", 0)), round(lengths.get(b"height", 0))
