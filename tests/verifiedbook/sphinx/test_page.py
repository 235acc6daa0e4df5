"""Pages get their formulas, descriptions and valid boxes while the book is built."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from verifiedbook.sphinx.prerender import (
    STYLE,
    FormulaError,
    Typesetter,
    latex_macros,
    node_binary,
    one_display,
)
from verifiedbook.sphinx.sections import tied

REPOSITORY = Path(__file__).parents[3]
CONF = """
project = "A small book"
extensions = ["myst_parser", "sphinx_proof", "verifiedbook.sphinx.page"]
myst_enable_extensions = ["amsmath", "dollarmath"]
html_theme = "basic"
html_math_renderer = "prerendered"
html_title = "A small book"
book_description = "What the small book is about"
numfig = True
math_macros = {r"\\R": r"\\mathbb{R}", r"\\norm": r"\\lVert #1\\rVert"}
"""
INDEX = r"""# Modes and $\sigma_1$

Gradient descent with the step $\eta$ learns "large" modes first & fast.

```{toctree}
other
```

$$
\norm{x} = 1
$$ (eq-norm)

By {eq}`eq-norm`, $x\in\R^d$.

$$
a &= b \\
c &= \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}
$$

\begin{align}
p &= q + \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
\end{align}

```{prf:theorem} First
:label: thm-first
One.
```

```{prf:proof}
By $x$.
```

```{prf:theorem} Second
:label: thm-second
Two.
```

```{prf:proof}
Again.
```

```{raw} html
<table><thead><tr><th></th><th>step</th></tr></thead></table>
```
"""


@pytest.fixture
def typesetter():
    """A typesetter with one macro, closed afterwards."""
    setter = Typesetter({r"\R": r"\mathbb{R}"})
    yield setter
    setter.close()


def build(source: Path, *options: str, builder: str = "html") -> subprocess.CompletedProcess[str]:
    """Run Sphinx as the book is built: warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-b", builder, *options]
    return subprocess.run([*command, str(source), str(source / "out")], capture_output=True, text=True, check=False)


def small_book(folder: Path) -> Path:
    """Sources of a book of two pages."""
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "other.md").write_text("# Other\n\nNothing.\n", encoding="utf-8")
    return folder


