"""The folder that a site needs for Python in its readers' browsers."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import EXERCISES
from .obtain import CORE, FOLDER, VERSION

PAGE = Path(__file__).with_name("page")
#: Scripts are loaded by their names; the rest is fetched once, told apart by what it says, and kept.
_SCRIPTS = (".mjs", ".js")
_EARLIEST = (1980, 1, 1, 0, 0, 0)

NOTICE = """\
What lies in this folder and comes from others:

Pyodide {version}, Mozilla Public License 2.0, and CPython with its standard library, PSF License.
Their sources are at https://github.com/pyodide/pyodide and https://github.com/python/cpython
Temml, MIT License.
SymPy, mpmath and Lark, as compiled modules without their tests; their licences follow.
"""


def bundle(
    target: Path,
    root: Path,
    packages: Path,
    code: Iterable[Path],
    exercises: Sequence[Mapping[str, Any]],
    typesetter: Path,
) -> None:
    """Write all into ``target``: Pyodide and ``packages``, the book's own ``code`` and ``exercises``, the scripts.

    What is there already and the same stays as it is, so that servers and browsers need not think it new.
    """
    target.mkdir(parents=True, exist_ok=True)
    core = {name: (root / FOLDER / VERSION / name).read_bytes() for name in CORE}
    fetched = {name: content for name, content in core.items() if not name.endswith(_SCRIPTS)}
    fetched["packages.zip"] = packages.read_bytes()
    fetched["book.zip"] = own(code, exercises)
    scripts = {name: content for name, content in core.items() if name.endswith(_SCRIPTS)}
    scripts |= {path.name: path.read_bytes() for path in PAGE.iterdir() if path.suffix in _SCRIPTS}
    # a module shows nothing that it does not export
    scripts["temml.js"] = typesetter.read_bytes() + b"\nexport default temml;\n"
    scripts["files.js"] = manifest(fetched).encode()
    scripts["LICENSES.txt"] = licences(packages).encode()
    for name, content in {**fetched, **scripts}.items():
        path = target / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    for path in target.iterdir():
        if path.name not in fetched and path.name not in scripts:
            path.unlink() if path.is_file() else shutil.rmtree(path)


def manifest(files: Mapping[str, bytes]) -> str:
    """A module that says how large each file is, and what it must hash to."""
    listed = {
        name: {"size": len(content), "hash": f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"}
        for name, content in sorted(files.items())
    }
    # what a server sends compressed: of the archives nothing is left to compress
    sent = sum(len(c) if name.endswith(".zip") else _compressed(c) for name, c in files.items())
    told = {"files": listed, "keep": "verifiedbook-python", "megabytes": round(sent / 1e6)}
    return "".join(f"export const {name} = {json.dumps(value)};\n" for name, value in told.items())


def _compressed(content: bytes) -> int:
    import zlib

    return len(zlib.compress(content, 6))


def own(code: Iterable[Path], exercises: Sequence[Mapping[str, Any]]) -> bytes:
    """An archive of modules, each under the name of its package, and of the exercises as JSON."""
    found = {}
    for path in code:
        if path.suffix == ".py":
            package = path.parent
            while (package.parent / "__init__.py").is_file():
                package = package.parent
            found[path.relative_to(package.parent).as_posix()] = path.read_bytes()
    found[f"verifiedbook/browser/{EXERCISES}"] = json.dumps(exercises, ensure_ascii=False).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(found.items()):
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def licences(packages: Path) -> str:
    """Whose work lies in the folder, and under which licences."""
    parts = [NOTICE.format(version=VERSION)]
    with zipfile.ZipFile(packages) as archive:
        for name in archive.namelist():
            if ".dist-info/" in name:
                title = name.partition("-")[0]
                parts.append(f"{title}\n{'=' * len(title)}\n{archive.read(name).decode('utf-8', 'replace')}")
    return "\n".join(parts)
