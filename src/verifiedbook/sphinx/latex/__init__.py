"""The book in print: its parts in a printed book's order, boxes and tables for paper, and what the title page says.

How all this looks is decided in the style file ``verifiedbook.sty``, which is put beside the text and loaded by the
preamble of a book that wants this look; here only names and structure are written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from . import graph, imprint, structure, tables, translator


def bring_style(_app: Sphinx, config: Config) -> None:
    """Put the style file where LaTeX finds it."""
    style = str(Path(__file__).with_name("verifiedbook.sty"))
    config.latex_additional_files = [*config.latex_additional_files, style]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what only the LaTeX builder uses."""
    app.connect("config-inited", bring_style)
    translator.setup(app)
    structure.setup(app)
    tables.setup(app)
    graph.setup(app)
    imprint.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
