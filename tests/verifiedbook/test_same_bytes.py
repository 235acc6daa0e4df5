"""A build after an edit gives what a clean build gives, byte for byte, whatever was edited; so do two clean ones."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ABSENT, Absent, Book, Done, copy_of_optics

pytestmark = [pytest.mark.book, pytest.mark.thorough]

#: What the small book lacks of the kinds of things that are edited.
MORE = {
    "book/references.bib": "".join(
        f"@book{{{key},\n author={{{who}}},\n title={{On light}},\n publisher={{None}},\n year={{{year}}}\n}}\n"
        for key, who, year in (
            ("gauss1841", "Gauss, C. F.", 1841),
            ("hero100", "Hero", 100),
            ("young1807", "Young, T.", 1807),
        )
    ),
    "book/sources.md": "# Sources\n\n```{bibliography}\n```\n",
    "book/_static/own.css": ".claim { color: #123456; }\n",
    "book/_static/own.js": "globalThis.lens = 1;\n",
    "book/_templates/layout.html": '{% extends "!layout.html" %}\n{% block footer %}<p>foot</p>{% endblock %}\n',
    "book/lens.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>\n',
    "book/prisms.md": "# Prisms\n\nSee {prf:ref}`thm-lens-image`, {eq}`eq-lens-image`, [](mirrors.md) and "
    "{cite}`young1807`.\n\n```{image} lens.svg\n```\n",
    "src/optics/lenses/figures.py": '''"""A picture of a lens."""

from IPython.display import SVG


def draw():
    """A circle."""
    return SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3"/></svg>')
''',
}
INDEX = "lenses\nmirrors\n"
SETTINGS = """
bibtex_bibfiles = ["references.bib"]
html_static_path = ["_static"]
html_css_files = ["own.css"]
html_js_files = ["own.js"]
templates_path = ["_templates"]
extensions += ["sphinxcontrib.bibtex"]
numfig = True
strict_pages = True
"""
CELLS = """
```{code-cell}
import json
from pathlib import Path
json.loads(Path("../results/heights.json").read_text())["heights"]
```

```{code-cell}
from optics.lenses.figures import draw
draw()
```
"""

Edit = Callable[[Book], None]


def replaced(path: str, old: str, new: str) -> Edit:
    return lambda book: book.edit(path, old, new)


def renamed(book: Book) -> None:
    for page in ("lenses", "prisms"):
        book.edit(f"book/{page}.md", "eq-lens-image", "eq-image")


def removed(book: Book) -> None:
    (book.root / "book" / "_static" / "own.js").unlink()
    book.edit("book/conf.py", 'html_js_files = ["own.js"]', "html_js_files = []")


def without_a_page(book: Book) -> None:
    (book.root / "book" / "prisms.md").unlink()
    book.edit("book/index.md", "prisms\n", "")


EDITS: dict[str, Edit] = {
    "a statement added": replaced(
        "book/lenses.md", "# Lenses\n", "# Lenses\n\n```{prf:definition} Lens\n:label: def-lens\n\nGlass.\n```\n"
    ),
    "the title of a statement": replaced("book/lenses.md", "{prf:theorem} Image", "{prf:theorem} Where it lies"),
    "a heading that another page names": replaced("book/mirrors.md", "# Mirrors", "# Mirrors and more"),
    "a label": renamed,
    "the bibliography": replaced("book/references.bib", "year={1841}", "year={1843}"),
    "a citation that goes": replaced("book/prisms.md", "{cite}`young1807`", "nobody"),
    "a style": replaced("book/_static/own.css", "#123456", "#654321"),
    "a script": replaced("book/_static/own.js", "= 1", "= 2"),
    "a template": replaced("book/_templates/layout.html", "<p>foot</p>", "<p>footer</p>"),
    "a picture": replaced("book/lens.svg", 'r="4"', 'r="2"'),
    "a figure": replaced("src/optics/lenses/figures.py", "0 0 9 9", "0 0 8 8"),
    "a record": replaced("results/heights.json", "[1, 2, 3]", "[1, 2, 4]"),
    "a derivation": replaced("src/optics/lenses/derivation.py", "image = f * g / (g - f)", "image = g * f / (g - f)"),
    "a claim": replaced("src/optics/mirrors/claims/__init__.py", "one turn", "a single turn"),
    "an answer": replaced("src/optics/lenses/answers.py", 'positive("g")', 'positive("g"),'),
    "the order of chapters": replaced("book/index.md", INDEX, "mirrors\nlenses\n"),
    "the configuration": replaced("book/conf.py", 'project = "Optics"', 'project = "Optics, verified"'),
    "a page that goes": without_a_page,
    "a script that goes": removed,
}


def sphinx(book: Book, *arguments: str, seconds: float = 300, limit: int | None = None) -> Done:
    """Sphinx in a copy of this process, killed with all it started after ``seconds``; no file may exceed ``limit``."""

    def work() -> None:
        os.setsid()
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        warnings.simplefilter("ignore")
        for name in [name for name in sys.modules if name.split(".")[0] in ABSENT]:
            del sys.modules[name]
        sys.meta_path.insert(0, Absent)  # type: ignore[arg-type]
        sys.path.insert(0, str(book.root / "src"))
        os.chdir(book.root)
        os.environ.update(book.environment())
        with (book.root / "told.txt").open("w", encoding="utf-8") as told:
            sys.stdout = sys.stderr = told
            from sphinx.cmd.build import main

            sys.exit(main(list(arguments)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
    process.join(seconds)
    if process.is_alive():
        os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
    return Done(process.exitcode, (book.root / "told.txt").read_text(encoding="utf-8"))


HTML = ("-q", "-W", "-n", "--keep-going", "-b", "html", "book", "_build/html")


def build(book: Book) -> None:
    """What an author's ``make book`` does."""
    verified = book.verify()
    assert verified.code == 0, verified.told
    done = sphinx(book, *HTML)
    assert done.code == 0, done.told


