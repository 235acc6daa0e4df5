/* While a statement of the graph is pointed at or focused: marks what it rests on, what rests on it, and the lines
   between. What is marked is read from the links in the rows; the page is whole without this script. */
"use strict";

for (const graph of document.querySelectorAll(".claim-graph")) {
    const rows = new Map([...graph.querySelectorAll("tr[id]")]
        .map((row, place) => [row.id, { row, place, up: [], down: [] }]));
    const linked = (row) => [...row.querySelectorAll("td:nth-of-type(1) a")].map((to) => to.hash.slice(1));
    for (const [id, { row, up }] of rows) {
        for (const used of linked(row).filter((name) => rows.has(name))) {
            up.push(used);
            rows.get(used).down.push(id);
        }
    }
    /* The pieces of the line from `used` to `user`: in its own row, in those between, and where it ends. What comes
       from another table comes in from above, on the line that all such have in common. */
    const pieces = (used, user) => {
        const table = rows.get(user).row.closest("table");
        const inside = table.contains(rows.get(used).row);
        const from = rows.get(inside ? used : table.querySelector("tr[id]").id).place - (inside ? 0 : 1);
        const to = rows.get(user).place;
        const of = inside ? `[data-of="${CSS.escape(used.replace(/^graph-/, ""))}"]` : ".graph-outside";
        const wanted = (piece, place) => {
            const [top, bottom] = [piece.getAttribute("y1") === "0", piece.getAttribute("y2") === "100%"];
            if (place === to) return from < to ? !bottom : !top;
            return piece.tagName === "line" && (place !== from || (from < to ? bottom : top));
        };
        return [...rows.values()]
            .filter(({ place }) => Math.min(from, to) <= place && place <= Math.max(from, to))
            .flatMap(({ row, place }) => [...row.querySelectorAll(of)].filter((piece) => wanted(piece, place)));
    };
    let shown = null;

    function show(id) {
        if (id === shown) return;
        shown = id;
        graph.querySelectorAll(".graph-here, .graph-up, .graph-down, .graph-far")
            .forEach((marked) => marked.classList.remove("graph-here", "graph-up", "graph-down", "graph-far"));
        graph.classList.toggle("graph-lit", id !== null);
        if (id === null) return;
        rows.get(id).row.classList.add("graph-here");
        for (const way of ["up", "down"]) {
            const seen = new Set([id]);
            let near = [id];
            for (let steps = 1; near.length; steps += 1) {
                const next = [];
                for (const at of near) {
                    for (const reached of rows.get(at)[way]) {
                        const line = way === "up" ? pieces(reached, at) : pieces(at, reached);
                        line.forEach((piece) => piece.classList.add(`graph-${way}`));
                        if (!seen.has(reached)) {
                            seen.add(reached);
                            next.push(reached);
                            rows.get(reached).row.classList.add(`graph-${way}`);
                            if (steps > 1) rows.get(reached).row.classList.add("graph-far");
                        }
                    }
                }
                near = next;
            }
        }
    }
    const rowOf = (event) => event.target.closest?.("tr[id]")?.id ?? null;
    graph.addEventListener("pointerover", (event) => show(rowOf(event)));
    graph.addEventListener("pointerleave", () => show(null));
    graph.addEventListener("focusin", (event) => show(rowOf(event)));
    graph.addEventListener("focusout", () => show(null));
    graph.addEventListener("keydown", (event) => event.key === "Escape" && show(null));
}
