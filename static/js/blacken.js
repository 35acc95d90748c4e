// Boxes drawn over a page with a pointer or moved by keyboard. The number fields hold them: without script they
// are written by hand, and the page shows what was saved last.

const form = document.querySelector("[data-blacken]");
const stage = form.querySelector("[data-stage]");
const rows = form.querySelector("[data-rows]");
const NAMES = ["left", "top", "width", "height"];
const LEAST = 0.8;
const STEP = 0.5;

const round = (value) => Math.round(value * 10) / 10;
const clamp = (value, most) => Math.min(Math.max(value, 0), most);
const fields = (row) => NAMES.map((name) => row.querySelector(`[name^=${name}-]`));
const numbers = (row) => fields(row).map((field) => (field.value.trim() === "" ? NaN : Number(field.value.replace(",", "."))));

function write(row, box) {
  fields(row).forEach((field, place) => {
    field.value = box === null ? "" : String(round(box[place]));
  });
  show();
}

function emptyRow() {
  const all = [...rows.querySelectorAll("[data-row]")];
  const free = all.find((row) => fields(row).every((field) => field.value.trim() === ""));
  if (free || all.length >= Number(form.dataset.most)) return free ?? null;
  const row = all[0].cloneNode(true);
  const number = all.length + 1;
  row.querySelector("[data-number]").textContent = number;
  fields(row).forEach((field, place) => {
    field.value = "";
    field.name = `${NAMES[place]}-${number}`;
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+$/, number));
  });
  rows.append(row);
  return row;
}

function place(element, box) {
  NAMES.forEach((name, index) => {
    element.style[name] = `${box[index]}%`;
  });
}

function show() {
  const focused = document.activeElement?.dataset?.box;
  stage.querySelectorAll(".blacken-box").forEach((box) => box.remove());
  [...rows.querySelectorAll("[data-row]")].forEach((row, index) => {
    const box = numbers(row);
    if (box.some(Number.isNaN) || box[2] <= 0 || box[3] <= 0) return;
    const element = document.createElement("button");
    element.type = "button";
    element.className = "blacken-box";
    element.dataset.box = index;
    element.textContent = index + 1;
    element.setAttribute("aria-label", `${rows.closest("table").caption.textContent} ${index + 1}`);
    element.addEventListener("keydown", (event) => key(event, row, box));
    place(element, box);
    stage.append(element);
    if (String(index) === focused) element.focus();
  });
}

function key(event, row, box) {
  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    write(row, null);
    return;
  }
  if (!(event.key in moves)) return;
  event.preventDefault();
  const [x, y] = moves[event.key];
  const [left, top, width, height] = box;
  const moved = event.shiftKey
    ? [left, top, Math.max(clamp(width + x, 100 - left), STEP), Math.max(clamp(height + y, 100 - top), STEP)]
    : [clamp(left + x, 100 - width), clamp(top + y, 100 - height), width, height];
  write(row, moved);
}

function at(event) {
  const frame = stage.getBoundingClientRect();
  return [
    clamp(((event.clientX - frame.left) / frame.width) * 100, 100),
    clamp(((event.clientY - frame.top) / frame.height) * 100, 100),
  ];
}

let drawn = null;

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.closest(".blacken-box")) return;
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  const element = document.createElement("div");
  element.className = "blacken-box is-drawn";
  stage.append(element);
  drawn = { from: at(event), element, box: null };
});

stage.addEventListener("pointermove", (event) => {
  if (!drawn) return;
  const [x, y] = at(event);
  const [fromX, fromY] = drawn.from;
  drawn.box = [Math.min(x, fromX), Math.min(y, fromY), Math.abs(x - fromX), Math.abs(y - fromY)];
  place(drawn.element, drawn.box);
});

function end() {
  if (!drawn) return;
  const { element, box } = drawn;
  element.remove();
  drawn = null;
  if (!box || box[2] < LEAST || box[3] < LEAST) return;
  const [left, top] = [round(box[0]), round(box[1])];
  const row = emptyRow();
  if (row) write(row, [left, top, Math.min(round(box[2]), 100 - left), Math.min(round(box[3]), 100 - top)]);
}

stage.addEventListener("pointerup", end);
stage.addEventListener("pointercancel", end);
rows.addEventListener("input", show);

const image = stage.querySelector("img");
image.draggable = false;
image.src = image.dataset.clean;
stage.classList.add("is-live");
show();
