/* Pruning: two weights that the reader sets, and a threshold over many. */

import * as f from "./pruning-formulas.js";
import { Panel, State, axes, clamp, handle, html, label, number, path, presets, scale, slider, svg } from "./kit.js";

const LIMITS = { x: [-2, 2], y: [-2, 2], ratio: [0.1, 10], r: [-0.95, 0.95], u: [0, 3], m: [0, 1] };
const COUNT = 1000, WIDTH = 0.2;
const CRITERIA = ["magnitude", "OBD", "OBS"];

/* Standard normal numbers from a fixed start, by Box and Muller. */
const NORMAL = (() => {
    let state = 7;
    const uniform = () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296;
    };
    return Float64Array.from({ length: COUNT }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
})();

/** The entries of G for two features: squared norms ratio and 1, correlation r. */
export const gram = ({ ratio, r }) => [ratio, r * Math.sqrt(ratio), 1];

/** What each criterion says of the two weights, and where the weights end if one of them goes. */
export function two(values) {
    const { x, y } = values, [a, b, c] = gram(values), args = [x, y, a, b, c];
    const score = { magnitude: [Math.abs(x), Math.abs(y)], OBD: [f.saliency(a, x), f.saliency(c, y)],
        OBS: [f.refitted_rise_1(...args), f.refitted_rise_2(...args)] };
    const [one, other] = [f.refit_1(...args), f.refit_2(...args)];
    return { score, first: Object.fromEntries(CRITERIA.map((key) => [key, score[key][0] <= score[key][1] ? 0 : 1])),
        zeroed: [[0, y], [x, 0]], refitted: [[x + one[0], y + one[1]], [x + other[0], y + other[1]]] };
}

/** Many weights with mean m, in order of magnitude: what removing the smallest costs, as shares of removing all. */
export function many({ m, r }) {
    const shared = Math.max(r, 0), weights = Float64Array.from(NORMAL, (value) => value + m).sort((a, b) => Math.abs(a) - Math.abs(b));
    const sums = { energy: [0], rise: [0] };
    let square = 0, plain = 0;
    for (const weight of weights) {
        square += weight * weight;
        plain += weight;
        sums.energy.push(f.predicted_rise(square));
        sums.rise.push(f.correlated_rise(shared, square, plain));
    }
    return { weights, energy: sums.energy, rise: sums.rise, whole: sums.energy.at(-1) };
}

export function summary(values) {
    const pair = two(values), all = many(values);
    const removed = all.weights.findIndex((weight) => Math.abs(weight) > values.u), gone = removed < 0 ? COUNT : removed;
    return { pair, all, gone, energy: all.energy[gone] / all.whole, rise: all.rise[gone] / all.whole };
}

function told(values) {
    const { pair, gone, energy, rise } = summary(values);
    const named = CRITERIA.map((key) => `${key} removes weight ${pair.first[key] + 1} first`).join(", ");
    return `Of the two weights ${named}. Among many, ${number((100 * gone) / COUNT, 2)} per cent lie below the threshold; they hold ` +
        `${number(100 * energy, 2)} per cent of the energy, and removing them raises the loss by ${number(100 * rise, 2)} per cent of it.`;
}

