// Files of <section data-upload="question">: a photo is made smaller where that helps, then sent at once, with
// its progress; what fails says so and leaves the rest of the form alone. Without script the page's own buttons
// do the same.

import { token } from "./kept.js";

const LONGEST_SIDE = 2400;
const LARGE = 1024 * 1024;

async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size < LARGE) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // a kind that this browser cannot open: the server says what to do
  }
}

function post(form, section, data, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.autosave);
    request.setRequestHeader("X-Upload", section.dataset.upload);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", reject);
    request.addEventListener("timeout", reject);
    request.timeout = 10 * 60 * 1000;
    data.set("csrfmiddlewaretoken", token());
    request.send(data);
  });
}

function prepare(section) {
  const form = section.closest("form");
  const part = (name) => section.querySelector(`[data-upload-${name}]`);
  const say = (name, values) => {
    let text = part("text").dataset[name];
    for (const [key, value] of Object.entries(values)) text = text.replace(`{${key}}`, value);
    part("text").textContent = text;
  };

  async function exchange(data, name, retry) {
    try {
      const answer = await post(form, section, data, ({ loaded, total }) => {
        part("bar").value = (100 * loaded) / total;
        say(loaded < total ? "sending" : "checking", { name, percent: Math.round((100 * loaded) / total) });
      });
      if (answer.status !== 200 && answer.status !== 422) throw new Error(answer.status);
      if (!answer.responseURL.endsWith(form.dataset.autosave)) throw new Error("signed out");
      section.innerHTML = answer.responseText; // our own fragment, escaped by the server
      prepare(section);
      section.querySelector("[role=alert], [data-upload-input]")?.focus();
      return answer.status === 200;
    } catch {
      if (!part("progress")) return false;
      part("progress").hidden = false;
      say("failed", { name });
      const again = part("again");
      again.hidden = false;
      again.onclick = () => {
        again.hidden = true;
        retry();
      };
      return false;
    }
  }

  async function add(files) {
    for (const file of files) {
      part("progress").hidden = false;
      part("bar").value = 0;
      say("shrinking", { name: file.name });
      const sent = await smaller(file);
      const data = new FormData();
      data.set("upload", section.dataset.upload);
      data.set(section.dataset.upload, sent, sent.name);
      if (!(await exchange(data, file.name, () => add([file])))) return;
    }
  }

  for (const input of section.querySelectorAll("[data-upload-input]")) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) add(files);
    });
  }
  for (const button of section.querySelectorAll("button[name=remove]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const data = new FormData();
      data.set("remove", button.value);
      button.disabled = true;
      exchange(data, "", () => button.click());
    });
  }
  const camera = section.querySelector("[data-camera]");
  if (camera) camera.hidden = !window.matchMedia("(pointer: coarse)").matches;
  if (part("button")) part("button").hidden = true;
}

for (const section of document.querySelectorAll("[data-upload]")) prepare(section);
