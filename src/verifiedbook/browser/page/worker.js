// Python in a worker of its own: it fetches its files once, keeps them, and answers what engine.js asks.
import createPyodideModule from "./pyodide.asm.mjs";
import { loadPyodide } from "./pyodide.mjs";
import temml from "./temml.js";
import { files, keep, megabytes } from "./files.js";

let python = null;

/** The bytes of a file of this folder as a response: from what the browser kept, else from the site. */
async function file(name, progress) {
  const { hash, size } = files[name];
  const address = new URL(`${name}?${hash.slice(7, 23).replace(/[^\w]/g, "-")}`, import.meta.url).href;
  const kept = await open();
  const found = kept && (await kept.match(address));
  if (found) {
    progress(size);
    return found;
  }
  const response = await fetch(address, { integrity: hash });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  const parts = [];
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    progress(part.value.length);
  }
  const whole = new Response(new Blob(parts), { headers: { "content-type": type(name) } });
  if (kept) await kept.put(address, whole.clone()).catch(() => {});
  return whole;
}

function type(name) {
  return name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
}

/** What the browser keeps for this site; nothing where it keeps nothing, as without https. */
async function open() {
  return self.caches ? caches.open(keep).catch(() => null) : null;
}

/** Forget what earlier editions of the book left. */
async function tidy() {
  if (!self.caches) return;
  const wanted = new Set(Object.values(files).map(({ hash }) => hash.slice(7, 23).replace(/[^\w]/g, "-")));
  const kept = await open();
  for (const request of (await kept?.keys()) ?? []) {
    if (!wanted.has(new URL(request.url).search.slice(1))) await kept.delete(request);
  }
}

async function start() {
  const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
  let come = 0;
  let told = 0;
  const progress = bytes => {
    come += bytes;
    if (come - told > total / 200 || come >= total) {
      told = come;
      postMessage({ progress: come / total, megabytes });
    }
  };
  const names = Object.keys(files);
  const got = new Map(await Promise.all(names.map(async name => [name, await file(name, progress)])));
  postMessage({ starting: true });
  const base = new URL("./", import.meta.url).href;
  // Pyodide asks for its own two files by name
  const fetched = self.fetch;
  self.fetch = (address, ...rest) => {
    const name = String(address.url ?? address).replace(base, "");
    return got.has(name) ? Promise.resolve(got.get(name).clone()) : fetched(address, ...rest);
  };
  python = await loadPyodide({
    createPyodideModule,
    indexURL: base,
    stdLibURL: `${base}python_stdlib.zip`,
    lockFileContents: await got.get("pyodide-lock.json").text(),
    fullStdLib: false,
    stdout: () => {},
    stderr: () => {},
  });
  self.fetch = fetched;
  for (const name of ["packages.zip", "book.zip"]) {
    python.FS.writeFile(`/${name}`, new Uint8Array(await got.get(name).arrayBuffer()));
    python.runPython(`import sys; sys.path.append("/${name}")`);
  }
  python.runPython("from verifiedbook.browser import session");
  await tidy();
  postMessage({ ready: true });
}

/** HTML of a formula, as the page's own are typeset; its styles as data, since a strict page admits none in markup. */
function typeset(tex, display) {
  const html = temml.renderToString(tex, { displayMode: display, throwOnError: false });
  return html.replace(/ style="/g, ' data-style="');
}

/** The answer with every formula, a value called latex, typeset beside it. */
function set(answer) {
  if (Array.isArray(answer)) answer.forEach(set);
  else if (answer && typeof answer === "object") {
    for (const part of Object.values(answer)) set(part);
    if (answer.latex) answer.html = typeset(answer.latex, Boolean(answer.display));
  }
  return answer;
}

onmessage = async ({ data }) => {
  try {
    if (data.start) await start();
    else {
      const ask = python.globals.get("session").ask;
      const answer = JSON.parse(ask(data.name, JSON.stringify(data.given)));
      ask.destroy();
      postMessage({ id: data.id, answer: set(answer) });
    }
  } catch (error) {
    postMessage({ id: data.id, failed: String(error?.message ?? error).trim().split("\n").at(-1) });
  }
};
postMessage({ here: true });