def book_of_formulas(folder: Path, pages: int) -> Path:
    """Sources of a book of many pages, each with forty formulas of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text(CONF.replace('"sphinx_proof", ', ""), encoding="utf-8")
    names = [f"page{number}" for number in range(pages)]
    contents = "\n".join(["```{toctree}", *names, "```"])
    (folder / "index.md").write_text(f"# Index of $x$\n\n{contents}\n", encoding="utf-8")
    for number, name in enumerate(names):
        formulas = "\n\n".join(f"Formula {index}: $x_{{{number}}}^{{{index}}}$" for index in range(40))
        (folder / f"{name}.md").write_text(f"# Page {number}\n\n{formulas}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    """The index of a small book, as HTML."""
    book = small_book(tmp_path_factory.mktemp("book"))
    result = build(book)
    assert result.returncode == 0, result.stderr
    return (book / "out" / "index.html").read_text(encoding="utf-8")


def test_a_formula_becomes_mathml_and_nothing_else(typesetter):
    assert typesetter.html(r"\sigma_1^2") == "<math><msubsup><mi>σ</mi><mn>1</mn><mn>2</mn></msubsup></math>"
    assert typesetter.html("x", display=True).startswith('<math display="block"')


def test_a_macro_of_the_book_is_known(typesetter):
    assert typesetter.html(r"\R") == "<math><mi>ℝ</mi></math>"


def test_a_formula_can_be_said_in_plain_characters(typesetter):
    assert typesetter.text(r"0 < \eta\sigma_1^2 < 1").replace(" ", "") == "0<ησ12<1"


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\nosuchcommand", "Unsupported function name"),
        (r"\frac{1}", "Unexpected end of input"),
        (r"\begin{aligned} x", "Expected"),
        ("x × y é", "Unicode text character"),
    ],
)
def test_a_formula_that_temml_does_not_accept_is_refused_with_its_reason(typesetter, tex, reason):
    with pytest.raises(FormulaError, match=reason):
        typesetter.html(tex)


def test_after_a_refused_formula_the_next_one_is_typeset(typesetter):
    with pytest.raises(FormulaError):
        typesetter.html(r"\nosuchcommand")
    assert "<mi>x</mi>" in typesetter.html("x")


def test_node_comes_from_the_environment_and_not_from_the_machine():
    assert Path(node_binary()).is_relative_to(sys.prefix)
    assert os.access(node_binary(), os.X_OK)


@pytest.mark.parametrize(
    ("tex", "display"),
    [
        ("x = 1", "x = 1"),
        (r"x &= 1 \\ y &= 2", r"\begin{split}x &= 1 \\ y &= 2\end{split}"),
        ("x = 1\n\ny = 2", r"\begin{aligned}x = 1\\y = 2\end{aligned}"),
    ],
)
def test_lines_and_blank_lines_mean_what_they_mean_in_the_pdf(tex, display):
    assert one_display(tex) == display


def test_macros_are_written_for_latex_with_their_number_of_arguments():
    lines = latex_macros({r"\R": r"\mathbb{R}", r"\pair": r"(#1, #2)"}).splitlines()
    assert lines == [
        r"\providecommand{\R}{}\renewcommand{\R}{\mathbb{R}}",
        r"\providecommand{\pair}{}\renewcommand{\pair}[2]{(#1, #2)}",
    ]


def test_the_style_sheet_asks_only_for_a_font_that_is_there_and_whose_licence_is():
    fonts = re.findall(r'url\("([^)]*)"\)', (STYLE / "mathematics.css").read_text(encoding="utf-8"))
    assert fonts == ["stix-two-math.woff2"]
    assert (STYLE / fonts[0]).read_bytes()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE" in (STYLE / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.book
class TestPage:
    """One page with every kind of formula and box."""

    def test_every_formula_is_typeset_and_no_script_is_left_to_do_it(self, page):
        assert page.count('<math display="block"') == 3
        assert not re.search(r"\\\(|\\\[|\\begin|\\sigma|\\norm", page)
        assert not [
            name
            for name in re.findall(r'<script[^>]*src="([^"]*)"', page)
            if re.search("(?i)mathjax|katex|temml", name)
        ]

    def test_an_equation_is_numbered_once_and_its_reference_says_the_number(self, page):
        assert re.findall(r'class="eqno">\(([^)]*)\)', page) == ["1", "2"]
        assert re.search(r'href="#equation-eq-norm"[^>]*>\(1\)</a>', page)
        assert 'class="eqn-num"' not in page

    def test_the_title_is_plain_text(self, page):
        assert re.search(r"<title>Modes and σ1 (&#8212;|—) A small book</title>", page)

    def test_the_description_is_the_first_paragraph_in_plain_characters(self, page):
        text = "Gradient descent with the step η learns “large” modes first &amp; fast."
        assert f'<meta name="description" content="{text}" />' in page
        assert f'<meta property="og:description" content="{text}" />' in page

    def test_no_id_stands_twice(self, page):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))
        assert {"thm-first", "thm-second"} <= set(ids)

    def test_statements_and_proofs_are_told_apart(self, page):
        assert len(re.findall(r'class="[^"]*\bstatement\b', page)) == 2
        assert len(re.findall(r'class="[^"]*\bproof-text\b', page)) == 2
        assert page.count('<span class="proof-head">Proof.</span>') == 2

    def test_an_empty_head_cell_is_not_a_head(self, page):
        assert "<tr><td></td><th>step</th></tr>" in page


@pytest.mark.book
def test_a_formula_that_cannot_be_typeset_fails_the_build_and_fails_it_again(tmp_path):
    book = small_book(tmp_path / "book")
    (book / "other.md").write_text("# Other\n\nGood $x$.\n\nBad $\\nosuch$ and $\\frac{1}$.\n", encoding="utf-8")
    for _ in range(2):
        result = build(book)
        assert result.returncode != 0
        assert re.search(r"other\.md:5: .*Unsupported function name: \\nosuch", result.stderr)
        assert "Unexpected end of input" in result.stderr
        assert not (book / "out" / "other.html").exists()


@pytest.mark.book
def test_pages_written_in_parallel_are_those_written_one_after_the_other(tmp_path):
    written = []
    for name, jobs in (("one", "1"), ("two", "2")):
        book = book_of_formulas(tmp_path / name, pages=8)
        result = build(book, "-j", jobs)
        assert result.returncode == 0, result.stderr
        written.append({path.name: path.read_text(encoding="utf-8") for path in (book / "out").glob("*.html")})
    assert len(written[0]) > 8
    assert written[0] == written[1]


@pytest.mark.book
def test_the_pdf_gets_latex_and_the_same_macros(tmp_path):
    book = small_book(tmp_path / "book")
    result = build(book, builder="latex")
    assert result.returncode == 0, result.stderr
    tex = next((book / "out").glob("*.tex")).read_text(encoding="utf-8")
    assert r"\norm{x} = 1" in tex
    assert r"\renewcommand{\norm}[1]{\lVert #1\rVert}" in tex
    assert "<math" not in tex


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("<td><p>86.0 ± 10.3 %</p></td>", "86.0\u00a0±\u00a010.3\u00a0%"),
        ("<td>1.73 (1.69 to 1.77)</td>", "1.73 (1.69\u00a0to\u00a01.77)"),
        ("<td>35.20 MiB of 2 models</td>", "35.20\u00a0MiB of 2 models"),
        ("<td>12 steps and 3 more</td>", "12 steps and 3 more"),
    ],
)
def test_a_number_in_a_table_stays_in_one_line_with_its_unit_and_its_interval(cell, kept):
    assert kept in tied(f"<table><tr>{cell}</tr></table><p>5 ± 1 %</p>")
    assert "<p>5 ± 1 %</p>" in tied(f"<table><tr>{cell}</tr></table><p>5 ± 1 %</p>")


def test_a_stop_stays_with_the_formula_before_it():
    assert tied("<p><math><mi>a</mi></math>, b</p>") == '<p><span class="tied"><math><mi>a</mi></math>,</span> b</p>'
    given = '<math class="breaks"><mrow><mi>a</mi><mo>=</mo></mrow><mrow><mi>b</mi></mrow></math>'
    within = given.replace("<mi>b</mi>", "<mi>b</mi><mtext>.</mtext>")
    assert tied(f"<p>{given}.</p>") == f"<p>{within}</p>"
