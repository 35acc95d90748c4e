// Making elements: `el("p", {class: "muted"}, "text", child)`. Text is always text, never markup.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else if (value === true) made.setAttribute(name, "");
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

export const bdi = (text) => el("bdi", {}, String(text));

export function notice(meaning, ...children) {
  return el("div", { class: `notice is-${meaning} slim`, role: meaning === "blocked" ? "alert" : "status" }, el("div", {}, ...children));
}

export function panel(title, ...children) {
  return el(
    "section",
    { class: "panel" },
    el("div", { class: "panel-head" }, el("h2", {}, title)),
    el("div", { class: "panel-body pad stack" }, ...children),
  );
}

export function button(text, onclick, look = "btn-quiet", more = {}) {
  return el("button", { type: "button", class: `btn ${look}`, onclick, ...more }, text);
}
