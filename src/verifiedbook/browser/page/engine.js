// One Python for a page: started when it is first asked for, stopped when the reader says so, ready again at once.

export class Stopped extends Error {}
export class Unavailable extends Error {}

let worker = null; // the one that computes
let spare = null; // one more with its scripts loaded: takes over when the other is stopped, with no network too
let starting = null; // the promise of its start
let ready = false;
let count = 0;
const listeners = new Set(); // functions that are told how far the start is
let last = null; // what they were told last
const waiting = new Map(); // what was asked and not yet answered

/** Whether it can answer at once. */
export function isReady() {
  return ready;
}

/** Whether something was asked that it has not yet answered. */
export function isBusy() {
  return waiting.size > 0;
}

/** Whether the browser has kept all that is needed from an earlier visit. */
export async function isKept() {
  try {
    const { files, keep } = await import("./files.js");
    if (!(await caches.has(keep))) return false;
    const kept = await (await caches.open(keep)).keys();
    return kept.length >= Object.keys(files).length;
  } catch {
    return false;
  }
}

/** Ask Python; the promise of its answer. `limit`: seconds after which it is stopped; `told`: hears how the start goes. */
export async function ask(name, given, { limit = 60, told = () => {} } = {}) {
  await start(told);
  return new Promise((answered, failed) => {
    const id = ++count;
    const late = () => {
      stop(new Stopped(`stopped after ${limit} seconds`));
    };
    waiting.set(id, { answered, failed, timer: setTimeout(late, limit * 1000) });
    worker.postMessage({ id, name, given });
  });
}

/** Start Python if it is not there. */
export function start(told = () => {}) {
  if (ready) return Promise.resolve();
  listeners.add(told);
  if (starting && last) told(last);
  starting ??= new Promise((done, failed) => {
    worker = spare ?? create();
    spare = null;
    worker.failed = failed;
    worker.onmessage = ({ data }) => {
      if (data.progress !== undefined) tell(data);
      else if (data.starting) tell({ starting: true });
      else if (data.ready) {
        ready = true;
        spare ??= create();
        done();
      } else if (data.id !== undefined) settle(data);
      else if (data.failed) fail(new Unavailable(data.failed));
    };
    worker.onerror = event => {
      event.preventDefault();
      fail(new Unavailable(event.message || "its scripts did not load"));
    };
    tell({ progress: 0, megabytes: 0 });
    worker.postMessage({ start: true });
  }).finally(() => listeners.clear());
  return starting;
}

/** Stop whatever it does; what was asked fails with `reason`. */
export function stop(reason = new Stopped("stopped")) {
  fail(reason);
}

function create() {
  const made = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  made.onerror = event => {
    event.preventDefault();
    if (spare === made) spare = null;
  };
  return made;
}

function tell(what) {
  last = what;
  for (const told of listeners) told(what);
}

function settle({ id, answer, failed }) {
  const asked = waiting.get(id);
  if (!asked) return;
  waiting.delete(id);
  clearTimeout(asked.timer);
  if (failed === undefined) asked.answered(answer);
  else asked.failed(new Unavailable(failed));
}

function fail(reason) {
  worker?.terminate();
  worker?.failed?.(reason);
  worker = starting = null;
  ready = false;
  for (const { failed, timer } of waiting.values()) {
    clearTimeout(timer);
    failed(reason);
  }
  waiting.clear();
}
