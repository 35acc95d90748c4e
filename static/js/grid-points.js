// Points while a juror marks: each criterion's, the total, and what the chosen mark means. The server counts
// again when the sheet is saved; without script the page shows what was saved last.

const form = document.querySelector("[data-grid-keys]");
const shown = new Intl.NumberFormat(document.documentElement.lang === "fr" ? "fr" : "en", { maximumFractionDigits: 2 });

function mark(set) {
  const control = set.querySelector("[type=radio]:checked") ?? set.querySelector("[type=number]");
  const abstains = set.querySelector("[name^=abstain-]:checked");
  return abstains || !control || control.value === "" ? null : Number(control.value);
}

function count() {
  let total = 0;
  for (const set of form.querySelectorAll("fieldset.criterion")) {
    const value = mark(set);
    const points = value === null ? null : (value * Number(set.dataset.points)) / Number(set.dataset.top);
    const place = set.querySelector("[data-criterion-points]");
    if (place) place.textContent = points === null ? "–" : shown.format(points);
    if (place && points !== null) total += points;
    const anchor = set.querySelector("[type=radio]:checked")?.dataset.anchor;
    const line = set.querySelector("[data-anchor-shown]");
    if (line && anchor) line.textContent = `${shown.format(value ?? 0)}: ${anchor}`;
  }
  const sum = document.querySelector("[data-grid-points]");
  if (sum) sum.textContent = shown.format(total);
}

form?.addEventListener("change", count);
