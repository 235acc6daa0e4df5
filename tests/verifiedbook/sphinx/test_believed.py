"""What a build that was killed left, and what was damaged since, is not believed: it is found and made again."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.builders import Builder

from verifiedbook.sphinx.execution import ChapterError

from .conftest import NOTEBOOK, Project, claim, theorem

pytestmark = [pytest.mark.book, pytest.mark.thorough]

PICTURE = """```{code-cell}
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3"/></svg>')
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A chapter with a picture that a cell draws, and a page with a statement; built, and kept as it is then."""
    project = Project(tmp_path_factory.mktemp("believed") / "checkout", {"nb_execution_mode": "cache"})
    project.write("pyproject.toml", "")
    project.claims(claim("thm-one"))
    project.pages(chapter=NOTEBOOK + "# Chapter\n\n" + PICTURE, other="# Other\n\n" + theorem("thm-one", "One"))
    assert project.build().warnings == ""
    shutil.copytree(project.root, project.root.with_name("saved"))
    return project


@pytest.fixture
def book(built: Project) -> Project:
    """The same, as it was after its first build, where it was."""
    shutil.rmtree(built.root)
    shutil.copytree(built.root.with_name("saved"), built.root)
    return built


def pages(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def killed(book: Project, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Build in a copy of this process, which is gone as soon as Sphinx calls ``method``."""
    with monkeypatch.context() as patched, warnings.catch_warnings():
        patched.setattr(Builder, method, lambda *_: os._exit(9))
        warnings.simplefilter("ignore", DeprecationWarning)
        process = multiprocessing.get_context("fork").Process(target=book.build)
        process.start()
    process.join(60)
    assert process.exitcode == 9


@pytest.mark.parametrize("method", ["write", "_write_serial"])
def test_killed_after_pages_were_read_and_before_they_were_written(book, monkeypatch, method) -> None:
    book.write("book/other.md", "# Another\n\n" + theorem("thm-one", "First of all"))
    os.utime(book.root / "book" / "other.md", (1, 1))  # older than its page
    killed(book, monkeypatch, method)
    built = book.build()
    assert "is not as the last build left it" in built.status
    assert "First of all" in built.page("other")
    assert pages(built.folder) == pages(book.build(out="fresh").folder)
    assert "no targets are out of date" in book.build().status


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("what", "damage"),
    [
        (".doctrees/environment.pickle", half),
        (".doctrees/environment.pickle", Path.unlink),
        (".doctrees/other.doctree", half),
        (".doctrees/other.doctree", a_bit),
        ("html/other.html", half),
        ("html/searchindex.js", half),
        ("html/_static/basic.css", Path.unlink),
        ("jupyter_execute/*.svg", half),
        ("html/_images/*.svg", a_bit),
    ],
)
def test_what_was_damaged_is_made_again(book: Project, what: str, damage: Callable[[Path], None]) -> None:
    whole = pages(book.root / "_build" / "out" / "html")
    (path,) = (book.root / "_build" / "out").glob(what)
    damage(path)
    built = book.build()
    if not (what.endswith("pickle") and damage is Path.unlink):  # nothing is left that could be believed
        assert f"{path.name} is not as the last build left it" in built.status
    assert built.warnings == ""
    assert built.executed == "executed 0 of 1 chapters"
    assert pages(built.folder) == whole


def test_pages_that_another_builder_read_are_written(book: Project) -> None:
    book.write("book/other.md", "# Another\n\n" + theorem("thm-one", "First of all"))
    book.build("latex")
    assert "First of all" in book.build().page("other")


def executed(book: Project) -> Path:
    """The one result that is kept."""
    (found,) = (book.root / "_build").glob("**/executed/*/base.ipynb")
    return found


def test_a_result_that_is_not_what_was_stored_is_executed_again(book: Project) -> None:
    a_bit(executed(book))
    book.write("book/chapter.md", NOTEBOOK + "# The chapter\n\n" + PICTURE)
    built = book.build()
    assert "base.ipynb is not what was stored" in built.status
    assert built.executed == "executed 1 of 1 chapters: chapter"
    assert book.build().executed == "executed 0 of 1 chapters"


@pytest.mark.parametrize("rest", ["a folder", "nothing"])
def test_a_result_that_was_stored_by_half_is_executed_again(book: Project, rest: str) -> None:
    executed(book).unlink()
    if rest == "nothing":
        (folder,) = (book.root / "_build").glob("**/executed/*")
        folder.rmdir()
    book.write("book/chapter.md", NOTEBOOK + "# The chapter\n\n" + PICTURE)
    assert book.build().executed == "executed 1 of 1 chapters: chapter"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99, None])
def test_a_cache_without_its_table_is_made_again(book: Project, content: bytes | None) -> None:
    (table,) = (book.root / "_build").glob("**/global.db")
    table.write_bytes(table.read_bytes()[:5000] if content is None else content)
    book.write("book/chapter.md", NOTEBOOK + "# The chapter\n\n" + PICTURE)
    built = book.build()
    assert built.executed == "executed 1 of 1 chapters: chapter"
    assert "global.db is not what was stored" in built.status
    assert book.build().executed == "executed 0 of 1 chapters"


def test_an_edit_while_a_chapter_is_executed_is_not_kept_as_what_was_read(book: Project) -> None:
    page = NOTEBOOK + "# Chapter\n\n```{code-cell}\nfrom pathlib import Path\nPath('chapter.md').write_text('')\n```\n"
    book.write("book/chapter.md", page)
    with pytest.raises(ChapterError, match="files were saved while chapter was executed; build again"):
        book.build()
    book.write("book/chapter.md", page)
    with pytest.raises(ChapterError, match="files were saved"):
        book.build()


def test_what_a_cell_prints_in_pieces_is_kept_as_one(book: Project) -> None:
    cell = "import sys, time\nfor word in 'abc':\n    print(word, flush=True)\n    time.sleep(0.3)\n"
    book.write("book/chapter.md", NOTEBOOK + f"# Chapter\n\n```{{code-cell}}\n{cell}```\n")
    book.build()
    (kept,) = (path for path in (book.root / "_build").glob("**/base.ipynb") if "flush" in path.read_text("utf-8"))
    (output,) = json.loads(kept.read_text("utf-8"))["cells"][0]["outputs"]
    assert "".join(output["text"]) == "a\nb\nc\n"
