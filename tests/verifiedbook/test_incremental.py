"""``verify`` runs again what an edit can have changed, keeps the rest, and records nothing that was not read."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from .conftest import Book, Done, copy_of_optics

FOCUS = "src/optics/lenses/claims/focus.py"
MAGNIFICATION = "src/optics/lenses/claims/magnification.py"
DERIVATION = "src/optics/lenses/derivation.py"
ENGINE = Path(__file__).parents[2] / "src" / "verifiedbook"


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book, verified once; every test edits a copy of it."""
    book = copy_of_optics(tmp_path_factory.mktemp("verified") / "optics")
    done = book.verify()
    assert "verified 4 of 4 claims" in done.told, done.told
    return book


@pytest.fixture
def book(verified: Book, tmp_path: Path) -> Book:
    shutil.copytree(verified.root, tmp_path / "copy")
    return Book(tmp_path / "copy")


EDITS = {
    "nothing": [],
    "a docstring": [(FOCUS, '"""The image lies at', '"""The picture lies at')],
    "a docstring of a derivation": [(DERIVATION, "from the lens equation", "from Gauss's equation")],
    "a comment and layout": [(FOCUS, "    # a comment\n", "\n    # another comment\n\n")],
    "a title": [("book/lenses.md", "{prf:theorem} Image", "{prf:theorem} Picture")],
    "prose": [("book/lenses.md", "# Lenses\n", "# Lenses\n\nGlass.\n")],
    "a figure": [("src/optics/lenses/answers.py", "ex-lens-image", "ex-lens-picture")],
}


@pytest.mark.parametrize("what", EDITS)
def test_what_no_result_depends_on_runs_nothing(book: Book, what: str) -> None:
    for path, old, new in EDITS[what]:
        book.edit(path, old, new)
    done = book.verify()
    assert done.code == 0, done.told
    assert "verified 0 of 4 claims" in done.told


