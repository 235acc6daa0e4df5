"""The book in print: its parts in a printed book's order, boxes and tables for paper, and what the title page says.

How all this looks is decided in the style file ``verifiedbook.sty``; here only names and structure are written.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from . import imprint, structure, tables, translator


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what only the LaTeX builder uses."""
    translator.setup(app)
    structure.setup(app)
    tables.setup(app)
    imprint.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
