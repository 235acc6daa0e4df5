"""``{live}`` and ``{quoted}``: a numbered figure with a still picture and a module, and a statement of another page."""

import re

import pytest

from .conftest import claim

pytestmark = pytest.mark.book

PACKAGE = """
import sympy as sp
x = sp.Symbol("x")
class Figure:
    name, heights = "wave", (300, 200)
    def still(self, suffix):
        return b"%PDF-" if suffix == "pdf" else b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    def data(self):
        return {"title": "<b> & 'x'"}
    def formulas(self):
        return {"double": ((x,), 2 * x)}
def wave():
    return Figure()
def broken():
    raise RuntimeError("no waves today")
number = 3
"""
LIVE = """
```{live} waves.%s
---
name: fig-wave
alt: A wave that rises and falls.
---
A wave, $\\eta$.
```
"""


@pytest.fixture
def waves(project, monkeypatch):
    """A small book that can import a module with a figure."""
    project.write("lib/waves.py", PACKAGE)
    project.write("book/_live/load.js", "// loads\n")
    project.write("book/_live/wave.js", "// waves\n")
    monkeypatch.syspath_prepend(str(project.root / "lib"))
    project.claims()
    return project


def test_the_page_holds_a_numbered_figure_with_a_still_picture_and_its_module(waves):
    waves.pages(first="# One\n" + LIVE % "wave" + "\nSee {numref}`fig-wave`.\n")
    built = waves.build(numfig=True)
    assert built.warnings == ""
    page = built.page("first")
    assert re.search(r'<figure class="live-figure[^"]*" id="fig-wave">', page)
    assert 'data-live="wave"' in page
    assert 'data-figure="{&quot;title&quot;:&quot;&lt;b&gt; &amp; &#x27;x&#x27;&quot;}"' in page
    assert re.search(r'<img alt="A wave that rises and falls\." src="_images/fig-wave\.svg"', page)
    assert '<script type="module" src="_live/load.js">' in page
    assert re.search(r"See .*Fig\. 1", page)
    live = built.folder / "_live"
    assert "export function double(x)" in (live / "wave-formulas.js").read_text()
    assert (live / "wave.js").read_text() == "// waves\n"


def test_print_gets_the_still_picture(waves):
    waves.pages(first="# One\n" + LIVE % "wave")
    built = waves.build(builder="latex")
    assert any(
        "includegraphics" in path.read_text() and "fig-wave" in path.read_text() for path in built.folder.glob("*.tex")
    )
    assert (built.folder / "fig-wave.pdf").read_bytes() == b"%PDF-"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing", "waves has no 'nothing'"),
        ("number", "a figure with name, heights, still, data and formulas is needed"),
        ("broken", "calling it without arguments stopped with RuntimeError: no waves today"),
    ],
)
def test_what_is_no_figure_is_one_error_at_its_line(name, told, waves):
    waves.pages(first="# One\n" + LIVE % name)
    assert told in waves.build().warnings


def test_a_figure_without_alternative_text_is_refused(waves):
    waves.pages(first="# One\n\n```{live} waves.wave\n:name: fig-wave\n\nA wave.\n```\n")
    assert "it needs a :name:, an :alt: and a caption" in waves.build().warnings


STATEMENT = """# One

```{prf:theorem} Odd
:label: thm-odd

There is an odd number, $1$.
```
"""


def test_a_quoted_statement_says_what_the_original_says_with_its_status(waves):
    waves.claims(claim("thm-odd"))
    waves.pages(first="# Zero\n\n```{quoted} thm-odd\n```\n", second=STATEMENT)
    built = waves.build(numfig=True)
    page = built.page("first")
    assert "There is an odd number" in page
    assert 'class="claim-status"' in page
    assert re.search(r'href="second\.html#thm-odd"[^>]*>(<[^>]*>)*Theorem', page)
    assert 'id="thm-odd"' not in page
    waves.pages(first="# Zero\n\n```{quoted} thm-odd\n```\n", second=STATEMENT.replace("an odd", "one more odd"))
    assert "There is one more odd number" in waves.build(numfig=True).page("first")


def test_print_quotes_in_the_environment_of_statements(waves):
    waves.claims(claim("thm-odd"))
    waves.pages(first="# Zero\n\n```{quoted} thm-odd\n```\n", second=STATEMENT)
    tex = next(waves.build(builder="latex", numfig=True).folder.glob("*.tex")).read_text()
    assert len(re.findall(r"\\begin\{statement\}\{Theorem 2\.1\}\{Odd\}", tex)) == 2
    assert tex.count(r"\begin{statement}") == tex.count(r"\end{statement}")
    assert tex.count("There is an odd number") == 2


def test_a_statement_that_is_not_there_is_one_warning(waves):
    waves.pages(first="# Zero\n\n```{quoted} thm-nowhere\n```\n")
    assert "there is no statement 'thm-nowhere' to quote" in waves.build().warnings
