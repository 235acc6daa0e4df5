/* The ledger, filtered by words and by status; how many rows are left is said. Without a script all rows are there. */

(() => {
    function start() {
        const tables = [...document.querySelectorAll("table.claim-ledger")].filter((table) => table.querySelector(".claim-badge"));
        if (!tables.length) return;
        const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
        const status = (row) => row.querySelector(".claim-badge")?.textContent.trim() ?? "";
        const counts = new Map();
        for (const row of rows) counts.set(status(row), (counts.get(status(row)) ?? 0) + 1);

        const form = document.createElement("form");
        form.className = "ledger-filter";
        form.setAttribute("role", "search");
        form.setAttribute("aria-label", "Filter the ledger");
        const words = document.createElement("input");
        words.type = "search";
        words.placeholder = "Filter by words";
        words.setAttribute("aria-label", "Words that a row must have");
        form.append(words);
        const chosen = new Set();
        for (const [name, count] of counts) {
            const button = document.createElement("button");
            button.type = "button";
            button.setAttribute("aria-pressed", "false");
            const badge = rows.find((row) => status(row) === name).querySelector(".claim-badge").cloneNode(true);
            button.append(badge, ` ${count}`);
            button.addEventListener("click", () => {
                if (!chosen.delete(name)) chosen.add(name);
                button.setAttribute("aria-pressed", String(chosen.has(name)));
                apply();
            });
            form.append(button);
        }
        const told = document.createElement("p");
        told.setAttribute("role", "status");
        form.append(told);

        function apply() {
            const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
            let shown = 0;
            for (const row of rows) {
                const text = row.textContent.toLowerCase();
                const fits = wanted.every((word) => text.includes(word)) && (!chosen.size || chosen.has(status(row)));
                row.hidden = !fits;
                shown += fits;
            }
            for (const table of tables) {
                const place = table.closest(".pst-scrollable-table-container") ?? table;
                place.hidden = [...table.tBodies[0].rows].every((row) => row.hidden);
            }
            told.textContent = shown === rows.length ? `All ${shown} statements.` : `${shown} of ${rows.length} statements.`;
        }

        words.addEventListener("input", apply);
        form.addEventListener("submit", (event) => event.preventDefault());
        (tables[0].closest(".pst-scrollable-table-container") ?? tables[0]).before(form);
        /* a link to a row must find it */
        addEventListener("hashchange", () => {
            if (document.getElementById(location.hash.slice(1))?.closest("[hidden]")) { words.value = ""; chosen.clear(); apply(); }
        });
        apply();
    }

    if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
    else start();
})();
