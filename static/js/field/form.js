// The visit form on the phone: one question after another, every change kept at once.

import { asMedia, shrink, thumbnail } from "./camera.js";
import { decimal, minor, money, shown, spent } from "./checks.js";
import { button, el, notice, panel } from "./dom.js";
import { signatureField } from "./pen.js";
import { t } from "./words.js";

export class Form {
  // keep(answers) stores some answers; store and uid are those of the draft.
  constructor({ parts, draft, enterprise, store, keep, problem }) {
    Object.assign(this, { parts, draft, enterprise, store, keep, problem });
    this.answers = { ...draft.answers };
    this.fields = new Map();
  }

  draw() {
    const panels = this.parts.map((part) => {
      if (!part.asks.length) return null;
      const shut = part.note ? el("p", { class: "muted small" }, part.note) : null;
      return panel(part.title, shut, ...part.asks.map((ask) => this.field(ask)));
    });
    this.refresh();
    return panels.filter(Boolean);
  }

  async set(name, value) {
    if (value === undefined) value = null;
    if (value === null) delete this.answers[name];
    else this.answers[name] = value;
    this.refresh();
    await this.keep({ [name]: value });
  }

  refresh() {
    for (const { ask, box } of this.fields.values()) box.hidden = !shown(ask, this.answers);
    if (this.sum) {
      const left = (this.enterprise.paid ?? 0) - spent(this.answers);
      const { digits, currency } = this.enterprise;
      this.sum.textContent = t("funds_sum", { paid: money(this.enterprise.paid ?? 0, digits), spent: money(spent(this.answers), digits), left: money(left, digits), currency });
    }
  }

  mark(problems) {
    for (const { note } of this.fields.values()) note.replaceChildren();
    for (const one of problems) {
      const field = this.fields.get(one.field) ?? this.fields.get(one.field === "latitude" ? "place" : one.field);
      field?.note.append(el("p", { class: one.blocks ? "field-error" : "muted small" }, one.text));
    }
  }

  field(ask) {
    const note = el("div", { class: "field-notes", "aria-live": "polite" });
    const box = el("div", { class: "field", "data-field": ask.name });
    const make = { table: "table", photos: "photos", place: "place", signature: "signature", yes_no: "yesNo", choice: "choice", choices: "choices", note: "note" }[ask.kind] ?? "input";
    box.append(...[this[make](ask)].flat(), note);
    this.fields.set(ask.name, { ask, box, note });
    return box;
  }

  label(ask, id) {
    return el("label", { class: "form-label", for: id }, ask.label, this.star(ask));
  }

  input(ask) {
    const id = `f-${ask.name}`;
    const control = this.control(ask, this.answers[ask.name], (value) => this.set(ask.name, value), id);
    const help = ask.help ? el("p", { class: "form-text", id: `${id}-help` }, ask.help) : null;
    return [this.label(ask, id), this.framed(ask, control), help].filter(Boolean);
  }

  framed(ask, control) {
    if (!["money", "signed"].includes(ask.kind)) return control;
    return el("div", { class: "input-group" }, control, el("span", { class: "input-group-text" }, this.enterprise.currency));
  }

  // A control of one value; kept(value) gets null for nothing. What is no number is kept as text and blocks.
  control(ask, value, kept, id, name = "") {
    const { digits } = this.enterprise;
    const labels = { id, "aria-label": name || null };
    if (ask.kind === "long") {
      const area = el("textarea", { ...labels, class: "form-control", rows: "3", maxlength: String(ask.limit || 1000), dir: "auto" });
      area.value = value ?? "";
      area.addEventListener("input", () => kept(area.value || null));
      return area;
    }
    if (ask.kind === "choice") {
      const options = [["", "—"], ...ask.choices].map(([key, text]) => el("option", { value: key, selected: key === (value ?? "") }, text));
      const select = el("select", { ...labels, class: "form-select" }, ...options);
      select.addEventListener("change", () => kept(select.value || null));
      return select;
    }
    if (ask.kind === "yes_no") {
      const known = value === undefined || value === null ? "" : value ? "yes" : "no";
      const options = [["", "—"], ["yes", t("yes")], ["no", t("no")]].map(([key, text]) => el("option", { value: key, selected: key === known }, text));
      const select = el("select", { ...labels, class: "form-select" }, ...options);
      select.addEventListener("change", () => kept({ yes: true, no: false }[select.value] ?? null));
      return select;
    }
    const isMoney = ["money", "signed"].includes(ask.kind);
    const type = ask.kind === "date" ? "date" : "text";
    const control = el("input", {
      ...labels,
      type,
      class: "form-control",
      inputmode: isMoney || ask.kind === "number" ? (ask.kind === "money" ? "decimal" : "text") : ask.kind === "count" ? "numeric" : null,
      maxlength: ask.kind === "text" ? String(ask.limit || 300) : null,
      dir: ask.kind === "text" ? "auto" : null,
      autocomplete: "off",
    });
    if (value !== undefined && value !== null) control.value = isMoney && Number.isInteger(value) ? money(value, digits) : String(value);
    control.addEventListener("input", () => {
      const text = control.value.trim();
      if (!text || type === "date" || ask.kind === "text") return kept(text || null);
      const number = isMoney ? minor(text, digits, ask.kind === "signed") : ask.kind === "number" ? decimal(text) : minor(text, 0);
      control.toggleAttribute("aria-invalid", number === null);
      return kept(number ?? text);
    });
    return control;
  }

