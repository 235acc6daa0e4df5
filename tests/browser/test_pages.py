"""Every page, wide and narrow, light and dark, with no network: it shows what it should and complains of nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import PAGES, REPOSITORY

pytestmark = pytest.mark.browser

# What a reader would see as TeX. Scripts, code and the annotation inside MathML are not seen.
VISIBLE_TEX = r"""() => {
    const hidden = "script, style, noscript, pre, code, annotation, .katex";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const shown = !node.parentElement.closest(hidden);
        if (shown && /\\[(\[a-zA-Z]|\$[^$]+\$/.test(node.data)) found.push(node.data.trim());
    }
    return found;
}"""
OVERFLOW = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const inOwnBox = element => {
        for (let box = element.parentElement; box; box = box.parentElement)
            if (getComputedStyle(box).overflowX !== "visible") return true;
        return false;
    };
    return [...document.querySelectorAll("body *")]
        .filter(element => element.getBoundingClientRect().right > root.clientWidth + 1 && !inOwnBox(element))
        .slice(0, 5)
        .map(element => element.outerHTML.slice(0, 120));
}"""
CLIPPED_SCROLLERS = """() => [...document.querySelectorAll("main *:not(.katex, .katex *)")]
    .filter(box => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
        && box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0 && box.checkVisibility())
    .map(box => box.outerHTML.slice(0, 120))"""
# Hundreds of formulas are tens of thousands of elements, and axe looks at each. They are of one kind and one
# colour: all but the first ten become plain text of the same colour.
FOLD_FORMULAS = """() => [...document.querySelectorAll(".katex")].slice(10).forEach(formula =>
    formula.replaceWith(formula.querySelector("annotation")?.textContent ?? formula.textContent))"""
BROKEN_IMAGES = """() => [...document.images]
    .filter(image => image.complete && image.naturalWidth === 0).map(image => image.src)"""


UNDER_BUTTONS = """() => {
    const titles = [...document.querySelectorAll(".admonition-title:has(> button.toggle-button)")];
    const overlap = (a, b) => a.width > 0 && a.right > b.left && a.left < b.right
        && a.bottom > b.top && a.top < b.bottom;
    return titles.filter(title => {
        const button = title.querySelector("button").getBoundingClientRect();
        const range = document.createRange();
        return [...title.childNodes].filter(node => node.nodeName !== "BUTTON").some(node => {
            range.selectNodeContents(node);
            return [...range.getClientRects()].some(box => overlap(box, button));
        });
    }).map(title => title.textContent.trim());
}"""

# Text, fonts, scripts and styles as they are sent, images left out: a few seconds on a slow phone connection.
MOST_BYTES = 1_000_000
UNUSED_SCRIPTS = 'script[src*="fontawesome"], script[src*="thebe"], script[src*="mathjax" i]'
# Without `preload: false` axe fetches style sheets by itself, one of them from a wrong address.
AXE = {"resultTypes": ["violations"], "preload": False}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}


@pytest.fixture(scope="module")
def axe():
    """The accessibility checker that axe-playwright-python brings: violations found, as sentences."""
    from axe_playwright_python.sync_playwright import Axe

    checker = Axe()

    def violations(page, options) -> list[str]:
        found = checker.run(page, options=AXE | options).response["violations"]
        return [
            f"axe {rule['id']} ({rule['help']}): {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]
        ]

    return violations


def has_formulas(name: str) -> bool:
    """Whether the sources of a page hold a formula."""
    source = REPOSITORY / "book" / f"{name}.md"
    return source.is_file() and re.search(r"\$[^$]+\$", source.read_text(encoding="utf-8")) is not None


