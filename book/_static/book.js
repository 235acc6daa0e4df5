/* Two small things that style sheets cannot do. */

/* A box that scrolls must be reachable by keyboard; one that does not must not stop the tab key. */
const SCROLLERS = `.math-scroll, .pst-scrollable-table-container, .cell_output .output, .claim-graph, .highlight pre,
    pre.literal-block`;

function markScrollers() {
    for (const box of document.querySelectorAll(SCROLLERS)) {
        if (box.scrollWidth > box.clientWidth) {
            box.tabIndex = 0;
            box.dataset.scrolls = "";
        } else if ("scrolls" in box.dataset) {
            box.removeAttribute("tabindex");
            delete box.dataset.scrolls;
        }
    }
}

/* Every formula stands on the page three times: as MathML, as its source and as what is drawn. The snippets
   under search results should show it once. */
function readFormulasOnce() {
    if (typeof Search === "undefined") return;
    const original = Search.htmlToText;
    Search.htmlToText = (source, anchor) => {
        const page = new DOMParser().parseFromString(source, "text/html");
        page.querySelectorAll(".katex-html, .katex annotation").forEach((copy) => copy.remove());
        return original(page.documentElement.outerHTML, anchor);
    };
}

document.addEventListener("DOMContentLoaded", readFormulasOnce);
document.addEventListener("toggle", markScrollers, true);
window.addEventListener("load", markScrollers);
window.addEventListener("resize", markScrollers);
document.fonts.ready.then(markScrollers);
