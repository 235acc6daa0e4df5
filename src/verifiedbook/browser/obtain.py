"""Pyodide, fetched once and checked, and the packages that it is given, translated once to what it runs.

Both are kept in a folder outside ``_build``. After that no network is needed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..node import node_binary, npm_script
from ..replacing import replacing

#: The npm package that is fetched, and the SHA-256 of its archive: an archive with another one is not used.
VERSION = "314.0.7"
SHA256 = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"
#: What a page needs of it, each with its own SHA-256; of its list of packages only the head, for none of them is used.
CORE = {
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
    "pyodide-lock.json": "ae927ddbdb6bfff470109de6701b06ece8dce318e5705a3c934b3ddb3369e719",
}

#: What is translated for it, as it is installed here: the versions with which the book was verified.
PACKAGES = ("sympy", "mpmath", "lark")
#: Parts of them that no formula needs, and tests.
_LEFT_OUT = re.compile(
    r"(.*/(tests|benchmarks|__pycache__|__pyinstaller)/"
    r"|sympy/(crypto|diffgeom|holonomic|liealgebras|stats|parsing/(autolev|c|fortran|latex))/"
    r"|sympy/physics/(biomechanics|continuum_mechanics|hep|optics)/"
    r"|lark/(tools|grammars)/).*"
)
FOLDER = ".pyodide"
TRANSLATE = Path(__file__).with_name("translate.mjs")


class ObtainError(Exception):
    """What is needed could not be had; the message says why and what to do."""


def obtained(root: Path) -> Path | None:
    """The folder with the files of :data:`CORE`, if all are there and whole."""
    folder = root / FOLDER / VERSION
    return folder if all(_digest(folder / name) == digest for name, digest in CORE.items()) else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def obtain(root: Path) -> Path:
    """Fetch Pyodide into ``root / FOLDER`` unless it is there, from the registry that npm is set up with.

    Raises :class:`ObtainError` if there is no network, or if what came is not what was asked for.
    """
    if (there := obtained(root)) is not None:
        return there
    with tempfile.TemporaryDirectory() as place:
        command = [node_binary(), npm_script(), "pack", f"pyodide@{VERSION}", "--silent", "--pack-destination", place]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=place)
        except subprocess.TimeoutExpired:
            raise ObtainError("npm did not answer for ten minutes; try again when the network is back") from None
        archives = list(Path(place).glob("*.tgz"))
        if done.returncode or len(archives) != 1:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
            raise ObtainError(f"npm could not fetch pyodide {VERSION}: {last[0]}")
        content = archives[0].read_bytes()
    return unpack(content, root)


def unpack(content: bytes, root: Path) -> Path:
    """Unpack the archive ``content`` if it is the one that is pinned. Raises :class:`ObtainError` if it is not."""
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ObtainError(f"the archive of pyodide {VERSION} has the SHA-256 {found}, not {SHA256}; it is not used")
    folder = root / FOLDER / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for name in CORE:
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            written = member.read()
            if name == "pyodide-lock.json":
                written = json.dumps({"info": json.loads(written)["info"], "packages": {}}).encode()
            (folder / name).write_bytes(written)
    return folder


def translated(root: Path) -> Path:
    """The archive of :data:`PACKAGES` for Pyodide, made unless it is there for the versions that are installed.

    Python in the browser would need ten times as long to translate SymPy on every visit. Raises :class:`ObtainError` if
    Pyodide is not there, or if it stops.
    """
    core = obtained(root)
    if core is None:
        raise ObtainError("Pyodide is not there; fetch it first")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    how = [SHA256, _LEFT_OUT.pattern, TRANSLATE.read_text(encoding="utf-8"), *versions]
    target = root / FOLDER / f"packages-{hashlib.sha256(chr(10).join(how).encode()).hexdigest()[:16]}.zip"
    if target.is_file() and _whole(target):
        return target
    with tempfile.TemporaryDirectory() as place:
        source, made = Path(place) / "source.zip", Path(place) / "made.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for name, path in sources():
                archive.write(path, name)
        done = subprocess.run(
            [node_binary(), str(TRANSLATE), str(core), str(source), str(made)], capture_output=True, text=True
        )
        if done.returncode:
            raise ObtainError(f"Pyodide could not translate {', '.join(versions)}: {done.stderr.strip()[-400:]}")
        for old in target.parent.glob("packages-*.zip"):
            old.unlink()
        with replacing(target) as beside:
            shutil.copyfile(made, beside)
    return target


def _whole(archive: Path) -> bool:
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.testzip() is None
    except (OSError, zipfile.BadZipFile, zlib.error):
        return False


def sources() -> Iterator[tuple[str, Path]]:
    """Name and path of every file of :data:`PACKAGES` that is translated, their licences included."""
    for package in PACKAGES:
        for file in importlib.metadata.files(package) or ():
            name, path = file.as_posix(), Path(str(file.locate()))
            licence = ".dist-info/" in name and "LICENSE" in file.name.upper()
            module = name.startswith(f"{package}/") and file.suffix in (".py", ".lark")
            if licence or (module and not _LEFT_OUT.fullmatch(name)):
                yield name, path
