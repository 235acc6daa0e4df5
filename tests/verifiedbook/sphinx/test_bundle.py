"""What a theme asks for in many files, a page asks for in two, and means the same."""

from __future__ import annotations

import re

import pytest

from verifiedbook.sphinx.bundle import BundleError, bundled, write

PAGE = """<html><head>
<script>document.x = localStorage.getItem("mode")</script>
<link rel="stylesheet" href="_static/styles/theme.css?v=1" />
<link rel="stylesheet" href="_static/own.css" />
<link rel="stylesheet" href="_python/later.css" />
<link rel="stylesheet" href="https://example.org/far.css" />
<script src="_static/first.js?v=2"></script>
<script>let between = 1;</script>
<script>OPTIONS.pagename = 'index';</script>
<script src="_static/searchtools.js"></script>
<script src="searchindex.js"></script>
<script type="module" src="_static/module.js"></script>
</head><body><script type="application/json">{}</script><script defer src="_static/last.js"></script></body></html>
"""


@pytest.fixture
def folder(tmp_path):
    """The static files that the page asks for, as far as they are there when it is written."""
    (tmp_path / "_static" / "styles").mkdir(parents=True)
    for name, text in {
        "basic.css": ".basic { top: 0 }",
        "styles/theme.css": '@import "../basic.css";\n.theme { background: url(../a.png) }\n.gone { top: 0 }',
        "own.css": ".own { top: 1px }",
        "first.js": '"use strict";\nfirst();\n//# sourceMappingURL=first.js.map',
        "last.js": "last(between)",
        "searchtools.js": "tools()",
        "module.js": "export {}",
    }.items():
        (tmp_path / "_static" / name).write_text(text, encoding="utf-8")
    return tmp_path


def made(folder, page: str, kind: str) -> str:
    (name,) = re.findall(rf"_static/pages-\w+\.{kind}", page)
    return (folder / name).read_text(encoding="utf-8")


def published(folder, page: str) -> str:
    (folder / "index.html").write_text(bundled(page, folder, ""), encoding="utf-8")
    write(folder, [r"\.gone"], [(r"last\(", "changed(")])
    return (folder / "index.html").read_text(encoding="utf-8")


def test_styles_come_in_their_order_with_imports_in_place_and_without_what_is_unused(folder):
    css = made(folder, published(folder, PAGE), "css")
    assert css == '@charset "utf-8";.basic{top: 0}.theme{background: url("a.png")}\n.own{top: 1px}'


def test_what_a_page_sets_comes_before_its_files_and_one_file_is_not_strict_because_another_is(folder):
    script = made(folder, published(folder, PAGE), "js")
    assert script.split() == [";", "let", "between", "=", "1;", ";", '"use', 'strict";', "first();", ";", "changed(between)", ";"]  # fmt: skip  # noqa: E501


def test_what_is_early_elsewhere_later_data_or_a_module_stays(folder):
    html = published(folder, PAGE)
    for kept in ("localStorage", "_python/later.css", "https://example.org/far.css", "application/json", "module.js"):
        assert kept in html
    assert "searchindex" not in html
    assert """<script type="module">OPTIONS.pagename = 'index';</script>""" in html
    assert "searchindex" in bundled(PAGE, folder, "", searches=True)


def test_what_is_written_after_the_page_is_in_the_bundle_too_and_its_name_says_what_is_in_it(folder):
    late = folder / "_static" / "own.css"
    before = published(folder, PAGE)
    text = late.read_text(encoding="utf-8")
    late.unlink()
    page = bundled(PAGE, folder, "")
    late.write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(page, encoding="utf-8")
    write(folder, [r"\.gone"], [(r"last\(", "changed(")])
    assert (folder / "index.html").read_text(encoding="utf-8") == before
    late.write_text(text + ".more { top: 0 }", encoding="utf-8")
    assert published(folder, PAGE) != before


def test_a_file_that_nobody_writes_stops_the_build(folder):
    (folder / "_static" / "own.css").unlink()
    with pytest.raises(BundleError, match=r"pages ask for _static/own\.css, which neither"):
        published(folder, PAGE)


def test_a_change_that_changes_nothing_stops_the_build(folder):
    (folder / "index.html").write_text(bundled(PAGE, folder, ""), encoding="utf-8")
    with pytest.raises(BundleError, match="nothing in the scripts matches nowhere"):
        write(folder, [], [("nowhere", "")])


def test_bundles_of_earlier_builds_go(folder):
    old = folder / "_static" / "pages-0000000000.css"
    old.write_text("", encoding="utf-8")
    published(folder, PAGE)
    assert not old.exists()
    assert not list((folder / "_static").glob("*.note"))
    assert len(list((folder / "_static").glob("pages-*"))) == 2
