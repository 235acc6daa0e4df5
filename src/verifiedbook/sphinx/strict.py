"""Pages as they go over the wire: few files, pictures that keep their place and wait, and a content security policy.

All of it happens to the finished page, whatever theme and extensions wrote it; ``strict_pages = True`` turns it on.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.jinja2glue import BuiltinTemplateLoader

from . import bundle
from .pictures import with_sizes
from .policy import secured
from .sections import tied, with_heights

VIEWPORT = re.compile(r'\s*<meta name="viewport"[^>]*>')


class Pages(BuiltinTemplateLoader):
    """Sphinx's templates, and what is done to each page that they write."""

    def init(self, builder: Any, *arguments: Any, **named: Any) -> None:
        """Remember for which book."""
        super().init(builder, *arguments, **named)
        self.builder = builder

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """The page; what is no page of the book stays as it is."""
        written = super().render(template, context)
        if "pagename" not in context or "</head>" not in written:
            return written
        return finished(self.builder, context["pagename"], written)


def finished(builder: Any, pagename: str, html: str) -> str:
    """The page ``html`` as it is published."""
    config, outdir = builder.config, Path(builder.outdir)
    root = posixpath.relpath(".", posixpath.dirname(builder.get_target_uri(pagename)) or ".") + "/"
    root = "" if root == "./" else root
    html = bundle.bundled(html, outdir, root, searches=pagename == "search")
    first, *_ = VIEWPORT.findall(html) or [""]
    html = VIEWPORT.sub("", html).replace("</title>", f"</title>{first}", 1)
    html = with_heights(with_sizes(tied(html), builder, root))
    fonts = "".join(
        f'<link rel="preload" href="{root}{name}" as="font" type="font/woff2" crossorigin>\n'
        for name, needed in config.early_fonts.items()
        if re.search(needed, html)
    )
    # Before a script has said which, and where none runs, a page is light: no style sheet knows "auto".
    html = html.replace('data-theme="auto"', 'data-theme="light"', 1)
    html = html.replace('<link rel="stylesheet"', f'{fonts}<link rel="stylesheet"', 1)
    return secured(html, config.policy_allows)


def choose(app: Sphinx, config: Config) -> None:
    """Note what static files say; take the place of Sphinx's own templates if the book asks for it and brings none.

    Static files are copied only where a page is written, and pages name their bundles by what is in them: so all are
    written again when a static file has changed.
    """
    folders = [Path(app.confdir) / folder for folder in config.html_static_path]
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    told = b"".join(file.name.encode() + hashlib.sha256(file.read_bytes()).digest() for file in files)
    config.static_sources = hashlib.sha256(told).hexdigest()[:16]
    if config.strict_pages and not config.template_bridge:
        config.template_bridge = f"{__name__}.Pages"


def write_bundles(app: Sphinx, error: Exception | None) -> None:
    """Write the bundles, after the theme has finished its files."""
    if error or not app.config.strict_pages or app.builder.format != "html":
        return
    try:
        bundle.write(Path(app.outdir), app.config.unused_styles, list(app.config.script_changes.items()))
    except bundle.BundleError as problem:
        raise ExtensionError(str(problem)) from problem


def setup(app: Sphinx) -> None:
    """Register the settings."""
    app.add_config_value("strict_pages", False, "html", (bool,))
    app.add_config_value("unused_styles", [], "html", (list,))
    app.add_config_value("script_changes", {}, "html", (dict,))
    app.add_config_value("early_fonts", {}, "html", (dict,))
    app.add_config_value("policy_allows", {}, "html", (dict,))
    app.add_config_value("static_sources", "", "html", (str,))
    app.connect("config-inited", choose, priority=900)
    app.connect("build-finished", write_bundles, priority=900)
