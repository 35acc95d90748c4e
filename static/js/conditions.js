// Questions that depend on another one of the same page appear with the answer that they wait for. Without script
// all of them stand there, each with the words that say when it applies.

const questions = [...document.querySelectorAll("[data-shown-if]")];

function answered(question) {
  const form = question.closest("form");
  const data = new FormData(form);
  const wanted = question.dataset.shownValue.split(" ");
  return data.getAll(question.dataset.shownIf).some((value) => wanted.includes(value === "on" ? "true" : value));
}

function show() {
  for (const question of questions) {
    const source = questions.find((one) => one.querySelector(`[name="${CSS.escape(question.dataset.shownIf)}"]`));
    question.hidden = !answered(question) || Boolean(source?.hidden);
  }
}

for (const note of document.querySelectorAll("[data-shown-if] [data-condition]")) note.hidden = true;
document.addEventListener("change", show);
document.addEventListener("jalon:filled", show);
show();