def written(book: Book) -> dict[str, bytes]:
    """Every file that a build leaves for a reader."""
    html = book.root / "_build" / "html"
    files = [path for path in html.rglob("*") if path.is_file() and ".doctrees" not in path.parts]
    return {path.relative_to(html.parent).as_posix(): path.read_bytes() for path in (*files, book.record)}


def differences(book: Book, folder: Path) -> list[str]:
    """How ``book`` differs from what a first build in a copy of it in ``folder`` writes; empty if in nothing."""
    shutil.copytree(book.root, folder, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    build(Book(folder))
    old, new = written(book), written(Book(folder))
    found = [f"{name} is only in one of them" for name in sorted(old.keys() ^ new.keys())]
    for name in sorted(old.keys() & new.keys()):
        lines = zip(old[name].splitlines(), new[name].splitlines(), strict=False)
        if old[name] != new[name]:
            one, other = next((pair for pair in lines if pair[0] != pair[1]), ("", "(a line more)"))
            found.append(f"{name}: {one[:300]!r} and after a clean build {other[:300]!r}")
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book with one of everything, built once."""
    import myst_nb  # noqa: F401  what is slow to import is imported before the copies of this process are made
    import sphinx.cmd.build  # noqa: F401
    import sphinxcontrib.bibtex  # noqa: F401

    import verifiedbook.sphinx  # noqa: F401

    book = copy_of_optics(tmp_path_factory.mktemp("same") / "optics")
    for path, text in MORE.items():
        (book.root / path).parent.mkdir(parents=True, exist_ok=True)
        (book.root / path).write_text(text, encoding="utf-8")
    book.edit("book/index.md", INDEX, f"{INDEX}prisms\nsources\n")
    with (book.root / "book" / "conf.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    with (book.root / "book" / "lenses.md").open("a", encoding="utf-8") as file:
        file.write(CELLS)
    build(book)
    shutil.copytree(book.root, book.root.with_name("saved"), symlinks=True)
    return book


@pytest.fixture
def book(built: Book) -> Book:
    """The small book as it was after its first build, where it was: Sphinx starts afresh in another place."""
    shutil.rmtree(built.root)
    shutil.copytree(built.root.with_name("saved"), built.root, symlinks=True)
    return built


#: Edits of which none makes Sphinx do again what another one needs.
TOGETHER = (
    ("a statement added", "the bibliography", "a picture", "a record"),
    ("the title of a statement", "a citation that goes", "a claim", "a figure"),
    ("a heading that another page names", "a label", "a derivation", "an answer"),
    ("a page that goes", "a style", "a template", "a script that goes", "the order of chapters", "the configuration"),
)


def test_two_clean_builds_are_the_same(book: Book, tmp_path: Path) -> None:
    assert differences(book, tmp_path / "again") == []


@pytest.mark.parametrize("kinds", TOGETHER, ids=" ".join)
def test_edits_give_what_a_clean_build_gives(book: Book, tmp_path: Path, kinds: tuple[str, ...]) -> None:
    for what in kinds:
        EDITS[what](book)
    build(book)
    assert differences(book, tmp_path / "clean") == []


@pytest.mark.slow
@pytest.mark.parametrize("what", EDITS)
def test_an_edit_gives_what_a_clean_build_gives(book: Book, tmp_path: Path, what: str) -> None:
    EDITS[what](book)
    build(book)
    assert differences(book, tmp_path / "clean") == []


def test_a_build_that_was_killed_leaves_nothing_that_the_next_one_believes(book: Book, tmp_path: Path) -> None:
    draw = random.Random(7)
    for number in range(3):
        book.edit("book/lenses.md", "# Lenses\n", f"# Lenses\n\nEdited {number} times.\n")
        sphinx(book, *HTML, seconds=draw.uniform(0.1, 3))
    build(book)
    assert differences(book, tmp_path / "clean") == []


@pytest.mark.parametrize("limit", [40_000])
def test_a_full_disk_is_one_sentence_and_nothing_that_the_next_build_believes(
    book: Book, tmp_path: Path, limit
) -> None:
    EDITS["a statement added"](book)
    EDITS["a figure"](book)
    done = sphinx(book, *HTML, limit=limit)
    assert done.code not in (0, None)
    assert "File too large" in done.told or "disk is full" in done.told or "disk I/O error" in done.told, done.told
    assert "Traceback" not in done.told
    assert "full traceback" not in done.told
    build(book)
    assert differences(book, tmp_path / "clean") == []
