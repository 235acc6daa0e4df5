/* Gradient descent in a steep and a flat direction, in units in which the steep singular value is 1. */

import * as f from "./descent-formulas.js";
import { Panel, State, axes, clamp, handle, html, label, number, path, presets, scale, slider, svg } from "./kit.js";

const LIMITS = { eta: [0.01, 1.15], x: [-1.2, 1.2], y: [-1.2, 1.2] };
const STEPS = 60;

/** Errors of both directions and the total, the slower factor, and whether the run converges. */
export function summary(values, kappa) {
    const sigmas = [1, 1 / Math.sqrt(kappa)], factors = sigmas.map((sigma) => f.contraction(values.eta, sigma));
    const path = [[values.x, values.y]];
    for (let t = 1; t <= STEPS; t++) {
        const [x, y] = path[t - 1];
        path.push([x - values.eta * f.slope(x, sigmas[1]), y - values.eta * f.slope(y, sigmas[0])]);
    }
    return { path, worst: Math.max(...factors.map(Math.abs)), limit: f.stability_limit(1), best: f.optimal_step(1, sigmas[1]), factors };
}

export function mount(root, data) {
    const { kappa } = data;
    const told = (values) => {
        const s = summary(values, kappa);
        return values.eta < s.limit
            ? `The step ησ₁² is ${number(values.eta, 2)}, below 1: the run converges, a digit every ${number(-1 / Math.log10(s.worst), 2)} steps.`
            : `The step ησ₁² is ${number(values.eta)}, not below 1: the error in the steep direction does not shrink.`;
    };
    const high = () => (root.clientWidth > 560 ? 216 : 158);
    const land = new Panel({ title: "loss", name: "land", height: high, margin: [0, 0, 0, 0], words: "" });
    const curve = new Panel({ title: "error", name: "curve", height: high, margin: [8, 12, 32, 38], words: "Error over the iterations", key: [["total", "run"], ["naive", "bound"]] });
    const verdict = html("p", { class: "live-verdict" });
    const state = new State(root, { initial: data.initial, limits: LIMITS, words: told, draw });
    const eta = slider({ name: "step size ησ₁²", from: 0.01, to: 1.15, words: (v) => number(v, v < 0.1 ? 1 : 2), on: (value) => state.set({ eta: value }) });
    const buttons = presets({ name: "Steps to try", options: { small: "small", best: "best", limit: "just below 1", over: "just above 1" },
        on: (key) => state.glide({ eta: { small: 0.05, best: f.optimal_step(1, 1 / Math.sqrt(kappa)), limit: 0.985, over: 1.02 }[key] }) });
    const origin = handle(land, {
        name: "start of the run: arrow keys move it", radius: 7,
        to: (x, y) => land.x && state.set({ x: land.x.back(x), y: land.y.back(y) }),
        by: (right, up) => state.set({ x: state.values.x + 0.05 * right, y: state.values.y + 0.05 * up }),
    });
    const at = {};
    for (const [panel, names] of [[land, "walk dots goal"], [curve, "naive total"]])
        for (const name of names.split(" ")) panel.inside.append((at[name] = svg("path", { class: `m-${name}` })));
    land.marks.append(origin.node);
    root.replaceChildren(html("div", { class: "live-grid live-pair" }, land.node, curve.node), html("div", { class: "live-one" }, eta.node, buttons), verdict, state.spoken);
    state.now();

    function draw(values) {
        [land, curve].forEach((panel) => panel.fit());
        if (!land.box || !curve.box) return;
        const s = summary(values, kappa), { box } = land, stable = values.eta < s.limit;
        const x = (land.x = scale([-1.35, 1.35], [box.left, box.right])), y = (land.y = scale([-1.35, 1.35], [box.bottom, box.top]));
        const unit = [(box.right - box.left) / 2.7, (box.bottom - box.top) / 2.7];
        land.still("", () => [
            svg("rect", { class: "ground", x: 0, y: 0, width: land.width, height: land.high }),
            ...Array.from({ length: 9 }, (_, k) => 1.9 * 0.7 ** k).map((size) => svg("ellipse", { class: "level", cx: x(0), cy: y(0), rx: size * Math.sqrt(kappa) * unit[0] * 0.62, ry: size * unit[1] * 0.62 })),
        ]);
        const places = s.path.map(([u, v]) => [x(clamp(u, -9, 9)), y(clamp(v, -99, 99))]);
        at.walk.setAttribute("d", path(places));
        at.dots.setAttribute("d", places.slice(1).map(([u, v]) => `M${u.toFixed(1)} ${v.toFixed(1)}h0`).join(""));
        at.goal.setAttribute("d", `M${x(0) - 6} ${y(0)}h12M${x(0)} ${y(0) - 6}v12`);
        origin.show(x(values.x), y(values.y), `flat ${number(values.x, 2)}, steep ${number(values.y, 2)}`);
        const t = scale([0, STEPS], [curve.box.left, curve.box.right]), size = scale([1e-6, 30], [curve.box.bottom, curve.box.top], true);
        curve.still("", () => axes(curve.box, t, size, { xticks: [0, 20, 40, 60].map((v) => [v, String(v)]), yticks: [[1e-6, "10⁻⁶"], [1e-3, "10⁻³"], [1, "1"]], xname: "iteration" }));
        const first = Math.hypot(values.x, values.y) || 1, up = (value) => size(clamp(value, 1e-8, 1e3));
        at.total.setAttribute("d", path(s.path.map(([u, v], k) => [t(k), up(Math.hypot(u, v) / first)])));
        at.naive.setAttribute("d", path(s.path.map((_, k) => [t(k), up(s.worst ** k)])));
        verdict.textContent = told(values);
        verdict.classList.toggle("bad", !stable);
        eta.show(values.eta);
    }
}
