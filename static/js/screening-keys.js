// A file to screen, by keyboard: 1 2 3 settle a condition, arrows walk, R its reason, N next file, Ctrl+Enter saves.

const form = document.querySelector("[data-screening-keys]");
const lines = form ? [...form.querySelectorAll("fieldset.rule-line")].filter((line) => line.querySelector("[type=radio]")) : [];
const help = document.querySelector("[data-keys-help]");

function current() {
  const place = lines.indexOf(document.activeElement?.closest("fieldset.rule-line"));
  if (place >= 0) return place;
  return Math.max(0, lines.findIndex((line) => !line.querySelector(":checked")));
}

function enter(place) {
  const line = lines[Math.min(Math.max(place, 0), lines.length - 1)];
  (line?.querySelector("[type=radio]:checked") ?? line?.querySelector("[type=radio]"))?.focus();
  line?.scrollIntoView({ block: "nearest" });
}

function settle(digit) {
  const place = current();
  const radio = lines[place]?.querySelector(`[data-key="${digit}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  if (digit === "1") enter(place + 1);
  else lines[place].querySelector("input:not([type=radio], [type=hidden])")?.focus();
  return true;
}

function writing(target) {
  return target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const button = form.querySelector("[data-save-next]");
    if (button) form.requestSubmit(button);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing(event.target)) {
    if (event.key === "Escape") enter(current());
    return;
  }
  let done = true;
  if (/^[1-3]$/.test(event.key)) done = settle(event.key);
  else if (event.key === "ArrowDown") enter(current() + 1);
  else if (event.key === "ArrowUp") enter(current() - 1);
  else if (event.key.toLowerCase() === "r") lines[current()]?.querySelector("input:not([type=radio], [type=hidden])")?.focus();
  else if (event.key.toLowerCase() === "n") document.querySelector("[data-screening-next]")?.click();
  else if (event.key === "?" && help) help.open = !help.open;
  else done = false;
  if (done) event.preventDefault();
});

// What was typed and not saved is not lost by a key or a link.
let changed = false;
form?.addEventListener("input", () => {
  changed = true;
});
form?.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
