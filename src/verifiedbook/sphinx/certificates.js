// Checks the certificates of a page in the reader's browser: no library, no network, off the main thread.
// The engine below is the checker of claims/certificate/checker.py once more, with BigInt fractions; it is written so
// that its text can be handed to a worker.
function engine() {
  const VARIABLES = 24, DIGITS = 60, DEGREE = 100, WORK = 300000;
  const SHORT = 2n ** 31n;
  const CONTRARY = { ">": ">=", ">=": ">", and: "or", or: "and" };
  class Refused extends Error {
    constructor(message, remainder) { super(message); this.remainder = remainder || null; }
  }
  const require = (condition, otherwise, remainder) => { if (!condition) throw new Refused(otherwise, remainder); };
  const list = (value) => { require(Array.isArray(value), "not written as a certificate"); return value; };
  const bits = (n) => (n < 0n ? -n : n).toString(2).length * (n !== 0n);
  const gcd = (a, b) => { a = a < 0n ? -a : a; while (b) [a, b] = [b, a % b]; return a; };
  const fraction = (top, bottom) => { const common = gcd(top, bottom); return [top / common, bottom / common]; };
  const plus = (a, b) => (a[1] === b[1] && a[1] === 1n ? [a[0] + b[0], 1n] : fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]));
  const times = (a, b) => (a[1] === 1n && b[1] === 1n ? [a[0] * b[0], 1n] : fraction(a[0] * b[0], a[1] * b[1]));
  const number = (text) => {
    const good = typeof text === "string" && text.length <= DIGITS && /^-?[0-9]+(\/[0-9]+)?$/.test(text);
    require(good, "a coefficient is wrong");
    const [top, bottom] = text.split("/");
    require(bottom === undefined || BigInt(bottom) !== 0n, "not written as a certificate (division by 0)");
    return fraction(BigInt(top), BigInt(bottom || "1"));
  };
  const natural = (value) => {
    require(Number.isInteger(value) && value >= 0, "the number of a fact, a divisor or a power is wrong");
    return value;
  };
  const at = (facts, index) => {
    require(natural(index) < facts.length, "not written as a certificate (there is no such fact)");
    return facts[index];
  };
  // a monomial as one number, 32 bits for each exponent: products of monomials are sums of such numbers
  const packed = (exponents) => exponents.reduceRight((key, exponent) => (key << 32n) + BigInt(exponent), 0n);
  const unpacked = (key, length) => Array.from({ length }, (_, n) => Number((key >> BigInt(32 * n)) & 0xffffffffn));
  const minus = (polynomial) => new Map([...polynomial].map(([m, c]) => [m, [-c[0], c[1]]]));
  const opened = (formula) => (formula[0] === "and" ? formula[1].flatMap(opened) : [formula]);
  class Check {
    constructor(statement) {
      this.names = list(statement.variables);
      require(new Set(this.names).size === this.names.length && this.names.length <= VARIABLES,
        "variables are repeated, or too many");
      this.terms = 0; this.work = 0; this.negative = [];
    }
    prove(statement, proof) {
      const facts = [];
      for (const formula of list(statement.given)) {
        if (formula[0] !== "divisor") { facts.push(...opened(this.read(formula, true))); continue; }
        const index = this.negative.length, divisor = this.polynomial(formula[1]);
        require(index < list(proof.signs).length, `divisor ${index} has no sign`);
        const part = proof.signs[index];
        require(part.sign === "+" || part.sign === "-", "not written as a certificate (a sign is + or -)");
        const signed = part.sign === "+" ? divisor : minus(divisor);
        this.refute([...facts, [">=", minus(signed)]], part.because, `divisor ${index}`);
        facts.push([">", signed]);
        this.negative.push(part.sign === "-");
      }
      this.refute([...facts, ...opened(this.read(statement.then, false))], proof.refutation, "refutation");
      return this.terms;
    }
    refute(facts, node, where) {
      this.spend(facts.length);
      if ("sum" in node) {
        this.vanish(facts, list(node.sum), where);
      } else if ("split" in node) {
        const [kind, parts] = at(facts, node.split);
        require(kind === "or" && parts.length === list(node.cases).length, `${where}: not split into its cases`);
        parts.forEach((part, n) => this.refute([...facts, ...opened(part)], node.cases[n], `${where}, case ${n}`));
      } else {
        this.refute([...facts, ...opened(this.read(node.lemma, false))], node.because, `${where}, lemma`);
        this.refute([...facts, ...opened(this.read(node.lemma, true))], node.then, where);
      }
    }
    vanish(facts, terms, where) {
      const total = new Map();
      let positive = false;
      terms.forEach((term, n) => {
        const here = `${where}, term ${n}`;
        let product, strict = !("square" in term) && !("equation" in term);
        if ("equation" in term) {
          const [kind, polynomial] = at(facts, term.equation);
          require(kind === "=", `${here}: fact ${term.equation} is no equation`);
          product = this.product(polynomial, this.polynomial(term.times));
        } else {
          const factor = number(term.factor);
          require(factor[0] > 0n, `${here}: the factor is not positive`);
          product = new Map([[0n, factor]]);
          for (const index of list(term.facts)) {
            const [kind, polynomial] = at(facts, index);
            require(kind === ">" || kind === ">=", `${here}: fact ${index} is no inequality`);
            product = this.product(product, polynomial);
            strict = strict && kind === ">";
          }
          if ("square" in term) {
            const root = this.polynomial(term.square);
            product = this.product(this.product(product, root), root);
          }
        }
        positive = positive || strict;
        for (const [monomial, coefficient] of product) this.add(total, monomial, coefficient);
      });
      require(total.size === 0, `${where}: the terms do not add up to 0`, total);
      require(positive, `${where}: no term is positive`);
      this.terms += terms.length;
    }
    read(formula, holds) {
      require(list(formula).length > 0, "not written as a certificate (an empty formula)");
      const [kind, ...parts] = formula;
      if (kind === "not") {
        require(parts.length === 1, "not written as a certificate (a negation of several)");
        return this.read(parts[0], !holds);
      }
      if (kind === "and" || kind === "or") return [holds ? kind : CONTRARY[kind], parts.map((p) => this.read(p, holds))];
      require(kind === ">" || kind === ">=" || kind === "=", "an unknown relation");
      let polynomial = this.polynomial(parts[0]);
      for (const divisor of parts.slice(1)) {
        if (at(this.negative, divisor)) polynomial = minus(polynomial);
      }
      if (kind === "=" && !holds) return ["or", [[">", polynomial], [">", minus(polynomial)]]];
      return holds ? [kind, polynomial] : [CONTRARY[kind], minus(polynomial)];
    }
    polynomial(value) {
      const result = new Map();
      for (const [coefficient, exponents] of list(value)) {
        list(exponents).forEach(natural);
        require(exponents.length === this.names.length && Math.max(0, ...exponents) <= DEGREE, "an exponent is wrong");
        this.add(result, packed(exponents), number(coefficient));
      }
      return result;
    }
    product(left, right) {
      const result = new Map();
      for (const [m, c] of left) {
        for (const [n, d] of right) this.add(result, m + n, times(c, d));
      }
      return result;
    }
    add(total, monomial, coefficient) {
      const sum = total.has(monomial) ? plus(total.get(monomial), coefficient) : coefficient;
      total.delete(monomial);
      if (sum[0] !== 0n) total.set(monomial, sum);
      // numbers of up to 31 bits, as nearly all are, count as one step; their bits need not be counted
      const short = sum[0] < SHORT && sum[0] > -SHORT && sum[1] < SHORT;
      this.spend(short ? 1 : 1 + Math.floor((bits(sum[0]) + bits(sum[1])) / 64) ** 2);
    }
    spend(steps) {
      this.work += steps;
      require(this.work <= WORK, "too long to be multiplied out");
    }
  }
  // {terms} or {refused, amount}: amount is what the terms add up to instead of 0
  return function check(statement, proof) {
    try {
      const terms = new Check(statement).prove(statement, proof);
      return { terms };
    } catch (error) {
      if (!(error instanceof Refused)) return { refused: `not written as a certificate (${error.message})`, amount: null };
      const amount = error.remainder && [...error.remainder].map(([m, [top, bottom]]) =>
        [bottom === 1n ? `${top}` : `${top}/${bottom}`, unpacked(m, statement.variables.length)]);
      return { refused: error.message, amount };
    }
  };
}