CHANGES = {
    "a claim": ((FOCUS, "the sign is lost", "a sign is lost"), ["thm-lens-image"]),
    "a derivation, imported at the top and in a function": (
        (DERIVATION, "image = f * g / (g - f)", "image = g * f / (g - f)"),
        ["thm-lens-image", "thm-lens-square", "obs-lens-heights"],
    ),
    "a record": (("results/heights.json", "[1, 2, 3]", "[1, 2, 4]"), ["thm-lens-square", "obs-lens-heights"]),
    "a statement in the book": (("book/mirrors.md", "Two turns make", "Turning twice makes"), ["thm-mirror-twice"]),
    "a pin": (("requirements.txt", "sympy", "sympy>1"), ["all"]),
    "code in a package above": (("src/optics/lenses/__init__.py", '"""Thin', 'GLASS = 1\n"""Thin'), ["lenses"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_result_depends_on_runs_the_claim_again(book: Book, what: str) -> None:
    edit, labels = CHANGES[what]
    before, timed = book.claims(), book.timing()
    chapters = {"all": list(before), "lenses": [label for label in before if "lens" in label]}
    labels = [found for label in labels for found in chapters.get(label, [label])]
    book.edit(*edit)
    done = book.verify()
    assert done.code == 0, done.told
    assert f"verified {len(labels)} of 4 claims" in done.told
    after = book.claims()
    assert {label for label in after if after[label]["digest"] != before[label]["digest"]} == set(labels)
    now = book.timing()
    assert set(now) == set(after)
    assert {label for label in now if now[label] != timed[label]} <= set(labels)


def test_all_runs_everything(book: Book) -> None:
    assert "verified 4 of 4 claims" in book.verify("--all").told


def test_a_file_that_is_only_touched_runs_nothing(book: Book) -> None:
    for path in (book.root / "src").rglob("*.py"):
        path.touch()
    assert "verified 0 of 4 claims" in book.verify().told


def test_a_docstring_and_a_line_are_shown_as_they_are_now(book: Book) -> None:
    line = book.claims()["thm-lens-image"]["code"]["line"]
    book.edit(FOCUS, '"""The image lies at', '"""The picture lies at')
    book.edit(FOCUS, "from verifiedbook", "# a line more\nfrom verifiedbook")
    book.verify()
    shown = book.claims()["thm-lens-image"]
    assert shown["statement"].startswith("The picture")
    assert shown["code"] == {"path": FOCUS, "line": line + 1, "function": "where_the_image_lies"}


def test_a_change_that_keeps_its_time_and_its_size_is_verified(book: Book) -> None:
    path = book.root / DERIVATION
    times = path.stat()
    book.edit(DERIVATION, "image = f * g / (g - f)", "image = f * g / (g + f)")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    done = book.verify()
    assert done.code == 1
    assert book.claims()["thm-lens-image"]["status"] == "failed"


def test_a_failed_claim_runs_again_and_what_uses_it_fails_with_it(book: Book) -> None:
    book.edit(FOCUS, "d.image, near", "d.image + 1, near")
    assert book.verify().code == 1
    found = book.claims()
    assert found["thm-lens-square"]["problem"] == "it uses thm-lens-image, which failed"
    assert "verified 2 of 4 claims" in book.verify().told
    book.edit(FOCUS, "d.image + 1, near", "d.image, near")
    done = book.verify()
    assert done.code == 0
    assert {claim["status"] for claim in book.claims().values()} <= {"proved", "proved-on-instances"}


def test_a_named_claim_runs_though_nothing_changed_and_what_is_out_of_date_is_left_out(book: Book) -> None:
    assert "verified 1 of 4 claims" in book.verify("thm-mirror-twice").told
    assert len(book.claims()) == 4
    book.edit(DERIVATION, "image = f * g / (g - f)", "image = g * f / (g - f)")
    done = book.verify("thm-mirror-twice")
    assert done.code == 0
    assert "3 other claims are left out" in done.told
    assert list(book.claims()) == ["thm-mirror-twice"]
    assert "verified 3 of 4 claims" in book.verify().told


@pytest.mark.parametrize("damage", ["truncated", "another status", "no claims", "empty"])
def test_a_damaged_record_is_found_and_made_again(book: Book, damage: str) -> None:
    text = book.record.read_text(encoding="utf-8")
    changed = {
        "truncated": text[: len(text) // 2],
        "another status": text.replace('"status": "proved-on-instances"', '"status": "proved"'),
        "no claims": json.dumps({**json.loads(text), "claims": []}),
        "empty": "",
    }[damage]
    assert changed != text
    book.record.write_text(changed, encoding="utf-8")
    done = book.verify()
    assert done.code == 0
    assert "every claim is verified again" in done.told
    assert "verified 4 of 4 claims" in done.told
    assert "verified 0 of 4 claims" in book.verify().told


@pytest.mark.parametrize("content", ["", "{", "[]", '{"claims": 3}'])
def test_damaged_timings_are_lost_and_nothing_else(book: Book, content: str) -> None:
    before = book.claims()
    book.record.with_name("timing.json").write_text(content, encoding="utf-8")
    assert "verified 0 of 4 claims" in book.verify().told
    assert "verified 1 of 4 claims" in book.verify("thm-mirror-twice").told
    assert list(book.timing()) == ["thm-mirror-twice"]
    assert book.claims() == before


@pytest.mark.parametrize("content", [b"{", b"\xff", b""])
def test_a_damaged_file_of_certificates_is_named_and_made_again(book: Book, content: bytes) -> None:
    path, *_ = sorted((book.root / "results" / "certificates").glob("*.json"))
    whole = path.read_bytes()
    path.write_bytes(content)
    done = book.verify()
    assert done.code == 0
    assert f"{path.name} is not a file of certificates; what it held is made again" in done.told
    assert path.read_bytes() == whole


def test_what_cannot_be_written_is_one_sentence_and_the_record_stays(book: Book) -> None:
    before = book.record.read_bytes()
    book.edit(DERIVATION, "image = f * g / (g - f)", "image = g * f / (g - f)")
    short = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); "
    verify = short + "from verifiedbook.cli import main; main(['verify'])"
    done = book.run(sys.executable, "-c", verify)
    assert done.code == 1
    assert "claims.json: File too large; nothing of it is kept" in done.told
    assert "Traceback" not in done.told
    assert book.record.read_bytes() == before
    assert not list(book.record.parent.glob(".claims*"))
    (book.root / "book" / "mirrors.md").rename(book.root / "book" / "away")
    (book.root / "book" / "mirrors.md").mkdir()
    done = book.verify()
    assert done.code == 1
    assert "could not be read or written" in done.told
    assert "Traceback" not in done.told


def test_the_engine_counts_by_its_code(book: Book) -> None:
    shutil.copytree(ENGINE, book.root / "src" / "verifiedbook", ignore=shutil.ignore_patterns("__pycache__", "sphinx"))
    verify = (sys.executable, "-m", "verifiedbook", "verify")
    assert "verified 0 of 4 claims" in book.run(*verify).told
    book.edit("src/verifiedbook/claims/evidence.py", '"""What every kind', '"""All that every kind')
    assert "verified 0 of 4 claims" in book.run(*verify).told
    book.edit("src/verifiedbook/claims/evidence.py", "LONGER = 4", "LONGER = 5")
    assert "verified 4 of 4 claims" in book.run(*verify).told


WAITING = """    from pathlib import Path
    from time import sleep

    Path("started").touch()
    while not Path("saved").exists():
        sleep(0.05)
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_edit_while_verify_runs_is_not_recorded_as_verified(book: Book, jobs: str) -> None:
    book.edit(FOCUS, "    # a comment\n", WAITING)
    running = Thread(
        target=lambda: told.append(book.run(sys.executable, "-m", "verifiedbook", "verify", "--jobs", jobs))
    )
    told: list[Done] = []
    running.start()
    while not (book.root / "started").exists() and running.is_alive():
        time.sleep(0.05)
    book.edit(DERIVATION, "image = f * g / (g - f)", "image = f * g / (g + f)")
    (book.root / "saved").touch()
    running.join()
    assert told[0].code == 1
    assert "derivation.py changed while" in " ".join(told[0].told.split())
    assert list(book.claims()) == ["thm-mirror-twice"]
    assert book.verify().code == 1
    assert book.claims()["thm-lens-image"]["status"] == "failed"


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("def image(:\n", "derivation.py:"),
        ("\nimage = 1 / 0\n", "cannot be imported: ZeroDivisionError: division by zero"),
        ("\nimport nowhere\n", "cannot be imported: ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_slip_in_a_module_is_one_sentence_and_the_record_stays(book: Book, slip: str, told: str) -> None:
    before = book.record.read_bytes()
    with (book.root / DERIVATION).open("a", encoding="utf-8") as file:
        file.write(slip)
    done = book.verify()
    assert done.code == 1
    assert told in done.told
    assert "Traceback" not in done.told
    assert book.record.read_bytes() == before


def test_a_package_that_python_does_not_find_is_one_sentence(book: Book) -> None:
    done = book.run(sys.executable, "-m", "verifiedbook", "verify", PYTHONPATH=str(ENGINE.parent))
    assert done.code == 1
    assert "Python finds no package 'optics'; install it" in done.told
    assert "Traceback" not in done.told
