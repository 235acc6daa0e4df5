/* Rest on a reference to a theorem or a source, with the mouse or with the tab key, and see what it says. Escape closes. */

(() => {
    const WAIT = 250;
    const kept = new Map();
    let card = null, asked = null, timer = 0;

    async function content(link) {
        const address = new URL(link.dataset.preview, location.href).href;
        if (!kept.has(address)) {
            kept.set(address, fetch(address).then((answer) => (answer.ok ? answer.text() : "")).catch(() => here(link)));
        }
        return kept.get(address);
    }

    /* Where pages are opened without a server there is nothing to fetch, but a box of this page is there. */
    function here(link) {
        const box = link.pathname === location.pathname && document.getElementById(decodeURIComponent(link.hash.slice(1)));
        if (!box) return "";
        const copy = box.cloneNode(true);
        copy.querySelectorAll(".claim-status, .clause-card, .headerlink, noscript").forEach((part) => part.remove());
        for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
        copy.querySelectorAll("a").forEach((each) => each.replaceWith(...each.childNodes));
        return copy.outerHTML;
    }

    function close() {
        clearTimeout(timer);
        asked?.removeAttribute("aria-describedby");
        card?.remove();
        card = asked = null;
    }

    async function show(link) {
        const written = await content(link);
        if (asked !== link || !written) return;
        card?.remove();
        card = document.createElement("div");
        card.className = "preview-card bd-article";
        card.id = "preview-card";
        card.setAttribute("role", "tooltip");
        card.innerHTML = written;
        document.body.append(card);
        const at = link.getBoundingClientRect(), size = card.getBoundingClientRect();
        const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - size.width - 8));
        const below = at.bottom + 6 + size.height <= innerHeight || at.top < size.height + 6;
        card.style.left = `${left + scrollX}px`;
        card.style.top = `${(below ? at.bottom + 6 : at.top - size.height - 6) + scrollY}px`;
        link.setAttribute("aria-describedby", card.id);
    }

    function rest(event) {
        const link = event.target.closest?.("a[data-preview]");
        if (!link || link === asked || event.pointerType === "touch" || link.closest(".preview-card")) return;
        close();
        asked = link;
        timer = setTimeout(show, WAIT, link);
    }

    function leave(event) {
        const to = event.relatedTarget;
        if (!asked || (to && (asked.contains(to) || card?.contains(to)))) return;
        if (event.type === "pointerout" && !asked.contains(event.target) && !card?.contains(event.target)) return;
        close();
    }

    addEventListener("pointerover", rest);
    addEventListener("pointerout", leave);
    addEventListener("focusin", rest);
    addEventListener("focusout", leave);
    addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    addEventListener("click", close, true);
})();
