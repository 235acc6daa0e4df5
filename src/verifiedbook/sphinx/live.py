"""``{live}``: a figure to move, with a still picture for print and for a page without scripts.

The argument is the dotted path of a :class:`~..live.LiveFigure`, or of a function without arguments that returns one;
the content is the caption. It is numbered like every figure. The page holds the still picture; ``load.js`` puts the
figure's module in its place when the reader comes near. Modules lie in the folder that ``live_modules`` names, beside
the sources, and are copied beside the pages, together with the formulas that :mod:`..live` writes for them.
"""

from __future__ import annotations

import html
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .formula import FormulaError, call, find
from .project import dependencies_of

if TYPE_CHECKING:
    from ..live import LiveFigure

FOLDER = "_live"


class live_figure(nodes.General, nodes.Element):  # type: ignore[misc]
    """What is live: holds the still picture, knows its module, its data and the room to keep."""


class Live(SphinxDirective):
    """A numbered figure that a reader can move; ``:name:`` is its label, ``:alt:`` says what it shows."""

    has_content = True
    required_arguments = 1
    option_spec = {"name": directives.unchanged_required, "alt": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The figure, or one error at the line of the directive."""
        from ..live import LiveFigure  # SymPy is needed only now

        path = self.arguments[0].strip()
        for file in dependencies_of(self.env.app).of_module(path):
            self.env.note_dependency(str(file))
        if not self.options.get("alt") or not self.options.get("name") or not self.content:
            raise self.error(f"live {path!r}: it needs a :name:, an :alt: and a caption")
        try:
            shown = find(path)
            shown = call(path, shown) if not isinstance(shown, LiveFigure) and callable(shown) else shown
        except FormulaError as error:
            raise self.error(str(error).replace("formula", "live", 1)) from error
        if not isinstance(shown, LiveFigure):
            raise self.error(f"live {path!r}: a figure with name, heights, still, data and formulas is needed")
        stem = self._write(shown)
        uri = os.path.relpath(stem, Path(self.env.doc2path(self.env.docname)).parent)
        image = nodes.image(uri=Path(uri).as_posix() + ".*", alt=self.options["alt"])
        holder = live_figure("", image, module=shown.name, data=json.dumps(shown.data(), separators=(",", ":")))
        holder["heights"] = list(shown.heights)
        figure = nodes.figure("", holder, classes=["live-figure"])
        self.set_source_info(figure)
        caption = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, caption)
        figure += nodes.caption("", "", *caption.children[0].children)
        if len(caption.children) > 1:
            figure += nodes.legend("", *caption.children[1:])
        self.add_name(figure)
        return [figure]

    def _write(self, shown: LiveFigure) -> Path:
        """The still picture for both kinds of book, and the formulas; the path without a suffix."""
        from ..live import module

        folder = made(self.env.app)
        folder.mkdir(parents=True, exist_ok=True)
        stem: Path = folder / self.options["name"]
        for suffix in ("svg", "pdf"):
            stem.with_suffix(f".{suffix}").write_bytes(shown.still(suffix))
        (folder / f"{shown.name}-formulas.js").write_text(module(shown.formulas()), encoding="utf-8")
        return stem


def made(app: Sphinx) -> Path:
    """Where still pictures and formulas are kept between builds."""
    return Path(str(app.outdir)).parent / "live"


def visit_html(self: Any, node: live_figure) -> None:
    """A holder with the still picture in it, and once a page the script that looks for holders."""
    wide, narrow = node["heights"]
    self.body.append(
        f'<div class="live" data-live="{html.escape(node["module"])}" '
        f'style="--live-wide:{wide}px;--live-narrow:{narrow}px" data-figure="{html.escape(node["data"])}">'
    )


def depart_html(self: Any, node: live_figure) -> None:
    """End the holder."""
    address = self.builder.get_relative_uri(self.builder.current_docname, "index").rpartition("/")[0]
    source = f"{address}/{FOLDER}/load.js" if address else f"{FOLDER}/load.js"
    self.body.append(f'</div><script type="module" src="{source}"></script>')


def copy_modules(app: Sphinx, error: Exception | None) -> None:
    """Put the modules and their formulas beside the pages."""
    source = Path(app.srcdir) / app.config.live_modules
    if error or app.builder.format != "html" or not source.is_dir():
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    for file in [*source.iterdir(), *made(app).glob("*.js")]:
        if file.suffix in (".js", ".css"):
            shutil.copyfile(file, target / file.name)


def _pass(self: Any, node: live_figure) -> None:
    """Nothing of its own: the still picture is all."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and what it makes."""
    app.add_config_value("live_modules", FOLDER, "html", (str,))
    app.add_node(live_figure, html=(visit_html, depart_html), latex=(_pass, _pass), text=(_pass, _pass))
    app.add_directive("live", Live)
    app.connect("build-finished", copy_modules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
