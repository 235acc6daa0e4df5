"""Pyodide is what was pinned, or it is not used; and what is left out of SymPy is never asked for."""

import hashlib
import io
import json
import re
import tarfile

import pytest

from verifiedbook.browser import obtain
from verifiedbook.dependencies import imported

FILES = {name: f"{name} says".encode() for name in obtain.CORE}
FILES["pyodide-lock.json"] = json.dumps({"info": {"abi_version": "1"}, "packages": {"numpy": {}}}).encode()


def archive(files):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def pinned(monkeypatch, files):
    """An archive of ``files`` that is the pinned one."""
    content = archive(files)
    head = json.dumps({"info": {"abi_version": "1"}, "packages": {}}).encode()
    held = {name: head if name == "pyodide-lock.json" else FILES[name] for name in obtain.CORE}
    monkeypatch.setattr(obtain, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(obtain, "CORE", {name: hashlib.sha256(file).hexdigest() for name, file in held.items()})
    return content


def test_an_archive_with_another_hash_is_not_used(tmp_path):
    with pytest.raises(obtain.ObtainError, match="it is not used"):
        obtain.unpack(archive(FILES), tmp_path)
    assert obtain.obtained(tmp_path) is None
    assert not any(tmp_path.iterdir())


def test_the_pinned_archive_is_unpacked_without_its_list_of_packages(tmp_path, monkeypatch):
    content = pinned(monkeypatch, {**FILES, "README.md": b"more"})
    folder = obtain.unpack(content, tmp_path)
    assert obtain.obtained(tmp_path) == folder
    assert {path.name for path in folder.iterdir()} == set(obtain.CORE)
    assert json.loads((folder / "pyodide-lock.json").read_text()) == {"info": {"abi_version": "1"}, "packages": {}}


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:9])])
def test_half_of_it_counts_as_nothing(tmp_path, monkeypatch, damage):
    content = pinned(monkeypatch, FILES)
    damage(obtain.unpack(content, tmp_path) / "pyodide.asm.wasm")
    assert obtain.obtained(tmp_path) is None
    with pytest.raises(obtain.ObtainError, match="fetch it first"):
        obtain.translated(tmp_path)


def test_npm_that_fails_is_told_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(obtain, "npm_script", lambda: str(tmp_path / "no-npm.js"))
    with pytest.raises(obtain.ObtainError, match=r"npm could not fetch pyodide \d+") as error:
        obtain.obtain(tmp_path)
    assert "\n" not in str(error.value)


#: Modules that ask for a part that is left out, and only where somebody parses C or runs mpmath's tests.
ASKS = {"sympy/parsing/sym_expr.py", "mpmath/__init__.py"}


def test_no_module_asks_for_one_that_is_left_out():
    kept = {name: path for name, path in obtain.sources() if name.endswith(".py")}
    roots = {
        package: next(path for name, path in kept.items() if name == f"{package}/__init__.py").parent.parent
        for package in obtain.PACKAGES
    }
    every = {
        path.relative_to(root).as_posix() for package, root in roots.items() for path in (root / package).rglob("*.py")
    }
    gone = {
        name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        for name in every - set(kept)
        if "/tests/" not in name
    }
    words = re.compile(
        r"\b(crypto|diffgeom|holonomic|liealgebras|stats|autolev|parsing|biomechanics|continuum|hep|optics)"
    )
    assert "sympy.crypto" in gone
    assert "sympy.simplify.simplify" not in gone
    missing = set()
    for name, path in kept.items():
        text = path.read_text(encoding="utf-8")
        if name in ASKS or not words.search(text):
            continue
        package = name.removesuffix("/__init__.py") if name.endswith("/__init__.py") else name.rpartition("/")[0]
        missing |= {(name, wanted) for wanted in imported(text, package.replace("/", ".")) if wanted in gone}
    assert not missing
