"""The import scanner finds what a chapter's cells depend on, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifiedbook.dependencies import Dependencies, imported


@pytest.mark.parametrize(
    ("code", "package", "names"),
    [
        ("import lib.a", None, {"lib.a"}),
        ("import lib.a as a, lib.b", None, {"lib.a", "lib.b"}),
        ("from lib.a import f, g", None, {"lib.a.f", "lib.a.g"}),
        ("from lib.a import *", None, {"lib.a"}),
        ("def f():\n    from lib import late", None, {"lib.late"}),
        ("try:\n    import lib.a\nexcept ImportError:\n    pass", None, {"lib.a"}),
        ("from . import near", "lib.room", {"lib.room.near"}),
        ("from .near import f", "lib.room", {"lib.room.near.f"}),
        ("from .. import engine", "lib.room", {"lib.engine"}),
        ("from ..engine import f", "lib.room", {"lib.engine.f"}),
        ("import importlib\nimportlib.import_module('lib.a')", None, {"importlib", "lib.a"}),
        ("%matplotlib inline\nimport lib.a", None, {"lib.a"}),
        ("x = (5\n     % 3)\nimport lib.a", None, {"lib.a"}),
        ("import lib.a\nthis is no Python", None, set()),
        ("text = 'import lib.a'", None, set()),
    ],
)
def test_names_are_found_however_they_are_imported(code, package, names):
    assert imported(code, package) == names


@pytest.fixture
def library(tmp_path: Path) -> Path:
    files = {
        "__init__.py": "",
        "engine/__init__.py": "from .core import run",
        "engine/core.py": "",
        "data.py": "",
        "one/__init__.py": "",
        "one/derivation.py": "",
        "one/claims.py": "from ..engine import run\nfrom . import derivation",
        "two/__init__.py": "",
        "two/experiment.py": "def f():\n    from ..one.derivation import x\n    return 'two-runs.json'",
        "two/circle.py": "from . import square",
        "two/square.py": "from . import circle",
    }
    for name, text in files.items():
        path = tmp_path / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "two-runs.json").write_text("{}")
    return tmp_path


def names(library: Path, cells: list[str]) -> set[str]:
    graph = Dependencies({"lib": library / "lib"}, library / "results")
    return {path.relative_to(library).as_posix() for path in graph.of_cells(cells)}


def test_a_module_brings_its_packages_but_not_its_neighbours(library):
    assert names(library, ["import lib.one.derivation"]) == {
        "lib/__init__.py",
        "lib/one/__init__.py",
        "lib/one/derivation.py",
    }


def test_imports_are_followed_to_the_end(library):
    found = names(library, ["x = 1", "from lib.one import claims"])
    assert {"lib/engine/core.py", "lib/one/derivation.py"} <= found
    assert "lib/data.py" not in found


GATHERED = {
    "gathered/__init__.py": "from .left import f, g as h\nfrom lib.gathered.right import r\n__all__ = ['f', 'h', 'r']",
    "gathered/left.py": "",
    "gathered/right.py": "",
    "gathered/apart.py": "",
}
INIT, LEFT, RIGHT = (f"lib/gathered/{name}.py" for name in ("__init__", "left", "right"))


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("from lib.gathered import f", {LEFT}),
        ("from lib.gathered import h as g", {LEFT}),
        ("from lib.gathered import f, r", {LEFT, RIGHT}),
        ("from lib import gathered\ndef use():\n    return gathered.f(gathered.h)", {LEFT}),
        ("from . import gathered as g\nx = g.r.y", {RIGHT}),
        ("from lib import gathered\nx = gathered.apart.x", {"lib/gathered/apart.py"}),
        ("from lib import gathered\nx = gathered.f, getattr(gathered, 'r')", {INIT, LEFT, RIGHT}),
        ("from lib import gathered\nx = gathered.f\ny = [gathered]", {INIT, LEFT, RIGHT}),
        ("from lib import gathered\nx = lambda gathered: gathered.f", {INIT, LEFT, RIGHT}),
        ("from lib import gathered", {INIT, LEFT, RIGHT}),
        ("from lib import gathered\nx = gathered.unknown", {INIT, LEFT, RIGHT}),
        ("from lib.gathered import unknown", {INIT, LEFT, RIGHT}),
        ("from lib.gathered import *", {INIT, LEFT, RIGHT}),
        ("import lib.gathered\nx = lib.gathered.f", {INIT, LEFT, RIGHT}),
    ],
)
def test_of_a_package_that_gathers_what_is_used_counts(library, code, files):
    for name, text in {**GATHERED, "user.py": code}.items():
        (library / "lib" / name).parent.mkdir(exist_ok=True)
        (library / "lib" / name).write_text(text)
    graph = Dependencies({"lib": library / "lib"})
    found = {path.relative_to(library).as_posix() for path in graph.of_module("lib.user")}
    assert {name for name in found if "gathered" in name} == files


def test_what_another_cell_may_use_of_a_package_counts_whole(library):
    for name, text in GATHERED.items():
        (library / "lib" / name).parent.mkdir(exist_ok=True)
        (library / "lib" / name).write_text(text)
    assert {LEFT, RIGHT} <= names(library, ["from lib import gathered\ngathered.f", "gathered.r"])


def test_a_late_import_and_a_recorded_result_named_in_a_module_count(library):
    found = names(library, ["from lib.two.experiment import f"])
    assert {"lib/one/derivation.py", "results/two-runs.json"} <= found


def test_modules_that_import_each_other_end_the_search(library):
    assert {"lib/two/circle.py", "lib/two/square.py"} <= names(library, ["import lib.two.circle"])


def test_other_libraries_are_left_out(library):
    assert names(library, ["import numpy, json", "from os import path"]) == set()


def test_the_rooms_of_a_chapter_count_whether_imported_or_not(library):
    rooms = {path.name for path in Dependencies({"lib": library / "lib"}).of_rooms("one")}
    assert rooms == {"__init__.py", "derivation.py", "claims.py", "core.py"}
    assert Dependencies({"lib": library / "lib"}).of_rooms("ledger") == set()


def test_the_digest_changes_with_contents_and_with_a_missing_file_only(library):
    file = library / "lib" / "data.py"

    def digest() -> str:
        return Dependencies({}).digest([file, library / "constraints.txt"])

    before = digest()
    file.touch()
    assert digest() == before
    file.write_text("x = 1")
    changed = digest()
    assert changed != before
    (library / "constraints.txt").write_text("")
    assert digest() not in (before, changed)