// Polynomials as text, "2*beta^2*c - 3/2", and back; both for the statement's own variables.
function written(polynomial, names) {
  const monomials = polynomial.map(([coefficient, exponents]) => {
    const powers = names.flatMap((name, n) => (exponents[n] ? [exponents[n] > 1 ? `${name}^${exponents[n]}` : name] : []));
    const size = coefficient.replace("-", "");
    const body = [...(size === "1" && powers.length ? [] : [size]), ...powers].join("*");
    return [coefficient.startsWith("-") ? "-" : "+", body];
  });
  const text = monomials.map(([sign, body], n) => (n ? ` ${sign} ${body}` : (sign === "-" ? "-" : "") + body)).join("");
  return text || "0";
}

function parsed(text, names) {
  const known = [...names].sort((a, b) => b.length - a.length);
  const zero = names.map(() => 0);
  const result = [];
  let rest = text.trim();
  let sign = 1;
  const wrong = () => { throw new Error(`cannot read "${rest.slice(0, 20) || text}"`); };
  for (let first = true; rest || first; first = false) {
    const lead = rest.match(/^([+-])\s*/);
    if (!lead && !first) wrong();
    sign = lead && lead[1] === "-" ? -1 : 1;
    if (lead) rest = rest.slice(lead[0].length);
    let coefficient = "1", exponents = [...zero], any = false;
    for (;;) {
      const figure = rest.match(/^\d+(\/[1-9]\d*)?/);
      const name = known.find((each) => rest.startsWith(each));
      if (!any && figure) {
        coefficient = figure[0];
        rest = rest.slice(figure[0].length).trimStart();
      } else if (name) {
        rest = rest.slice(name.length);
        const power = rest.match(/^\^(\d{1,2})/);
        exponents[names.indexOf(name)] += power ? Number(power[1]) : 1;
        rest = rest.slice(power ? power[0].length : 0).trimStart();
      } else wrong();
      any = true;
      if (!rest.startsWith("*")) break;
      rest = rest.slice(1).trimStart();
    }
    result.push([(sign < 0 ? "-" : "") + coefficient, exponents]);
  }
  return result;
}

