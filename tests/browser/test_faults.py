"""A page with every kind of fault is found to have each: what the tests of pages look for, they see."""

from __future__ import annotations

import pytest

from .faults import CONTRAST, FOLD_COLOURS, FOLD_REPETITION, faults_of_figures, violations, visible_faults

pytestmark = pytest.mark.browser

FAULTS = {
    "TeX is left": r"add(String.raw`By \(x\) and $y$`)",
    "sticks out": "add('<div style=\"width: 3000px\">wide</div>')",
    "scrolls, but not by keyboard": 'add(\'<div style="overflow: auto"><p style="width: 3000px">wide</p></div>\')',
    "formula is cut off": (
        'add(\'<div class="statement" id="wide" style="width: 90px; overflow: hidden"><p><math>'
        '<mtext style="display: inline-block; width: 300px">x</mtext></math></p></div>\')'
    ),
    "moves what follows": "figure('<input type=\"range\"><p>more</p>')",
    "does not fit": 'figure(\'<input type="range" style="width: 3000px">\')',
    "formula in error": "add('<span class=\"temml-error\">x</span>')",
    "runs under its button": (
        'add(\'<p class="admonition-title" style="position: relative">title'
        '<button class="toggle-button" style="position: absolute; left: 0; right: auto">show</button></p>\')'
    ),
    "image is broken": (
        'new Promise(done => { add(\'<img alt="" src="no.png">\');'
        ' document.querySelector("article img:last-of-type[src=\\"no.png\\"]").onerror = done })'
    ),
    "asks the network": "fetch('https://example.org/font.woff2').catch(() => 0)",
    "cannot get": "fetch('nowhere.html')",
    "console error": "console.error('broken')",
    "console warning": "console.warn('invalid theme mode')",
    "script error": "new Promise(done => setTimeout(() => { setTimeout(done, 50); throw new Error('late') }))",
    "axe color-contrast": "add('<p style=\"color: #ccc; background: #fff\">faint</p>')",
    "axe image-alt": "add('<img src=\"_static/logo.svg\">')",
}
ADD = """
const add = html => document.querySelector("article").insertAdjacentHTML("beforeend", html);
const figure = html => {
    add('<figure><div class="live">still</div></figure>');
    const [holder] = [...document.querySelectorAll(".live")].slice(-1);
    new IntersectionObserver(seen => {
        if (!seen.at(-1).isIntersecting || "ready" in holder.dataset) return;
        holder.dataset.ready = "";
        holder.innerHTML = html;
    }).observe(holder);
};
"""


def test_every_kind_of_fault_is_noticed_when_it_is_put_on_a_page(book, opened):
    page = opened(free=True)
    page.goto(f"{book}index.html", wait_until="load")
    for fault in FAULTS.values():
        page.evaluate(f"(() => {{ {ADD}; return {fault} }})()")
    wrong = faults_of_figures(page) + visible_faults(page, "dark") + page.seen.wrong()
    page.evaluate(FOLD_REPETITION)
    wrong += violations(page, {"runOnly": {"type": "rule", "values": ["image-alt"]}})
    page.evaluate(FOLD_COLOURS)
    wrong += violations(page, CONTRAST)
    expected = {*FAULTS, "is not in dark mode"}
    assert {fault for fault in expected if not any(sentence.startswith(fault) for sentence in wrong)} == set()
