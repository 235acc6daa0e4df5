"""What is installed beside the engine is what it imports, and what the book pins lies within the ranges promised."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from verifiedbook.dependencies import imported

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENGINE = {Requirement(line).name.lower(): Requirement(line) for line in PROJECT["dependencies"]}
BOOK = {Requirement(line).name.lower(): Requirement(line) for line in PROJECT["optional-dependencies"]["book"]}
PINS = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
TESTS = {
    "distributed",
    "pytest",
    "pytest-xdist",
    "hypothesis",
    "playwright",
    "axe-playwright-python",
    "pypdf",
    "ruff",
    "mypy",
}
#: Brought by those that the engine names, and nothing without them.
BROUGHT = {"docutils", "pyyaml", "jupyter-cache", "nbclient", "nbformat", "markdown-it-py", "mdit-py-plugins", "pyzmq"}
BROUGHT |= {"sqlalchemy"}  # of jupyter-cache, whose errors are told in a sentence
BROUGHT |= {"imagesize", "sphinxcontrib-bibtex", "sphinx-book-theme", "myst-parser"}  # used only where a book uses them
THIRD_PARTY = packages_distributions()


@pytest.mark.parametrize("name", [*ENGINE, *BOOK])
def test_what_is_pinned_lies_within_the_range(name: str) -> None:
    pins = {pinned.lower(): version for pinned, version in PINS.items()}
    assert (ENGINE | BOOK)[name].specifier.contains(pins[name])


def test_every_pin_is_the_engines_the_books_or_the_tests() -> None:
    assert {name.lower() for name in PINS} - TESTS == {*ENGINE, *BOOK}


def test_every_file_of_the_engine_is_installed() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    engine = ROOT / "src" / "verifiedbook"
    packages = [path.parent for path in engine.rglob("__init__.py")]
    installed = {path for package in packages for pattern in patterns["*"] for path in package.glob(pattern)}
    files = {path for path in engine.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert files == installed


def test_the_engine_imports_only_what_it_requires() -> None:
    files = (ROOT / "src" / "verifiedbook").rglob("*.py")
    names = {
        name.split(".")[0] for path in files for name in imported(path.read_text(encoding="utf-8"), "verifiedbook")
    }
    names -= {"sphinxcontrib"}  # shared by many
    used = {name.lower() for top in names for name in THIRD_PARTY.get(top, ())} - {"dltheory"}
    assert used - BROUGHT <= set(ENGINE)
    assert not used & set(BOOK) - BROUGHT


def test_the_locked_file_holds_every_pin_with_a_hash() -> None:
    locked = (ROOT / "tools" / "locked.txt").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^([\w.-]+)==([^\s;]+)[^\n]*\n((?: +--hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", locked, re.MULTILINE
    )
    assert len(blocks) == len(re.findall(r"^[\w.-]+==", locked, re.MULTILINE)) > 100
    found = {name.lower().replace("_", "-").replace(".", "-"): version for name, version, _ in blocks}
    pins = {name.lower().replace("_", "-"): version for name, version in PINS.items()}
    assert {name: found.get(name) for name in pins} == pins
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", constraints, re.MULTILINE))
    pinned = {name.lower().replace("_", "-").replace(".", "-"): version for name, version in pinned.items()}
    assert {name: version for name, version in found.items() if pinned.get(name, version) != version} == {}


def test_every_action_of_a_workflow_is_pinned_by_commit() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))
        assert used
        assert [action for action in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)] == []
