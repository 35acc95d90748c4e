// Autosave of <form data-autosave="/address/">: what is written is kept on this device at once and sent shortly
// after; it is let go when the server has it.
//
// A form of answers carries `page` and `base`: the protocol stands at the top of applications/drafting.py, and
// two writers lose nothing. A form with <input type="hidden" name="version"> alone uses the plain one:
//   200 {"version": 8, "saved_at": "14:03"}    saved; the next save builds on version 8
//   409 {"version": 9, "fields": {name: text}} somebody else saved meanwhile: both texts are shown
// Both of them:
//   422 {"errors": {name: [sentence]}}         not valid: shown beside the fields, kept here
//   410                                        sent or handed in meanwhile: the page is opened anew
//   401, or a redirect to the sign-in page     signed out: kept here until the person is back
// The page's {% save_state %} says which of these holds; it also brings the texts and the conflict's form.

import { copies, drop, keep, questionOf, takeOver } from "./kept.js";

const PAUSE = 1200;
const RETRIES = [3, 10, 30, 60, 120];
const SKIPPED = new Set(["csrfmiddlewaretoken", "version", "key", "page", "base", "take"]);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.state = document.querySelector("[data-save]");
    this.page = form.elements.page?.value || `here-${Date.now()}-${Math.random()}`;
    this.base = form.elements.base ? JSON.parse(form.elements.base.value || "{}") : null;
    const closed = new Set((form.dataset.private ?? "").split(" "));
    this.isPrivate = (name) => closed.has(questionOf(name));
    this.failures = 0;
    this.busy = false;
    this.dirty = false;
    this.stopped = false;
    takeOver(this.page);
    form.addEventListener("input", (event) => event.target.type !== "file" && this.touched());
    form.addEventListener("change", (event) => event.target.type !== "file" && this.touched());
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("jalon:leave", (event) => event.detail.push(this.dirty && this.save()));
    window.addEventListener("online", () => this.dirty && this.save());
    window.addEventListener("pagehide", () => this.dirty && this.keep());
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.keep());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.keep()) event.preventDefault();
    });
    if (this.wasTouched()) this.touched();
    this.restore().finally(() => form.toggleAttribute("data-autosave-ready", true));
  }

  // Whether something was typed before this script came, on a slow line.
  wasTouched() {
    return this.controls().some((control) => {
      if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
      if (control.options) return [...control.options].some((option) => option.defaultSelected && !option.selected);
      return control.value !== control.defaultValue;
    });
  }

  get version() {
    return this.form.elements.version?.value ?? "";
  }

  set version(value) {
    if (this.form.elements.version) this.form.elements.version.value = value;
  }

  controls() {
    const kinds = ["file", "submit", "button", "reset"];
    return [...this.form.elements].filter(
      (control) => control.name && !SKIPPED.has(control.name) && !kinds.includes(control.type),
    );
  }

  // What the inputs hold, by name; a box that is not ticked holds nothing, and that is said.
  fields() {
    const found = {};
    for (const control of this.controls()) {
      const values = (found[control.name] ??= []);
      if (["checkbox", "radio"].includes(control.type)) {
        if (control.checked) values.push(control.value);
      } else if (control.multiple) {
        values.push(...[...control.selectedOptions].map((option) => option.value));
      } else values.push(control.value.replace(/\r\n?/g, "\n"));
    }
    return found;
  }

  fill(fields) {
    for (const control of this.controls()) {
      if (!(control.name in fields)) continue;
      const values = [].concat(fields[control.name] ?? []);
      if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
      else control.value = values[0] ?? "";
      control.dispatchEvent(new Event("jalon:filled", { bubbles: true }));
    }
  }

  // Some of the fields: those of a question, whatever its inputs are called.
  of(question, fields) {
    return Object.fromEntries(Object.entries(fields).filter(([name]) => questionOf(name) === question));
  }

  touched() {
    this.dirty = true;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.dirty && this.keep(), 200);
    if (this.stopped) return;
    if (!this.failures) this.show("doing", "saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  copy() {
    const known = this.base ? { base: this.base } : { version: this.version };
    return { url: this.url, page: this.page, ...known, fields: this.fields() };
  }

  keep() {
    return keep(this.copy(), this.isPrivate);
  }

  forget() {
    this.dirty = false;
    clearTimeout(this.keeping);
    drop({ url: this.url, page: this.page });
  }

  // Going on: first everything is saved, then the page is left; without a line it stays.
  async submitted(event) {
    if (event.defaultPrevented || !this.dirty) return;
    const button = event.submitter;
    if (button && (button.name === "upload" || button.name === "remove")) return;
    event.preventDefault();
    if (this.stopped) {
      document.querySelector(".conflict, [data-sign-in-again]")?.scrollIntoView();
      return;
    }
    while (this.busy) await new Promise((resolve) => setTimeout(resolve, 50));
    if (this.dirty) await this.save();
    if (!this.dirty && !this.stopped) {
      this.inscribe();
      this.form.requestSubmit(button ?? undefined);
    }
  }

  // Writes into the form itself what this page knows, for when the browser sends it.
  inscribe() {
    if (!this.base) return;
    this.form.elements.page.value = this.page;
    this.form.elements.base.value = JSON.stringify(this.base);
  }

  // Takes up what was left on this device, by this page before it was closed or by another one.
  async restore() {
    for (const copy of copies(this.url)) {
      if (same(copy.fields, this.fields())) {
        drop(copy);
        continue;
      }
      if (!(await takeOver(copy.page))) continue; // its page is still open and will send it
      if (this.dirty) return; // something was typed here meanwhile; the copy waits for the next visit
      if (this.base) this.adopt(copy);
      else this.compare(copy);
      return;
    }
  }

  adopt(copy) {
    if (navigator.locks) this.page = copy.page;
    else drop(copy);
    this.base = copy.base ?? this.base;
    this.inscribe();
    this.fill(copy.fields);
    this.dirty = true;
    this.keep();
    this.save();
  }

  compare(copy) {
    drop(copy);
    const theirs = this.fields();
    this.fill(copy.fields);
    this.dirty = true;
    if (copy.version === this.version) this.save();
    else this.chooseAll({ version: this.version, fields: theirs });
  }

  body() {
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // files go with the page
    body.delete("take");
    if (this.base) {
      body.set("page", this.page);
      body.set("base", JSON.stringify(this.base));
    }
    return body;
  }

  async save(again = false) {
    if (this.busy || this.stopped) return;
    clearTimeout(this.timer);
    this.busy = true;
    this.show("doing", "saving");
    const sent = this.fields();
    try {
      const response = await fetch(this.url, {
        method: "POST",
        body: this.body(),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        redirect: "manual",
        credentials: "same-origin",
      });
      if (response.status === 403 && !again && (await this.renew())) {
        this.busy = false;
        return await this.save(true);
      }
      await this.answered(response, sent);
    } catch {
      this.failed();
    } finally {
      this.busy = false;
    }
    if (this.dirty && !this.stopped && !this.failures) this.touched();
  }

  // Signed in again in another tab: this page gets the new form token, if it is still the same person's.
  async renew() {
    const response = await fetch(this.url, { redirect: "manual", credentials: "same-origin" });
    if (!response.ok) return false;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const value = fresh.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (!value) return false;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = value;
    return true;
  }

  async answered(response, sent) {
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.keep();
      this.stopped = true;
      this.show("blocked", "signedOut");
      this.offerSignIn();
      return;
    }
    if (response.status === 410) {
      this.forget();
      location.reload();
      return;
    }
    if (response.status === 422) {
      this.errors((await response.json()).errors ?? {});
      this.dirty = false;
      this.keep();
      this.show("blocked", "invalid");
      return;
    }
    if (!response.ok && response.status !== 409) throw new Error(response.status);
    const answer = await response.json();
    this.failures = 0;
    if (response.status === 409 && !answer.conflicts) {
      this.chooseAll(answer);
      return;
    }
    this.errors({});
    if (this.base) this.learn(answer, sent);
    else this.version = answer.version;
    if (answer.conflicts) {
      this.choose(answer.conflicts);
      return;
    }
    this.inscribe();
    if (same(sent, this.known(answer, sent))) this.forget();
    else this.dirty = true;
    this.showComputed(answer.computed);
    this.show("done", "saved", answer.saved_at);
  }

  // What the server computed from the fields: sums of a line and below a table.
  showComputed(computed) {
    for (const place of this.form.querySelectorAll("[data-computed]"))
      if (computed?.[place.dataset.computed] !== undefined) place.textContent = computed[place.dataset.computed];
  }

  // The fields as they stand now, but for those that the answer itself has just changed.
  known(answer, sent) {
    const now = this.fields();
    for (const name of Object.keys(answer.fields ?? {})) if (same(now[name], answer.fields[name])) now[name] = sent[name];
    return now;
  }

  // Takes over what others wrote where nothing was typed here, and remembers what is stored by now.
  learn(answer, sent) {
    const theirs = new Set(Object.keys(answer.fields ?? {}).map(questionOf));
    const now = this.fields();
    for (const [question, print] of Object.entries(answer.base ?? {})) {
      if (answer.conflicts?.[question]) continue;
      if (theirs.has(question)) {
        if (!same(this.of(question, now), this.of(question, sent))) continue;
        this.fill(this.of(question, answer.fields));
      }
      this.base[question] = print;
    }
  }

  failed() {
    this.dirty = true;
    if (this.keep()) this.show("waiting", "kept");
    else this.show("blocked", "failed");
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait * 1000);
  }

  show(meaning, text, time = "") {
    if (!this.state) return;
    this.state.className = `save is-${meaning}`;
    for (const sign of this.state.querySelectorAll("[data-save-when]")) sign.hidden = sign.dataset.saveWhen !== meaning;
    const words = this.state.querySelector("[data-save-text]");
    if (words) words.textContent = (this.state.dataset[text] ?? "").replace("{time}", time);
  }

  errors(found) {
    for (const old of this.form.querySelectorAll("[data-autosave-error]")) old.remove();
    for (const [name, sentences] of Object.entries(found)) {
      const control = [].concat(this.form.elements[name] ?? []).at(0);
      const field = (control instanceof RadioNodeList ? control[0] : control)?.closest?.(".field");
      if (!field) continue;
      const note = document.createElement("p");
      note.className = "field-error";
      note.dataset.autosaveError = "";
      note.textContent = sentences.join(" ");
      field.append(note);
    }
  }

  offerSignIn() {
    const template = this.state?.parentElement?.querySelector("template[data-save-sign-in]");
    if (!template || document.querySelector("[data-sign-in-again]")) return;
    this.form.prepend(template.content.cloneNode(true));
  }

  // Two texts side by side, a choice for each question; nothing is sent until all are made.
  choose(conflicts) {
    const rows = Object.entries(conflicts).map(([question, conflict]) => ({
      ...conflict,
      keep: () => {
        this.base[question] = conflict.base;
      },
      take: () => {
        this.base[question] = conflict.base;
        this.fill(conflict.fields);
        const here = new Set(this.controls().map((control) => control.name));
        if (Object.keys(conflict.fields).some((name) => !here.has(name))) this.reloads = true;
      },
    }));
    this.ask(rows, () => {
      if (!this.reloads) return this.save();
      this.forget(); // a table with more lines than this page has
      location.reload();
    });
  }

  // The plain protocol: one choice for the whole form.
  chooseAll(answer) {
    const mine = this.fields();
    const different = Object.keys(answer.fields).filter((name) => {
      const ours = [].concat(mine[name] ?? []).join(", ");
      return ours !== [].concat(answer.fields[name] ?? []).join(", ");
    });
    const rows = different.map((name) => {
      const control = this.form.elements[name];
      return {
        label: ((control?.labels ?? control?.[0]?.labels)?.[0]?.textContent ?? name).trim(),
        mine: [].concat(mine[name] ?? []).join(", "),
        theirs: [].concat(answer.fields[name] ?? []).join(", "),
        keep: () => {},
        take: () => this.fill({ [name]: answer.fields[name] }),
      };
    });
    this.ask(rows, () => {
      this.version = answer.version;
      this.save();
    });
  }

  ask(rows, settled) {
    this.stopped = true;
    this.dirty = true;
    this.keep();
    this.show("blocked", "conflict");
    const template = this.state?.parentElement?.querySelector("template[data-save-conflict]");
    if (!template) return;
    document.querySelector(".conflict")?.remove();
    const box = template.content.cloneNode(true).firstElementChild;
    const list = box.querySelector("[data-conflict-fields]");
    const pattern = list.firstElementChild;
    list.textContent = "";
    let open = rows.length;
    const done = () => {
      open -= 1;
      if (open > 0) return;
      box.remove();
      this.stopped = false;
      settled();
    };
    for (const row of rows) {
      const drawn = pattern.cloneNode(true);
      drawn.querySelector("[data-conflict-label]").textContent = row.label;
      drawn.querySelector("[data-conflict-mine]").textContent = row.mine || box.dataset.empty;
      drawn.querySelector("[data-conflict-theirs]").textContent = row.theirs || box.dataset.empty;
      for (const choice of ["keep", "take"]) {
        drawn.querySelector(`[data-conflict-${choice}]`).addEventListener("click", () => {
          row[choice]();
          drawn.remove();
          done();
        });
      }
      list.append(drawn);
    }
    this.form.prepend(box);
    box.focus();
    if (!open) {
      open = 1;
      done();
    }
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
