/* What the figures share: elements, scales, panels, sliders, points to drag, state in the address, words for those who
   listen. No figure knows the page around it. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; attributes whose value is a function are listeners. */
export function html(name, attributes = {}, ...children) {
    return furnish(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
    return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") node.addEventListener(key, value);
        else if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** A number as text: about `digits` significant digits, a proper minus, no exponent where it can be avoided. */
export function number(value, digits = 3) {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
    const size = Math.abs(value);
    let text;
    if (size !== 0 && (size >= 1e5 || size < 1e-4)) {
        const [head, power] = value.toExponential(Math.max(digits - 2, 0)).split("e");
        text = `${head}·10${[...String(+power)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")}`;
    } else {
        const places = size === 0 ? 0 : clamp(digits - 1 - Math.floor(Math.log10(size)), 0, 6);
        text = value.toFixed(places);
    }
    return text.replace("-", "−");
}

/** A map from [low, high] to [start, end]; logarithmic if asked for; `back` is its inverse. */
export function scale([low, high], [start, end], logarithmic = false) {
    const on = logarithmic ? Math.log : (x) => x, off = logarithmic ? Math.exp : (x) => x;
    const a = on(low), span = on(high) - a;
    const map = (x) => start + ((on(x) - a) / span) * (end - start);
    map.back = (place) => off(a + ((place - start) / (end - start)) * span);
    map.domain = [low, high];
    return map;
}

/** "M x y L x y …" through points, broken where one is not finite. */
export function path(points) {
    let text = "", pen = "M";
    for (const [x, y] of points) {
        if (Number.isFinite(x) && Number.isFinite(y)) {
            text += pen + x.toFixed(1) + " " + y.toFixed(1);
            pen = "L";
        } else pen = "M";
    }
    return text;
}

/** A drawing with a title, as wide as its place: `frame(panel)` draws axes, and runs again when the width changes. */
export class Panel {
    constructor({ title, name, height, margin = [8, 8, 30, 40], words = "", key = [] }) {
        this.height = height;
        this.margin = margin;
        this.frame = svg("g", { class: "live-frame", "aria-hidden": "true" });
        this.inside = svg("svg", {}); // what must not leave the axes
        this.marks = svg("g", {});
        this.svg = svg("svg", { role: words ? "img" : "group", "aria-label": words || title }, this.frame, this.inside, this.marks);
        const keys = key.map(([kind, text]) => html("span", { class: `live-key ${kind}` }, text));
        this.node = html("div", { class: `live-panel live-${name}` },
            html("div", { class: "live-title" }, html("span", {}, title), ...keys), this.svg);
        this.drawn = null;
    }

    /** Fit the drawing into the width that there is; whether anything changed. */
    fit() {
        const width = Math.round(this.svg.parentNode.clientWidth), height = this.height(width);
        if (!width || (width === this.width && height === this.high)) return false;
        this.width = width;
        this.high = height;
        this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        this.svg.style.height = `${height}px`;
        const [top, right, bottom, left] = this.margin;
        this.box = { left, right: width - right, top, bottom: height - bottom };
        const [across, up] = [width - left - right, height - top - bottom];
        const box = { x: left, y: top, width: across, height: up, viewBox: `${left} ${top} ${across} ${up}` };
        for (const [key, value] of Object.entries(box)) this.inside.setAttribute(key, value);
        this.drawn = null;
        return true;
    }

    /** Draw what stands still, unless it stands there already; `what` names it. */
    still(what, parts) {
        if (this.drawn === what) return;
        this.drawn = what;
        this.frame.replaceChildren(...parts());
    }
}

/** Axes of a panel: ticks [[value, text], …] along a scale at the bottom and one at the left, with names. */
export function axes(box, x, y, { xticks = [], yticks = [], xname = "", yname = "", grid = true }) {
    const parts = [];
    for (const [value, text] of yticks) {
        const at = y(value);
        if (grid) parts.push(svg("path", { class: "grid", d: `M${box.left} ${at}H${box.right}` }));
        parts.push(label(box.left - 6, at + 4, text, "end"));
    }
    for (const [value, text] of xticks) {
        const at = x(value);
        parts.push(svg("path", { class: "tick", d: `M${at} ${box.bottom}v4` }), label(at, box.bottom + 16, text));
    }
    parts.push(svg("path", { class: "axis", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` }));
    if (xname) parts.push(label(box.right, box.bottom + 28, xname, "end", "name"));
    if (yname) parts.push(label(box.left + 6, box.top + 11, yname, "start", "name"));
    return parts;
}

/** A piece of text in a drawing. */
export function label(x, y, text, anchor = "middle", kind = "") {
    return svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, class: kind }, text);
}

/** A slider with its name and its value in words; `on(value)` is called while it moves. */
export function slider({ name, from, to, logarithmic = false, steps = 400, words, on }) {
    const place = scale([from, to], [0, steps], logarithmic);
    const input = html("input", { type: "range", min: 0, max: steps, step: 1, input: () => on(place.back(+input.value)) });
    const output = html("output", {});
    const node = html("label", { class: "live-slider" }, html("span", {}, name), input, output);
    const show = (value) => {
        const text = words(value);
        input.value = Math.round(clamp(place(value), 0, steps));
        input.style.setProperty("--filled", `${(100 * input.value) / steps}%`);
        output.textContent = text;
        input.setAttribute("aria-valuetext", text);
    };
    return { node, show, input };
}

/** A row of choices of which one holds; `on(key)` is called when another is chosen. */
export function choice({ name, options, on }) {
    const buttons = Object.entries(options).map(([key, text]) =>
        html("button", { type: "button", click: () => on(key), "data-key": key }, text));
    const node = html("div", { class: "live-choice", role: "group", "aria-label": name },
        html("span", { "aria-hidden": "true" }, name), ...buttons);
    const show = (chosen) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.key === chosen)));
    return { node, show };
}

/** Buttons that set several things at once. */
export function presets({ name, options, on }) {
    const buttons = Object.entries(options).map(([key, text]) =>
        html("button", { type: "button", "data-preset": key, click: () => on(key) }, text));
    const node = html("div", { class: "live-presets", role: "group", "aria-label": name }, ...buttons);
    // a row that scrolls must be reachable by keyboard; one that does not must not stop the tab key
    new ResizeObserver(() => (node.scrollWidth > node.clientWidth + 1 ? (node.tabIndex = 0) : node.removeAttribute("tabindex"))).observe(node);
    return node;
}

/** A point to drag with mouse or finger, or to move with the arrow keys (with shift: further).

    `to(x, y)` is called with a place in the drawing, `by(dx, dy)` with steps to the right and up. */
export function handle(panel, { name, to, by, radius = 8, kind = "" }) {
    const node = svg("g", { class: `live-handle ${kind}`, tabindex: 0, role: "slider", "aria-label": name, "aria-valuenow": 0 },
        svg("circle", { r: 24, class: "reach" }), svg("circle", { r: radius + 5, class: "halo" }), svg("circle", { r: radius, class: "dot" }));
    const place = (event) => {
        const box = panel.svg.getBoundingClientRect();
        to(((event.clientX - box.left) / box.width) * panel.width, ((event.clientY - box.top) / box.height) * panel.high);
    };
    node.addEventListener("pointerdown", (event) => {
        node.setPointerCapture(event.pointerId);
        node.classList.add("held");
        event.preventDefault();
        node.focus({ preventScroll: true });
    });
    node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && place(event));
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => node.classList.remove("held"));
    node.addEventListener("keydown", (event) => {
        const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!direction) return;
        event.preventDefault();
        const far = event.shiftKey ? 10 : 1;
        by(far * direction[0], far * direction[1]);
    });
    return {
        node,
        place,
        show(x, y, words) {
            node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
            node.setAttribute("aria-valuetext", words);
        },
    };
}

/** What stands behind the # of the address, in parts; nothing if it cannot be read. */
export function address() {
    try {
        return decodeURIComponent(location.hash.slice(1)).split("&");
    } catch {
        return [""];
    }
}

/** Values that a figure shows: `set` redraws in the next frame, keeps the address up to date and tells in words.

    `draw(values)` draws everything, `words(values)` says in a sentence or two what is to be seen. Values are numbers,
    or strings from `allowed[key]`; `limits[key]` are [low, high]. */
export class State {
    constructor(root, { initial, limits = {}, allowed = {}, draw, words, settle = (values) => values }) {
        this.root = root;
        this.id = root.closest("figure")?.id ?? "";
        Object.assign(this, { limits, allowed, draw, words, settle });
        this.spoken = html("p", { class: "live-words", "aria-live": "polite" });
        this.values = this.tidy({ ...initial, ...this.fromAddress(initial) });
        this.waiting = 0;
        const again = () => this.ask();
        new ResizeObserver(again).observe(root);
        new MutationObserver(() => { this.theme = (this.theme ?? 0) + 1; again(); })
            .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
        window.addEventListener("hashchange", () => {
            const given = this.fromAddress(initial);
            if (Object.keys(given).length) this.set(given, false);
        });
    }

    tidy(values) {
        for (const [key, [low, high]] of Object.entries(this.limits)) values[key] = clamp(values[key], low, high);
        return this.settle(values);
    }

    set(patch, write = true) {
        this.values = this.tidy({ ...this.values, ...patch });
        this.ask();
        clearTimeout(this.later);
        this.later = setTimeout(() => {
            this.spoken.textContent = this.words(this.values);
            if (write) this.toAddress();
        }, 350);
    }

    ask() {
        this.waiting ||= requestAnimationFrame(() => this.now());
    }

    /** Draw at once. */
    now() {
        cancelAnimationFrame(this.waiting);
        this.waiting = 0;
        const begun = performance.now();
        this.draw(this.values);
        this.root.dataset.milliseconds = (performance.now() - begun).toFixed(2);
    }

    /** Go to other values smoothly, along the logarithm of those in `logarithmic`; at once for those who ask for rest. */
    glide(patch, logarithmic = [], lasting = 500) {
        cancelAnimationFrame(this.gliding);
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set(patch);
        const from = { ...this.values }, begun = performance.now();
        const between = (key, share) => {
            const a = from[key], b = patch[key];
            if (typeof b !== "number") return b;
            return logarithmic.includes(key) ? a * (b / a) ** share : a + (b - a) * share;
        };
        const step = (time) => {
            const part = clamp((time - begun) / lasting, 0, 1), share = part * part * (3 - 2 * part);
            this.set(part === 1 ? patch : Object.fromEntries(Object.keys(patch).map((k) => [k, between(k, share)])), part === 1);
            if (part < 1) this.gliding = requestAnimationFrame(step);
        };
        this.gliding = requestAnimationFrame(step);
    }

    fromAddress(initial) {
        const [id, ...pairs] = address();
        const found = {};
        if (!this.id || id !== this.id) return found;
        for (const pair of pairs) {
            const [key, value] = pair.split("=");
            if (!(key in initial)) continue;
            if (typeof initial[key] === "string") {
                if ((this.allowed[key] ?? []).includes(value)) found[key] = value;
            } else if (value !== "" && Number.isFinite(+value)) found[key] = +value;
        }
        return found;
    }

    toAddress() {
        const kept = Object.entries(this.values)
            .map(([key, value]) => `${key}=${typeof value === "number" ? +value.toPrecision(5) : value}`);
        history.replaceState(history.state, "", `#${[this.id, ...kept].join("&")}`);
    }
}

/** Colours of the page as [red, green, blue], by the names of its variables. */
export function colours(root, ...names) {
    const style = getComputedStyle(root), probe = document.createElement("canvas").getContext("2d");
    return names.map((name) => {
        probe.fillStyle = style.getPropertyValue(name).trim() || "#888888";
        const hex = probe.fillStyle;
        return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    });
}

/** A colour between two. */
export const mix = (a, b, share) => a.map((part, k) => Math.round(part + (b[k] - part) * share));
