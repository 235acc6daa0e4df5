"""The guide for authors is followed, file by file and command by command, and names all that a user types."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from verifiedbook.project import DEFAULTS

from .conftest import SITE, Book

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "verifiedbook.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^(`{3,})(\w+)(?: file=(\S+))?( append)?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
ENGINE = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "verifiedbook" / "sphinx").rglob("*.py")]
#: What other extensions set and this one only declares, and what is no setting of an author's.
NOT_TYPED = {"comments_config", "claims_extension", "printed_book", "static_sources"}  # set by the engine itself


@pytest.mark.book
def test_the_guide_leads_to_a_proved_theorem(tmp_path: Path) -> None:
    book = Book(tmp_path / "book")
    for path, text in {
        "foreign/sitecustomize.py": SITE,
        "book/conf.py": 'project = "Optics"\nextensions = ["myst_nb"]\nmyst_enable_extensions = ["dollarmath"]\n',
        "book/index.md": "# Optics\n\n```{toctree}\nlenses\n```\n",
        "src/optics/__init__.py": "",
        "src/optics/lenses/__init__.py": "",
    }.items():
        (book.root / path).parent.mkdir(parents=True, exist_ok=True)
        (book.root / path).write_text(text, encoding="utf-8")
    commands = []
    for _, language, path, append, text in BLOCK.findall(GUIDE):
        if path:
            with (book.root / path).open("a" if append else "w", encoding="utf-8") as file:
                file.write(text)
        elif language == "sh":
            commands += [line.split("#")[0].split() for line in text.splitlines()]
    tried = [command for command in commands if command[0] == "python"]
    assert len(tried) == 9
    assert [command[0] for command in commands if command not in tried] == ["pip", "export"]
    for command in tried:
        done = book.run(sys.executable, *command[1:])
        assert done.code == 0, (command, done.told)
    assert book.claims()["thm-lens-image"]["status"] == "proved"
    page = (book.root / "_build" / "html" / "lenses.html").read_text(encoding="utf-8")
    assert "claim-proved" in page
    formulas = [formula.get_text() for formula in BeautifulSoup(page, "html.parser").select("math:has(mfrac)")]
    assert any(formula.startswith("b=fg") for formula in formulas), formulas
    assert (book.root / "found.json").is_file()


def typed() -> set[str]:
    """Settings, configuration values, directives and roles, as the code registers them."""
    source = "\n".join(ENGINE)
    values = set(re.findall(r'add_config_value\(\s*"(\w+)"', source)) - NOT_TYPED
    made = set(re.findall(r'add_(?:directive|role)\(\s*"([\w-]+)"', source))
    return {*DEFAULTS, *values, *(f"{{{name}}}" for name in (*made, "ledger", "errata", "claim-graph"))}


@pytest.mark.parametrize("name", sorted(typed()))
def test_the_guide_names_all_that_a_user_types(name: str) -> None:
    assert f"`{name}`" in GUIDE
