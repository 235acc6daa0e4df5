/* Dropout on one sample with two features, the first of size s, the second of size 1, and the target s + 1. */

import * as f from "./dropout-formulas.js";
import { Panel, State, axes, choice, clamp, handle, html, label, number, path, presets, scale, slider, svg } from "./kit.js";

const LIMITS = { p: [0.05, 1], s: [0.2, 20], t: [1, 20000], c: [0.02, 0.6] };
const MOST = 1200; // dots of the cloud

/* The same random numbers for every keep probability, so that a change of p moves the cloud and does not redraw it. */
const DRAWS = (() => {
    const draws = new Float32Array(2 * LIMITS.t[1]);
    for (let k = 0, state = 2026; k < draws.length; k++) {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        draws[k] = ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    }
    return draws;
})();

/** The features that descent sees: in standardised coordinates both have size 1. */
export const features = ({ s, walk }) => (walk === "raw" ? [s, 1] : [1, 1]);

/** The step of descent: the fraction c of p times the largest step at which the mean converges. */
export const step = (values) => (values.c * values.p) / f.largest_eigenvalue(features(values)[0], values.p);

/** Stochastic descent from 0 with inverted dropout: its last iterates and the mean after the first quarter. */
export function run(values) {
    const [a, b] = features(values), { p } = values, y = values.s + 1, count = Math.round(values.t), eta = step(values);
    const kept = [], from = Math.max(0, count - MOST), start = Math.floor(count / 4);
    let u = 0, v = 0, sumU = 0, sumV = 0;
    for (let k = 0; k < count; k++) {
        const x = DRAWS[2 * k] < p ? a / p : 0, z = DRAWS[2 * k + 1] < p ? b / p : 0;
        const pull = 2 * eta * (x * u + z * v - y);
        u -= pull * x;
        v -= pull * z;
        if (k >= from) kept.push([u, v]);
        if (k >= start) {
            sumU += u;
            sumV += v;
        }
    }
    return { kept, mean: [sumU / (count - start), sumV / (count - start)], last: [u, v] };
}

export function summary(values) {
    const [a, b] = features(values), { p, s } = values, y = s + 1, none = p >= 1;
    const least = f.least_norm(s, 1, y);
    const inRaw = (w) => (values.walk === "raw" ? w : [s * w[0], w[1]]);
    const solution = none ? inRaw(least) : f.solution(a, b, y, p);
    return {
        y, none, solution, least: inRaw(least), limit: f.solution(a, b, y, 1), parts: [a * solution[0], b * solution[1]],
        raw: none ? Infinity : f.raw_condition(s, p), equal: none ? Infinity : f.equal_condition(p),
        floor: Math.max(f.condition_floor(s), 1 / f.condition_floor(s)),
    };
}

function told(values) {
    const m = summary(values);
    if (m.none) return `Nothing is dropped. Descent ends at the fit of least norm, where the features contribute ${number(m.parts[0])} and ${number(m.parts[1])}.`;
    return `Keep probability ${number(values.p, 2)}, first feature of size ${number(values.s, 2)}. Both features contribute ${number(m.parts[0])}. ` +
        `The condition number is ${number(m.equal)} in standardised and ${number(m.raw)} in original coordinates.`;
}

