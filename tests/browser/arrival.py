"""What a page brings, moves and breaks when it is opened, each fault as a sentence."""

from __future__ import annotations

from .conftest import HTML
from .faults import loaded

CHAPTERS = ("foundations", "momentum", "dropout", "pruning", "compression", "networks")
MOST_SENT = 350_000  # bytes of a first visit to a chapter, pictures and all, compressed as web servers do
MOST_HTML = 700_000
MOST_ELEMENTS = 12_000
MOST_SHIFT = 0.02
WATCHED = 1200  # milliseconds after a page has loaded, in which nothing of it may move

#: To be run before a page: notes what moves on it, and what breaks its content security policy.
NOTE = """globalThis.broken = [];
globalThis.shifted = 0;
globalThis.moved = [];
addEventListener("securitypolicyviolation", event => broken.push(
    `${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
new PerformanceObserver(list => {
    for (const each of list.getEntries().filter(each => !each.hadRecentInput)) {
        shifted += each.value;
        moved.push(...each.sources.map(({ node, previousRect: from, currentRect: to }) =>
            `${node?.outerHTML?.slice(0, 90) ?? node?.data} from ${from.x},${from.y} ${from.width}×${from.height}`
            + ` to ${to.x},${to.y} ${to.width}×${to.height}, ${Math.round(each.startTime)} ms after the start`));
    }
}).observe({ type: "layout-shift", buffered: true });"""
SHIFT = """watched => new Promise(done => {
    const { loadEventEnd, loadEventStart } = performance.getEntriesByType("navigation")[0];
    const left = watched + (loadEventEnd || loadEventStart) - performance.now();
    setTimeout(() => done(shifted), Math.max(left, 0));
})"""
#: Unfolds and presses what can be, and then the same again, so that the page is as it was; the mode has three states.
EVERYTHING = """async () => {
    const pause = () => new Promise(done => setTimeout(done, 150));
    const press = buttons => document.querySelectorAll(buttons).forEach(button => button.click());
    const folded = [...document.querySelectorAll("details:not([open])")];
    document.querySelectorAll(".claim-status > details > summary").forEach(line => line.click());
    folded.forEach(part => { part.open = true; });
    press("button.toggle-button, button.theme-switch-button");
    scrollTo(0, document.documentElement.scrollHeight);
    await pause();
    folded.forEach(part => { part.open = false; });
    press("button.toggle-button, button.theme-switch-button");
    press("button.theme-switch-button");
    localStorage.clear();
    scrollTo(0, 0);
    await pause();
}"""


def opened_and_watched(page, book: str, name: str) -> list[str]:
    """What is wrong with a page that is opened, before anything is done on it; the page keeps notes from now on."""
    page.add_init_script(NOTE)
    loaded(page, f"{book}{name}.html")
    wrong = []
    if (shift := page.evaluate(SHIFT, WATCHED)) >= MOST_SHIFT:
        wrong.append("\n  ".join([f"moves by {shift:.3f} while it loads:", *page.evaluate("moved")]))
    # after that: what comes late belongs to a first visit too
    sent, elements = page.seen.bytes + page.seen.pictures, page.evaluate("document.querySelectorAll('*').length")
    if name in CHAPTERS:
        html = (HTML / f"{name}.html").stat().st_size
        wrong += [f"a first visit takes {sent} bytes"] if sent > MOST_SENT else []
        wrong += [f"its HTML has {html} bytes"] if html > MOST_HTML else []
        wrong += [f"has {elements} elements"] if elements > MOST_ELEMENTS else []
    sheets = page.locator('head link[rel="stylesheet"][href*="pages-"]').count()
    wrong += [f"waits for {sheets} style sheets"] if sheets != 1 else []
    blocking = page.locator('head script[src]:not([defer], [async], [type="module"])').count()
    wrong += [f"waits for {blocking} scripts"] if blocking else []
    return wrong


def broken_policies(page) -> list[str]:
    """What breaks the policy of a page on which all has been unfolded and pressed; the page is as it was afterwards."""
    page.evaluate(EVERYTHING)
    return [f"breaks its policy: {what}" for what in page.evaluate("broken")]
