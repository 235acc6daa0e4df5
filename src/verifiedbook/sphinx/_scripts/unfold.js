/* What stands under a theorem's line is one piece of text, in <noscript>, until somebody wants to see it: a browser with
   scripts then has tens of thousands of elements less to lay out. Here the text becomes elements, before its details
   open or when a link leads into it. */

(() => {
    const folded = "details > noscript";

    /* No line begins with a comma: what the pages have from the start is tied when they are written. */
    function tie(formula) {
        const after = formula.nextSibling;
        const stop = after?.nodeType === Node.TEXT_NODE && /^[,.;:!?)\]’”]+/.exec(after.data);
        if (!stop) return;
        after.deleteData(0, stop[0].length);
        if (formula.classList.contains("breaks")) {
            const sign = document.createElementNS(formula.namespaceURI, "mtext");
            sign.textContent = stop[0];
            formula.lastElementChild.append(sign);
            return;
        }
        const tied = document.createElement("span");
        tied.className = "tied";
        formula.replaceWith(tied);
        tied.append(formula, stop[0]);
    }

    function unfold(text) {
        const details = text.parentElement;
        const made = document.createElement("template");
        made.innerHTML = text.textContent;
        for (const formula of made.content.querySelectorAll("math")) tie(formula);
        text.replaceWith(made.content);
        details.dispatchEvent(new CustomEvent("unfolded", { bubbles: true }));
        return details;
    }

    /* A click comes from the mouse, from a finger and from the Enter key, always before the details open. */
    function opening(event) {
        const details = event.target.closest("summary")?.parentElement;
        const text = details?.querySelector(":scope > noscript");
        if (text) unfold(text);
    }

    function linked() {
        const id = decodeURIComponent(location.hash.slice(1).split("&")[0]);
        if (!id || document.getElementById(id)) return;
        const sought = `id="${id.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
        for (const text of document.querySelectorAll(folded)) {
            if (!text.textContent.includes(sought)) continue;
            unfold(text).open = true;
            document.getElementById(id)?.scrollIntoView();
            return;
        }
    }

    addEventListener("click", opening, true);
    addEventListener("toggle", (event) => {
        const text = event.target.open && event.target.querySelector(":scope > noscript");
        if (text) unfold(text);
    }, true);
    addEventListener("hashchange", linked);
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", linked);
    else linked();
})();
