"""A page's policy names what the page was built with, and nothing in the page breaks it."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape

from verifiedbook.sphinx.policy import secured

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8" />
<style>p { color: red }</style>
<script>let a = '<p style="top: 0">';</script>
</head><body>
<p style="color: blue" class="first">One</p><p style='color: blue'>Two</p><br style="top: 0"/>
<button onclick="window.print()" title="a > b">Print</button>
<noscript><td style="text-align: right;">1</td></noscript>
<pre>&lt;p style="color: green"&gt;</pre>
<script type="application/json">{"a": 1}</script>
<script src="a.js"></script>
</body></html>
"""


def hashed(code: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'"


def directives(page: str) -> dict[str, list[str]]:
    content = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert content is not None
    parts = (part.split() for part in unescape(content[1]).split("; "))
    return {name: sources for name, *sources in parts}


def test_every_inline_script_and_style_sheet_is_named_by_its_hash_and_nothing_is_unsafe():
    page = secured(PAGE, {})
    found = directives(page)
    for kind in ("script", "style"):
        blocks = [
            code for attributes, code in re.findall(rf"<{kind}([^>]*)>(.*?)</{kind}>", page, re.DOTALL)
            if "src=" not in attributes and "json" not in attributes
        ]  # fmt: skip
        assert [source for source in found[f"{kind}-src"] if "sha256" in source] == [hashed(code) for code in blocks]
    assert found["default-src"] == ["'none'"]
    assert "unsafe" not in page


def test_the_policy_stands_before_everything_that_it_is_about():
    page = secured(PAGE, {})
    assert page.index("Content-Security-Policy") < min(page.index("<style"), page.index("<script"))


def test_styles_at_elements_become_classes_that_say_the_same():
    page = secured(PAGE, {})
    body = page.partition("<body>")[2]
    assert not re.search(r"<[^>]*\sstyle=", body.replace("&lt;p style", ""))
    assert '<p class="first s1">One</p><p class="s1">Two</p><br class="s2"/>' in body
    assert ".s1.s1.s1.s1{color: blue}" in page
    assert "<noscript><td class=\"s3\">1</td></noscript>" in body  # fmt: skip
    assert '&lt;p style="color: green"&gt;' in body
    assert """let a = '<p style="top: 0">';""" in page


def test_handlers_at_elements_become_listeners():
    page = secured(PAGE, {})
    assert '<button title="a > b" class="h1">Print</button>' in page
    assert 'addEventListener("click", function (event) { window.print() })' in page


def test_a_book_can_allow_more():
    found = directives(secured(PAGE, {"script-src": ["'wasm-unsafe-eval'"], "media-src": ["'self'"]}))
    assert "'wasm-unsafe-eval'" in found["script-src"]
    assert found["media-src"] == ["'self'"]


def test_the_same_page_gets_the_same_policy_and_a_finished_page_stays_as_it_is_but_for_the_policy():
    once = secured(PAGE, {})
    assert secured(PAGE, {}) == once