  choice(ask) {
    return this.radios(ask, ask.choices, (value) => value);
  }

  yesNo(ask) {
    const names = new Map([["yes", true], ["no", false]]);
    return this.radios(ask, [["yes", t("yes")], ["no", t("no")]], (value) => names.get(value));
  }

  choices(ask) {
    const rows = ask.choices.map(([value, text], number) => {
      const id = `f-${ask.name}-${number}`;
      const input = el("input", { type: "checkbox", class: "form-check-input", id, value });
      input.checked = (this.answers[ask.name] ?? []).includes(value);
      input.addEventListener("change", () => {
        const ticked = new Set(this.answers[ask.name] ?? []);
        ticked[input.checked ? "add" : "delete"](value);
        const kept = ask.choices.map(([one]) => one).filter((one) => ticked.has(one));
        return this.set(ask.name, kept.length ? kept : null);
      });
      return el("div", { class: "form-check" }, input, el("label", { class: "form-check-label", for: id }, text));
    });
    return el("fieldset", {}, el("legend", { class: "form-label" }, ask.label, this.star(ask)), el("div", { class: "choices" }, ...rows));
  }

  note(ask) {
    return el("p", { class: "muted" }, ask.label);
  }

  star(ask) {
    return ask.must ? el("span", { class: "muted" }, ` (${t("needed")})`) : null;
  }

  radios(ask, choices, meant) {
    const current = this.answers[ask.name];
    const rows = [...choices, ["", t("unknown")]].map(([value, text], number) => {
      const id = `f-${ask.name}-${number}`;
      const meaning = value === "" ? undefined : meant(value);
      const input = el("input", { type: "radio", class: "form-check-input", id, name: ask.name, value });
      input.checked = current === meaning;
      input.addEventListener("change", () => this.set(ask.name, meaning ?? null));
      return el("div", { class: "form-check" }, input, el("label", { class: "form-check-label", for: id }, text));
    });
    return el("fieldset", {}, el("legend", { class: "form-label" }, ask.label, this.star(ask)), el("div", { class: "choices" }, ...rows));
  }

  table(ask) {
    const rows = structuredClone(this.answers[ask.name] ?? []);
    if (ask.name === "funds" && !rows.length) rows.push(...this.enterprise.lines.map((line) => ({ budget_line: line })));
    const list = el("div", { class: "stack rows" });
    const kept = () => {
      const filled = rows.filter((row) => Object.values(row).some((value) => value !== undefined && value !== null));
      return this.set(ask.name, filled.length ? filled : null);
    };
    const draw = () => {
      list.replaceChildren(
        ...rows.map((row, number) => {
          const cells = ask.columns.map((column) => {
            const id = `f-${ask.name}-${number}-${column.name}`;
            const change = (value) => {
              if (value === null) delete row[column.name];
              else row[column.name] = value;
              return kept();
            };
            return el("div", { class: "cell" }, el("label", { class: "small", for: id }, column.label), this.framed(column, this.control(column, row[column.name], change, id)));
          });
          const drop = button(t("remove_line"), () => { rows.splice(number, 1); draw(); kept(); }, "btn-sm btn-quiet");
          return el("fieldset", { class: "row-box" }, el("legend", { class: "small" }, t("line", { number: number + 1 })), ...cells, drop);
        }),
      );
    };
    draw();
    const add = button(t("add_line"), () => { rows.push({}); draw(); }, "btn-sm btn-quiet");
    const parts = [el("p", { class: "form-label" }, ask.label), list, add];
    if (ask.name === "funds" && this.enterprise.paid !== null) parts.push((this.sum = el("p", { class: "muted", role: "status" })));
    return parts;
  }

