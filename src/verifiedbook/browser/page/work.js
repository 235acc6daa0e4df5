// What fields and cells share: how the work is shown while it goes on, and what the browser remembers for a reader.

const SLOW = 700; // milliseconds before a reader is told that something takes time

/** Progress in the element `place`: a bar while files come, a sentence, and a button that stops. */
export function progressOf(place, stop) {
  place.innerHTML =
    '<progress max="1"></progress><span class="work-says" role="status"></span>' +
    '<button type="button" class="work-stop">Stop</button>';
  const [bar, says, button] = place.children;
  button.addEventListener("click", stop);
  let timer = 0;

  function now(sentence) {
    place.hidden = false;
    if (says.textContent !== sentence) says.textContent = sentence;
  }
  return {
    /** Say what goes on, at once if `sentence` is empty and else when it takes a while. */
    show(sentence) {
      clearTimeout(timer);
      bar.removeAttribute("value");
      if (!place.hidden) now(sentence);
      else if (sentence) timer = setTimeout(now, SLOW, sentence);
    },
    /** What the engine says of its start. */
    tell({ progress, megabytes, starting }) {
      clearTimeout(timer);
      if (starting || progress === 1) {
        bar.removeAttribute("value");
        now("Starting Python and SymPy");
      } else {
        bar.value = progress;
        now(megabytes ? `Fetching Python and SymPy: ${megabytes} MB, once` : "Fetching Python and SymPy");
      }
    },
    hide() {
      clearTimeout(timer);
      place.hidden = true;
      says.textContent = "";
    },
  };
}

/** Put a formula that Python's worker has typeset into `place`. */
export function formula(place, html) {
  place.innerHTML = html;
  for (const styled of place.querySelectorAll("[data-style]")) {
    styled.style.cssText = styled.dataset.style;
    delete styled.dataset.style;
  }
}

/** What was typed here before; empty where the browser remembers nothing. */
export function remembered(name) {
  try {
    return localStorage.getItem(key(name)) ?? "";
  } catch {
    return "";
  }
}

/** Remember `text`; the browser alone sees it. */
export function remember(name, text) {
  try {
    if (text) localStorage.setItem(key(name), text);
    else localStorage.removeItem(key(name));
  } catch {
    // a browser that remembers nothing
  }
}

function key(name) {
  return `typed ${name}`;
}
