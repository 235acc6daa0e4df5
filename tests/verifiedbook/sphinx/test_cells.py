"""Cells that run in the browser: chosen by what they import and by the names that they use."""

import re

import pytest

from verifiedbook.browser.reach import Reach
from verifiedbook.sphinx.cells import fits, names_of, needs

from .conftest import NOTEBOOK
from .test_answers import lamps, python  # noqa: F401  both are fixtures


@pytest.fixture
def reach(tmp_path):
    """A package with a room that needs SymPy alone, one that needs NumPy, and one that needs the second."""
    folder = tmp_path / "lamps"
    folder.mkdir()
    for name, text in {
        "__init__": "",
        "derivation": "import sympy as sp\nfrom math import comb\nimage = sp.Symbol('f')",
        "measured": "import numpy as np",
        "drawn": "def draw():\n    from .measured import np",
    }.items():
        (folder / f"{name}.py").write_text(text)
    return Reach({"lamps": folder})


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("sympy", True),
        ("sympy.simplify", True),
        ("itertools.combinations", True),
        ("lamps.derivation", True),
        ("lamps.derivation.image", True),
        ("lamps.measured", False),
        ("lamps.drawn", False),
        ("numpy", False),
        ("multiprocessing", False),
        ("IPython.display", False),
    ],
)
def test_what_a_browser_can_import(reach, name, fit):
    assert fits(name, reach) is fit


@pytest.mark.parametrize(
    ("code", "used", "defined"),
    [
        ("y = x + 1", {"x"}, {"y"}),
        ("import sympy as sp\nsp.Symbol('x')", set(), {"sp"}),
        ("def f(a):\n    return a + b", {"b"}, {"f"}),
        ("[k * n for k in range(3)]", {"n"}, set()),
        ("print(len(text)); display(text)", {"text"}, set()),
        ("for row in rows:\n    total = row", {"rows"}, {"row", "total"}),
    ],
)
def test_the_names_that_a_cell_needs_and_defines(code, used, defined):
    assert names_of(code) == (used, defined)


def test_a_cell_needs_those_above_that_define_its_names(reach):
    cells = [
        "import sympy as sp",
        "from lamps import derivation as d",
        "import numpy as np\ngrid = np.arange(3)",
        "x = sp.Symbol('x')",
        "d.image + x",
        "grid + x",
        "sp.Integer(1)",
    ]
    assert needs(cells, reach) == {0: [], 1: [], 3: [0], 4: [0, 1, 3], 6: [0]}


def test_a_name_that_a_cell_with_numbers_takes_over_is_out_of_reach(reach):
    assert needs(["x = 1", "import numpy\nx = numpy.pi", "x + 1"], reach) == {0: []}
    assert needs(["x = 1", "x = 2", "x"], reach) == {0: [], 1: [], 2: [1]}
    assert needs(["%matplotlib inline", "1 + 1"], reach) == {1: []}


CELLS = """# One

```{code-cell} python
import sympy as sp
x = sp.Symbol("x")
```

```{code-cell} python
x**2
```

```{code-cell} python
import numpy as np
np.zeros(3)
```
"""


@pytest.mark.book
def test_a_page_marks_its_cells_and_says_once_which_ones_run(python):  # noqa: F811
    python.pages(one=NOTEBOOK + CELLS)
    built = python.build()
    assert built.warnings == ""
    page = built.page("one")
    marks = re.findall(r'<div class="cell-run" data-cell="(\d+)" data-needs="([\d ]*)"([^>]*)>', page)
    assert [
        (needed == first, more.strip()) for (first, *_), (_, needed, more) in [(marks[0], mark) for mark in marks]
    ] == [
        (False, "hidden"),
        (True, 'data-note="1"'),
    ]
    assert page.count('src="_python/start.js"') == 1


@pytest.mark.book
def test_without_python_no_cell_is_marked(lamps):  # noqa: F811
    lamps.pages(one=NOTEBOOK + CELLS)
    assert "cell-run" not in lamps.build().page("one")
