/* Recorded sharpness along training, beside the lines that the step and the memory of each run predict. */

import * as f from "./networks-formulas.js";
import { Panel, State, axes, choice, clamp, html, label, number, path, scale, slider, svg } from "./kit.js";

const METHODS = {
    descent: { name: "descent", has: (run) => run.beta === 1, line: (run) => f.descent_line(run.eta) },
    momentum: { name: "momentum", has: (run) => run.beta < 1 && !run.ahead, line: (run) => f.momentum_line(run.eta, run.beta) },
    nesterov: { name: "Nesterov", has: (run) => run.beta < 1 && run.ahead, line: (run) => f.nesterov_line(run.eta, run.beta) },
};

export const methodOf = (run) => Object.keys(METHODS).find((key) => METHODS[key].has(run));

/** The line of a run, from its own step and memory. */
export const line = (run) => METHODS[methodOf(run)].line(run);

/** The runs of a method, the lowest line first. */
export const runsOf = (data, method) => data.runs.filter(METHODS[method].has).sort((a, b) => line(a) - line(b));

/** The run that is shown, its line, the mean of its second half, and the lines that the same pair would have elsewhere. */
export function summary(data, { method, run, after }) {
    const all = runsOf(data, method), shown = all[clamp(Math.round(run), 0, all.length - 1)], limit = line(shown);
    const tail = shown.sharpness.slice(-Math.floor(shown.sharpness.length / 2));
    const index = clamp(Math.round(after * (data.times.length - 1)), 0, data.times.length - 1);
    return { all, shown, limit, plateau: tail.reduce((a, b) => a + b, 0) / tail.length, index,
        others: { descent: f.descent_line(shown.eta), momentum: f.momentum_line(shown.eta, shown.beta), nesterov: f.nesterov_line(shown.eta, shown.beta) } };
}

