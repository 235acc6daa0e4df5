"""What a published book has beside its pages: a map of the site, a picture for links, a citation, the PDF, the code.

Each appears when there is something to lead to: ``html_baseurl`` for whatever needs an absolute address,
``repository_url`` among the theme's options for code and issues, a PDF in the folder of the LaTeX builder.
"""

from __future__ import annotations

import html
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from ..replacing import replacing
from .project import import_graph, project_of, record_of

PRINTED = "book.pdf"
#: Beside a typeset book: what it was made of.
MADE_OF = "made-of"


def lead_to_code(_: Sphinx, config: Config) -> None:
    """With the address of a repository, and only with it: buttons to it, and links to lines of code."""
    options = config.html_theme_options
    address = str(options.get("repository_url") or "").rstrip("/")
    if not address:
        return
    options.setdefault("use_repository_button", True)
    options.setdefault("use_issues_button", True)
    branch = options.get("repository_branch") or "main"
    if not config.claims_code_url:
        config.claims_code_url = f"{address}/blob/{branch}/{{path}}#L{{line}}"


def note_print(app: Sphinx, config: Config) -> None:
    """What the book is made of as the build begins, and whether there is a PDF of it; every page is written again when
    that changes."""
    cast(Any, app).book_made_of = made_of(app)
    config.printed_book = str(printed(app) or "")


def printed(app: Sphinx) -> Path | None:
    """The book as a PDF in the LaTeX builder's folder beside the pages, if it is whole and of what there is now.

    Figures lie there too, and what TeX was writing when it was stopped.
    """
    folder = Path(app.outdir).parent / "latex"
    found = [path.with_suffix(".pdf") for path in sorted(folder.glob("*.tex"))]
    whole = next((path for path in found if path.is_file() and _whole(path.read_bytes())), None)
    return whole if whole and _noted(folder) == cast(Any, app).book_made_of else None


def _whole(pdf: bytes) -> bool:
    return pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")


def _noted(folder: Path) -> str:
    path = folder / MADE_OF
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def made_of(app: Sphinx) -> str:
    """A digest of all that a book is made of: its pages, the files beside their folder, the code, its records, what was
    verified."""
    graph, root, built = import_graph(app), project_of(app).root, Path(app.outdir).parent
    pages = [path for path in Path(app.srcdir).rglob("*") if path.is_file() and not path.is_relative_to(built)]
    beside = [path for path in root.iterdir() if path.is_file() and not path.name.startswith(".")]
    modules, records = graph.everything()
    files = [path for path in (*pages, *beside) if path.suffix != ".pyc"]
    return graph.digest([*files, *modules, *records, record_of(app)])


def note_what_it_is_made_of(app: Sphinx, error: Exception | None) -> None:
    """Beside what TeX will typeset; a PDF of something else goes."""
    if error or app.builder.format != "latex":
        return
    folder = Path(app.outdir)
    if _noted(folder) != cast(Any, app).book_made_of:
        for path in folder.glob("*.tex"):
            path.with_suffix(".pdf").unlink(missing_ok=True)
        with replacing(folder / MADE_OF) as beside:
            beside.write_text(cast(Any, app).book_made_of, encoding="utf-8")


def offer_print(app: Sphinx, pagename: str, _: str, context: dict[str, Any], _doctree: object) -> None:
    """A link to the PDF among the downloads of a page."""
    if not app.config.printed_book:
        return
    entry = {
        "type": "link",
        "url": context["pathto"](PRINTED, 1),
        "text": "whole book, .pdf",
        "icon": "fas fa-file-pdf",
        "tooltip": "Download the book as PDF",
        "label": "download-book-button",
    }
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].append(entry)
            return
    context.get("header_buttons", []).append(entry)


def describe_link(app: Sphinx, pagename: str, _: str, context: dict[str, Any], _doctree: object) -> None:
    """What a page looks like where somebody links to it: needs absolute addresses."""
    base = app.config.html_baseurl
    if not base:
        return
    context["book_address"] = base = base.rstrip("/") + "/"
    tags = {"og:url": base + app.builder.get_target_uri(pagename)}
    if app.config.preview_image:
        tags |= {"og:image": base + app.config.preview_image, "og:image:alt": app.config.html_title}
    lines = [f'<meta property="{name}" content="{html.escape(value)}" />' for name, value in tags.items()]
    if app.config.preview_image:
        lines.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = context.get("metatags", "") + "\n".join(["", *lines])


def write_beside(app: Sphinx, error: Exception | None) -> None:
    """The PDF and the map of the site."""
    if error or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    book = printed(app)
    if book and app.config.printed_book:
        shutil.copyfile(book, outdir / PRINTED)
    else:
        (outdir / PRINTED).unlink(missing_ok=True)
    base = app.config.html_baseurl.rstrip("/")
    target = outdir / "sitemap.xml"
    if not base:
        target.unlink(missing_ok=True)
        return
    pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
    lines = [f"  <url><loc>{html.escape(f'{base}/{page}')}</loc></url>" for page in pages]
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    target.write_text("\n".join([opening, *lines, "</urlset>", ""]), encoding="utf-8")


class Citation(SphinxDirective):
    """``{cite-this-book} FILE``: a ``CITATION.cff``, as an entry for BibTeX."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A block of BibTeX, or one error at the line of the directive."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            entry = bibtex(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise self.error(
                f"cite-this-book: {self.arguments[0]} is no CITATION.cff that can be read: {error}"
            ) from error
        block = nodes.literal_block(entry, entry, language="bibtex")
        self.set_source_info(block)
        return [block]


def bibtex(cited: dict[str, Any]) -> str:
    """The entry for what a ``CITATION.cff`` says. Raises KeyError where title, authors or date are missing."""
    people = [
        f"{{{one['name']}}}" if "name" in one else f"{one['family-names']}, {one.get('given-names', '')}".rstrip(", ")
        for one in cited["authors"]
    ]
    day = cited["date-released"]
    year = day.year if isinstance(day, date) else int(str(day)[:4])
    first = re.sub(r"[^a-z]", "", cited["title"].split()[0].lower())
    fields = {
        "author": " and ".join(people),
        "title": f"{{{cited['title']}}}",
        "year": str(year),
        "version": cited.get("version"),
        "doi": cited.get("doi"),
        "url": cited.get("url") or cited.get("repository-code"),
    }
    lines = [f"  {name:<8}= {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{first}{year},", *lines, "}"])


def setup(app: Sphinx) -> None:
    """Register the settings, the directive and what is written."""
    app.add_config_value("preview_image", "", "html", (str,))
    app.add_config_value("printed_book", "", "html", (str,))
    app.add_directive("cite-this-book", Citation)
    app.connect("config-inited", lead_to_code, priority=300)
    app.connect("config-inited", note_print)
    app.connect("html-page-context", offer_print, priority=600)
    app.connect("html-page-context", describe_link, priority=600)
    app.connect("build-finished", write_beside)
    app.connect("build-finished", note_what_it_is_made_of)
