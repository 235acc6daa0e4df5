"""The command line as its users meet it, slips included."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dltheory import cli
from verifiedbook import project
from verifiedbook.claims import registry, report

FEW = """
import sympy as sp
from verifiedbook.claims import ForAll, NearMiss, claim

x = sp.Symbol("x", real=True)
MISS = [NearMiss("strict", then=x**2 - 2 * x + 1 > 0)]

@claim("thm-few-square")
def square():
    "A square is never negative: $(x-1)^2 >= 0$."
    return [ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=MISS)]

@claim("thm-few-wrong")
def wrong():
    "A square is always positive [x]."
    return [ForAll([], x**2 - 4 * x + 4 > 0, near_misses=MISS)]
"""


@pytest.fixture
def few(tmp_path, monkeypatch):
    """Two claims, one of them false, in place of the book's; returns what runs ``verify``."""
    package = tmp_path / "few"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "claims.py").write_text(FEW)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "few.claims", raising=False)
    monkeypatch.delitem(sys.modules, "few", raising=False)
    monkeypatch.setattr(registry, "_REGISTRY", {})
    monkeypatch.setattr(project.Project, "claim_modules", ("few.claims",))
    monkeypatch.setattr(project.Project, "certificates", tmp_path / "certificates")

    def verify(*arguments):
        return CliRunner().invoke(cli.main, ["verify", *map(str, arguments)])

    return verify


def test_a_true_claim_exits_with_0_and_is_written(few, tmp_path):
    target = tmp_path / "out.json"
    result = few("thm-few-square", "--json", target, "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert "1 of 1 near misses rejected" in result.output
    assert [claim["status"] for claim in json.loads(target.read_text())["claims"]] == ["proved"]


def test_a_false_claim_exits_with_1_and_says_what_broke(few, tmp_path):
    result = few("few", "--json", tmp_path / "out.json", "--jobs", 2)
    assert result.exit_code == 1
    assert "✗ thm-few-wrong" in result.output
    assert "claimed: A square is always positive [x]." in result.output
    assert "evidence 1 (universal) fails" in result.output
    assert "counterexample: x = 2" in result.output


def test_a_run_of_everything_compares_the_claims_with_the_book(few, tmp_path):
    result = few("--json", tmp_path / "out.json")
    assert result.exit_code == 1
    assert "'thm-few-square' has no theorem in the book" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["thm-few-sqare"], "no claim or chapter named 'thm-few-sqare'; did you mean thm-few-square"),
        (["zzz"], "the chapters are foundations"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--jobs", "many"], "'many' is not a valid integer"),
        (["--json", "/proc/none/claims.json"], "cannot write /proc/none/claims.json"),
        (["--json", "."], "is a directory"),
    ],
)
def test_a_slip_gets_one_sentence_and_no_traceback(few, arguments, said):
    result = few(*arguments)
    assert result.exit_code in (1, 2)
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_part_of_the_claims_is_added_to_the_record(few, tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    monkeypatch.setattr(
        cli, "find", lambda _: project.Project(tmp_path, "few", (), tmp_path / "book", tmp_path / "results")
    )
    assert few("thm-few-wrong").exit_code == 1
    assert few("thm-few-square").exit_code == 0
    record = report.read(tmp_path / "_build" / "claims.json")
    assert [claim["label"] for claim in record["claims"]] == ["thm-few-square", "thm-few-wrong"]


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from dltheory.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'sympy', 'numpy', 'rich', 'z3', 'cvc5', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout


@pytest.mark.parametrize("module", ["dltheory", "verifiedbook.claims"])
def test_the_package_and_the_engine_do_not_import_torch(module):
    script = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
