"""What a build must not keep of the one before: entries of a page read again, links to old places, files nobody writes.

Sphinx forgets what a page contributed only when its turn to be read comes: a label that has moved to a page read before
that looks like one given twice. It does not write again a page that only links to what moved. It removes no file of its
output: no page of a document that is gone, no index that is no longer asked for, no picture, no style sheet. And its
index for searching lists places in the order in which pages were read first, and words that are gone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from . import bundle
from .domain import claims_domain

_LAST = 900  # after the handlers of Sphinx itself, which give the numbers


def forget(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Forget all that the pages to be read contributed, before the first of them is read."""
    for docname in docnames:
        app.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)


def note_links(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which labels the page just read links to."""
    targets = {str(node["reftarget"]) for node in doctree.findall(addnodes.pending_xref) if "reftarget" in node}
    claims_domain(app.env).data["links"][app.env.docname] = sorted(targets)


def led_astray(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages that say of another page what is no longer so: where a label leads, who is cited, how chapters follow.

    A link tells page, number and title of its target; navigation the title of every page in its order; an overview of
    all claims, and a bibliography, everything.
    """
    data, places = claims_domain(env).data, {**_places(env), **_cited(env)}
    frame = [
        (name, env.titles[name].astext(), env.toc_secnumbers.get(name)) for name in claims_domain(env).reading_order()
    ]
    whole = {*data["overviews"], *(key.docname for key in getattr(_citing(env), "bibliographies", ()))}
    found = []
    for docname, links in data["links"].items():
        targets = sorted(places) if docname in whole else [key for link in links for key in (link, *link.split(","))]
        told = repr([frame, [(target, places.get(target)) for target in targets]])
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        if data["led"].get(docname) != digest:
            data["led"][docname] = digest
            found.append(docname)
    return found


def _citing(env: BuildEnvironment) -> Any:
    """What sphinxcontrib-bibtex knows, if the book uses it."""
    return env.domains.get("cite")


def _cited(env: BuildEnvironment) -> dict[str, Any]:
    """What is printed of everything that is cited, by its key."""
    return {
        cited.key: (
            cited.bibliography_key.docname,
            cited.citation_id,
            cited.formatted_entry.label,
            str(cited.formatted_entry.text),
            str(cited.tooltip_entry and cited.tooltip_entry.text),
        )
        for cited in getattr(_citing(env), "citations", ())
    }


def _places(env: BuildEnvironment) -> dict[str, Any]:
    """Page, number and title of everything that a label can lead to."""
    standard, mathematics = env.domaindata.get("std", {}), env.domaindata.get("math", {})
    numbers: dict[tuple[str, str], Any] = {}
    for docname, sections in env.toc_secnumbers.items():
        numbers.update({(docname, anchor.removeprefix("#")): number for anchor, number in sections.items()})
    for docname, kinds in env.toc_fignumbers.items():
        for counted in kinds.values():
            numbers.update({(docname, anchor): number for anchor, number in counted.items()})
    found: dict[str, Any] = {}
    for label, (docname, anchor) in standard.get("anonlabels", {}).items():
        found[label] = (docname, anchor, numbers.get((docname, anchor)), "")
    for label, (docname, anchor, title) in standard.get("labels", {}).items():
        found[label] = (docname, anchor, numbers.get((docname, anchor)), str(title))
    for label, (docname, number) in mathematics.get("objects", {}).items():
        found[label] = (docname, number)
    theorems = claims_domain(env).theorems
    for label, entry in getattr(env, "proof_list", {}).items():
        title = theorems[label].title if label in theorems else ""
        found[label] = (entry["docname"], numbers.get((entry["docname"], label)), title)
    return found


def clear_static_files(app: Sphinx, builder: Any) -> None:
    """Remove all static files before they are copied again, but for the bundles that pages may go on naming."""
    if builder.format == "html":
        for path in (Path(app.outdir) / bundle.STATIC).rglob("*"):
            if path.is_file() and not path.name.startswith(bundle.STEM):
                path.unlink()


def remove_unwritten(app: Sphinx, error: Exception | None) -> None:
    """Remove what earlier builds wrote and this one would not: pages of documents, indices, pictures."""
    if error is None and app.builder.format == "html":
        for path in (*_gone(app), *_unasked(app), *_unshown(app)):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def sort_places(app: Sphinx, error: Exception | None) -> None:
    """Put the index for searching in an order that depends on nothing but the pages."""
    path = Path(app.outdir) / "searchindex.js"
    if error or app.builder.format != "html" or not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    start, end = text.index("(") + 1, text.rindex(")")
    found = json.loads(text[start:end])
    for kind in ("alltitles", "indexentries", "terms", "titleterms"):
        kept = {word: places for word, places in found.get(kind, {}).items() if places != []}
        found[kind] = {word: sorted(at, key=repr) if isinstance(at, list) else at for word, at in kept.items()}
    path.write_text(text[:start] + json.dumps(found, sort_keys=True) + text[end:], encoding="utf-8")


def _gone(app: Sphinx) -> Iterator[Path]:
    """The page, and the source shown beside it, of each document that is there no more."""
    builder: Any = app.builder
    sources = Path(app.outdir) / "_sources"
    ends = [suffix + app.config.html_sourcelink_suffix for suffix in app.config.source_suffix]
    for path in sources.rglob("*"):
        name = path.relative_to(sources).as_posix()
        end = next((end for end in (*ends, *app.config.source_suffix, ".ipynb") if name.endswith(end)), None)
        if end is not None and path.is_file() and (docname := name.removesuffix(end)) not in app.env.found_docs:
            yield from (path, Path(builder.get_outfilename(docname)))


def _unasked(app: Sphinx) -> Iterator[Path]:
    """The pages of indices that are not asked for, or would be empty."""
    builder: Any = app.builder
    asked = app.config.html_domain_indices
    for domain in app.env.domains.values():
        for index in domain.indices:
            name = f"{domain.name}-{index.name}"
            wanted = asked if isinstance(asked, bool) else name in asked
            if name not in app.env.found_docs and not (wanted and index(domain).generate()[0]):
                yield Path(builder.get_outfilename(name))
    if not app.config.html_use_index and "genindex" not in app.env.found_docs:
        yield Path(builder.get_outfilename("genindex"))


def _unshown(app: Sphinx) -> Iterator[Path]:
    """Copies of pictures that no page shows any more."""
    builder: Any = app.builder
    shown = {name for _, name in app.env.images.values()} | set(builder.images.values())
    yield from (path for path in (Path(app.outdir) / builder.imagedir).glob("*") if path.name not in shown)


def setup(app: Sphinx) -> None:
    """Register the steps with Sphinx."""
    app.connect("env-before-read-docs", forget, priority=_LAST)
    app.connect("doctree-read", note_links)
    app.connect("env-get-updated", led_astray, priority=_LAST)
    app.connect("write-started", clear_static_files)
    app.connect("build-finished", remove_unwritten)
    app.connect("build-finished", sort_places)
