"""What the title page, the page after it and the file's own description say: taken from this build's records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.texescape import escape

from ..ledger import counts
from ..project import records_of


def macros(app: Sphinx) -> dict[str, str]:
    """LaTeX commands with the text each stands for."""
    config, records = app.config, records_of(app)
    environment = records.environment
    versions = ", ".join(f"{name} {version}" for name, version in sorted(records.packages.items()))
    told = [
        counts(records) if records.claims else "",
        f"Verified at commit {environment['commit']}." if environment.get("commit") else "",
        f"Python {environment['python']}, {versions}." if environment.get("python") and versions else "",
    ]
    return {
        "bookdate": _day(environment.get("date")),
        "bookdescription": config.book_description,
        "bookcopyright": config.copyright,
        "bookkeywords": ", ".join(config.book_keywords),
        "bookrecord": " ".join(part for part in told if part),
    }


def _day(stamp: str | None) -> str:
    """``23 November 2026`` from an ISO date; empty where there is none."""
    if not stamp:
        return ""
    day = date.fromisoformat(stamp[:10])
    return f"{day.day} {day:%B %Y}"


def definitions(values: Iterable[tuple[str, str]]) -> str:
    """``values`` as LaTeX definitions, special characters escaped, one a line."""
    return "\n".join(rf"\newcommand{{\{name}}}{{{escape(text, 'xelatex')}}}" for name, text in values)


def describe(app: Sphinx) -> None:
    """Put the definitions before the preamble, which loads the style file."""
    if app.builder.name == "latex":
        context: dict[str, Any] = app.builder.context  # type: ignore[attr-defined]
        context["preamble"] = f"{definitions(macros(app).items())}\n{context['preamble']}"


def setup(app: Sphinx) -> None:
    """Register the step, after the records are read."""
    app.add_config_value("book_keywords", [], "", (list,))
    app.connect("builder-inited", describe, priority=700)
