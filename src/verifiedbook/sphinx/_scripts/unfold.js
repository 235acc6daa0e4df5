/* What stands under a theorem's line is one piece of text, in <noscript>, until somebody wants to see it: a browser with
   scripts then has tens of thousands of elements less to lay out. Here the text becomes elements, before its details
   open or when a link leads into it. */

(() => {
    const folded = "details > noscript";

    function unfold(text) {
        const details = text.parentElement;
        const made = document.createElement("template");
        made.innerHTML = text.textContent;
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
