"""Exactly the chapters whose results could differ are executed again, and it does not matter how many at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from verifiedbook.sphinx.execution import ChapterError, signed, workers
from verifiedbook.sphinx.kernels import surroundings

from .conftest import NOTEBOOK, Project

PLAIN = "No cells here.\n"
LIBRARY = {
    "__init__.py": "",
    "engine.py": "ONE = 1\n",
    "unused.py": "",
    "alpha/__init__.py": "",
    "alpha/derivation.py": "from ..engine import ONE\nVALUE = ONE + 10\n",
    "alpha/claims.py": "",
    "beta/__init__.py": "",
    "beta/derivation.py": "from ..alpha.derivation import VALUE\nDOUBLE = 2 * VALUE\n",
    "gamma/__init__.py": "",
    "gamma/derivation.py": "LONELY = 7\n",
}
CHAPTERS = {
    "alpha": NOTEBOOK + "# Alpha\n\n```{code-cell}\nfrom tinylib.alpha.derivation import VALUE\nVALUE\n```\n",
    "beta": NOTEBOOK + "# Beta\n\n```{code-cell}\nfrom tinylib.beta.derivation import DOUBLE\nDOUBLE\n```\n",
    "gamma": NOTEBOOK
    + "# Gamma\n\n```{code-cell}\nfrom tinylib.gamma.derivation import LONELY\n"
    + "open('../results/runs.json').read(), LONELY\n```\n",
    "plain": "# Plain\n\n" + PLAIN,
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory):
    """A book of three chapters and a page without cells, built once; the tests below edit it one after another."""
    project = Project(tmp_path_factory.mktemp("edited") / "checkout")
    project.config = {
        "nb_execution_mode": "cache",
        "claims_packages": {"tinylib": str(project.root / "src" / "tinylib")},
        "claims_parallel": 2,
    }
    project.write("pyproject.toml", "")
    project.write("requirements.txt", "numpy==2\n")
    project.write("results/runs.json", "41")
    project.claims()
    for name, text in LIBRARY.items():
        project.write(f"src/tinylib/{name}", text)
    project.pages(**CHAPTERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(project.root / "src"))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        first = project.build()
        assert first.warnings == ""
        assert "2 at a time" in first.status
        assert first.executed == "executed 3 of 3 chapters: alpha, beta, gamma"
        serial = project.build(out="serial", claims_parallel=1)
        assert "1 at a time" in serial.status
        assert serial.executed == first.executed
        project.clean_builds = contents(first.folder), contents(serial.folder)
        yield project


EDITS = {
    "nothing": (None, "", "executed 0 of 3 chapters"),
    "prose": ("book/alpha.md", CHAPTERS["alpha"] + "\nA sentence more.\n", "executed 0 of 3 chapters"),
    "a page without cells": ("book/plain.md", "# Plain\n\nOther words.\n", "executed 0 of 3 chapters"),
    "a module nobody imports": ("src/tinylib/unused.py", "x = 1\n", "executed 0 of 3 chapters"),
    "a room of one chapter": (
        "src/tinylib/gamma/derivation.py",
        "LONELY = 8\n",
        "executed 1 of 3 chapters: gamma",
    ),
    "a docstring and a comment": (
        "src/tinylib/gamma/derivation.py",
        '"""A number."""\n\n# which is\nLONELY = 8\n',
        "executed 0 of 3 chapters",
    ),
    "a room its chapter does not import": (
        "src/tinylib/alpha/claims.py",
        "x = 1\n",
        "executed 1 of 3 chapters: alpha",
    ),
    "a room that another chapter uses": (
        "src/tinylib/alpha/derivation.py",
        "from ..engine import ONE\nVALUE = ONE + 20\n",
        "executed 2 of 3 chapters: alpha, beta",
    ),
    "the engine": ("src/tinylib/engine.py", "ONE = 2\n", "executed 2 of 3 chapters: alpha, beta"),
    "a recorded result": ("results/runs.json", "43", "executed 1 of 3 chapters: gamma"),
    "the pins": ("requirements.txt", "numpy==3\n", "executed 3 of 3 chapters: alpha, beta, gamma"),
    "a cell": (
        "book/gamma.md",
        CHAPTERS["gamma"].replace("LONELY\n```", "LONELY + 1\n```"),
        "executed 1 of 3 chapters: gamma",
    ),
}


@pytest.mark.book
@pytest.mark.parametrize("what", EDITS)
def test_an_edit_executes_exactly_what_depends_on_it(book, what):
    path, text, sentence = EDITS[what]
    if path is not None:
        book.write(path, text)
    built = book.build()
    assert built.warnings == ""
    assert built.executed == sentence


@pytest.mark.book
def test_the_page_shows_the_new_result_and_one_that_comes_back_is_taken_from_the_cache(book):
    book.write("book/gamma.md", CHAPTERS["gamma"])
    for value, count in ((71, 1), (72, 1), (71, 0)):
        book.write("src/tinylib/gamma/derivation.py", f"LONELY = {value}\n")
        built = book.build()
        assert built.executed.startswith(f"executed {count} of 3")
        assert f", {value}" in built.page("gamma").replace("</span>", "").replace('<span class="mi">', "")


@pytest.mark.book
def test_chapters_executed_side_by_side_and_one_by_one_give_the_same_pages(book):
    parallel, serial = book.clean_builds
    assert {"alpha.html", "beta.html", "gamma.html", "plain.html", "index.html"} <= set(parallel)
    assert serial == parallel


@pytest.mark.book
def test_a_quiet_build_says_only_what_was_executed(project, capsys):
    project.claims()
    project.pages(chapter=NOTEBOOK + "# Chapter\n\n```{code-cell}\n1 + 1\n```\n")
    project.build(nb_execution_mode="cache", quiet=True)
    assert capsys.readouterr().out == "executed 1 of 1 chapters: chapter\n"


@pytest.mark.book
def test_two_chapters_run_at_the_same_time(project):
    """Each waits for a file that the other writes, so neither could end alone."""
    cell = (
        "import pathlib, time\npathlib.Path('{0}.txt').touch()\nend = time.time() + 20\n"
        "while not pathlib.Path('{1}.txt').exists():\n    assert time.time() < end\n    time.sleep(0.02)\n"
    )
    project.claims()
    project.pages(
        **{
            here: f"{NOTEBOOK}# Page\n\n```{{code-cell}}\n{cell.format(here, there)}```\n"
            for here, there in (("left", "right"), ("right", "left"))
        }
    )
    built = project.build(nb_execution_mode="cache", claims_parallel=2)
    assert built.warnings == ""
    assert built.executed == "executed 2 of 2 chapters: left, right"


@pytest.mark.book
def test_a_cell_that_fails_stops_the_build_every_time_and_the_others_are_kept(project):
    project.claims()
    project.pages(
        broken=NOTEBOOK + "# Broken\n\n```{code-cell}\n1 / 0\n```\n",
        sound=NOTEBOOK + "# Sound\n\n```{code-cell}\n1 + 1\n```\n",
    )
    for _ in range(2):
        with pytest.raises(ChapterError, match="a cell failed in broken"):
            project.build(nb_execution_mode="cache")
    project.write("book/broken.md", "# Mended\n")
    assert project.build(nb_execution_mode="cache").executed == "executed 0 of 1 chapters"


@pytest.mark.book
def test_a_cell_that_complains_is_refused_with_what_it_says_and_not_kept(project):
    project.claims()
    noisy = NOTEBOOK + "# Noisy\n\n```{code-cell}\nfrom tinylib.words import say\nsay()\n```\n"
    project.pages(noisy=noisy)
    project.write("src/tinylib/__init__.py", "")
    words = "import os\nimport sys\n\n\ndef say():\n    if 'QUIET' not in os.environ:\n"
    project.write("src/tinylib/words.py", words + "        print('no home', file=sys.stderr)\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(project.root / "src"))
        for _ in range(2):
            with pytest.raises(ChapterError, match="a cell failed in noisy; what it said is above"):
                project.build(nb_execution_mode="cache", nb_output_stderr="remove-warn")
        # what was refused is not kept: the same text is executed again, and now it says nothing
        patch.setenv("QUIET", "yes")
        built = project.build(nb_execution_mode="cache", nb_output_stderr="remove-warn")
    assert built.executed == "executed 1 of 1 chapters: noisy"
    assert built.warnings == ""


@pytest.mark.book
def test_a_home_that_cannot_be_written_is_not_needed(project, monkeypatch):
    project.claims()
    cell = "import os\n\nimport matplotlib.pyplot as plt\nprint(os.environ['HOME'])"
    project.pages(homeless=NOTEBOOK + f"# Homeless\n\n```{{code-cell}}\n{cell}\n```\n")
    for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/proc/nobody")
    built = project.build(nb_execution_mode="cache", nb_output_stderr="remove-warn")
    assert built.warnings == ""
    assert "/proc/nobody" in built.page("homeless")


FRONT = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
mystnb:
  merge_streams: true
---
"""


