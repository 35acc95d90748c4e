// Lists: a head that sticks when the table fits its panel, boxes that choose rows, the batch bar's count.

const fitting = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const table = target.querySelector("table");
    target.classList.toggle("fits", Boolean(table) && table.offsetWidth <= target.clientWidth);
  }
});

function picks(form) {
  return [...document.querySelectorAll(`input[name="pick"][form="${CSS.escape(form)}"]`)];
}

function show(form) {
  const boxes = picks(form);
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr")?.classList.toggle("picked", box.checked);
  const all = document.querySelector(`[data-pick-all="${CSS.escape(form)}"]`);
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const bar = document.querySelector(`[data-batch="${CSS.escape(form)}"]`);
  if (!bar) return;
  bar.hidden = chosen === 0;
  // "all that fit" is offered once the whole page is chosen, and meant only as long as it is
  const everything = bar.querySelector("[data-batch-all]");
  const box = everything?.querySelector("input");
  if (box) {
    everything.hidden = chosen < boxes.length;
    if (everything.hidden) box.checked = false;
  }
  const meant = box?.checked ? Number(everything.dataset.batchAll) : chosen;
  const text = bar.querySelector("[data-batch-count]");
  if (text) text.textContent = text.dataset.pattern.replace("{n}", meant);
}

function prepare(root) {
  root.querySelectorAll(".table-wrap").forEach((wrap) => fitting.observe(wrap));
  const forms = new Set([...root.querySelectorAll('input[name="pick"][form]')].map((box) => box.getAttribute("form")));
  forms.forEach(show);
}

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.dataset?.pickAll) {
    picks(target.dataset.pickAll).forEach((box) => {
      box.checked = target.checked;
    });
    show(target.dataset.pickAll);
  } else if ((target.name === "pick" || target.closest("[data-batch-all]")) && target.getAttribute("form")) {
    show(target.getAttribute("form"));
  }
});

document.addEventListener("click", (event) => {
  const clear = event.target.closest?.("[data-pick-none]");
  if (!clear) return;
  event.preventDefault();
  picks(clear.dataset.pickNone).forEach((box) => {
    box.checked = false;
  });
  show(clear.dataset.pickNone);
});

prepare(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) prepare(event.target);
});
