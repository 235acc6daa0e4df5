"""What can be wrong with a page as it lies on the screen, each fault as a sentence."""

from __future__ import annotations

import time

# What a reader would see as TeX. Scripts, code and what is still folded are not seen.
VISIBLE_TEX = r"""() => {
    const hidden = "script, style, noscript, pre, code, math";
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
CLIPPED_SCROLLERS = """() => [...document.querySelectorAll("main *:not(math, math *)")]
    .filter(box => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
        && box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0 && box.checkVisibility())
    .map(box => box.outerHTML.slice(0, 120))"""
# Tens of thousands of elements are of a few kinds, and axe looks at each. Formulas have the colour of the text around
# them: all but the first ten become a part of it. Code has one colour for each class on each background: all but the
# first five of a kind become plain text. What is folded away cannot be seen, and axe does not judge it: it goes.
FOLD_REPETITION = """() => {
    [...document.querySelectorAll("math:not(.live math)")].slice(10).forEach(formula => {
        const wrapped = formula.parentElement.matches("span.math") ? formula.parentElement : formula;
        wrapped.replaceWith(formula.textContent);
    });
    const seen = {};
    for (const piece of document.querySelectorAll(".highlight pre span")) {
        const kind = piece.className + getComputedStyle(piece.closest(".highlight")).backgroundColor;
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (seen[kind] > 5 && piece.children.length === 0) piece.replaceWith(piece.textContent);
    }
    document.querySelectorAll("details:not([open]) > :not(summary)").forEach(part => part.remove());
}"""
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

# A theorem that is cut off at a relation reads as another theorem, whether or not the rest can be scrolled to.
CUT_FORMULAS = """() => [...document.querySelectorAll(".statement")].flatMap(box => {
    const edge = box.getBoundingClientRect().right + 1;
    return [...box.querySelectorAll(":scope > :not(.claim-status) math *")]
        .filter(part => !part.closest(".clause-card") && part.getBoundingClientRect().right > edge)
        .map(() => box.id);
})"""

BROKEN_IMAGES = """() => [...document.images]
    .filter(image => image.complete && image.naturalWidth === 0).map(image => image.src)"""

# Colours come from what an element is called, what it holds and what it lies in: five of a kind show them.
FOLD_COLOURS = """() => {
    const named = part => `${part.tagName}.${part.getAttribute("class") ?? ""}.${part.getAttribute("style") ?? ""}`;
    const seen = {};
    for (const part of document.querySelectorAll("article *:not(.live, .live *)")) {
        if (!part.isConnected || part.querySelector(".live")) continue;
        const kinds = [...new Set([...part.querySelectorAll("*")].map(named))].sort();
        for (let above = part; above; above = above.parentElement) kinds.push(named(above));
        const kind = kinds.join(" ");
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (seen[kind] > 5) part.remove();
    }
}"""

# Presets and words may be wider than a phone: they wrap, or scroll in a box of their own.
PARTS_OUTSIDE = """figure => [...figure.querySelectorAll("*")]
    .filter(part => !part.closest(".live-presets, .live-words, svg *"))
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1).length"""

# Without `preload: false` axe fetches style sheets by itself, one of them from a wrong address.
PATIENCE = 30  # seconds
AXE = {"resultTypes": ["violations"], "preload": False}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}


def violations(page, options, part: str | list[list[str]] | None = None) -> list[str]:
    """What axe, the accessibility checker that axe-playwright-python brings, has to say of a page or of parts of it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=part, options=AXE | options).response["violations"]
    return [f"axe {rule['id']} ({rule['help']}): {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]]


def until(page, code: str, given=None) -> None:
    """Wait until ``code`` is true on the page. A page's policy forbids what Playwright does to wait for code itself."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(code, given):
        assert time.monotonic() < end, f"never true: {code}"
        page.wait_for_timeout(30)


def loaded(page, address) -> None:
    """Open an address and wait for what comes with it."""
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")


def coloured(page, scheme: str) -> None:
    """Turn the page to ``light`` or ``dark``, as the reader's system would."""
    page.emulate_media(color_scheme=scheme)
    page.locator(f'html[data-theme="{scheme}"]').wait_for(state="attached")  # a policy forbids to wait for code


#: Two frames, the second drawn with what was asked for before the first. A browser that stopped drawing, as one did,
#: must not be waited for without end: after ten seconds what is looked at next is looked at as it is.
TWO_FRAMES = """() => Promise.race([
    new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
    new Promise(done => setTimeout(done, 10_000)),
])"""


def seen_from_top_to_end(page) -> None:
    """Scroll through the page: what is far away is drawn, and found to scroll, when it comes near."""
    page.evaluate(f"""async () => {{
        const frame = {TWO_FRAMES};
        for (let top = 0; top < document.documentElement.scrollHeight; top += 2 * innerHeight) {{
            scrollTo(0, top);
            await frame();
        }}
        scrollTo(0, 0);
        await frame();
    }}""")


def visible_faults(page, scheme: str) -> list[str]:
    """What is wrong with the page as it lies on the screen."""
    seen_from_top_to_end(page)
    wrong = [f"TeX is left on the page: {text[:80]}" for text in page.evaluate(VISIBLE_TEX)]
    wrong += [f"formula in error: {text}" for text in page.locator("merror, .temml-error").all_inner_texts()]
    wrong += [f"sticks out to the right: {element}" for element in page.evaluate(OVERFLOW)]
    wrong += [f"scrolls, but not by keyboard: {element}" for element in page.evaluate(CLIPPED_SCROLLERS)]
    wrong += [f"formula is cut off in the box {name}" for name in sorted(set(page.evaluate(CUT_FORMULAS)))]
    wrong += [f"image is broken: {source}" for source in page.evaluate(BROKEN_IMAGES)]
    wrong += [f"runs under its button: {title}" for title in page.evaluate(UNDER_BUTTONS)]
    if page.evaluate("document.documentElement.dataset.theme") != scheme:
        wrong.append(f"is not in {scheme} mode")
    return wrong


def settled(page) -> None:
    """Wait until what was asked for is drawn."""
    page.evaluate(TWO_FRAMES)


def come(page, holder) -> None:
    """Go where a figure to move can be seen, and wait until its module has taken the place of the still picture."""
    holder.scroll_into_view_if_needed()
    holder.and_(page.locator("[data-ready]")).locator("input[type=range]").first.wait_for()
    settled(page)


def faults_of_figures(page) -> list[str]:
    """What goes wrong when a reader comes near each figure to move; afterwards all of them are there."""
    wrong = []
    for holder in page.locator("figure .live").all():
        label = holder.evaluate("holder => holder.closest('figure').id")
        before = holder.bounding_box()["height"]
        come(page, holder)
        if abs((after := holder.bounding_box()["height"]) - before) > 1:
            wrong.append(f"moves what follows: the figure {label}, from {before} to {after} high")
        if outside := holder.evaluate(f"holder => ({PARTS_OUTSIDE})(holder.closest('figure'))"):
            wrong.append(f"does not fit: the figure {label}, of which {outside} parts stick out")
    return wrong
