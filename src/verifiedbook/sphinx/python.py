"""The site's own Python: whether it can be had in this build, and which pages load it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from ..browser import obtain
from ..browser.obtain import obtained
from ..browser.reach import Reach
from .project import project_of

FOLDER = "_python"
STYLE = Path(obtain.__file__).parent / "_static" / "python.css"
#: What a page has that needs scripts.
SIGNS = ('<form class="answer"', '<div class="cell-run"')


def decide(app: Sphinx, config: Config) -> None:
    """Settle whether pages have Python: if it has been fetched, unless ``claims_python`` says no."""
    if config.claims_python is None:
        config.claims_python = obtained(project_of(app).root) is not None
    if config.claims_python:
        config.html_static_path.append(str(STYLE.parent))
        app.add_css_file(STYLE.name)


def has_python(app: Sphinx) -> bool:
    """Whether the pages of this build have Python."""
    return bool(app.config.claims_python) and app.builder.format == "html"


def read_afresh(app: Sphinx) -> None:
    """Forget what modules imported when the last build in this process began."""
    cast(Any, app).browser_reach = Reach(app.config.claims_packages or project_of(app).sources())


def reach_of(app: Sphinx) -> Reach:
    """What runs in a browser when modules of this build are imported."""
    return cast(Reach, cast(Any, app).browser_reach)


def address_of(page: str, target: str) -> str:
    """The address of a file of the site as seen from a page."""
    return Path(os.path.relpath(target, Path(page).parent)).as_posix()


def load(app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give a page with something to run the script that brings it."""
    if doctree is None or not has_python(app):
        return
    if any(sign in context.get("body", "") for sign in SIGNS):
        script = address_of(pagename, f"{FOLDER}/start.js")
        context["body"] += f'<script defer src="{script}"></script>\n'


def setup(app: Sphinx) -> None:
    """Register what decides on it and loads it."""
    app.add_config_value("claims_python", None, "html", (bool,))
    app.connect("config-inited", decide)
    app.connect("builder-inited", read_afresh)
    app.connect("html-page-context", load, priority=600)