def visible_faults(page, scheme: str) -> list[str]:
    """What is wrong with the page as it lies on the screen."""
    wrong = [f"TeX is left on the page: {text[:80]}" for text in page.evaluate(VISIBLE_TEX)]
    wrong += [f"formula in error: {text}" for text in page.locator(".katex-error").all_inner_texts()]
    wrong += [f"sticks out to the right: {element}" for element in page.evaluate(OVERFLOW)]
    wrong += [f"scrolls, but not by keyboard: {element}" for element in page.evaluate(CLIPPED_SCROLLERS)]
    wrong += [f"image is broken: {source}" for source in page.evaluate(BROKEN_IMAGES)]
    wrong += [f"runs under its button: {title}" for title in page.evaluate(UNDER_BUTTONS)]
    if page.evaluate("document.documentElement.dataset.theme") != scheme:
        wrong.append(f"is not in {scheme} mode")
    return wrong


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(name, width, book, opened, axe):
    page = opened(width)
    page.goto(f"{book}{name}.html", wait_until="load")
    page.evaluate("document.fonts.ready")
    wrong = visible_faults(page, "light")
    if has_formulas(name) and page.locator(".katex .katex-html").count() == 0:
        wrong.append("no formula is typeset")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    # Colours depend on the mode and everything else on the width, so axe looks at each once.
    page.evaluate(FOLD_FORMULAS)
    wrong += axe(page, CONTRAST if width == 1280 else ALL_BUT_CONTRAST)
    if width == 1280:
        page.emulate_media(color_scheme="light")
        page.wait_for_function("document.documentElement.dataset.theme === 'light'")
        wrong += axe(page, {})
    if page.locator('meta[name="description"]').count() != 1:
        wrong.append("has no description")
    if (size := page.seen.bytes) > MOST_BYTES:
        wrong.append(f"weighs {size} bytes")
    if page.locator(UNUSED_SCRIPTS).count():
        wrong.append("loads a script that it does not use")
    wrong += page.seen.wrong()
    page.close()
    assert not wrong, "\n".join(wrong)


def test_the_pages_are_those_of_the_table_of_contents():
    listed = re.findall(r"file: (\S+)", (REPOSITORY / "_toc.yml").read_text(encoding="utf-8"))
    assert set(listed) < set(PAGES)
    assert "index" in PAGES
    assert all((Path(REPOSITORY) / "book" / f"{name}.md").is_file() for name in listed)


FAULTS = {
    "TeX is left": r"add(String.raw`By \(x\) and $y$`)",
    "sticks out": "add('<div style=\"width: 3000px\">wide</div>')",
    "scrolls, but not by keyboard": 'add(\'<div style="overflow: auto"><p style="width: 3000px">wide</p></div>\')',
    "formula in error": "add('<span class=\"katex-error\">x</span>')",
    "runs under its button": (
        'add(\'<p class="admonition-title" style="position: relative">title'
        '<button class="toggle-button" style="position: absolute; left: 0; right: auto">show</button></p>\')'
    ),
    "image is broken": 'new Promise(done => { add(\'<img alt="" src="no.png">\'); setTimeout(done, 200) })',
    "asks the network": "fetch('https://example.org/font.woff2').catch(() => 0)",
    "cannot get": "fetch('nowhere.html')",
    "console error": "console.error('broken')",
    "console warning": "console.warn('invalid theme mode')",
    "script error": "new Promise(done => setTimeout(() => { setTimeout(done, 50); throw new Error('late') }))",
    "axe color-contrast": "add('<p style=\"color: #ccc; background: #fff\">faint</p>')",
    "axe image-alt": "add('<img src=\"_static/logo.svg\">')",
}
ADD = "const add = html => document.querySelector('article').insertAdjacentHTML('beforeend', html)"


def test_every_kind_of_fault_is_noticed_when_it_is_put_on_a_page(book, page, axe):
    page.goto(f"{book}index.html", wait_until="load")
    for fault in FAULTS.values():
        page.evaluate(f"(() => {{ {ADD}; return {fault} }})()")
    wrong = visible_faults(page, "dark") + page.seen.wrong()
    wrong += axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast", "image-alt"]}})
    expected = {*FAULTS, "is not in dark mode"}
    assert {fault for fault in expected if not any(sentence.startswith(fault) for sentence in wrong)} == set()
