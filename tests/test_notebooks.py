"""Each notebook that the site offers runs in an empty folder, in an environment that has the book from pip alone."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from verifiedbook.project import find

PROJECT = find(__file__)
OFFERED = Path(os.environ.get("BOOK_HTML", PROJECT.root / "_build" / "html")) / "_sources"

EXECUTE = """
import json, sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=900, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The Python of a fresh environment: this project built and installed, beside what pip brought for the build.

    The other packages are those that are installed here, at the same versions: gigabytes would be fetched otherwise.
    """
    root = tmp_path_factory.mktemp("fresh")
    copy = root / "checkout"
    copy.mkdir()
    files = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT.root, capture_output=True, check=True).stdout
    for name in filter(None, files.decode().split("\0")):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PROJECT.root / name).read_bytes())
    venv.create(root / "environment", with_pip=False)
    python = root / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(root), str(copy)], check=True
    )
    (wheel,) = root.glob("*.whl")
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], check=True)
    where = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True
    ).stdout.strip()
    # a path file in a folder that a path file names is not read: this project's editable install stays out
    Path(where, "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    found = subprocess.run(
        [str(python), "-c", "import dltheory; print(dltheory.__file__)"], capture_output=True, text=True, cwd=root
    )
    assert found.stdout.startswith(where), found.stdout + found.stderr
    return python


@pytest.mark.slow
@pytest.mark.parametrize("chapter", PROJECT.chapters)
def test_a_chapters_notebook_runs_in_an_empty_folder(chapter, installed, tmp_path, missing):
    offered = OFFERED / f"{chapter}.ipynb"
    if not offered.is_file():
        missing(f"the book is not built: there is no {offered}; run `make book` first")
    target = tmp_path / offered.name
    target.write_bytes(offered.read_bytes())
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    plain["OMP_NUM_THREADS"] = "1"  # as the build has it: on a busy machine several threads wait for each other
    done = subprocess.run(
        [str(installed), "-c", EXECUTE, str(target)], cwd=tmp_path, env=plain, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    before, after = (json.loads(path.read_text(encoding="utf-8"))["cells"] for path in (offered, target))
    for old, new in zip(before, after, strict=True):
        kinds = [
            [output["output_type"] for output in cell.get("outputs", []) if output.get("data") != {}]
            for cell in (old, new)
        ]
        assert set(kinds[0]) <= set(kinds[1]), "".join(old["source"])
