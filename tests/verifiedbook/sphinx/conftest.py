"""A small book in a temporary folder, built by Sphinx in this process."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = "---\nkernelspec:\n  display_name: Python 3\n  name: python3\nfile_format: mystnb\n---\n\n"


@dataclass
class Built:
    """What one build said and wrote."""

    folder: Path
    status: str
    warnings: str
    code: int

    def page(self, name: str, suffix: str = ".html") -> str:
        return (self.folder / f"{name}{suffix}").read_text(encoding="utf-8")

    @property
    def executed(self) -> str:
        """The sentence about execution."""
        return next((line for line in self.status.splitlines() if line.startswith("executed ")), "")


@dataclass
class Project:
    """A checkout with ``book/`` and ``_build/claims.json``."""

    root: Path
    config: dict[str, Any] = field(default_factory=dict)
    clean_builds: tuple[dict[str, bytes], ...] = ()

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def pages(self, **pages: str) -> None:
        """Pages by name, and an index that lists them in this order."""
        for name, text in pages.items():
            self.write(f"book/{name}.md", text)
        listed = "\n".join(pages)
        self.write("book/index.md", f"# Index\n\n```{{toctree}}\n:numbered:\n{listed}\n```\n")

    def claims(self, *claims: dict[str, Any], **rest: Any) -> None:
        self.write("_build/claims.json", json.dumps({"version": 2, "claims": claims, **rest}))

    def build(
        self, builder: str = "html", out: str = "out", quiet: bool = False, strict: bool = False, **config: Any
    ) -> Built:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        status, told = StringIO(), StringIO()
        settings = {
            "extensions": ["myst_nb", "sphinx_proof", "verifiedbook.sphinx"],
            "html_theme": "basic",
            "myst_enable_extensions": ["dollarmath", "colon_fence"],
            "nb_execution_mode": "off",
            "nb_execution_raise_on_error": True,
            "suppress_warnings": ["mystnb.unknown_mime_type"],
            **self.config,
            **config,
        }
        source, target = self.root / "book", self.root / "_build" / out / builder
        with patch_docutils(None), docutils_namespace(), warnings.catch_warnings():
            # third-party code that is not ours to mend
            warnings.filterwarnings(
                "ignore",
                category=DeprecationWarning,
                module=r"(sphinx|docutils|myst|jupyter|nb|zmq|traitlets|IPython|ipykernel|sqlalchemy|asyncio|tornado)",
            )
            warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
            app = Sphinx(
                source,
                None,
                target,
                self.root / "_build" / out / ".doctrees",
                builder,
                settings,
                None if quiet else status,
                told,
                warningiserror=strict,
            )
            app.build()
        plain = re.compile(r"\x1b\[[0-9;]*m")
        return Built(target, plain.sub("", status.getvalue()), plain.sub("", told.getvalue()), app.statuscode)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "checkout")
    made.write("pyproject.toml", "")
    return made


def theorem(label: str, title: str = "", kind: str = "theorem") -> str:
    return f"```{{prf:{kind}}} {title}\n:label: {label}\n\nText of {label}.\n```\n\n"


def universal(**changes: Any) -> dict[str, Any]:
    """A piece of evidence that holds, with one near miss."""
    return {
        "kind": "universal",
        "status": "holds",
        "detail": "no counterexample exists (z3 0.1 s, cvc5 0.1 s)",
        "scope": "",
        "witness": None,
        "near_misses": [
            {"description": "the sign flipped", "rejected": True, "witness": "η = 1/2, σ₁ = 3", "erratum": None}
        ],
        **changes,
    }


def claim(label: str, **changes: Any) -> dict[str, Any]:
    """A claim that is proved."""
    return {
        "label": label,
        "chapter": "foundations",
        "title": "Stability",
        "status": "proved",
        "assumptions": [r"\eta > 0"],
        "statement": "It holds.",
        "uses": [],
        "source": "",
        "code": {"path": "src/dltheory/foundations/claims.py", "line": 12, "function": "stability"},
        "evidence": [universal()],
        **changes,
    }
