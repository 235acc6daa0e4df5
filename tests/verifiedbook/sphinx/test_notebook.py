"""The notebook that a page offers: readable without the book's macros, numbered, and it says what it needs."""

import base64
import json

import pytest

from verifiedbook.sphinx.markdown import expand
from verifiedbook.sphinx.notebook import launch

from .conftest import NOTEBOOK, claim

MACROS = {r"\R": r"\mathbb{R}", r"\norm": r"\lVert #1\rVert", r"\pair": r"(#1,\norm{#2})"}


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        (r"x\in\R^n", r"x\in\mathbb{R}^n"),
        (r"\Rightarrow\R", r"\Rightarrow\mathbb{R}"),
        (r"\norm{y-\frac{1}{2}Xw}^2", r"\lVert y-\frac{1}{2}Xw\rVert^2"),
        (r"\norm x", r"\lVert x\rVert"),
        (r"\norm\alpha b", r"\lVert \alpha\rVert b"),
        (r"\norm{\norm{a}-b}", r"\lVert \lVert a\rVert-b\rVert"),
        (r"\pair{a}{b_1}c", r"(a,\lVert b_1\rVert)c"),
        (r"a\norm{b", r"a\lVert b\rVert"),
    ],
)
def test_macros_are_written_out(tex, written):
    assert expand(tex, MACROS) == written


def test_a_macro_that_ends_in_a_command_does_not_run_into_the_next_letter():
    assert expand(r"\half x\half", {r"\half": r"\tfrac12\theta"}) == r"\tfrac12\theta x\tfrac12\theta"
    assert expand(r"\t{x}y", {r"\t": r"#1\theta"}) == r"x\theta y"


PAGE = r"""# The title

A *word*, some `code`, a [link](https://example.org), {prf:ref}`thm-one` and {eq}`eq-one` for $\norm{x}$;
2 * 3 * 4 costs \$5.

```{prf:theorem} Least $\norm{w}$
:label: thm-one

{clause}`i` It is small,

$$
\norm{w}\le1.
$$ (eq-one)

{clause}`ii` and real.
```

- one
- two $\norm{a}$

  more of two

| name | value |
|---|---|
| $\norm{a}$ | a\|b |

```{exercise} Try
:label: ex-try

What is $\norm{w}$?
```

```{code-cell} python
:tags: [remove-input]
hidden = 1
```

```{code-cell} python
1 + 1
```

```{solution} ex-try
:class: dropdown

It is $\norm{w}$.
```
"""


@pytest.fixture
def offered(project, monkeypatch):
    """Function that builds a small page and returns the cells of its notebook."""
    monkeypatch.delenv("BOOK_REPOSITORY", raising=False)
    project.write("pyproject.toml", '[tool.verifiedbook]\npackage = "lamps"\n')
    project.config = {
        "extensions": ["myst_nb", "sphinx_proof", "sphinx_exercise", "verifiedbook.sphinx"],
        "suppress_warnings": ["myst-nb.lexer"],
        "math_macros": MACROS,
        "numfig": True,
        "html_title": "Lamps",
    }
    project.claims(claim("thm-one"))
    project.pages(one=NOTEBOOK + PAGE)

    def build(**config):
        built = project.build(**config)
        assert built.warnings == ""
        return json.loads((built.folder / "_sources" / "one.ipynb").read_text(encoding="utf-8"))["cells"]

    return build


def source(cell):
    return "".join(cell["source"])


def text_of(cells):
    return "\n\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")


@pytest.mark.book
def test_the_text_is_read_without_the_books_macros_and_roles(offered):
    text = text_of(offered())
    assert r"\norm" not in text
    assert r"A *word*, some `code`, a [link](https://example.org), Theorem 1.1 and (1.1) for $\lVert x\rVert$" in text
    assert r"2 \* 3 \* 4 costs \$5." in text
    assert "> **Theorem 1.1** " in text
    assert r"$\lVert w\rVert$" in text
    assert "> **(i)** It is small,\n>\n> $$\n> \\lVert w\\rVert\\le1.\\tag{1.1}\n> $$" in text
    assert "> **(ii)** and real." in text
    assert "- one\n- two $\\lVert a\\rVert$\n\n  more of two" in text
    assert "| name | value |\n|---|---|\n| $\\lVert a\\rVert$ | a\\|b |" in text
    assert "> **Exercise 1.1** " in text
    assert "proved" in text


@pytest.mark.book
def test_cells_stand_in_order_and_solutions_are_folded_away(offered):
    cells = offered()
    code = [source(cell) for cell in cells if cell["cell_type"] == "code"]
    assert code[1:] == ["hidden = 1", "1 + 1"]
    last = source(cells[-1])
    assert last.startswith("<details><summary>Solution to Exercise")
    assert last.endswith("</details>")


@pytest.mark.book
def test_the_first_cell_says_what_is_missing_where_no_repository_is_known(offered):
    first, second, *_ = offered(book_requirement="lamps[book]")
    assert "pip install '.[book]'` in a copy of the book's repository" in source(first)
    code = source(second).replace("lamps", "no_such_package")
    with pytest.raises(SystemExit, match=r"not installed: .*pip install"):
        exec(code, {})
    exec(source(second).replace("lamps", "json"), {})


@pytest.mark.book
def test_the_first_cell_installs_from_the_repository_where_it_is_known(offered):
    first, second, *_ = offered(book_repository="https://github.com/some/lamps", book_requirement="lamps[book]")
    assert "%pip install --quiet 'lamps[book] @ git+https://github.com/some/lamps'" in source(second)
    assert "lamps[book] @ git+https://github.com/some/lamps" in source(first)


@pytest.mark.book
def test_continuous_integration_may_name_the_repository(offered, monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY", "https://github.com/ci/lamps")
    assert "'lamps @ git+https://github.com/ci/lamps'" in source(offered()[1])


@pytest.mark.book
def test_links_into_the_book_are_whole_where_its_address_is_known(offered):
    assert "[Theorem 1.1](https://lamps.example/one.html#thm-one)" in text_of(
        offered(html_baseurl="https://lamps.example/")
    )


@pytest.mark.book
def test_a_picture_travels_with_the_notebook(offered, project):
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (project.root / "book" / "dot.png").write_bytes(picture)
    project.pages(
        one=NOTEBOOK + "# One\n\n```{figure} dot.png\n---\nname: fig-dot\nalt: A dot.\n---\nIt is small.\n```\n"
    )
    cell = next(cell for cell in offered() if cell.get("attachments"))
    assert "![A dot.](attachment:dot.png)\n\n**Figure 1.1.** It is small." in source(cell)
    assert base64.b64decode(cell["attachments"]["dot.png"]["image/png"]) == picture


def test_buttons_exist_for_a_repository_on_github_alone():
    (group,) = launch("https://github.com/some/lamps.git", "one")
    colab, binder = (button["url"] for button in group["buttons"])
    assert colab == "https://colab.research.google.com/github/some/lamps/blob/notebooks/one.ipynb"
    assert binder == "https://mybinder.org/v2/gh/some/lamps/notebooks?labpath=one.ipynb"
    assert launch("", "one") == []
    assert launch("https://example.org/some/lamps", "one") == []