def test_signing_keeps_every_line_where_it_was():
    text = FRONT + "\n# Title\n\nkernelspec: in prose\n"
    changed = signed(text, "abc")
    front, body = changed.split("---\n")[1:]
    assert yaml.safe_load(front)["kernelspec"] == {"display_name": "Python 3", "name": "python3", "inputs": "abc"}
    assert yaml.safe_load(front)["mystnb"] == {"merge_streams": True}
    assert body == text.split("---\n")[2]
    assert changed.splitlines().index("# Title") == text.splitlines().index("# Title")


def test_signing_names_a_kernel_where_the_page_names_none():
    front = signed("---\nfile_format: mystnb\n---\n", "abc").split("---\n")[1]
    assert yaml.safe_load(front) == {
        "file_format": "mystnb",
        "kernelspec": {"name": "python3", "display_name": "Python 3", "inputs": "abc"},
    }


def test_a_page_without_front_matter_is_not_signed():
    assert signed("# Title\n", "abc") == "# Title\n"


class Config:
    claims_parallel = None


class App:
    config = Config()


@pytest.mark.parametrize(("value", "count"), [("1", 1), ("3", 3), ("0", 1), ("-2", 1)])
def test_the_environment_variable_sets_the_number_of_kernels(monkeypatch, value, count):
    monkeypatch.setenv("VERIFIEDBOOK_EXECUTE_JOBS", value)
    assert workers(App()) == count


def test_by_default_there_are_at_most_four_kernels(monkeypatch):
    monkeypatch.delenv("VERIFIEDBOOK_EXECUTE_JOBS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert workers(App()) == 4


def test_kernels_get_one_thread_and_folders_for_caches_unless_the_reader_chose_otherwise(monkeypatch, tmp_path):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    monkeypatch.setenv("IPYTHONDIR", "/mine")
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    with surroundings(tmp_path):
        assert os.environ["IPYTHONDIR"] == "/mine"
        assert os.environ["MPLCONFIGDIR"].startswith(str(tmp_path))
        assert os.path.isdir(os.environ["MPLCONFIGDIR"])
        assert os.environ["OMP_NUM_THREADS"] == "3"
        assert os.environ["MKL_NUM_THREADS"] == "1"
    assert "MKL_NUM_THREADS" not in os.environ
    assert "MPLCONFIGDIR" not in os.environ


def test_the_extension_imports_neither_torch_nor_sympy():
    code = "import sys, verifiedbook.sphinx; print([name for name in ('torch', 'sympy') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