export function mount(root, data) {
    const high = (wide, narrow) => () => (root.clientWidth > 560 ? wide : narrow);
    const plane = new Panel({ title: "weights", name: "plane", height: high(372, 250), margin: [6, 6, 32, 34], words: "Weights: exact fits, minimisers, and the iterates of descent",
        key: [["cloud dot", "iterates"], ["hull dashed", "2 s.d."], ["way dashed", "minimisers"]] });
    const share = new Panel({ title: "contributions xᵢwᵢ", name: "share", height: high(164, 140), margin: [8, 8, 32, 38], words: "" });
    const bend = new Panel({ title: "conditioning", name: "bend", height: high(164, 140), margin: [8, 8, 32, 38],
        words: "Condition numbers over the dropout rate", key: [["one", "original"], ["two", "standard"]] });
    const facts = Object.fromEntries(["solution", "parts", "mean", "jump"].map((key) => [key, html("dd", {})]));
    const state = new State(root, { initial: data.initial, limits: LIMITS, allowed: { walk: ["raw", "standardised"] }, words: told, draw });
    const set = (patch) => state.set(patch);
    const sliders = {
        p: slider({ name: "keep probability p", from: 0.05, to: 1, steps: 190, words: (v) => number(v, 2), on: (p) => set({ p }) }),
        s: slider({ name: "size of feature 1", from: 0.2, to: 20, logarithmic: true, words: (v) => number(v, v < 10 ? 2 : 3), on: (s) => set({ s }) }),
        c: slider({ name: "step ηλ_max/p", from: 0.02, to: 0.6, words: (v) => number(v, 2), on: (c) => set({ c }) }),
        t: slider({ name: "samples seen", from: 1, to: 20000, logarithmic: true, words: (v) => String(Math.round(v)), on: (t) => set({ t }) }),
    };
    const walk = choice({ name: "descent in", options: { raw: "original", standardised: "standardised coordinates" }, on: (walk) => set({ walk }) });
    const buttons = presets({
        name: "Settings to start from",
        options: { play: "▶ samples arrive", notebook: "the notebook’s toy", gentle: "almost no dropout", none: "none at all", equal: "equal features", path: "standardised descent" },
        on: (key) => {
            if (key === "play") {
                state.set({ t: 1 }, false);
                return state.glide({ t: LIMITS.t[1] }, ["t"], 5000);
            }
            state.glide({ notebook: { p: 0.5, s: 10, walk: "raw" }, gentle: { p: 0.98 }, none: { p: 1 }, equal: { s: 1 }, path: { walk: "standardised" } }[key], ["s"]);
        },
    });

    const at = {};
    for (const [panel, names] of [[plane, "levels fits way cloud hull"], [share, "shared"], [bend, "floor one two now"]])
        for (const name of names.split(" ")) panel.inside.append((at[name] = svg("path", { class: `m-${name}` })));
    at.limit = plane.inside.appendChild(svg("circle", { class: "m-open", r: 5 }));
    at.least = plane.inside.appendChild(svg("path", { class: "m-diamond" }));
    at.star = plane.inside.appendChild(svg("circle", { class: "m-solution", r: 6 }));
    at.mean = plane.inside.appendChild(svg("path", { class: "m-cross" }));
    at.pair = [0, 1].map((k) => share.marks.appendChild(svg("path", { class: `m-diamond ${k ? "flat" : ""}` })));
    at.end = share.marks.appendChild(svg("circle", { class: "m-open", r: 4.5 }));
    const point = handle(share, {
        name: "dropout rate: arrow keys move it", radius: 7,
        to: (x) => share.x && set({ p: clamp(1 - share.x.back(x), ...LIMITS.p) }),
        by: (right, up) => set({ p: state.values.p - 0.01 * (right + up) }),
    });
    share.marks.append(point.node);

    root.replaceChildren(
        buttons,
        html("div", { class: "live-grid live-three" }, plane.node, share.node, bend.node),
        html("div", { class: "live-controls live-even" }, sliders.p.node, sliders.s.node, sliders.t.node, sliders.c.node),
        html("div", { class: "live-choices" }, walk.node),
        html("div", { class: "live-read" }, html("dl", { class: "live-facts simple" },
            ...[["solution", "minimiser"], ["mean", "mean of iterates"]].flatMap(([key, name]) => [html("dt", {}, name), facts[key]])),
        html("dl", { class: "live-facts simple" },
            ...[["parts", "contributions"], ["jump", "without dropout"]].flatMap(([key, name]) => [html("dt", {}, name), facts[key]]))),
        state.spoken,
    );
    state.now();

    function draw(values) {
        const panels = [plane, share, bend];
        panels.forEach((panel) => panel.fit());
        if (panels.some((panel) => !panel.box)) return;
        const m = summary(values), past = run(values);
        drawPlane(values, m, past);
        drawShare(values, m);
        drawBend(values, m);
        const pair = (w) => `(${number(w[0])}, ${number(w[1])})`;
        facts.solution.textContent = pair(m.solution);
        facts.mean.textContent = pair(past.mean);
        facts.parts.textContent = m.none ? `${number(m.parts[0])} and ${number(m.parts[1])}` : `${number(m.parts[0])} each, of ${number(m.y)}`;
        const [large, small] = f.least_norm(values.s, 1, m.y);
        facts.jump.textContent = `${number(values.s * large)} and ${number(small)}`;
        for (const [key, control] of Object.entries(sliders)) control.show(values[key]);
        walk.show(values.walk);
    }

    function drawPlane(values, m, past) {
        const { box } = plane, [a, b] = features(values), reach = 1.3 * Math.max(...m.limit, ...m.least);
        const unit = Math.min(box.right - box.left, box.bottom - box.top) / (1.28 * reach);
        const middle = (box.right - box.left) / unit / 2, centre = Math.max(m.limit[0], m.least[0]) / 2;
        const x = scale([centre - middle, centre + middle], [box.left, box.right]);
        const y = scale([-0.2 * reach, (box.bottom - box.top) / unit - 0.2 * reach], [box.bottom, box.top]);
        const tick = 10 ** Math.floor(Math.log10(reach)), gap = reach / tick > 5 ? 2 * tick : reach / tick > 2.2 ? tick : tick / 2;
        const ticks = (map) => Array.from({ length: 15 }, (_, k) => (k - 4) * gap).filter((v) => v >= map.domain[0] && v <= map.domain[1]).map((v) => [v, number(v, 2).replace(/\.0+$/, "")]);
        const [first, second] = values.walk === "raw" ? ["w₁", "w₂"] : ["γ₁w₁", "γ₂w₂"];
        plane.still(`${reach} ${values.walk}`, () => axes(box, x, y, { xticks: ticks(x), yticks: ticks(y), xname: first, yname: second }));
        const ends = x.domain.map((u) => [u, (m.y - a * u) / b]);
        at.fits.setAttribute("d", path(b * reach < 1e-9 ? [] : clipped(ends, a, b, m.y, y.domain).map(([u, v]) => [x(u), y(v)])));
        at.way.setAttribute("d", path([0.001, 1].map((p) => f.solution(a, b, m.y, p)).map(([u, v]) => [x(u), y(v)])));
        at.cloud.setAttribute("d", past.kept.map(([u, v]) => `M${x(u).toFixed(1)} ${y(v).toFixed(1)}h0`).join(""));
        const centreOf = m.none ? m.least : m.solution, lambda = m.none ? 0 : f.ridge_strength(values.p);
        const K = [a * a * (1 + lambda), a * b, b * b * (1 + lambda)];
        at.levels.setAttribute("d", m.none ? "" : [0.12, 0.3, 0.55, 0.9].map((size) => ellipse(centreOf, inverse(K), size * reach * Math.sqrt(smallest(K)), x, y)).join(""));
        const S = m.none ? null : f.covariance(a, m.y, values.p, step(values));
        at.hull.setAttribute("d", S && S[0] > 0 ? ellipse(centreOf, S, 2, x, y) : "");
        place(at.star, x(centreOf[0]), y(centreOf[1]));
        place(at.limit, x(m.limit[0]), y(m.limit[1]));
        at.least.setAttribute("d", diamond(x(m.least[0]), y(m.least[1]), 6));
        const [u, v] = [x(past.mean[0]), y(past.mean[1])];
        at.mean.setAttribute("d", `M${u - 5} ${v - 5}l10 10M${u - 5} ${v + 5}l10 -10`);
    }

    function drawShare(values, m) {
        const { box } = share, top = m.y * 1.05;
        const x = (share.x = scale([-0.03, 0.98], [box.left, box.right])), y = scale([0, top], [box.bottom, box.top]);
        share.still(`${top}`, () => axes(box, x, y, { xticks: [0, 0.25, 0.5, 0.75].map((v) => [v, String(v)]), yticks: [0, 0.5, 1].map((v) => [v * m.y, number(v * m.y, 2).replace(/\.0+$/, "")]), xname: "dropout rate 1 − p" }));
        const rates = Array.from({ length: 80 }, (_, k) => 1e-4 + (0.95 * k) / 79);
        at.shared.setAttribute("d", path(rates.map((rate) => [x(rate), y(values.s * f.solution(values.s, 1, m.y, 1 - rate)[0])])));
        const least = f.least_norm(values.s, 1, m.y);
        [values.s * least[0], least[1]].forEach((part, k) => at.pair[k].setAttribute("d", diamond(x(0), y(part), 6)));
        place(at.end, x(0), y(m.y / 2));
        point.show(x(1 - values.p), y(m.parts[0]), m.none ? "rate 0" : `rate ${number(1 - values.p, 2)}, each feature contributes ${number(m.parts[0])}`);
    }

    function drawBend(values, m) {
        const { box } = bend, x = scale([-0.03, 0.98], [box.left, box.right]), y = scale([1, 1e5], [box.bottom, box.top], true);
        bend.still("", () => axes(box, x, y, { xticks: [0, 0.25, 0.5, 0.75].map((v) => [v, String(v)]), yticks: [[1, "1"], [100, "100"], [1e4, "10⁴"]], xname: "dropout rate 1 − p" }));
        const rates = Array.from({ length: 80 }, (_, k) => 0.003 + (0.947 * k) / 79);
        at.one.setAttribute("d", path(rates.map((rate) => [x(rate), y(f.raw_condition(values.s, 1 - rate))])));
        at.two.setAttribute("d", path(rates.map((rate) => [x(rate), y(f.equal_condition(1 - rate))])));
        at.floor.setAttribute("d", path(x.domain.map((v) => [x(v), y(m.floor)])));
        at.now.setAttribute("d", m.none ? "" : `M${x(1 - values.p)} ${box.top}V${box.bottom}`);
    }
}

