"""Brings the pages' own scripts: what is folded is made when it is unfolded, references show what they lead to, and the
ledger can be filtered."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = Path(__file__).parent / "_scripts"


def bring_scripts(app: Sphinx, config: Config) -> None:
    """Put the scripts on every page."""
    config.html_static_path.append(str(FOLDER))
    for file in sorted(FOLDER.glob("*.js")):
        app.add_js_file(file.name, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register them."""
    app.connect("config-inited", bring_scripts)
