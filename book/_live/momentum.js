/* Momentum to touch: four drawings of the same run. */

import { Panel, State, axes, choice, clamp, colours, handle, html, label, mix, number, path, presets, scale, slider, svg } from "./kit.js";
import * as f from "./momentum-formulas.js";
import { METHODS, preset, sigmas, summary } from "./momentum-run.js";

export * from "./momentum-run.js";

const LIMITS = { eta: [0.02, 60], beta: [0.03, 1], kappa: [1, 1000], x: [-1.2, 1.2], y: [-1.2, 1.2] };
const BANDS = [3, 5, 7, 10, 14, 20, 35, 70, 150, Infinity].map((steps) => 10 ** (-1 / steps)); // iterations a digit
const REGIME = { complex: "oscillates", real: "real roots", double: "double root" };

function told(values) {
    const s = summary(values), [steep, flat] = s.parts;
    const named = { complex: "oscillates", real: "has two real roots", double: "has a double root" };
    if (!s.stable) return `The step is beyond its limit ${number(s.limit)}: the error grows in the steep direction.`;
    const hump = s.peak > 1.005 ? ` Before that the error of one of them grows to ${number(s.peak)} times its first size, at iteration ${s.at}.` : "";
    return `The steep direction ${named[steep.regime]}, the flat one ${named[flat.regime]}. The slower one keeps ` +
        `${number(s.worst)} of its error a step, a digit every ${number(-1 / Math.log10(s.worst))} iterations.${hump} ` +
        `The step taken is ${number(s.taken)}, its limit ${number(s.takenLimit)}.`;
}

