"""The look of the figures: reproducible files, readable colours, one display for one figure."""

import io
import re
import warnings
import xml.etree.ElementTree

import matplotlib as mpl
import pytest

from dltheory.lab import style


def rendered(kind: str, metadata: dict) -> bytes:
    buffer = io.BytesIO()
    with mpl.rc_context(style.RC), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = style.figure()
        axes = figure.subplots()
        axes.plot([0, 1, 2], [0, 1, 4], label=r"$\sigma^2$")
        axes.legend()
        figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


def luminance(colour: str) -> float:
    """Relative luminance as the WCAG defines it."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(
    ("kind", "metadata"), [("svg", style.SVG_METADATA), ("pdf", style.PDF_METADATA)], ids=["svg", "pdf"]
)
def test_the_same_figure_gives_the_same_bytes(kind, metadata):
    assert rendered(kind, metadata) == rendered(kind, metadata)


def test_an_svg_holds_no_date_and_no_background():
    svg = rendered("svg", style.SVG_METADATA).decode()
    assert "dc:date" not in svg
    assert "fill: #ffffff" not in svg


@pytest.mark.parametrize("colour", [*style.PALETTE, style.SKY, style.INK])
def test_every_colour_stands_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_series_colours_differ_from_each_other():
    assert len(set(style.PALETTE)) == len(style.PALETTE)


def test_a_figure_is_not_held_by_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    style.figure()
    assert plt.get_fignums() == before


def test_use_outside_a_notebook_sets_the_look_and_nothing_else():
    with mpl.rc_context():
        style.use()
        assert mpl.rcParams["axes.spines.top"] is False
        assert mpl.rcParams["figure.facecolor"] == "none"


def test_in_a_notebook_a_figure_is_shown_as_svg_and_pdf(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    monkeypatch.setattr(style, "_notebook_shell", lambda: shell)
    with mpl.rc_context():
        style.use()
        shell.display_formatter.active_types = shell.display_formatter.format_types
        figure = style.figure(height=1, width=1)
        figure.subplots()  # an empty figure is not shown at all
        shown, _ = shell.display_formatter.format(figure)
    assert shown["image/svg+xml"].startswith("<?xml")
    assert shown["application/pdf"].startswith(b"%PDF")
    assert "image/png" not in shown


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_a_picture_is_the_same_figure_as_the_bytes_of_a_file(suffix):
    def draw():
        figure = style.figure()
        figure.subplots().plot([0, 1, 2], [0, 1, 4])
        return figure

    picture = style.picture(draw, suffix)
    assert picture == style.picture(draw, suffix)
    assert picture.startswith(b"%PDF" if suffix == "pdf" else b"<?xml")
    assert mpl.rcParams["figure.facecolor"] != "none", "the look of other figures is left alone"


def test_a_compact_svg_has_the_same_parts_at_the_same_places_to_a_hundredth_of_a_point():
    numbers = re.compile(r"-?\d+\.?\d*")
    with mpl.rc_context(style.RC):
        figure = style.figure()
        figure.subplots().plot([number**0.5 for number in range(300)], label=r"$\sigma^2$")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata=style.SVG_METADATA)
    exact = buffer.getvalue().decode()
    short = style.compact(exact)
    assert len(short) < 0.85 * len(exact)
    for one, other in zip(parts(short), parts(exact), strict=True):
        assert numbers.sub("", one) == numbers.sub("", other)
        pairs = zip(numbers.findall(one), numbers.findall(other), strict=True)
        assert max((abs(float(a) - float(b)) for a, b in pairs), default=0) <= 0.005 + 1e-9
        assert one.partition("scale")[2] == other.partition("scale")[2]


def parts(svg: str) -> list[str]:
    """Every attribute of every element, as words."""
    elements = xml.etree.ElementTree.fromstring(svg).iter()
    return [f"{part.tag} {name} {' '.join(value.split())}" for part in elements for name, value in part.items()]
