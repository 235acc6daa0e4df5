/* Momentum in two directions, a steep and a flat one: what a run does, and the settings to start from.

   Everything is in units of the steep direction, whose singular value is 1; the flat one has 1/√κ. */

import * as f from "./momentum-formulas.js";
import { clamp } from "./kit.js";

const LENGTHS = [40, 80, 160, 320, 640];
const DOUBLE = 1e-7; // a discriminant below this is shown as a double root; the closed forms use a smaller bound

/* One method: trace and product of the two roots of a mode, its step limit, the steps at which its roots coincide. */
export const METHODS = {
    momentum: {
        roots: (eta, beta, sigma) => [f.trace(eta, beta, sigma), f.determinant(beta)],
        limit: f.stability_limit, doubles: f.double_root_steps,
    },
    nesterov: {
        roots: (eta, beta, sigma) => [f.nesterov_trace(eta, beta, sigma), f.nesterov_product(eta, beta, sigma)],
        limit: f.nesterov_limit, doubles: f.nesterov_double_root_steps,
    },
};

/** Everything about one direction, from its start 1: regime, roots, largest modulus, iterates, envelope. */
export function mode(values, sigma, length) {
    const { eta, beta, method, start } = values;
    const [T, D] = METHODS[method].roots(eta, beta, sigma);
    const first = f[`first_${start}`](eta, beta, sigma);
    const disc = T * T - 4 * D, radius = f.largest_modulus(T, D);
    const real = disc > 0 ? Math.sqrt(disc) / 2 : 0, imaginary = disc < 0 ? Math.sqrt(-disc) / 2 : 0;
    const regime = Math.abs(disc) < DOUBLE ? "double" : disc < 0 ? "complex" : "real";
    const roots = [[T / 2 + real, imaginary], [T / 2 - real, -imaginary]];
    const errors = [1, first];
    let average = (1 - first) / eta, position = first;
    for (let t = 2; t <= length; t++) {
        if (method === "momentum") {
            [average, position] = f.averaged_step(2 * sigma * sigma * position, average, position, eta, beta);
            errors.push(position);
        } else errors.push(T * errors[t - 1] - D * errors[t - 2]);
    }
    return { T, D, regime, radius, roots, errors, envelope: envelope(T, D, disc, first) };
}

function envelope(T, D, disc, first) {
    if (disc > 1e-10) {
        const half = Math.sqrt(disc) / 2;
        return (t) => Math.abs(f.two_powers(T / 2 + half, T / 2 - half, first, t));
    }
    const r = Math.sqrt(Math.max(D, 0));
    if (r < 1e-9) return (t) => (t === 0 ? 1 : t === 1 ? Math.abs(first) : 0);
    const g = f.first_step_offset(T, D, first), xi = clamp(f.cosine(T, D), -1, 1);
    const bound = 1 - xi * xi > 1e-10 ? f.swing(xi, g) : Infinity;
    return (t) => r ** t * Math.min(bound, f.linear_growth(t, g));
}

export const sigmas = (values) => [1, 1 / Math.sqrt(values.kappa)];

/** How many iterations to show: until six digits are gained. */
function length(radius) {
    if (radius >= 1) return LENGTHS[0];
    return LENGTHS.find((n) => n * Math.log10(radius) < -6.2) ?? LENGTHS.at(-1);
}

/** Both directions and what the reader is told about them. */
export function summary(values) {
    const parts = sigmas(values).map((sigma) => mode(values, sigma, LENGTHS.at(-1)));
    const worst = Math.max(...parts.map((part) => part.radius));
    const shown = length(worst);
    parts.forEach((part) => (part.errors.length = shown + 1));
    const limit = METHODS[values.method].limit(values.beta, 1);
    const factors = parts[0].errors.map((_, t) => Math.max(...parts.map((part) => Math.abs(part.errors[t]))));
    const peak = Math.max(...factors), at = factors.indexOf(peak);
    return { parts, worst, shown, limit, peak, at, stable: values.eta < limit, taken: values.eta * values.beta,
        takenLimit: limit * values.beta };
}

/** What a button sets. */
export function preset(key, values, data) {
    const plain = { method: "momentum", start: "rest" };
    const ell = 2, m = ell / values.kappa;
    const tuned = (alpha, memory) => ({ beta: 1 - memory, eta: alpha / (1 - memory) });
    if (key === "polyak" || key === "short")
        return { ...plain, ...tuned(f.optimal_step(m, ell), f.optimal_memory(m, ell)), start: key === "short" ? "short" : "rest" };
    if (key === "nesterov") return { ...plain, ...tuned(1 / ell, f.optimal_rate(values.kappa)), method: "nesterov" };
    if (key === "critical") {
        const kappa = 10, beta = 0.2;
        return { ...plain, kappa, beta, eta: f.double_root_steps(beta, 1 / Math.sqrt(kappa))[0] };
    }
    if (key === "limit") return { ...plain, eta: 1.06 * f.stability_limit(values.beta, 1) };
    const [eta, beta] = data.source.runs[+key.slice(-1)];
    return { ...plain, eta, beta, kappa: data.source.kappa, start: "gradient" };
}