export function mount(root, data) {
    const wideOf = (wide, narrow) => () => (root.clientWidth > 560 ? wide : narrow);
    const phase = new Panel({ title: "step and memory", name: "phase", height: wideOf(226, 176), margin: [6, 6, 34, 38],
        words: "", key: [["steep dashed", "steep"], ["flat dashed", "flat"]] });
    const plane = new Panel({ title: "roots", name: "plane", height: wideOf(226, 172), margin: [6, 6, 6, 6],
        words: "The roots of both directions in the complex plane", key: [["steep dot", "steep"], ["flat dot", "flat"]] });
    const land = new Panel({ title: "loss", name: "land", height: wideOf(226, 172), margin: [0, 0, 0, 0], words: "" });
    const curve = new Panel({ title: "error", name: "curve", height: wideOf(226, 184), margin: [8, 14, 32, 38],
        words: "The error over the iterations", key: [["total", "whole"], ["steep", "steep"], ["flat", "flat"], ["dotted", "ρᵗ"]] });
    const canvas = html("canvas", { "aria-hidden": "true" });
    phase.node.insertBefore(canvas, phase.svg);
    const facts = Object.fromEntries(["steep", "flat", "rate", "hump", "limit"].map((key) => [key, html("dd", {})]));
    const gauge = new Panel({ title: "", name: "gauge", height: () => 64, margin: [22, 10, 26, 10], words: "The step taken against its limits" });

    const state = new State(root, {
        initial: data.initial, limits: LIMITS, allowed: { method: ["momentum", "nesterov"], start: ["rest", "gradient", "short"] },
        words: told, draw,
    });
    const set = (patch) => state.set(patch);
    const sliders = {
        eta: slider({ name: "step size ησ₁²", from: 0.02, to: 60, logarithmic: true, words: (v) => number(v), on: (eta) => set({ eta }) }),
        beta: slider({ name: "weight β", from: 0.03, to: 1, words: (v) => number(v, 3), on: (beta) => set({ beta }) }),
        kappa: slider({ name: "condition number κ", from: 1, to: 1000, logarithmic: true, words: (v) => number(v, v < 100 ? 2 : 3), on: (kappa) => set({ kappa }) }),
    };
    const method = choice({ name: "method", options: { momentum: "momentum", nesterov: "Nesterov" }, on: (method) => set({ method }) });
    const start = choice({ name: "first step", options: { rest: "α", gradient: "η", short: "α/(1+μ)" }, on: (start) => set({ start }) });
    const buttons = presets({
        name: "Settings to start from",
        options: { polyak: "Polyak’s optimum", short: "no hump", critical: "critical damping", nesterov: "Nesterov", limit: "divergence",
            source0: "source 1", source1: "2", source2: "3" },
        on: (key) => state.glide(preset(key, state.values, data), ["eta", "kappa"]),
    });

    const pair = handle(phase, {
        name: "step size and memory: arrow keys move the point",
        to: (x, y) => {
            if (!phase.x) return;
            const beta = clamp(phase.y.back(y), ...LIMITS.beta);
            set({ beta, eta: drawn(state.values, beta, x, phase.x) });
        },
        by: (right, up) => set({ eta: state.values.eta * 1.03 ** right, beta: state.values.beta + 0.01 * up }),
    });
    const origin = handle(land, {
        name: "start of the run: arrow keys move it", radius: 6,
        to: (x, y) => land.x && set({ x: land.x.back(x), y: land.y.back(y) }),
        by: (right, up) => set({ x: state.values.x + 0.05 * right, y: state.values.y + 0.05 * up }),
    });
    phase.svg.addEventListener("click", (event) => event.target.closest(".live-handle") || pair.place(event));

    const at = {}; // the parts of the drawings that move
    for (const [panel, names] of [[phase, "steepA steepB flatA flatB limit"], [plane, "inner steepPair flatPair"],
        [land, "walk dots"], [curve, "naive steep flat total steepHull flatHull"]])
        for (const name of names.split(" ")) panel.inside.append((at[name] = svg("path", { class: `m-${name}` })));
    for (const [name, kind] of [["steep", "steep"], ["flat", "flat"]])
        at[`${name}Roots`] = [0, 1].map(() => plane.inside.appendChild(svg("circle", { r: 6, class: `root ${kind}` })));
    at.second = plane.inside.appendChild(svg("circle", { class: "m-inner", fill: "none" }));
    at.hump = curve.marks.appendChild(svg("g", { class: "m-hump" }, svg("circle", { r: 4.5 }), label(0, 0, "", "start")));
    phase.marks.append((at.area = label(0, 0, "both oscillate", "middle", "area")), (at.out = label(0, 0, "diverges", "middle", "area")), pair.node);
    land.marks.append(svg("path", { class: "m-goal" }), origin.node);
    gauge.marks.append((at.bar = svg("rect", { class: "m-bar", height: 10 })), (at.stop = svg("path", { class: "m-stop" })),
        (at.stopText = label(0, 0, "", "middle", "strong")));

    root.replaceChildren(
        buttons,
        html("div", { class: "live-grid live-four" }, phase.node, plane.node, land.node, curve.node),
        html("div", { class: "live-controls" }, sliders.eta.node, sliders.beta.node, sliders.kappa.node),
        html("div", { class: "live-choices" }, method.node, start.node),
        html("div", { class: "live-read" },
            html("dl", { class: "live-facts simple" },
                ...[["steep", "steep"], ["flat", "flat"], ["rate", "long run"], ["hump", "before"], ["limit", "step size"]]
                    .flatMap(([key, name]) => [html("dt", { class: key }, name), facts[key]])),
            gauge.node),
        state.spoken,
    );
    state.now();

    function draw(values) {
        const s = summary(values), panels = [phase, plane, land, curve, gauge];
        panels.forEach((panel) => panel.fit());
        if (panels.some((panel) => !panel.box)) return;
        drawPhase(values, s);
        drawPlane(values, s);
        drawLand(values, s);
        drawCurve(values, s);
        drawFacts(values, s);
        for (const [key, control] of Object.entries(sliders)) control.show(values[key]);
        method.show(values.method);
        start.show(values.start);
    }

    function drawPhase(values, s) {
        const { box } = phase, { method, kappa } = values;
        const x = (phase.x = scale(LIMITS.eta, [box.left, box.right], true)), y = (phase.y = scale([0, 1], [box.bottom, box.top]));
        phase.still(`${state.theme}`, () => axes(box, x, y, {
            xticks: [0.1, 1, 10].map((v) => [v, number(v, 1)]), yticks: [[0, "0"], [0.5, "0.5"], [1, "1"]], grid: false,
            xname: "step size ησ₁² →", }).concat(label(box.left - 22, box.top + 16, "β", "middle", "name")));
        const { limit, doubles } = METHODS[method], betas = Array.from({ length: 60 }, (_, k) => 0.015 + (0.985 * k) / 59);
        const key = `${phase.width} ${kappa.toFixed(4)} ${method} ${state.theme}`;
        if (phase.map !== key) {
            phase.map = key;
            fillMap(values, box);
            const [one, other] = sigmas(values);
            for (const [name, sigma] of [["steep", one], ["flat", other]])
                for (const [side, k] of [["A", 0], ["B", 1]])
                    at[name + side].setAttribute("d", path(betas.map((b) => inside(x, y, doubles(b, sigma)[k], b))));
            at.limit.setAttribute("d", path(betas.map((b) => inside(x, y, limit(b, 1), b))));
            const low = Math.max(doubles(0.12, 1)[0], doubles(0.12, other)[0]), high = Math.min(doubles(0.12, 1)[1], doubles(0.12, other)[1]);
            at.area.setAttribute("x", x(clamp(Math.sqrt(low * high), ...LIMITS.eta)));
            at.area.setAttribute("y", y(0.1));
            at.area.style.display = high > 1.7 * low && x(high) - x(low) > 84 && high < 60 ? "" : "none";
            at.out.setAttribute("x", (x(clamp(limit(0.85, 1), ...LIMITS.eta)) + box.right) / 2);
            at.out.setAttribute("y", y(0.82));
        }
        pair.show(x(values.eta), y(values.beta), `step size ${number(values.eta)}, weight ${number(values.beta)}; ` +
            (s.stable ? `${number(s.worst)} of the error kept a step` : "diverges"));
    }

    function fillMap(values, box) {
        const wide = Math.round((box.right - box.left) / 2), high = Math.round((box.bottom - box.top) / 2);
        Object.assign(canvas, { width: wide, height: high });
        Object.assign(canvas.style, { width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px`,
            left: `${box.left}px`, bottom: `${phase.high - box.bottom}px` });
        const context = canvas.getContext("2d"), image = context.createImageData(wide, high);
        const [paper, blue, red] = colours(root, "--live-paper", "--live-map", "--live-steep");
        const table = BANDS.map((_, k) => mix(paper, blue, 0.92 - 0.86 * (k / (BANDS.length - 1)))), away = mix(paper, red, 0.1);
        const { roots } = METHODS[values.method], [one, other] = sigmas(values), steps = new Float64Array(wide);
        const x = scale(LIMITS.eta, [0, wide], true);
        for (let i = 0; i < wide; i++) steps[i] = x.back(i + 0.5);
        for (let j = 0, place = 0; j < high; j++) {
            const beta = Math.max(1 - (j + 0.5) / high, 1e-3);
            for (let i = 0; i < wide; i++, place += 4) {
                const first = roots(steps[i], beta, one), second = roots(steps[i], beta, other);
                const worst = Math.max(f.largest_modulus(first[0], first[1]), f.largest_modulus(second[0], second[1]));
                let band = 0;
                while (band < BANDS.length && worst >= BANDS[band]) band++;
                const colour = band === BANDS.length ? away : table[band];
                image.data[place] = colour[0];
                image.data[place + 1] = colour[1];
                image.data[place + 2] = colour[2];
                image.data[place + 3] = 255;
            }
        }
        context.putImageData(image, 0, 0);
    }

    function drawPlane(values, s) {
        const { box } = plane, middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const unit = (Math.min(box.right - box.left, box.bottom - box.top) / 2) / 1.16;
        const place = ([re, im]) => [middle[0] + unit * clamp(re, -1.5, 1.5), middle[1] - unit * clamp(im, -1.16, 1.16)];
        plane.still("", () => [
            svg("circle", { class: "unit", cx: middle[0], cy: middle[1], r: unit }),
            svg("path", { class: "grid", d: `M${box.left} ${middle[1]}H${box.right}M${middle[0]} ${box.top}V${box.bottom}` }),
            label(middle[0] + unit + 4, middle[1] - 5, "1", "start"), label(middle[0] - unit + 5, middle[1] - 5, "−1", "start"),
            ...(plane.width > 220 ? [label(middle[0] + unit * 0.74, middle[1] - unit * 0.86, "|z| = 1", "start", "name")] : []),
        ]);
        const mu = 1 - values.beta, nesterov = values.method === "nesterov";
        at.second.setAttribute("cx", middle[0] + (nesterov ? (unit * mu) / (1 + mu) : 0));
        at.second.setAttribute("cy", middle[1]);
        at.second.setAttribute("r", unit * (nesterov ? mu / (1 + mu) : Math.sqrt(mu)));
        ["steep", "flat"].forEach((name, k) => {
            const places = s.parts[k].roots.map(place);
            at[`${name}Pair`].setAttribute("d", path(places));
            places.forEach(([cx, cy], which) => {
                at[`${name}Roots`][which].setAttribute("cx", cx.toFixed(1));
                at[`${name}Roots`][which].setAttribute("cy", cy.toFixed(1));
                at[`${name}Roots`][which].classList.toggle("double", s.parts[k].regime === "double");
            });
        });
    }

    function drawLand(values, s) {
        const { box } = land, [steep, flat] = s.parts, count = Math.min(s.shown, 200);
        const reach = clamp(1.12 * Math.max(...steep.errors.map(Math.abs)) * Math.abs(values.y), 1.3, 6);
        const x = (land.x = scale([-1.4, 1.4], [box.left, box.right])), y = (land.y = scale([-reach, reach], [box.bottom, box.top]));
        const unit = [x(1) - x(0), y(0) - y(1)];
        land.still(`${values.kappa.toFixed(3)} ${reach.toFixed(3)}`, () => [
            svg("rect", { class: "ground", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, rx: 4 }),
            ...Array.from({ length: 9 }, (_, k) => 2.6 * 0.68 ** k).map((size) => svg("ellipse", { class: "level", cx: x(0), cy: y(0),
                rx: Math.min(size * Math.sqrt(values.kappa), 40) * unit[0] * 0.5, ry: size * unit[1] * 0.5 })),
            label(box.right - 8, box.bottom - 8, "flat →", "end", "name"), label(8, 16, "↑ steep", "start", "name"),
        ]);
        const places = [];
        for (let t = 0; t <= count; t++) places.push([x(clamp(values.x * flat.errors[t], -9, 9)), y(clamp(values.y * steep.errors[t], -99, 99))]);
        at.walk.setAttribute("d", path(places));
        at.dots.setAttribute("d", places.slice(1, 80).map(([a, b]) => `M${a.toFixed(1)} ${b.toFixed(1)}h0`).join(""));
        land.marks.querySelector(".m-goal").setAttribute("d", star(x(0), y(0), 7));
        origin.show(x(values.x), y(values.y), `flat ${number(values.x, 2)}, steep ${number(values.y, 2)}`);
    }

    function drawCurve(values, s) {
        const { box } = curve, [steep, flat] = s.parts, size = Math.hypot(values.x, values.y) || 1;
        const x = scale([0, s.shown], [box.left, box.right]), y = scale([1e-6, 30], [box.bottom, box.top], true);
        const up = (value) => y(clamp(Math.abs(value), 1e-7, 1e3));
        curve.still(`${s.shown}`, () => axes(box, x, y, {
            xticks: [0, 0.25, 0.5, 0.75, 1].map((share) => [share * s.shown, `${share * s.shown}`]),
            yticks: [[1e-6, "10⁻⁶"], [1e-4, "10⁻⁴"], [1e-2, "10⁻²"], [1, "1"]], xname: "iteration t" }));
        const line = (of) => path(Array.from({ length: s.shown + 1 }, (_, t) => [x(t), up(of(t))]));
        at.naive.setAttribute("d", line((t) => s.worst ** t));
        at.steepHull.setAttribute("d", line(steep.envelope));
        at.flatHull.setAttribute("d", line(flat.envelope));
        at.steep.setAttribute("d", line((t) => steep.errors[t]));
        at.flat.setAttribute("d", line((t) => flat.errors[t]));
        at.total.setAttribute("d", line((t) => Math.hypot(values.x * flat.errors[t], values.y * steep.errors[t]) / size));
        const hump = s.stable && s.peak > 1.005;
        at.hump.style.display = hump ? "" : "none";
        if (hump) {
            at.hump.firstChild.setAttribute("cx", x(s.at));
            at.hump.firstChild.setAttribute("cy", up(s.peak));
            at.hump.lastChild.setAttribute("x", x(s.at) + 9);
            at.hump.lastChild.setAttribute("y", up(s.peak) - 1);
            at.hump.lastChild.textContent = `${number(s.peak)} times, at t = ${s.at}`;
        }
    }

    function drawFacts(values, s) {
        s.parts.forEach((part, k) => {
            facts[["steep", "flat"][k]].textContent = `${REGIME[part.regime]}, |z| = ${number(part.radius)}`;
        });
        const [steep, flat] = s.parts, slow = steep.radius > flat.radius ? steep : flat;
        const power = slow.regime === "double" || (Math.abs(steep.radius - flat.radius) < 1e-6 && steep.regime === "double") ? "t·ρᵗ" : "ρᵗ";
        facts.rate.textContent = s.stable && s.worst < 1 - 1e-9
            ? `${power} with ρ = ${number(s.worst)}, a digit in ${number(-1 / Math.log10(s.worst))}` : "grows without end";
        facts.hump.textContent = !s.stable ? "–" : s.peak > 1.005 ? `grows to ${number(s.peak)} times, at t = ${s.at}` : "never grows";
        facts.limit.textContent = `${number(values.eta)}; stable below ${number(s.limit)}, plain below 1`;
        const { box } = gauge, x = scale([0, 2.1], [box.left, box.right]);
        gauge.still(values.method, () => [
            label(box.left, 14, "step taken, ηβσ₁²", "start", "strong"),
            svg("rect", { class: "m-track", x: box.left, y: box.top, width: box.right - box.left, height: 10, rx: 5 }),
            svg("path", { class: "axis", d: `M${x(1)} ${box.top - 2}v15M${x(2)} ${box.top - 2}v15` }),
            label(x(1), box.bottom + 16, "gradient descent"), label(x(2), box.bottom + 16, "never 2"),
        ]);
        at.bar.setAttribute("x", box.left);
        at.bar.setAttribute("y", box.top);
        at.bar.setAttribute("rx", 5);
        at.bar.setAttribute("width", (x(clamp(s.taken, 0, 2.1)) - box.left).toFixed(1));
        at.bar.classList.toggle("over", !s.stable);
        at.stop.setAttribute("d", `M${x(s.takenLimit)} ${box.top - 4}v18`);
        at.stopText.setAttribute("x", gauge.width - 10);
        at.stopText.setAttribute("text-anchor", "end");
        at.stopText.setAttribute("y", 14);
        at.stopText.textContent = `${number(s.taken)}, limit ${number(s.takenLimit)}`;
    }
}

const inside = (x, y, step, beta) => (step >= LIMITS.eta[0] && step <= LIMITS.eta[1] ? [x(step), y(beta)] : [NaN, NaN]);

/** The step at a place of the phase diagram; a curve of double roots holds the point when it comes near. */
function drawn(values, beta, place, x) {
    for (const sigma of sigmas(values))
        for (const step of METHODS[values.method].doubles(beta, sigma))
            if (Math.abs(x(step) - place) < 4) return step;
    return x.back(place);
}

function star(x, y, size) {
    return "M" + Array.from({ length: 10 }, (_, k) => {
        const r = k % 2 ? size * 0.42 : size, angle = (k * Math.PI) / 5 - Math.PI / 2;
        return `${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}`;
    }).join("L") + "Z";
}
