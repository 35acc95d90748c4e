// The juror's grid by keyboard: digits mark (two in a row for 10 and above), arrows walk, C comments, Ctrl+Enter
// saves, ? lists the keys. <form data-grid-keys> holds one <fieldset class="criterion"> a criterion.

const form = document.querySelector("[data-grid-keys]");
const MARKS = "[type=radio], [type=number]";
const criteria = [...form.querySelectorAll("fieldset.criterion")].filter((set) => set.querySelector(MARKS));
const help = document.querySelector("[data-keys-help]");
const TOGETHER = 1000; // milliseconds between the two digits of one mark
let last = { place: -1, digit: "", at: 0 };

function current() {
  const here = document.activeElement?.closest("fieldset.criterion");
  const place = criteria.indexOf(here);
  if (place >= 0) return place;
  const unmarked = criteria.findIndex((set) => !set.querySelector("[type=radio]:checked") && !set.querySelector("[type=number]")?.value);
  return Math.max(0, unmarked);
}

function enter(place) {
  const set = criteria[Math.min(Math.max(place, 0), criteria.length - 1)];
  const control = set?.querySelector("[type=radio]:checked") ?? set?.querySelector(MARKS);
  control?.focus();
  set?.scrollIntoView({ block: "nearest" });
}

function chosenBy(digit, place) {
  const now = Date.now();
  const both = last.place === place && now - last.at < TOGETHER ? last.digit + digit : digit;
  last = { place, digit, at: now };
  const of = (value) => criteria[place]?.querySelector(`[type=radio][value="${value}"]`);
  return of(both) ?? of(digit);
}

function mark(digit) {
  const radio = chosenBy(digit, current());
  if (!radio || radio.disabled) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function comment(set) {
  const field = set?.querySelector("textarea");
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
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
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps && event.target.matches("[type=number]")) {
      event.preventDefault();
      enter(current() + steps);
    }
    return;
  }
  let done = true;
  if (/^[0-9]$/.test(event.key)) done = mark(event.key);
  else if (event.key === "ArrowDown") enter(current() + 1);
  else if (event.key === "ArrowUp") enter(current() - 1);
  else if (event.key.toLowerCase() === "c") comment(criteria[current()]);
  else if (event.key === "?" && help) help.open = !help.open;
  else done = false;
  if (done) event.preventDefault();
});

form.toggleAttribute("data-keys-ready", true);