  photos(ask) {
    const list = el("ul", { class: "photos" });
    const draw = async () => {
      const held = (await this.store.mediaOf(this.draft.uid)).filter((one) => one.field === ask.name);
      const tiles = held.map(async (media, number) => {
        const picture = await thumbnail(media);
        picture.setAttribute("aria-label", t("photo", { number: number + 1 }));
        const consent = el("input", { type: "checkbox", class: "form-check-input", id: `c-${media.uid}` });
        consent.checked = media.consent;
        consent.addEventListener("change", async () => {
          try {
            await this.store.changeMedia(media.uid, { consent: consent.checked });
          } catch {
            consent.checked = !consent.checked;
            this.problem(t("phone_full"));
          }
        });
        return el(
          "li",
          { "data-photo": media.uid },
          picture,
          el("div", { class: "form-check" }, consent, el("label", { class: "form-check-label small", for: consent.id }, t("photo_consent"))),
          button(t("remove"), async () => { await this.store.dropMedia(media.uid); await draw(); }, "btn-sm btn-quiet"),
        );
      });
      list.replaceChildren(...(await Promise.all(tiles)));
    };
    const input = el("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, class: "visually-hidden", id: `f-${ask.name}` });
    input.addEventListener("change", async () => {
      for (const file of [...input.files]) await this.addPhoto(ask, file, draw);
      input.value = "";
    });
    draw();
    return [
      el("p", { class: "form-label" }, ask.label),
      ask.help ? el("p", { class: "form-text" }, ask.help) : null,
      list,
      input,
      el("label", { class: "btn btn-quiet", for: input.id }, t("take_photo")),
    ].filter(Boolean);
  }

  async addPhoto(ask, file, draw) {
    let data = null;
    try {
      data = await shrink(file);
    } catch {
      this.problem(t("no_picture"));
      return;
    }
    try {
      const taken = file.lastModified ? new Date(file.lastModified).toISOString() : null;
      await this.store.addMedia(await asMedia(data, { owner: this.draft.uid, field: ask.name, kind: "photo", taken_at: taken }));
    } catch {
      this.problem(t("phone_full"));
    }
    await draw();
  }

  place(ask) {
    const said = el("p", { class: "muted", role: "status" });
    const show = () => {
      const { latitude, longitude, accuracy } = this.answers;
      said.textContent = latitude === undefined ? t("no_place") : t("place_is", { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5), accuracy: Math.round(accuracy) });
    };
    const take = () => {
      said.textContent = t("finding");
      navigator.geolocation.getCurrentPosition(
        async ({ coords }) => {
          if (coords.latitude === 0 && coords.longitude === 0) {
            said.textContent = t("null_island");
            return;
          }
          const found = { latitude: Number(coords.latitude.toFixed(6)), longitude: Number(coords.longitude.toFixed(6)), accuracy: Math.round(coords.accuracy) };
          Object.assign(this.answers, found);
          show();
          await this.keep(found);
        },
        () => (said.textContent = t("no_signal")),
        { enableHighAccuracy: true, timeout: 60_000, maximumAge: 0 },
      );
    };
    show();
    return [el("p", { class: "form-label" }, ask.label), said, button(t("take_place"), take)];
  }

  signature(ask) {
    const kept = async (data) => {
      const media = await asMedia(data, { owner: this.draft.uid, field: ask.name, kind: "signature", consent: true });
      const before = (await this.store.mediaOf(this.draft.uid)).filter((one) => one.field === ask.name);
      try {
        await this.store.addMedia(media);
        for (const old of before) await this.store.dropMedia(old.uid);
        box.querySelector("[data-signed]").textContent = t("signed");
      } catch {
        this.problem(t("phone_full"));
      }
    };
    const canvas = signatureField(ask.label, kept);
    const again = button(t("sign_again"), async () => {
      canvas.clear();
      for (const old of await this.store.mediaOf(this.draft.uid)) if (old.field === ask.name) await this.store.dropMedia(old.uid);
      box.querySelector("[data-signed]").textContent = "";
    }, "btn-sm btn-quiet");
    const box = el("div", {}, el("p", { class: "form-label" }, ask.label), canvas, el("p", { class: "line" }, el("span", { "data-signed": true, role: "status" }), again));
    this.store.mediaOf(this.draft.uid).then((held) => {
      if (held.some((one) => one.field === ask.name)) box.querySelector("[data-signed]").textContent = t("signed");
    });
    return box;
  }
}

export const problemNotice = (text) => notice("blocked", el("p", {}, text));
