// Cells to run and to edit, those that need nothing but SymPy. A cell is run after those above it that it needs, from
// nothing, so that what is seen does not depend on what was run before.
import { ask, isBusy, stop, Stopped } from "./engine.js";
import { formula, progressOf } from "./work.js";

const NOTE = "Cells of SymPy alone run here; those with data, networks or figures run in the notebook.";
const cells = new Map(); // by number: the cell's own code, and as the reader left it

for (const place of document.querySelectorAll(".cell-run")) {
  const cell = place.closest(".cell");
  const own = cell.querySelector(".cell_input pre").textContent.replace(/\n$/, "");
  cells.set(place.dataset.cell, { own, now: () => own });
  if (!place.hidden) bring(place, cell);
}

function bring(place, cell) {
  const known = cells.get(place.dataset.cell);
  const needed = place.dataset.needs.split(" ").filter(Boolean);
  const code = cell.querySelector(".cell_input");
  place.innerHTML =
    '<div class="cell-tools"><button type="button" class="cell-go">Run</button>' +
    '<button type="button" class="cell-open">Edit</button>' +
    '<button type="button" class="cell-reset" hidden>Reset</button>' +
    `<span class="cell-note">${place.dataset.note ? NOTE : ""}</span></div>` +
    '<div class="cell-work" hidden></div><div class="cell-result" role="status" tabindex="-1" hidden></div>';
  const [go, open, reset] = place.querySelectorAll("button");
  const result = place.querySelector(".cell-result");
  const work = progressOf(place.querySelector(".cell-work"), () => stop());
  let editor = null;

  open.addEventListener("click", () => {
    if (!editor) {
      editor = document.createElement("textarea");
      editor.className = "cell-edit";
      editor.spellcheck = false;
      editor.setAttribute("autocapitalize", "none");
      editor.setAttribute("aria-label", "Code of this cell");
      editor.value = known.own;
      editor.rows = known.own.split("\n").length;
      editor.addEventListener("input", () => (editor.rows = editor.value.split("\n").length));
      editor.addEventListener("keydown", event => {
        if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        go.click();
      });
      code.after(editor);
      known.now = () => editor.value;
    }
    edit(true);
    editor.focus();
    editor.setSelectionRange(0, 0);
    editor.scrollLeft = 0;
  });

  reset.addEventListener("click", () => {
    editor.value = known.own;
    edit(false);
    result.hidden = true;
    open.focus();
  });

  function edit(on) {
    code.hidden = on;
    editor.hidden = !on;
    open.hidden = on;
    reset.hidden = !on;
  }

  go.addEventListener("click", async () => {
    if (isBusy()) return;
    const before = needed.map(number => cells.get(number));
    const given = { before: before.map(one => one.now()), code: known.now() };
    const own = { before: before.map(one => one.own), code: known.own };
    const edited = JSON.stringify(own) !== JSON.stringify(given);
    go.disabled = true;
    result.hidden = true;
    work.show("Running");
    try {
      const found = await ask("cell", edited ? { ...given, book: own } : given, { told: work.tell });
      show(found, edited);
    } catch (error) {
      const told = error instanceof Stopped ? `Not finished: ${error.message}.` : `Python did not start here: ${error.message}.`;
      show({ shown: [], problem: told }, false);
    } finally {
      go.disabled = false;
      work.hide();
    }
  });

  function show({ shown, problem, same, difference }, edited) {
    const mine = document.createElement("p");
    mine.className = "cell-mine";
    mine.textContent = edited ? "your code" : "run just now";
    result.replaceChildren(mine, ...shown.map(piece));
    if (problem) result.append(sentence(problem, "no"));
    else if (edited && same === true) result.append(sentence("Equal to what the book\u2019s own code gives.", "yes"));
    else if (edited && same === false) {
      const told = sentence("Not what the book\u2019s own code gives.", "no");
      if (difference) {
        told.append(" The difference, which is not 0: ");
        told.append(piece(difference));
      }
      result.append(told);
    } else if (edited) result.append(sentence("Whether this equals the book\u2019s result was not decided.", "none"));
    else if (!shown.length) result.append(sentence("It runs and shows nothing.", "none"));
    result.hidden = false;
    if (result.scrollWidth > result.clientWidth + 1) result.tabIndex = 0;
  }
}

function piece({ html, text }) {
  const made = document.createElement(html ? "div" : "pre");
  if (html) formula(made, html);
  else made.textContent = text;
  made.className = html ? "cell-formula" : "cell-text";
  return made;
}

function sentence(text, right) {
  const made = document.createElement("p");
  made.className = "cell-verdict";
  made.dataset.right = right;
  made.textContent = text;
  return made;
}
