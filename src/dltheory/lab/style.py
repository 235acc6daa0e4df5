"""One look for every figure: transparent, colour-blind safe, dashed for predicted, solid for measured.

The colours are those of Okabe and Ito, darkened until each stands out from white with a contrast of at least 4.5 to 1.
The web page turns figures into their negative in dark mode, so text stays dark and the background transparent here.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

BLUE = "#0067a5"
ORANGE = "#a35f00"
GREEN = "#00785a"
PURPLE = "#a6487f"
RED = "#b84600"
SKY = "#2274a5"
GREY = "#5f6368"
INK = "#202124"

#: The order in which series take their colours.
PALETTE = (BLUE, RED, GREEN, PURPLE, ORANGE, GREY)

#: How a curve that a formula predicts is drawn, and how one that a run produced.
PREDICTED: dict[str, Any] = {"linestyle": (0, (4, 2.2)), "linewidth": 1.9}
MEASURED: dict[str, Any] = {"linestyle": "-", "linewidth": 1.9}

#: Width of a figure in inches: narrow enough that its text can still be read on a phone.
WIDTH = 4.9

RC: dict[Any, Any] = {
    "figure.figsize": (WIDTH, 3.2),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "figure.edgecolor": "none",
    "savefig.facecolor": "none",
    "savefig.edgecolor": "none",
    "savefig.bbox": None,
    "axes.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 11,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=PALETTE),
    "grid.color": "#9aa0a6",
    "grid.alpha": 0.28,
    "grid.linewidth": 0.6,
    "font.family": ["DejaVu Sans"],
    "font.size": 11,
    "mathtext.fontset": "cm",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "lines.linewidth": 1.9,
    "lines.solid_capstyle": "round",
    "image.cmap": "cividis",
    # Glyphs as paths look the same everywhere; the salt makes the identifiers inside an SVG the same in every build.
    "svg.fonttype": "path",
    "svg.hashsalt": "dltheory",
    "pdf.fonttype": 42,
}

#: Dates would make two builds of the same figure differ; the rest nobody reads.
SVG_METADATA: dict[str, None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
PDF_METADATA: dict[str, None] = {"CreationDate": None, "ModDate": None}

# Where an SVG says a place, what nobody sees of one, and a number in it that is more exact than anybody sees.
_PLACES = re.compile(r'(?<= )(?:d|x|y|points)="[^"]*"|translate\([^)]*\)')
_UNSEEN = re.compile(r"<!--.*?-->|(?<=\n)\s+|(?<=[\d ])\n(?=[MLQCZ\"])", re.DOTALL)
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")

# On embedding a font in a PDF, fontTools remarks on the font's own dates, on a chapter's page or among a build's lines.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def use() -> None:
    """Set the look of all figures made from here on; in a notebook, show them as SVG for the web and PDF for LaTeX."""
    mpl.rcParams.update(RC)
    shell = _notebook_shell()
    if shell is None:
        return
    from IPython.core.pylabtools import print_figure

    def shown(suffix: str, metadata: dict[str, None]) -> Callable[[Figure], Any]:
        return lambda figure: print_figure(figure, suffix, bbox_inches=None, metadata=metadata)

    formatters, svg = shell.display_formatter.formatters, shown("svg", SVG_METADATA)
    for formatter in formatters.values():
        formatter.pop(Figure, None)
    formatters["image/svg+xml"].for_type(Figure, lambda figure: compact(svg(figure)))
    formatters["application/pdf"].for_type(Figure, shown("pdf", PDF_METADATA))


def figure(height: float = 3.2, width: float = WIDTH) -> Figure:
    """An empty figure of the given size in inches, in the look that :func:`use` has set.

    Made without ``pyplot``, so a cell shows it exactly once (as its last expression) and nothing is left open.
    """
    return Figure(figsize=(width, height), layout="constrained")


def picture(draw: Callable[[], Figure], suffix: str) -> bytes:
    """What ``draw`` draws, in the look of all figures, as the content of a file: ``suffix`` is "svg" or "pdf"."""
    buffer = io.BytesIO()
    with mpl.rc_context(RC):
        draw().savefig(buffer, format=suffix, metadata={"svg": SVG_METADATA, "pdf": PDF_METADATA}[suffix])
    content = buffer.getvalue()
    return compact(content.decode()).encode() if suffix == "svg" else content


def compact(svg: str) -> str:
    """``svg`` as it looks, a quarter less to load: every place to a hundredth of a point, without comments and indents.

    Factors of scale stay as they are, and so do the outlines of glyphs, which are whole numbers.
    """

    def shortened(number: re.Match[str]) -> str:
        return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")

    return _PLACES.sub(lambda places: _DECIMALS.sub(shortened, places[0]), _UNSEEN.sub("", svg))


def _notebook_shell():  # type: ignore[no-untyped-def]
    """The running IPython shell, or ``None`` outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
