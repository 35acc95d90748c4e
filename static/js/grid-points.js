// Points while a juror marks: each criterion's, its section's, the total, and what the chosen mark means. A mark
// that needs a comment opens its field. The server counts again when the sheet is saved; without script the page
// shows what was saved last.

const form = document.querySelector("[data-grid-keys]");
const shown = new Intl.NumberFormat(document.documentElement.lang === "fr" ? "fr" : "en", { maximumFractionDigits: 2 });

function mark(set) {
  const control = set.querySelector("[type=radio]:checked") ?? set.querySelector("[type=number]");
  const abstains = set.querySelector("[name^=abstain-]:checked");
  return abstains || !control || control.value === "" ? null : Number(control.value);
}

function count() {
  let total = 0;
  const sections = new Map([...form.querySelectorAll("[data-section-points]")].map((place) => [place, 0]));
  for (const set of form.querySelectorAll("fieldset.criterion")) {
    const value = mark(set);
    const points = value === null ? null : (value * Number(set.dataset.points)) / Number(set.dataset.top);
    const place = set.querySelector("[data-criterion-points]");
    if (place) place.textContent = points === null ? "–" : shown.format(points);
    if (place && points !== null) total += points;
    const part = set.closest(".grid-section")?.querySelector("[data-section-points]");
    if (part && place && points !== null) sections.set(part, sections.get(part) + points);
    const anchor = set.querySelector("[type=radio]:checked")?.dataset.anchor;
    const line = set.querySelector("[data-anchor-shown]");
    if (line) line.textContent = anchor ? `${shown.format(value ?? 0)}: ${anchor}` : (line.dataset.hint ?? "");
  }
  for (const [place, points] of sections) place.textContent = shown.format(points);
  const sum = document.querySelector("[data-grid-points]");
  if (sum) sum.textContent = shown.format(total);
}

function askForComment(set) {
  const needed = (set?.dataset.commentAt ?? "").split(" ").filter(Boolean).map(Number);
  if (needed.includes(mark(set))) set.querySelector("[data-comment]")?.setAttribute("open", "");
}

form?.addEventListener("change", (event) => {
  count();
  askForComment(event.target.closest("fieldset.criterion"));
});