const place = (node, x, y) => {
    node.setAttribute("cx", x.toFixed(1));
    node.setAttribute("cy", y.toFixed(1));
};
const diamond = (x, y, r) => `M${x.toFixed(1)} ${(y - r).toFixed(1)}l${r} ${r}l${-r} ${r}l${-r} ${-r}Z`;

/** The part of the line a u + b v = y between two heights. */
const clipped = (ends, a, b, y, [low, high]) => ends.map(([u, v]) => (v < low ? [(y - b * low) / a, low] : v > high ? [(y - b * high) / a, high] : [u, v]));

const eigen = ([a, b, c]) => {
    const half = (a + c) / 2, root = Math.hypot((a - c) / 2, b);
    return [half + root, half - root, Math.atan2(2 * b, a - c) / 2];
};
const smallest = (matrix) => Math.max(eigen(matrix)[1], 1e-9);
const inverse = ([a, b, c]) => {
    const det = a * c - b * b;
    return [c / det, -b / det, a / det];
};

/** The points at `size` standard deviations of a symmetric matrix [a, b, c] around a centre, as a closed path. */
function ellipse([u, v], matrix, size, x, y) {
    const [large, small, angle] = eigen(matrix), [r, q] = [size * Math.sqrt(large), size * Math.sqrt(Math.max(small, 0))];
    return path(Array.from({ length: 73 }, (_, k) => {
        const c = r * Math.cos((k * Math.PI) / 36), s = q * Math.sin((k * Math.PI) / 36);
        return [x(u + c * Math.cos(angle) - s * Math.sin(angle)), y(v + c * Math.sin(angle) + s * Math.cos(angle))];
    }));
}
