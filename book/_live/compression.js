/* How long the source's network takes on a machine that the reader sets, by the latency model, and what limits it. */

import * as f from "./compression-formulas.js";
import { Panel, State, axes, clamp, handle, html, label, number, path, presets, scale, slider, svg } from "./kit.js";

const LIMITS = { c: [0, 0.9], macs: [1e9, 1e14], bytes: [1e9, 1e13], o: [1e-8, 1e-3], batch: [1, 256] };
const NUMBER = 4; // bytes
const KINDS = ["multiplications", "memory", "overhead"];

/** Every operation of the network with the fraction c of its channels removed, the last layer's kept: A and Z. */
export function operations(data, c, batch) {
    const kept = data.channels.map((count, k) => (k === data.channels.length - 1 ? count : Math.max(1, even((1 - c) * count))));
    const found = [];
    let [inputs, height, width] = data.image;
    kept.forEach((outputs, k) => {
        const pixels = batch * height * width;
        found.push({ name: `conv${k}`, layer: k, macs: batch * f.convolution_macs(3, inputs, outputs, height, width),
            moved: NUMBER * (f.convolution_weights(3, inputs, outputs) + pixels * (inputs + outputs)) });
        const both = 2 * NUMBER * pixels * outputs;
        for (const name of ["norm", "relu"]) found.push({ name: name + k, layer: k, macs: 0, moved: both });
        if (data.pooled.includes(k)) {
            found.push({ name: `pool${k}`, layer: k, macs: 0, moved: Math.floor((both * 5) / 8) });
            [height, width] = [height >> 1, width >> 1];
        }
        inputs = outputs;
    });
    const last = kept.length, { classes } = data;
    found.push({ name: "mean", layer: last, macs: 0, moved: NUMBER * batch * inputs * (height * width + 1) });
    found.push({ name: "classifier", layer: last, macs: batch * inputs * classes, moved: NUMBER * (inputs * classes + classes + batch * (inputs + classes)) });
    return found;
}

/** Rounded, an exact half to the even neighbour, as the experiments round. */
const even = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** Seconds of an operation, and what they are spent on. */
export function timed({ macs, moved }, values) {
    const { macs: peak, bytes, o } = values, busy = f.layer_time(macs, moved, peak, bytes, 0);
    const limited = macs / peak >= moved / bytes ? "multiplications" : "memory";
    return { busy, limited: o > busy ? "overhead" : limited, seconds: f.layer_time(macs, moved, peak, bytes, o) };
}

/** The network at one ratio: seconds by layer and by what limits them. */
export function network(data, values, c = values.c) {
    const layers = Array.from({ length: data.channels.length + 1 }, () => ({ multiplications: 0, memory: 0, overhead: 0 }));
    const list = operations(data, c, Math.round(values.batch));
    let total = 0;
    for (const operation of list) {
        const { busy, seconds } = timed(operation, values), layer = layers[operation.layer];
        layer[operation.macs / values.macs >= operation.moved / values.bytes ? "multiplications" : "memory"] += busy;
        layer.overhead += seconds - busy;
        total += seconds;
    }
    return { layers, list, total };
}

export function summary(data, values) {
    const dense = network(data, values, 0), pruned = network(data, values);
    const shares = Object.fromEntries(KINDS.map((kind) => [kind, pruned.layers.reduce((sum, layer) => sum + layer[kind], 0) / pruned.total]));
    const macs = ({ list }) => list.reduce((sum, one) => sum + one.macs, 0);
    return { dense, pruned, speedup: dense.total / pruned.total, fewer: macs(dense) / macs(pruned), shares, most: KINDS.reduce((a, b) => (shares[b] > shares[a] ? b : a)) };
}

const time = (seconds) => (seconds >= 1 ? `${number(seconds)} s` : seconds >= 1e-3 ? `${number(1e3 * seconds)} ms` : `${number(1e6 * seconds)} µs`);
const rate = (value, unit) => (value >= 1e12 ? `${number(value / 1e12, 2)} T${unit}` : `${number(value / 1e9, value < 1e10 ? 2 : 3)} G${unit}`);

