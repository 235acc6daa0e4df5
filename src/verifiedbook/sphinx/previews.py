"""What a reference leads to, in small files beside the pages: shown when a reader rests on the reference.

A statement without its status, or an entry of the bibliography: the element that the anchor names, as it stands there,
without ids and links.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .domain import claims_domain

FOLDER = "_previews"
BOX = re.compile(r'<div class="[^"]*\b(?:statement|citation)\b[^"]*" id="([^"]+)"[^>]*>')
DIVISION = re.compile(r"<(/?)div\b[^>]*>")
STATUS = re.compile(r'<div class="claim-status')
LINK = re.compile(r'<a class="reference internal"(?=[^>]*\bhref="[^"#]*#([^"]+)")')
# A link's words stay; marks of clauses keep their number, and links to a box itself go.
LEFT_OUT = re.compile(
    r'<a class="headerlink".*?</a>|<span class="clause-card".*?</span>|<span class="backrefs".*?</span>'
    r"|</?a\b[^>]*>|<noscript>.*?</noscript>",
    re.DOTALL,
)
OWN = re.compile(r'\s(?:id|style|tabindex|role|aria-[a-z]+)="[^"]*"')


def boxes(body: str) -> Iterator[tuple[str, str]]:
    """Anchor and content of every statement and entry on a page."""
    for opening in BOX.finditer(body):
        depth, end = 1, len(body)
        for mark in DIVISION.finditer(body, opening.end()):
            depth += -1 if mark[1] else 1
            if depth == 0:
                end = mark.end()
                break
        content = body[opening.start() : end]
        status = STATUS.search(content)
        if status:
            content = content[: status.start()] + "</div>"
        yield opening[1], OWN.sub("", LEFT_OUT.sub("", content))


def anchors(app: Sphinx) -> set[str]:
    """The anchors in the whole book that have a preview."""
    named = set(claims_domain(app.env).theorems)
    if "sphinxcontrib.bibtex" in app.extensions:
        cited: Any = app.env.get_domain("cite")
        named |= {citation.citation_id for citation in cited.citations}
    return named


def write(app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the previews of a page's boxes, and mark its links to boxes of any page."""
    if doctree is None or "body" not in context or app.builder.format != "html":
        return
    known = anchors(app)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for anchor, content in boxes(context["body"]):
        if anchor in known:
            (folder / f"{anchor}.html").write_text(content, encoding="utf-8")
    root = Path(os.path.relpath(FOLDER, Path(pagename).parent)).as_posix()
    context["body"] = LINK.sub(
        lambda match: (
            match[0].replace("<a ", f'<a data-preview="{root}/{match[1]}.html" ', 1) if match[1] in known else match[0]
        ),
        context["body"],
    )


def clean(app: Sphinx, error: Exception | None) -> None:
    """Remove the previews of boxes that are no longer in the book."""
    folder = Path(app.outdir) / FOLDER
    if error or app.builder.format != "html" or not folder.is_dir():
        return
    known = anchors(app)
    for file in folder.glob("*.html"):
        if file.stem not in known:
            file.unlink()


def setup(app: Sphinx) -> None:
    """Register what is written with the pages."""
    app.connect("html-page-context", write, priority=850)
    app.connect("build-finished", clean)