if (typeof document !== "undefined") {
  const certificates = globalThis.certificatesOfThisPage || [];
  const inWorker = `const check = (${engine})(); onmessage = ({data: [id, each]}) => {
    const start = performance.now();
    postMessage([id, each.map(({statement, proof}) => check(statement, proof)), performance.now() - start]);
  };`;
  let ask; // (certificates) => promise of answers and milliseconds
  try {
    const worker = new Worker(URL.createObjectURL(new Blob([inWorker], { type: "text/javascript" })));
    const waiting = new Map();
    worker.onmessage = ({ data: [id, ...answer] }) => { waiting.get(id)(answer); waiting.delete(id); };
    let last = 0;
    ask = (each) => new Promise((resolve) => { waiting.set(++last, resolve); worker.postMessage([last, each]); });
  } catch { // where workers are forbidden, between two frames
    const check = engine();
    ask = (each) => new Promise((resolve) => setTimeout(() => {
      const start = performance.now();
      resolve([each.map(({ statement, proof }) => check(statement, proof)), performance.now() - start]);
    }));
  }
  const element = (tag, text, name) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  };

  // every relation, or divisor, of a formula, in order
  const relations = (formula) => ["and", "or", "not"].includes(formula[0]) ? formula.slice(1).flatMap(relations) : [formula];
  const terms = (node) => node.sum || [...(node.cases || []), ...(node.lemma ? [node.because, node.then] : [])].flatMap(terms);

  const said = (answer, names) => answer.refused
    ? `Refused: ${answer.refused}${answer.amount ? `, but to ${written(answer.amount, names)}` : ""}.`
    : `Accepted: ${answer.terms} terms add up to 0.`;

  // a form in which a reader changes the statement or the proof and sees what comes of it
  function attack(place, original) {
    const { statement, proof } = structuredClone(original);
    const names = statement.variables;
    const verdict = element("p", "", "certificate-verdict");
    verdict.setAttribute("role", "status");
    let turn = 0;
    const judge = async () => {
      const mine = ++turn;
      const [[answer]] = await ask([{ statement, proof }]);
      if (mine !== turn) return;
      verdict.textContent = said(answer, names);
      verdict.classList.toggle("certificate-refused", Boolean(answer.refused));
    };
    const field = (label, text, size, change) => {
      const row = element("label", `${label} `);
      const input = element("input");
      input.value = text;
      input.size = size;
      input.addEventListener("input", () => {
        try { change(input.value.trim()); judge(); } catch (error) {
          turn++;
          verdict.textContent = `Not checked: ${error.message}.`;
        }
      });
      row.append(input);
      return row;
    };
    const relation = (label) => (each) => {
      const row = field(label, written(each[1], names), 30, (text) => { each[1] = parsed(text, names); });
      const by = each.slice(2).map((n) => `(divisor ${n})`).join(" ");
      row.append(each[0] === "divisor" ? " is not 0" : `${by ? ` over ${by}` : ""} ${each[0].replace(">=", "≥")} 0`);
      return row;
    };
    place.append(element("p", "Change a number or a hypothesis, and the proof no longer fits."));
    place.append(...statement.given.flatMap(relations).map(relation("given")));
    place.append(...relations(statement.then).map(relation("claimed")));
    const every = [...proof.signs.map((part) => part.because), proof.refutation].flatMap(terms);
    place.append(...every.filter((term) => term.factor).map((term, n) =>
      field(`factor of term ${n}`, term.factor, 8, (text) => { term.factor = text; })));
    place.append(verdict);
    judge();
  }

  // What is folded away becomes part of the page when it is unfolded: until then there is nothing to fill.
  let told = null;
  const fill = (part) => {
    for (const place of part.querySelectorAll("details[data-certificate]")) place.hidden = false;
    if (!told) return;
    for (const place of part.querySelectorAll(".certificates-checked")) {
      place.textContent = told.text;
      place.classList.toggle("certificate-refused", told.refused);
      place.hidden = false;
    }
  };
  document.addEventListener("unfolded", (event) => fill(event.target));
  document.addEventListener("toggle", ({ target: place }) => {
    const found = place.open && certificates.find((each) => each.name === place.dataset.certificate);
    if (found && !place.dataset.ready) {
      place.dataset.ready = "yes";
      attack(place, found);
    }
  }, true);
  fill(document);
  const whenIdle = window.requestIdleCallback || ((call) => setTimeout(call, 200));
  const report = async () => {
    if (!certificates.length) return;
    const [answers, milliseconds] = await ask(certificates);
    const wrong = answers.filter((answer) => answer.refused);
    const some = certificates.length === 1 ? "1 proof" : `${certificates.length} proofs`;
    const text = wrong.length
      ? `Your browser has refused ${wrong.length} of ${some} on this page: ${wrong[0].refused}.`
      : `Your browser has checked ${some} on this page, in ${Math.max(1, Math.round(milliseconds))} ms.`;
    told = { text, refused: wrong.length > 0 };
    fill(document);
  };
  if (document.readyState === "complete") whenIdle(report);
  else window.addEventListener("load", () => whenIdle(report));
}