export function mount(root, data) {
    const high = (wide, narrow) => () => (root.clientWidth > 560 ? wide : narrow);
    const plane = new Panel({ title: "two weights", name: "pair", height: high(372, 260), margin: [6, 6, 32, 34], words: "",
        key: [["steep", "weight 1 goes"], ["flat", "weight 2 goes"]] });
    const bars = new Panel({ title: "many weights", name: "bars", height: high(164, 140), margin: [8, 8, 32, 38], words: "" });
    const cost = new Panel({ title: "share removed", name: "cost", height: high(164, 140), margin: [8, 8, 32, 38],
        words: "Energy and loss over the share of weights removed", key: [["flat", "energy"], ["steep", "loss"]] });
    const table = html("table", { class: "live-table" });
    const facts = Object.fromEntries(["gone", "energy", "law", "rise"].map((key) => [key, html("dd", {})]));
    const state = new State(root, { initial: data.initial, limits: LIMITS, words: told, draw });
    const set = (patch) => state.set(patch);
    const sliders = {
        ratio: slider({ name: "curvature G₁₁/G₂₂", from: 0.1, to: 10, logarithmic: true, words: (v) => number(v, 2), on: (ratio) => set({ ratio }) }),
        r: slider({ name: "correlation", from: -0.95, to: 0.95, words: (v) => number(Math.abs(v) < 0.003 ? 0 : v, 2), on: (r) => set({ r }) }),
        u: slider({ name: "threshold", from: 0, to: 3, words: (v) => number(v, 3), on: (u) => set({ u }) }),
        m: slider({ name: "mean of the many", from: 0, to: 1, words: (v) => number(v, 2), on: (m) => set({ m }) }),
    };
    const settings = { agree: { x: 1.4, y: 0.7, ratio: 1, r: 0 }, magnitude: { x: 1.3, y: 0.9, ratio: 0.2, r: 0 },
        surgeon: { x: 0.75, y: 1.1, ratio: 2.6, r: 0.7 }, zero: { m: 0, r: 0, u: 1 }, shifted: { m: 0.6, r: 0.5, u: 1 } };
    const buttons = presets({
        name: "Settings to start from",
        options: { agree: "all agree", magnitude: "magnitude misled", surgeon: "correlated", zero: "Gaussian", shifted: "same sign" },
        on: (key) => state.glide(settings[key], ["ratio"]),
    });

    const at = {};
    for (const [panel, names] of [[plane, "levels lost1 lost2 axis1 axis2 move1 move2 fit1 fit2"], [bars, "bars gone density cut"], [cost, "bounds normal energy rise now"]])
        for (const name of names.split(" ")) panel.inside.append((at[name] = svg("path", { class: `p-${name}` })));
    at.ends = [0, 1, 2, 3].map((k) => plane.inside.appendChild(svg("circle", { r: 5, class: `p-end ${k % 2 ? "flat" : ""} ${k > 1 ? "open" : ""}` })));
    const pair = handle(plane, {
        name: "the two weights: arrow keys move the minimum",
        to: (x, y) => plane.x && set({ x: plane.x.back(x), y: plane.y.back(y) }),
        by: (right, up) => set({ x: state.values.x + 0.05 * right, y: state.values.y + 0.05 * up }),
    });
    plane.marks.append(pair.node);
    const cut = handle(bars, {
        name: "threshold: arrow keys move it", radius: 7,
        to: (x) => bars.x && set({ u: Math.abs(bars.x.back(x)) }),
        by: (right, up) => set({ u: state.values.u + 0.02 * (right + up) }),
    });
    bars.marks.append(cut.node);

    root.replaceChildren(
        buttons,
        html("div", { class: "live-grid live-three" }, plane.node, bars.node, cost.node),
        html("div", { class: "live-controls live-even" }, ...Object.values(sliders).map((control) => control.node)),
        html("div", { class: "live-read" }, table, html("dl", { class: "live-facts simple" },
            ...[["gone", "weights removed"], ["energy", "energy removed"], ["law", "predicted"], ["rise", "true loss"]].flatMap(([key, name]) => [html("dt", {}, name), facts[key]]))),
        state.spoken,
    );
    state.now();

    function draw(values) {
        const panels = [plane, bars, cost];
        panels.forEach((panel) => panel.fit());
        if (panels.some((panel) => !panel.box)) return;
        const s = summary(values);
        drawPlane(values, s.pair);
        drawBars(values, s);
        drawCost(values, s);
        const percent = (share) => `${number(100 * share, share < 0.001 ? 2 : 3)} %`;
        facts.gone.textContent = percent(s.gone / COUNT);
        facts.energy.textContent = percent(s.energy);
        facts.law.textContent = values.m === 0 ? percent(f.removed_share(values.u)) : "for mean 0 only";
        facts.rise.textContent = `${percent(s.rise)} of the energy`;
        table.replaceChildren(
            html("caption", {}, "cost of removing"),
            html("tr", {}, ...["", "w₁", "w₂", "first to go"].map((text) => (text ? html("th", { scope: "col" }, text) : html("td", {})))),
            ...CRITERIA.map((key) => html("tr", {}, html("th", { scope: "row" }, key), ...s.pair.score[key].map((cost, k) =>
                html("td", { class: s.pair.first[key] === k ? "least" : "" }, number(cost))), html("td", {}, s.pair.first[key] ? "w₂" : "w₁"))),
        );
        for (const [key, control] of Object.entries(sliders)) control.show(values[key]);
    }

    function drawPlane(values, s) {
        const { box } = plane, up = 2.3, across = (up * (box.right - box.left)) / (box.bottom - box.top);
        const x = (plane.x = scale([-across, across], [box.left, box.right])), y = (plane.y = scale([-up, up], [box.bottom, box.top]));
        plane.still("", () => axes(box, x, y, { xticks: [-2, -1, 0, 1, 2].map((v) => [v, number(v, 1)]), yticks: [-2, -1, 0, 1, 2].map((v) => [v, number(v, 1)]), xname: "w₁", yname: "w₂", grid: false }));
        const [a, b, c] = gram(values), centre = [values.x, values.y];
        at.levels.setAttribute("d", [0.1, 0.4, 0.9, 1.6, 2.5, 3.6].map((size) => ellipse(centre, [a, b, c], size, x, y)).join(""));
        at.axis1.setAttribute("d", `M${x(0)} ${box.top}V${box.bottom}`);
        at.axis2.setAttribute("d", `M${box.left} ${y(0)}H${box.right}`);
        [0, 1].forEach((k) => {
            const [zeroed, refitted] = [s.zeroed[k], s.refitted[k]];
            at[`lost${k + 1}`].setAttribute("d", ellipse(centre, [a, b, c], s.score.OBS[k], x, y));
            at[`move${k + 1}`].setAttribute("d", path([centre, zeroed].map(([u, v]) => [x(u), y(v)])));
            at[`fit${k + 1}`].setAttribute("d", path([centre, refitted].map(([u, v]) => [x(u), y(v)])));
            [zeroed, refitted].forEach(([u, v], which) => {
                at.ends[k + 2 * which].setAttribute("cx", x(u).toFixed(1));
                at.ends[k + 2 * which].setAttribute("cy", y(v).toFixed(1));
            });
        });
        pair.show(x(values.x), y(values.y), `weights ${number(values.x, 2)} and ${number(values.y, 2)}`);
    }

    function drawBars(values, s) {
        const { box } = bars, x = (bars.x = scale([-4, 4], [box.left, box.right])), y = scale([0, 0.46], [box.bottom, box.top]);
        bars.still("", () => axes(box, x, y, { xticks: [-4, -2, 0, 2, 4].map((v) => [v, number(v, 1)]), xname: "weight" }));
        const bins = new Map();
        for (const weight of s.all.weights) {
            const bin = Math.floor(weight / WIDTH), entry = bins.get(bin) ?? [0, 0];
            entry[Math.abs(weight) <= values.u ? 0 : 1]++;
            bins.set(bin, entry);
        }
        const parts = ["", ""], unit = 1 / COUNT / WIDTH, across = (x(WIDTH) - x(0) - 1).toFixed(1);
        for (const [bin, [low, rest]] of bins) {
            const left = (x(bin * WIDTH) + 0.5).toFixed(1), base = [0, low * unit], tops = [low * unit, (low + rest) * unit];
            tops.forEach((top, k) => top > base[k] && (parts[k] += `M${left} ${y(base[k]).toFixed(1)}h${across}V${y(top).toFixed(1)}h-${across}Z`));
        }
        at.gone.setAttribute("d", parts[0]);
        at.bars.setAttribute("d", parts[1]);
        at.density.setAttribute("d", path(Array.from({ length: 81 }, (_, k) => -4 + k / 10).map((w) => [x(w), y(f.density(w - values.m, 1))])));
        at.cut.setAttribute("d", `M${x(-values.u)} ${box.top}V${box.bottom}M${x(values.u)} ${box.top}V${box.bottom}`);
        cut.show(x(values.u), (box.top + box.bottom) / 2, `${number(values.u)}, below it ${s.gone} of ${COUNT} weights`);
    }

    function drawCost(values, s) {
        const { box } = cost, top = 1;
        const x = scale([0, 1], [box.left, box.right]), y = scale([1e-4, top], [box.bottom, box.top], true);
        cost.still("", () => axes(box, x, y, { xticks: [0, 0.5, 1].map((v) => [v, String(v)]), yticks: [[1e-4, "10⁻⁴"], [1e-2, "10⁻²"], [1, "1"]], xname: "share of weights" }));
        const spread = Array.from({ length: 101 }, (_, k) => Math.round((k * COUNT) / 100)), low = (v) => y(Math.max(v, 1e-5));
        at.energy.setAttribute("d", path(spread.map((n) => [x(n / COUNT), low(s.all.energy[n] / s.all.whole)])));
        at.rise.setAttribute("d", path(spread.map((n) => [x(n / COUNT), low(s.all.rise[n] / s.all.whole)])));
        const steps = Array.from({ length: 60 }, (_, k) => 0.02 + (3.6 * k) / 59);
        at.normal.setAttribute("d", values.m === 0 ? path(steps.map((u) => [x(f.removed_fraction(u)), low(f.removed_share(u))])) : "");
        at.now.setAttribute("d", `M${x(s.gone / COUNT)} ${box.top}V${box.bottom}`);
    }
}

/** All weights with (w − centre)ᵀG(w − centre) = size, G = [a, b; b, c]. */
function ellipse([u, v], [a, b, c], size, x, y) {
    const half = (a + c) / 2, root = Math.hypot((a - c) / 2, b), angle = Math.atan2(2 * b, a - c) / 2;
    const long = Math.sqrt(size / Math.max(half - root, 1e-9)), short = Math.sqrt(size / (half + root));
    return path(Array.from({ length: 73 }, (_, k) => {
        const p = short * Math.cos((k * Math.PI) / 36), q = long * Math.sin((k * Math.PI) / 36);
        return [x(u + p * Math.cos(angle) - q * Math.sin(angle)), y(v + p * Math.sin(angle) + q * Math.cos(angle))];
    }));
}
