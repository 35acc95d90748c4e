// The juror's grid by keyboard: digits mark, arrows walk, C comments, Ctrl+Enter saves, ? lists the keys.
// <form data-grid-keys> holds one <fieldset class="criterion"> a criterion.

const form = document.querySelector("[data-grid-keys]");
const criteria = [...form.querySelectorAll("fieldset.criterion")].filter((set) => set.querySelector("[type=radio]"));
const help = document.querySelector("[data-keys-help]");

function current() {
  const here = document.activeElement?.closest("fieldset.criterion");
  const place = criteria.indexOf(here);
  if (place >= 0) return place;
  const unmarked = criteria.findIndex((set) => !set.querySelector(":checked"));
  return Math.max(0, unmarked);
}

function enter(place) {
  const set = criteria[Math.min(Math.max(place, 0), criteria.length - 1)];
  const control = set?.querySelector("[type=radio]:checked") ?? set?.querySelector("[type=radio]");
  control?.focus();
  set?.scrollIntoView({ block: "nearest" });
}

function mark(digit) {
  const set = criteria[current()];
  const radio = set?.querySelector(`[type=radio][value="${digit}"]`);
  if (!radio || radio.disabled) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function writing(target) {
  return target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-grid-next]") ?? undefined);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing(event.target)) {
    if (event.key === "Escape") enter(current());
    return;
  }
  let done = true;
  if (/^[0-9]$/.test(event.key)) done = mark(event.key);
  else if (event.key === "ArrowDown") enter(current() + 1);
  else if (event.key === "ArrowUp") enter(current() - 1);
  else if (event.key.toLowerCase() === "c") criteria[current()]?.querySelector("textarea")?.focus();
  else if (event.key === "?" && help) help.open = !help.open;
  else done = false;
  if (done) event.preventDefault();
});