export function mount(root, data) {
    const told = (values) => {
        const s = summary(data, values);
        return `${METHODS[values.method].name} with step ${number(s.shown.eta)}` + (s.shown.beta < 1 ? ` and β ${number(s.shown.beta, 1)}` : "") +
            `: the line is ${number(s.limit)}, the mean sharpness of the second half ${number(s.plateau)}, ${number(s.plateau / s.limit, 4)} of it.`;
    };
    const high = (wide, narrow) => () => (root.clientWidth > 560 ? wide : narrow);
    const sharp = new Panel({ title: "sharpness", name: "sharp", height: high(250, 180), margin: [8, 14, 32, 38],
        words: "Sharpness over the steps of training, with the line of the run", key: [["total", "this run"], ["two", "its line"]] });
    const loss = new Panel({ title: "loss", name: "loss", height: high(250, 140), margin: [8, 14, 32, 42], words: "Loss over the steps of training" });
    const facts = Object.fromEntries(["pair", "line", "plateau", "others"].map((key) => [key, html("dd", {})]));
    const state = new State(root, {
        initial: data.initial, limits: { run: [0, 9], after: [0, 1] }, allowed: { method: Object.keys(METHODS), unit: ["plain", "line"] },
        words: told, draw, settle: (values) => ({ ...values, run: clamp(values.run, 0, runsOf(data, values.method).length - 1) }),
    });
    const set = (patch) => state.set(patch);
    const method = choice({ name: "method", options: Object.fromEntries(Object.entries(METHODS).map(([key, { name }]) => [key, name])), on: (method) => set({ method }) });
    const unit = choice({ name: "axis", options: { plain: "sharpness", line: "over its line" }, on: (unit) => set({ unit }) });
    const run = slider({ name: "run, by its line", from: 0, to: 1, steps: 100, words: () => String(1 + Math.round(state.values.run)), on: (share) => {
        // there are few runs on a fine scale: a key that moves the handle a little goes to the next of them
        const last = runsOf(data, state.values.method).length - 1, here = Math.round(state.values.run);
        const moved = share * last - here;
        set({ run: clamp(Math.abs(moved) < 0.5 ? here + Math.sign(moved) : Math.round(share * last), 0, last) });
        place(); // at once: the next key may come before the next picture
    } });
    const place = () => run.show(state.values.run / Math.max(runsOf(data, state.values.method).length - 1, 1));
    const after = slider({ name: "step of training", from: 0, to: 1, words: (share) => String(data.times[Math.round(share * (data.times.length - 1))]), on: (share) => set({ after: share }) });
    const at = {};
    for (const [panel, names] of [[sharp, "others line now walk"], [loss, "others now walk"]])
        for (const name of names.split(" ")) panel.inside.append((at[`${panel === sharp ? "s" : "l"}-${name}`] = svg("path", { class: `n-${name}` })));
    const dots = [sharp, loss].map((panel) => panel.inside.appendChild(svg("circle", { r: 5, class: "m-solution" })));
    root.replaceChildren(
        html("div", { class: "live-choices live-first" }, method.node, unit.node),
        html("div", { class: "live-grid live-stack" }, sharp.node, loss.node),
        html("div", { class: "live-controls live-even" }, run.node, after.node),
        html("div", { class: "live-read" },
            html("dl", { class: "live-facts simple" }, html("dt", {}, "run"), facts.pair, html("dt", {}, "line"), facts.line),
            html("dl", { class: "live-facts simple" }, html("dt", {}, "second half"), facts.plateau, html("dt", {}, "other lines"), facts.others)),
        state.spoken,
    );
    state.now();

    function draw(values) {
        [sharp, loss].forEach((panel) => panel.fit());
        if (!sharp.box || !loss.box) return;
        const s = summary(data, values), { times } = data, last = times.at(-1), relative = values.unit === "line";
        const ticks = { xticks: [0, 0.5, 1].map((share) => [share * last, String(share * last)]), xname: "step of training" };
        const x = scale([0, last], [sharp.box.left, sharp.box.right]), y = scale([0, relative ? 1.6 : 18], [sharp.box.bottom, sharp.box.top]);
        sharp.still(values.unit, () => axes(sharp.box, x, y, { ...ticks, yticks: (relative ? [0, 0.5, 1, 1.5] : [0, 5, 10, 15]).map((v) => [v, String(v)]) }));
        const per = (one) => (relative ? line(one) : 1), curve = (one, of, map) => path(times.map((t, k) => [x(t), map(of(one)[k])]));
        const sharpness = (one) => one.sharpness.map((value) => value / per(one));
        at["s-others"].setAttribute("d", data.runs.map((one) => curve(one, sharpness, y)).join(""));
        at["s-walk"].setAttribute("d", curve(s.shown, sharpness, y));
        at["s-line"].setAttribute("d", `M${sharp.box.left} ${y(s.limit / per(s.shown))}H${sharp.box.right}`);
        const z = scale([1e-4, 2], [loss.box.bottom, loss.box.top], true);
        loss.still("", () => axes(loss.box, scale([0, last], [loss.box.left, loss.box.right]), z, { ...ticks, yticks: [[1e-4, "10⁻⁴"], [1e-2, "10⁻²"], [1, "1"]] }));
        const u = scale([0, last], [loss.box.left, loss.box.right]), fall = (one) => path(times.map((t, k) => [u(t), z(Math.max(one.loss[k], 1e-5))]));
        at["l-others"].setAttribute("d", data.runs.map(fall).join(""));
        at["l-walk"].setAttribute("d", fall(s.shown));
        const time = times[s.index];
        at["s-now"].setAttribute("d", `M${x(time)} ${sharp.box.top}V${sharp.box.bottom}`);
        at["l-now"].setAttribute("d", `M${u(time)} ${loss.box.top}V${loss.box.bottom}`);
        [[x(time), y(s.shown.sharpness[s.index] / per(s.shown))], [u(time), z(s.shown.loss[s.index])]].forEach(([cx, cy], k) => {
            dots[k].setAttribute("cx", cx.toFixed(1));
            dots[k].setAttribute("cy", cy.toFixed(1));
        });
        facts.pair.textContent = `η = ${number(s.shown.eta)}` + (s.shown.beta < 1 ? `, β = ${number(s.shown.beta, 1)}` : "");
        facts.line.textContent = `${number(s.limit)}; now ${number(s.shown.sharpness[s.index])}`;
        facts.plateau.textContent = `${number(s.plateau)}, ${number(s.plateau / s.limit, 4)} of its line`;
        facts.others.textContent = Object.entries(s.others).filter(([key]) => key !== values.method).map(([key, value]) => `${METHODS[key].name} ${number(value)}`).join(", ");
        method.show(values.method);
        unit.show(values.unit);
        after.show(values.after);
        place();
    }
}
