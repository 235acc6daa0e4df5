/* Functions that formulas need and JavaScript does not bring. */

/** The error function, to about 15 digits: its series near 0, a continued fraction far from it. */
export function erf(x) {
    const size = Math.abs(x);
    if (size < 2.5) {
        let term = x, sum = x;
        for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 120; n++) {
            term *= (-x * x) / n;
            sum += term / (2 * n + 1);
        }
        return (2 / Math.sqrt(Math.PI)) * sum;
    }
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
    const rest = Math.exp(-size * size) / ((size + fraction) * Math.sqrt(Math.PI));
    return Math.sign(x) * (1 - rest);
}
