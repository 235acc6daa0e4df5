/* Three small things that style sheets cannot do. */

/* A box that scrolls must be reachable by keyboard; one that does not must not stop the tab key. */
const SCROLLERS = `.math-scroll, .pst-scrollable-table-container, .cell_output .output, .claim-graph, .highlight pre,
    pre.literal-block, .claim-evidence td > p, .certificate-proof`;

/* Only what is near is measured, or the browser would have to lay out the whole page for it. */
const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) mark(target);
}, { rootMargin: "1500px" });

function mark(box) {
    if (box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== "visible") {
        box.tabIndex = 0;
        box.dataset.scrolls = "";
    } else if ("scrolls" in box.dataset) {
        box.removeAttribute("tabindex");
        delete box.dataset.scrolls;
    }
}

function markScrollers() {
    near.disconnect();
    for (const box of document.querySelectorAll(SCROLLERS)) near.observe(box);
}

/* The page of results reads other pages for its snippets. Their style sheets are not of this page's policy. */
function readWithoutStyles() {
    if (typeof Search === "undefined") return;
    const original = Search.htmlToText;
    Search.htmlToText = (source, anchor) => original(source.replace(/<style\b[^]*?<\/style>/g, ""), anchor);
}

/* Paper is light. */
const page = document.documentElement.dataset;
let colours;

addEventListener("beforeprint", () => {
    colours ??= page.theme;
    page.theme = "light";
});
addEventListener("afterprint", () => {
    page.theme = colours;
    colours = undefined;
});

document.addEventListener("DOMContentLoaded", readWithoutStyles);
document.addEventListener("toggle", markScrollers, true);
document.addEventListener("unfolded", markScrollers);
window.addEventListener("load", markScrollers);
window.addEventListener("resize", markScrollers);
document.fonts.ready.then(markScrollers);
