"""What a definition depends on is all that can change what it gives, and as little more as can be told by reading."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from verifiedbook.definitions import Definitions
from verifiedbook.dependencies import Dependencies

FILES = {
    "__init__.py": "",
    "rules/__init__.py": "from .core import run, stop",
    "rules/core.py": "def run(): return 1\ndef stop(): return 2",
    "lens.py": '''"""Formulas."""
from functools import cache
from dataclasses import dataclass
from .glass import INDEX
from . import shapes
import lib.units
from .register import listed

@cache
def image(f):
    """Where it lies."""
    return scaled(f) * INDEX

def scaled(f):
    return f * lib.units.METRE

def heavy(f):
    return shapes.weight(f)

def curved(f):
    return getattr(shapes, "radius")(f)

def late(f):
    from .late import deep
    return deep(f)

def alone(f, start=None):
    return f

@listed
def found(f):
    return 7

class Glass:
    n = 1.5

    def bend(self):
        return alone(1)
''',
    "glass.py": "INDEX = 1.5\nUNUSED = 2\ndef grind(): return 0",
    "shapes.py": "def weight(f): return f\ndef radius(f): return f",
    "units.py": "METRE = 1",
    "late.py": "def deep(f): return 'heights.json'\ndef shallow(f): return f",
    "register.py": "def listed(f): return f\ndef other(f): return f",
    "starred.py": "from .shapes import *\ndef f(): return weight(1)",
    "twice.py": "def f(): return 1\ndef g(): return f()\ndef f(): return 2",
    "patched.py": "TABLE = {}\ndef f(): return TABLE\nTABLE['a'] = 1",
    "through.py": "from .rules import run\nimport numpy as np\ndef f(): return run() + np.pi",
    "mirror.py": "def f(): return globals()['g']()\ndef g(): return 1",
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "heights.json").write_text("[1]")
    return tmp_path


def digest(library: Path, name: str) -> str:
    module, _, definition = name.rpartition(".")
    graph = Dependencies({"lib": library / "lib"}, library / "results")
    return Definitions(graph).digest(f"lib.{module}", definition)


def edited(library: Path, path: str, old: str, new: str) -> None:
    file = library / path
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))


DEPENDS = [
    ("lens.image", "lib/lens.py", "scaled(f) * INDEX", "scaled(f) + INDEX"),
    ("lens.image", "lib/lens.py", "f * lib.units.METRE", "f + lib.units.METRE"),
    ("lens.image", "lib/lens.py", "    return scaled(f)", "    scaled = abs\n    return scaled(f)"),
    ("lens.image", "lib/lens.py", "@cache\n", ""),
    ("lens.image", "lib/glass.py", "INDEX = 1.5", "INDEX = 1.6"),
    ("lens.image", "lib/glass.py", "UNUSED = 2", "UNUSED = 1 / 0"),  # it runs when lens is imported
    ("lens.image", "lib/units.py", "METRE = 1", "METRE = 100"),
    ("lens.image", "lib/lens.py", "n = 1.5", "n = INDEX / 0"),
    ("lens.image", "lib/lens.py", "start=None", "start=INDEX"),
    ("lens.image", "lib/lens.py", "    return 7", "    return 8"),  # the decorator may have put it anywhere
    ("lens.image", "lib/register.py", "def listed(f): return f", "def listed(f): return len"),
    ("lens.heavy", "lib/shapes.py", "def weight(f): return f", "def weight(f): return 2 * f"),
    ("lens.curved", "lib/shapes.py", "def radius(f): return f", "def radius(f): return 2 * f"),
    ("lens.late", "lib/late.py", "def deep(f): return", "def deep(f): return 'a' +"),
    ("lens.late", "results/heights.json", "[1]", "[2]"),
    ("lens.Glass", "lib/lens.py", "def alone(f, start=None):\n    return f", "def alone(f, start=None):\n    return 2"),
    ("starred.f", "lib/shapes.py", "def weight(f): return f", "def weight(f): return 2 * f"),
    ("twice.g", "lib/twice.py", "return 2", "return 3"),
    ("twice.g", "lib/twice.py", "def f(): return 1\ndef g(): return f()\ndef f(): return 2",
     "def f(): return 2\ndef g(): return f()\ndef f(): return 1"),
    ("patched.f", "lib/patched.py", "['a'] = 1", "['a'] = 2"),
    ("through.f", "lib/rules/core.py", "return 1", "return 3"),
    ("through.f", "lib/rules/__init__.py", "from .core import run, stop", "from .core import stop as run"),
    ("through.f", "lib/through.py", "import numpy as np", "import math as np"),
    ("mirror.f", "lib/mirror.py", "def g(): return 1", "def g(): return 2"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "old", "new"), DEPENDS)
def test_what_can_change_a_result_changes_its_digest(library, name, path, old, new):
    before = digest(library, name)
    assert before
    edited(library, path, old, new)
    assert digest(library, name) != before


@pytest.mark.parametrize(
    ("name", "path", "old", "new"),
    [
        ("lens.image", "lib/lens.py", "Where it lies", "Where it is"),
        ("lens.image", "lib/lens.py", "return shapes.weight(f)", "return shapes.radius(f)"),
        ("lens.image", "lib/lens.py", "return alone(1)", "return alone(2)"),
        ("lens.image", "lib/lens.py", "def scaled", "# it is scaled\ndef scaled"),
        ("lens.image", "lib/glass.py", "return 0", "return 1"),
        ("lens.image", "lib/shapes.py", "def weight(f): return f", "def weight(f): return 2 * f"),
        ("lens.heavy", "lib/shapes.py", "def radius(f): return f", "def radius(f): return 2 * f"),
        ("lens.heavy", "results/heights.json", "[1]", "[2]"),
        ("lens.late", "lib/late.py", "def shallow(f): return f", "def shallow(f): return 2"),
        ("through.f", "lib/rules/core.py", "return 2", "return 3"),
        ("through.f", "lib/rules/__init__.py", "run, stop", "stop, run"),
    ],
)
def test_what_a_definition_does_not_use_leaves_its_digest(library, name, path, old, new):
    before = digest(library, name)
    edited(library, path, old, new)
    assert digest(library, name) == before != ""


def test_a_name_that_is_not_defined_at_the_top_has_no_digest_of_its_own(library):
    assert digest(library, "lens.made.<locals>.f") == digest(library, "absent.f") == digest(library, "lens.INDEX") == ""


def test_functions_that_run_are_among_those_depended_on(library, monkeypatch):
    """Whatever Python itself saw being called."""
    monkeypatch.syspath_prepend(str(library))
    lens = importlib.import_module("lib.lens")
    for name in [name for name in sys.modules if name.partition(".")[0] == "lib"]:
        monkeypatch.delitem(sys.modules, name)
    called = set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    try:
        lens.heavy(2), lens.late(2), lens.Glass().bend()
    finally:
        sys.setprofile(None)
    own = {code for code in called if code.co_filename.startswith(str(library)) and code.co_name != "<module>"}
    ran = {(Path(code.co_filename).name, code.co_qualname.split(".")[0]) for code in own}
    definitions = Definitions(Dependencies({"lib": library / "lib"}))
    found = {
        (unit.path.name, name)
        for wanted in ("heavy", "late", "Glass")
        for unit in definitions.of_definition("lib.lens", wanted)
        for name in unit.bound
    }
    assert {("shapes.py", "weight"), ("late.py", "deep"), ("lens.py", "alone"), ("lens.py", "Glass")} <= ran
    assert ran <= found
