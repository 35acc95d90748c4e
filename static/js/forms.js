// Forms: live counters, the error summary in focus, one press of a button is one request, a session that
// does not die while a form is open.

const KEEP_ALIVE_SECONDS = 600;
const LATIN_DIGITS = `${document.documentElement.lang}-u-nu-latn`;

// Counts as the server does (workflow/fields.py): code points, a line break as one or as two.
export function letters(text, lineBreak) {
  const lines = text.replace(/\r\n?/g, "\n");
  let length = 0;
  for (const letter of lines) length += letter === "\n" ? lineBreak : 1;
  return length;
}

function count(counter) {
  const control = document.getElementById(counter.dataset.counter);
  if (!control) return;
  const update = () => {
    const length = letters(control.value, Number(counter.dataset.lineBreak ?? 2));
    counter.textContent = counter.dataset.pattern
      .replace("{n}", length.toLocaleString(LATIN_DIGITS))
      .replace("{limit}", Number(counter.dataset.limit).toLocaleString(LATIN_DIGITS));
    counter.classList.toggle("over", length > Number(counter.dataset.limit));
  };
  control.addEventListener("input", update);
  control.addEventListener("jalon:filled", update);
  update();
}

function guardAgainstDoublePress(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    // another listener may still stop this submission, or has something to save first
    setTimeout(() => {
      sent = !event.defaultPrevented;
    });
  });
  // coming back by the browser's history must not leave a dead form
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}

// Asks for more time well before the session would end, as long as the page is looked at, and at once when
// somebody comes back to it.
function keepAlive(url, lifetime) {
  const pause = Math.min(KEEP_ALIVE_SECONDS, (lifetime || 3 * KEEP_ALIVE_SECONDS) / 3) * 1000;
  let last = Date.now();
  const ask = () => {
    if (document.hidden || Date.now() - last < pause) return;
    last = Date.now();
    fetch(url, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" }).catch(() => {});
  };
  setInterval(ask, pause + 100);
  document.addEventListener("visibilitychange", ask);
}

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function prepare(root) {
  root.querySelectorAll("[data-counter]").forEach(count);
  root.querySelectorAll('form[method="post"]:not([data-repeatable])').forEach(guardAgainstDoublePress);
}

prepare(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) prepare(event.target);
});
document.querySelector("[data-error-summary]")?.focus();

const beat = document.querySelector('meta[name="keep-alive"]');
if (beat && document.querySelector('main form[method="post"]')) keepAlive(beat.content, Number(beat.dataset.lifetime));
