"""Fields under graded exercises, and what a page says where it has no Python of its own."""

import hashlib
import json
import re
import sys
import zipfile

import pytest

from verifiedbook.browser import obtain
from verifiedbook.sphinx.answers import grades

from .conftest import NOTEBOOK

pytestmark = pytest.mark.book

ANSWERS = """
import sympy as sp
from verifiedbook.exercises import Exercise, by_label, grader, positive
f, g = sp.symbols("f g")
ANSWERS = by_label(Exercise("ex-image", lambda: f * g / (g - f), (positive("f"), positive("g")), (f < g,)))
check = grader(ANSWERS)
"""
PAGE = """# One

```{exercise} Image
:label: ex-image

Where is it?
```

```{code-cell} python
from lamps.lenses.answers import check
check("ex-image", "f")
```

```{solution} ex-image
:class: dropdown

There.
```

```{exercise} Words
:label: ex-words

Why?
```

```{code-cell} python
1 + 1
```
"""


@pytest.fixture
def lamps(project, monkeypatch):
    """A small book with one graded exercise and one that is not."""
    project.write("pyproject.toml", '[tool.verifiedbook]\npackage = "lamps"\nchapters = ["lenses"]\n')
    for package in ("lamps", "lamps/lenses"):
        project.write(f"src/{package}/__init__.py", "")
    project.write("src/lamps/lenses/answers.py", ANSWERS)
    monkeypatch.syspath_prepend(str(project.root / "src"))
    project.config = {
        "extensions": ["myst_nb", "sphinx_proof", "sphinx_exercise", "verifiedbook.sphinx"],
        "suppress_warnings": ["myst-nb.lexer"],  # no cell is executed here
    }
    project.claims()
    project.pages(one=NOTEBOOK + PAGE)
    yield project
    for name in [name for name in sys.modules if name.split(".")[0] == "lamps"]:
        del sys.modules[name]


@pytest.fixture
def python(lamps, monkeypatch):
    """The same with files in place of Pyodide's, which is large."""
    folder = lamps.root / obtain.FOLDER / obtain.VERSION
    for name in obtain.CORE:
        lamps.write(str(folder.relative_to(lamps.root) / name), f"{name} says")
    said = {name: hashlib.sha256(f"{name} says".encode()).hexdigest() for name in obtain.CORE}
    monkeypatch.setattr(obtain, "CORE", said)
    packages = lamps.root / "packages.zip"
    with zipfile.ZipFile(packages, "w") as archive:
        archive.writestr("sympy-1.dist-info/licenses/LICENSE", "may be used")
    monkeypatch.setattr("verifiedbook.sphinx.bundling.translated", lambda root: packages)
    return lamps


def box(page, label):
    """The HTML of an exercise, up to the next one."""
    return re.search(rf'id="{label}".*?(?=<div class="exercise|\Z)', page, re.DOTALL)[0]


def test_without_python_the_page_says_how_the_notebook_grades(lamps):
    built = lamps.build()
    assert built.warnings == ""
    page = built.page("one")
    assert "check(&quot;ex-image&quot;, &quot;your formula&quot;)" in box(page, "ex-image")
    assert '<form class="answer"' not in page
    assert "_python" not in page
    assert "<details" not in box(page, "ex-image")
    assert "answer" not in box(page, "ex-words")
    assert not (built.folder / "_python").exists()


def test_a_graded_exercise_gets_a_field_in_its_box_and_its_cell_is_folded(python):
    built = python.build()
    assert built.warnings == ""
    page = built.page("one")
    question, answer = box(page, "ex-image").split('<form class="answer"', 1)
    assert "Where is it?" in question
    assert "code" not in question
    assert 'data-exercise="ex-image"' in answer
    assert '<label for="ex-image-answer">' in answer
    _, details = answer.split("</form>", 1)
    assert re.search(
        r'<noscript>.*check\(.*</noscript>\s*<details class="answer-cell">\s*<summary>', details, re.DOTALL
    )
    assert details.index("ex-image") < details.index("</details>") < details.index('class="solution')
    assert 'class="answer' not in box(page, "ex-words")
    assert page.count('<script defer src="_python/start.js">') == 1
    assert "_python" not in built.page("index")


def test_what_the_page_fetches_is_listed_with_its_hash_and_holds_the_exercises_and_the_engine_alone(python):
    folder = python.build().folder / "_python"
    listed = (folder / "files.js").read_text()
    assert {"book.zip", "packages.zip", "pyodide.asm.wasm"} <= set(re.findall(r'"([\w.-]+)": \{"size"', listed))
    assert "may be used" in (folder / "LICENSES.txt").read_text()
    with zipfile.ZipFile(folder / "book.zip") as archive:
        names = archive.namelist()
        (entry,) = json.loads(archive.read("verifiedbook/browser/exercises.json"))
    assert entry["label"] == "ex-image"
    assert "verifiedbook/exercises/grading.py" in names
    assert "lamps/lenses/answers.py" in names  # it needs nothing but SymPy
    assert not [name for name in names if name.startswith(("verifiedbook/claims", "verifiedbook/sphinx"))]


def test_an_edited_answer_reaches_the_page_and_nothing_else_is_written_again(python):
    folder = python.build().folder / "_python"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for name in [name for name in sys.modules if name.split(".")[0] == "lamps"]:
        del sys.modules[name]
    python.write("src/lamps/lenses/answers.py", ANSWERS.replace("f * g / (g - f)", "f * g / (g + f)"))
    python.build()
    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"book.zip", "files.js"}


def test_print_shows_no_field(python):
    built = python.build("latex")
    assert not [path for path in built.folder.glob("*.tex") if "Your answer" in path.read_text()]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ('check("ex-a", 1)', "ex-a"),
        ('from a.answers import check\n\ncheck("ex-a", x**2)', "ex-a"),
        ('x = 1\ncheck("ex-a", x)', None),
        ('check("ex-a", 1)\ncheck("ex-b", 1)', None),
        ("check(label, 1)", None),
        ('other("ex-a", 1)', None),
        ("check(", None),
    ],
)
def test_a_cell_that_does_more_than_grade_stays_where_it_is(code, label):
    assert grades(code) == label
