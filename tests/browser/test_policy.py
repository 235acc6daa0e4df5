"""Every page has a strict content security policy that works; test_pages_wide.py looks whether each keeps to it."""

from __future__ import annotations

import re

import pytest

from .arrival import NOTE
from .conftest import HTML, PAGES

pytestmark = pytest.mark.browser


def test_the_policy_is_seen_to_work(book, opened):
    page = opened()
    page.add_init_script(NOTE)
    page.goto(f"{book}index.html", wait_until="load")
    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<p style='color: red' id=inserted>x</p>");
        const script = document.createElement("script");
        script.textContent = "globalThis.ran = true";
        document.body.append(script);
    }""")
    assert page.evaluate("globalThis.ran") is None
    assert len(page.evaluate("broken")) == 2
    page.close()


@pytest.mark.parametrize("name", [*PAGES, "404"])
def test_no_policy_has_an_exception(name):
    html = (HTML / f"{name}.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "unsafe" not in policy[1].replace("wasm-unsafe-eval", "")
    assert "*" not in policy[1]
    assert not re.search(
        r"<(?!/)[a-z][^<>]*\sstyle=[\"']", re.sub(r"<(script|style|pre).*?</\1>", "", html, flags=re.S)
    )
