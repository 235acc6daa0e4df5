/* A small thing that style sheets cannot do. */

/* A box that scrolls must be reachable by keyboard; one that does not must not stop the tab key. */
const SCROLLERS = `.math-scroll, .pst-scrollable-table-container, .cell_output .output, .claim-graph, .highlight pre,
    pre.literal-block`;

/* Only what is near is measured, or the browser would have to lay out the whole page for it. */
const near = new IntersectionObserver((seen) => {
    for (const { target } of seen) mark(target);
}, { rootMargin: "600px" });

function mark(box) {
    if (box.scrollWidth > box.clientWidth) {
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

document.addEventListener("toggle", markScrollers, true);
window.addEventListener("load", markScrollers);
window.addEventListener("resize", markScrollers);
document.fonts.ready.then(markScrollers);
