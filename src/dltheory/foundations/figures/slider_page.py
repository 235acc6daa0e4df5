"""What a :class:`FilterSlider` is on the web: its markup, ``$name`` to be filled in, and its script."""

MARKUP = """\
<figure class="dl-slider" data-figure="$data">
<style>
.dl-slider{margin:1rem auto;max-width:36rem;color:inherit}
.dl-slider label{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:center;font-size:1rem}
.dl-slider input{flex:1 1 12rem;min-width:8rem;height:1.5rem}
.dl-slider output{flex:1 0 100%;font-variant-numeric:tabular-nums}
.dl-slider svg{display:block;width:100%;height:auto}
.dl-slider text{fill:currentColor;font-size:15px;font-family:inherit}
.dl-slider .axis{stroke:currentColor;fill:none;stroke-width:1}
.dl-slider .grid{stroke:currentColor;stroke-opacity:.18;fill:none}
.dl-slider .goal{stroke:currentColor;stroke-width:2}
.dl-slider .descent{--c:#0067a5}.dl-slider .ridge{--c:#b84600}
html[data-theme=dark] .dl-slider .descent{--c:#6cb6ea}html[data-theme=dark] .dl-slider .ridge{--c:#f0905a}
html[data-theme=dark] .bd-content div.cell_output .output.text_html:has(.dl-slider){
  background:none;color:inherit;padding:0}
.dl-slider path.descent,.dl-slider path.ridge{fill:none;stroke:var(--c);stroke-width:2.5}
.dl-slider path.ridge{stroke-dasharray:6 4}
.dl-slider rect.descent,.dl-slider text.descent,.dl-slider text.ridge{fill:var(--c)}
.dl-slider circle.descent{fill:var(--c)}
.dl-slider circle.ridge{fill:none;stroke:var(--c);stroke-width:2}
</style>
<label>iteration <input type="range" min="0" max="1000" value="$start"><output>$told</output></label>
<svg viewBox="0 0 $width $height" role="img" aria-label="$words">
$frame<path class="descent"/><path class="ridge"/><g></g>
<text class="descent" x="46" y="16">gradient descent</text>
<text class="ridge" x="180" y="16">ridge (dashed, circles)</text>
</svg>
<script>$script</script>
</figure>"""

SCRIPT = r"""
for (const root of document.querySelectorAll(".dl-slider:not([data-ready])")) {
  root.dataset.ready = "yes";
  const f = JSON.parse(root.dataset.figure), find = (what) => root.querySelector(what);
  const [left, right, top, bottom] = f.frame, [low, high] = f.range.map(Math.log), [first, row] = f.rows;
  const input = find("input"), middle = (left + right) / 2, scale = (right - left) / 2 / f.reach;
  const x = (s) => left + (Math.log(s) - low) / (high - low) * (right - left), y = (v) => bottom - v * (bottom - top);
  const make = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    return node;
  };
  const draw = () => {
    const t = Math.round(Math.expm1(input.value / 1000 * Math.log1p(f.longest)));
    const strength = 1 / (2 * f.eta * t);
    const filters = {
      descent: (s) => 1 - Math.pow(1 - 2 * f.eta * s * s, t),
      ridge: (s) => t ? s * s / (s * s + strength) : 0,
    };
    const marks = [];
    for (const [name, filter] of Object.entries(filters)) {
      let path = "";
      for (let k = 0; k <= 80; k++) {
        const s = Math.exp(low + k / 80 * (high - low));
        path += (k ? "L" : "M") + x(s).toFixed(1) + " " + y(filter(s)).toFixed(1);
      }
      find("path." + name).setAttribute("d", path);
      const fitted = f.sigma.map(filter);
      f.sigma.forEach((s, i) => marks.push(make("circle", {class: name, cx: x(s), cy: y(fitted[i]), r: 4})));
      f.vectors.forEach((v, j) => {
        const end = scale * v.reduce((sum, part, i) => sum + part * fitted[i] * f.target[i], 0), at = first + row * j;
        marks.push(name === "descent"
          ? make("rect", {class: name, x: middle + Math.min(end, 0), y: at + 4, width: Math.abs(end), height: 10})
          : make("circle", {class: name, cx: middle + end, cy: at + 9, r: 5}));
      });
    }
    find("g").replaceChildren(...marks);
    const told = t ? "t = " + t + ", \u03bb = " + strength.toPrecision(2) : "t = 0, nothing is fitted";
    find("output").textContent = told;
    input.setAttribute("aria-valuetext", told);
  };
  input.addEventListener("input", draw);
  draw();
}"""
