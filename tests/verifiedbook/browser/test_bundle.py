"""What is sent to a browser is enough: every module of it can be imported where nothing else is there."""

import io
import json
import subprocess
import sys
import zipfile

from verifiedbook.browser.bundle import manifest, own
from verifiedbook.browser.obtain import PACKAGES
from verifiedbook.browser.reach import Reach
from verifiedbook.project import find

ALONE = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {allowed!r} | sys.stdlib_module_names:
            raise ModuleNotFoundError(name)

sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
sys.meta_path.insert(0, Nothing())
sys.path.insert(0, {archive!r})
from verifiedbook.browser import session
assert session.__file__.startswith({archive!r}), session.__file__
print(session.ask("read", '{{"label": "ex", "text": "2p"}}'))
print(session.ask("cell", '{{"before": [], "code": "import sympy; sympy.Integer(2)**10"}}'))
"""
EXERCISE = {"label": "ex", "hint": "", "answer": ["p"], "constraints": [], "variables": [
    {"name": "p", "low": "0", "high": "1", "includes_low": False, "includes_high": True, "whole": False}]}  # fmt: skip


def test_the_engine_in_the_archive_needs_nothing_beside_it(tmp_path):
    reach = Reach(find(__file__).sources())
    archive = tmp_path / "book.zip"
    archive.write_bytes(own(reach.of(["verifiedbook.browser.session"]), [EXERCISE]))
    code = ALONE.format(allowed={*PACKAGES, "verifiedbook"}, archive=str(archive))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", cwd=tmp_path
    )
    assert done.stderr == ""
    read, cell = map(json.loads, done.stdout.splitlines())
    assert "2" in read["latex"]
    assert cell["shown"][0]["latex"] == "1024"


def test_the_archive_is_the_same_whenever_it_is_made():
    reach = Reach(find(__file__).sources())
    code = reach.of(["verifiedbook.browser.session"])
    assert own(code, [EXERCISE]) == own(sorted(code), [EXERCISE])
    with zipfile.ZipFile(io.BytesIO(own(code, [EXERCISE]))) as archive:
        assert not [name for name in archive.namelist() if "sphinx" in name or "claims" in name]


def test_each_file_is_listed_with_its_size_and_hash():
    told = manifest({"a.wasm": b"abc"})
    # of "abc", as FIPS 180 gives it
    assert '"a.wasm": {"size": 3, "hash": "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}' in told