export function mount(root, data) {
    const told = (values) => {
        const s = summary(data, values);
        return `${number(100 * values.c, 2)} per cent of the channels removed: ${time(s.pruned.total)} in place of ${time(s.dense.total)}, ${number(s.speedup)} times faster, ` +
            `with ${number(s.fewer)} times fewer multiplications. Most of the time goes to ${s.most}.`;
    };
    const high = (wide, narrow) => () => (root.clientWidth > 560 ? wide : narrow);
    const bars = new Panel({ title: "time of each layer", name: "layers", height: high(210, 180), margin: [8, 8, 32, 46],
        words: "Time of each layer, by what limits it; outlines are the layers before pruning",
        key: [["mul", "MACs"], ["mem", "memory"], ["over", "overhead"]] });
    const roof = new Panel({ title: "machine", name: "roof", height: high(210, 180), margin: [8, 10, 32, 46], words: "" });
    const gain = new Panel({ title: "speed-up", name: "gain", height: high(210, 160), margin: [8, 10, 32, 34], words: "" });
    const facts = Object.fromEntries(["total", "speed", "bound", "most"].map((key) => [key, html("dd", {})]));
    const state = new State(root, { initial: data.initial, limits: LIMITS, words: told, draw });
    const set = (patch) => state.set(patch);
    const sliders = {
        c: slider({ name: "channels removed", from: 0, to: 0.9, steps: 180, words: (v) => `${number(100 * v, 2)} %`, on: (c) => set({ c }) }),
        batch: slider({ name: "images a batch", from: 1, to: 256, logarithmic: true, words: (v) => String(Math.round(v)), on: (batch) => set({ batch }) }),
        macs: slider({ name: "peak, MAC/s", from: 1e9, to: 1e14, logarithmic: true, words: (v) => rate(v, ""), on: (macs) => set({ macs }) }),
        bytes: slider({ name: "memory, B/s", from: 1e9, to: 1e13, logarithmic: true, words: (v) => rate(v, ""), on: (bytes) => set({ bytes }) }),
        o: slider({ name: "overhead a call", from: 1e-8, to: 1e-3, logarithmic: true, words: time, on: (o) => set({ o }) }),
    };
    const buttons = presets({ name: "Machines to start from", options: Object.fromEntries(Object.entries(data.machines).map(([key, machine]) => [key, machine.name])),
        on: (key) => state.glide(data.machines[key].values, ["macs", "bytes", "o", "batch"]) });

    const at = {};
    for (const [panel, names] of [[bars, "multiplications memory overhead before"], [roof, "roof pairs dots hollow"], [gain, "square line speed"]])
        for (const name of names.split(" ")) panel.inside.append((at[name] = svg("path", { class: `c-${name}` })));
    const ridge = handle(roof, {
        name: "machine: left and right change memory, up and down the peak", radius: 7,
        to: (x, y) => roof.x && set({ macs: roof.y.back(y), bytes: roof.y.back(y) / roof.x.back(x) }),
        by: (right, up) => set({ macs: state.values.macs * 1.1 ** up, bytes: state.values.bytes * 1.1 ** -right }),
    });
    roof.marks.append(ridge.node);
    const point = handle(gain, {
        name: "channels removed: arrow keys move it", radius: 7,
        to: (x) => gain.x && set({ c: gain.x.back(x) }),
        by: (right, up) => set({ c: state.values.c + 0.01 * (right + up) }),
    });
    gain.marks.append(point.node);

    root.replaceChildren(
        buttons,
        html("div", { class: "live-grid live-wide-first" }, bars.node, roof.node, gain.node),
        html("div", { class: "live-controls" }, ...Object.values(sliders).map((control) => control.node)),
        html("div", { class: "live-read" },
            html("dl", { class: "live-facts simple" }, html("dt", {}, "time"), facts.total, html("dt", {}, "faster"), facts.speed),
            html("dl", { class: "live-facts simple" }, html("dt", {}, "multiplications"), facts.bound, html("dt", {}, "most time in"), facts.most)),
        state.spoken,
    );
    state.now();

    function draw(values) {
        const panels = [bars, roof, gain];
        panels.forEach((panel) => panel.fit());
        if (panels.some((panel) => !panel.box)) return;
        const s = summary(data, values);
        drawBars(s);
        drawRoof(values, s);
        drawGain(values, s);
        facts.total.textContent = `${time(s.pruned.total)}, before ${time(s.dense.total)}`;
        facts.speed.textContent = `${number(s.speedup)} times`;
        facts.bound.textContent = `${number(s.fewer)} times fewer`;
        facts.most.textContent = `${s.most}, ${number(100 * s.shares[s.most], 2)} %`;
        for (const [key, control] of Object.entries(sliders)) control.show(values[key]);
    }

    function drawBars(s) {
        const { box } = bars, count = s.dense.layers.length, step = (box.right - box.left) / count;
        const sum = (layer) => KINDS.reduce((total, kind) => total + layer[kind], 0), most = Math.max(...s.dense.layers.map(sum));
        const unit = most >= 1 ? [1, "s"] : most >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
        const rounded = nice(most * unit[0]) / unit[0], y = scale([0, rounded], [box.bottom, box.top]);
        bars.still(`${rounded}`, () => axes(box, (k) => box.left + (k + 0.5) * step, y, {
            xticks: s.dense.layers.map((_, k) => [k, k < count - 1 ? String(k) : "end"]), yticks: [0, 0.5, 1].map((v) => [v * rounded, number(v * rounded * unit[0], 2).replace(/\.0+$/, "") + (v === 1 ? ` ${unit[1]}` : "")]), xname: "convolution" }));
        const parts = { multiplications: "", memory: "", overhead: "", before: "" };
        const bar = (k, low, top, inset) => `M${(box.left + k * step + inset).toFixed(1)} ${y(low).toFixed(1)}H${(box.left + (k + 1) * step - inset).toFixed(1)}V${y(top).toFixed(1)}H${(box.left + k * step + inset).toFixed(1)}Z`;
        s.dense.layers.forEach((layer, k) => (parts.before += bar(k, 0, sum(layer), step * 0.12)));
        s.pruned.layers.forEach((layer, k) => {
            let base = 0;
            for (const kind of KINDS) {
                if (layer[kind] > 0) parts[kind] += bar(k, base, base + layer[kind], step * 0.18);
                base += layer[kind];
            }
        });
        for (const [key, text] of Object.entries(parts)) at[key].setAttribute("d", text);
    }

    function drawRoof(values, s) {
        const { box } = roof, x = (roof.x = scale([0.3, 3000], [box.left, box.right], true)), y = (roof.y = scale([3e8, 2e14], [box.bottom, box.top], true));
        roof.still("", () => axes(box, x, y, { xticks: [[1, "1"], [100, "100"], [1000, ""]], yticks: [[1e9, "1 G"], [1e11, "100 G"], [1e13, "10 T"]], xname: "MACs a byte", yname: "MAC/s" }));
        const corner = values.macs / values.bytes;
        at.roof.setAttribute("d", path([[x(0.01), y(0.01 * values.bytes)], [x(corner), y(values.macs)], [x(1e5), y(values.macs)]]));
        const reached = (one) => [x(one.macs / one.moved), y(one.macs / timed(one, values).seconds)];
        const pairs = s.dense.list.map((one, k) => [one, s.pruned.list[k]]).filter(([one]) => one.macs);
        at.pairs.setAttribute("d", pairs.map((pair) => path(pair.map(reached))).join(""));
        at.hollow.setAttribute("d", pairs.map(([one]) => dot(reached(one))).join(""));
        at.dots.setAttribute("d", pairs.map(([, one]) => dot(reached(one))).join(""));
        ridge.show(clamp(x(corner), box.left, box.right), y(values.macs), `peak ${rate(values.macs, "MAC/s")}, memory ${rate(values.bytes, "B/s")}`);
    }

    function drawGain(values, s) {
        const { box } = gain, x = (gain.x = scale([0, 0.9], [box.left, box.right])), y = scale([0.8, 100], [box.bottom, box.top], true);
        gain.still("", () => axes(box, x, y, { xticks: [0, 0.25, 0.5, 0.75].map((v) => [v, String(v)]), yticks: [1, 10, 100].map((v) => [v, String(v)]), xname: "channels removed c" })
            .concat(label(x(0.58), y(14), "1/(1−c)²", "end", "name"), label(x(0.9), y(1.25), "1/(1−c)", "end", "name")));
        const ratios = Array.from({ length: 31 }, (_, k) => (0.9 * k) / 30);
        at.square.setAttribute("d", path(ratios.map((c) => [x(c), y(f.left(c) ** -2)])));
        at.line.setAttribute("d", path(ratios.map((c) => [x(c), y(1 / f.left(c))])));
        at.speed.setAttribute("d", path(ratios.map((c) => [x(c), y(s.dense.total / network(data, values, c).total)])));
        point.show(x(values.c), y(s.speedup), `${number(100 * values.c, 2)} per cent removed, ${number(s.speedup)} times faster`);
    }
}

const dot = ([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`;

/** The next number of the form 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten. */
function nice(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 1.5, 2, 3, 4, 6, 8, 10].find((part) => part * power >= value) * power;
}
