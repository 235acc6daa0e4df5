// A field under each graded exercise. Nothing is fetched for it before a reader asks for a verdict.
import { ask, isBusy, isKept, isReady, start, Stopped, stop } from "./engine.js";
import { formula, progressOf, remember, remembered } from "./work.js";

const PAUSE = 250; // milliseconds without a key before what was typed is read

for (const form of document.querySelectorAll("form.answer")) bring(form);

function bring(form) {
  const label = form.dataset.exercise;
  const field = form.querySelector("input");
  const button = form.querySelector("button");
  const read = form.querySelector(".answer-read");
  const verdict = form.querySelector(".answer-verdict");
  const work = progressOf(form.querySelector(".answer-work"), () => stop());
  let asked = 0; // which reading is the latest
  let timer = 0;

  field.value = remembered(label);

  function clear() {
    verdict.textContent = "";
    form.removeAttribute("data-right");
  }

  function show(reading) {
    read.hidden = !reading;
    if (!reading) return;
    read.classList.toggle("answer-slip", !reading.html);
    if (reading.html) {
      read.innerHTML = '<span class="answer-as">read as</span> <span class="answer-formula"></span>';
      formula(read.lastChild, reading.html);
    } else read.textContent = reading.message;
    // what is wider than its line is scrolled, with the keyboard too
    if (read.scrollWidth > read.clientWidth + 1) read.tabIndex = 0;
    else read.removeAttribute("tabindex");
  }

  function say(sentence, right) {
    form.dataset.right = right;
    verdict.textContent = sentence;
  }

  async function reread() {
    if (!isReady() || isBusy()) return;
    const mine = ++asked;
    const text = field.value.trim();
    const reading = text ? await ask("read", { label, text }).catch(() => null) : null;
    if (mine === asked) show(reading);
  }

  field.addEventListener("input", () => {
    remember(label, field.value);
    clear();
    clearTimeout(timer);
    timer = setTimeout(reread, PAUSE);
    if (!isReady()) show(null);
  });

  // who has been here before has everything already: it may start while the reader types
  field.addEventListener("focus", async () => {
    if (!isReady() && (await isKept())) start().then(reread, () => {});
  });

  form.addEventListener("submit", async event => {
    event.preventDefault();
    clearTimeout(timer);
    const text = field.value.trim();
    clear();
    if (!text) {
      say("Type a formula first.", "no");
      field.focus();
      return;
    }
    // an answer to what was typed before is none to what stands there now
    const still = () => field.value.trim() === text;
    asked++;
    button.disabled = true;
    work.show(isReady() ? "Reading" : "");
    try {
      const reading = await ask("read", { label, text }, { told: work.tell });
      if (still()) show(reading.html ? reading : null);
      if (!reading.html) {
        if (still()) say(reading.message, "no");
        return;
      }
      work.show("Comparing over the whole range");
      const found = await ask("grade", { label, text }, { told: work.tell });
      if (still()) say(found.message, found.right ? "yes" : "no");
    } catch (error) {
      if (error instanceof Stopped) say(`Not graded: ${error.message}. Another form of it may be quicker.`, "none");
      else {
        say("", "none");
        verdict.append(`Python did not start here: ${error.message}. `, form.querySelector("template").content.cloneNode(true));
      }
    } finally {
      button.disabled = false;
      work.hide();
      if (!still()) reread();
    }
  });
}
